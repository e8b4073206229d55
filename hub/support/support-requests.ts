import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { defineError } from '../../shared/errors.ts'
import { SupportAnswer, SupportAsk } from '../../shared/support.ts'
import { visibleText } from '../../shared/visible-text.ts'
import { type Random, randomId } from '../../shared/world.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { storableText } from '../db/storable-text.ts'
import { demandTill } from '../fleet/till-named.ts'

/** The one owner of the table `support_request`: what people of head office ask of tills, and what these answer. */

/** How long a till has to connect and to answer. */
const WAITS_MS = 24 * 3_600_000
/** How long answers are kept, and how many of one till. */
const KEPT_MS = 30 * 24 * 3_600_000
const MOST_OF_TILL = 5

const supportRequestMissing = defineError(
  'SUPPORT_REQUEST_MISSING',
  (f: { id: string }) =>
    `There is no question "${f.id}" to a till. List them with: tillbridge-hub device asked.`,
)
const tillEnded = defineError(
  'TILL_ENDED',
  (f: { till: string; state: string }) =>
    `Till ${f.till} is ${f.state} and does not connect any more, so it can’t be asked anything.`,
)

export interface SupportRequest {
  readonly id: string
  readonly device: string
  readonly store: string
  readonly till: string
  readonly ask: SupportAsk
  readonly by: string
  /** Hub clock, ms. */
  readonly askedAt: number
  readonly expiresAt: number
  readonly answeredAt: number | null
  readonly state: 'waiting' | 'expired' | 'answered' | 'failed'
}

/** With what the till answered; null: it has not. */
export interface SupportRequestWithAnswer extends SupportRequest {
  readonly answer: SupportAnswer | null
}

type Row = Schema['support_request'] & { readonly store: string; readonly till: string }

function requestOf(row: Row, now: number): SupportRequestWithAnswer {
  const answer = row.answer_json === null ? null : SupportAnswer.parse(JSON.parse(row.answer_json))
  return {
    id: row.id,
    device: row.device,
    store: row.store,
    till: row.till,
    ask: SupportAsk.parse(JSON.parse(row.ask_json)),
    by: row.asked_by,
    askedAt: row.asked_at,
    expiresAt: row.expires_at,
    answeredAt: row.answered_at,
    state: stateOf(answer, row.expires_at, now),
    answer,
  }
}

function stateOf(answer: SupportAnswer | null, expiresAt: number, now: number): SupportRequest['state'] {
  if (answer !== null) return answer.is === 'problem' ? 'failed' : 'answered'
  return now < expiresAt ? 'waiting' : 'expired'
}

const rows = (db: Reads) =>
  db
    .selectFrom('support_request as r')
    .innerJoin('device as d', 'd.device', 'r.device')
    .selectAll('r')
    .select(['d.store', 'd.till'])

/**
 * Asks a till something. The same question that still waits there is asked afresh.
 * @param asked.till STORE/TILL or a device id
 * @throws TILL_UNKNOWN, TILL_ENDED
 */
export async function askTill(
  tx: Tx,
  asked: { readonly till: string; readonly ask: SupportAsk; readonly by: string },
  { random, now }: { readonly random: Random; readonly now: number },
): Promise<SupportRequestWithAnswer> {
  const { device, store, till, state } = await demandTill(tx, asked.till)
  if (state !== 'active') throw tillEnded({ till: `${store}/${till}`, state })
  await forgetOldSupport(tx, now)
  for (const { id, ask } of (await listSupport(tx, now, device)).filter(one => one.state === 'waiting'))
    if (ask.is === asked.ask.is) await forgetSupport(tx, id)
  const kept = await listSupport(tx, now, device)
  for (const { id } of kept.slice(MOST_OF_TILL - 1)) await forgetSupport(tx, id)
  const row = {
    id: randomId(random, 'ask'),
    device,
    ask_json: JSON.stringify(asked.ask),
    asked_by: storableText(maskCardNumbers(visibleText(asked.by))),
    asked_at: now,
    expires_at: now + WAITS_MS,
    answered_at: null,
    answer_json: null,
  }
  await tx.insertInto('support_request').values(row).execute()
  return requestOf({ ...row, store, till }, now)
}

/** Newest first. @param device only those to this one */
export async function listSupport(
  db: Reads,
  now: number,
  device?: string,
): Promise<SupportRequestWithAnswer[]> {
  const all = rows(db).orderBy('r.asked_at', 'desc').orderBy('r.id')
  const found = await (device === undefined ? all : all.where('r.device', '=', device)).execute()
  return found.map(row => requestOf(row, now))
}

/** @throws SUPPORT_REQUEST_MISSING */
export async function demandSupport(db: Reads, id: string, now: number): Promise<SupportRequestWithAnswer> {
  const row = await rows(db).where('r.id', '=', id).executeTakeFirst()
  if (row === undefined) throw supportRequestMissing({ id })
  return requestOf(row, now)
}

/** What waits for an answer, oldest first. */
export async function waitingSupport(
  db: Reads,
  now: number,
): Promise<readonly { readonly id: string; readonly device: string; readonly ask: SupportAsk }[]> {
  const found = await db
    .selectFrom('support_request')
    .select(['id', 'device', 'ask_json'])
    .where('answered_at', 'is', null)
    .where('expires_at', '>', now)
    .orderBy('asked_at')
    .orderBy('id')
    .execute()
  return found.map(({ id, device, ask_json }) => ({
    id,
    device,
    ask: SupportAsk.parse(JSON.parse(ask_json)),
  }))
}

/** Keeps a till's answer to what still waits for one. */
export async function noteSupportAnswer(
  tx: Tx,
  { id, device }: { readonly id: string; readonly device: string },
  answer: SupportAnswer,
  now: number,
): Promise<void> {
  await tx
    .updateTable('support_request')
    .set({ answered_at: now, answer_json: storableText(JSON.stringify(answer)) })
    .where('id', '=', id)
    .where('device', '=', device)
    .where('answered_at', 'is', null)
    .execute()
}

/** Removes what was asked, with its answer. */
export async function forgetSupport(tx: Tx, id: string): Promise<void> {
  await tx.deleteFrom('support_request').where('id', '=', id).execute()
}

/** Removes what was asked longer ago than answers are kept. */
export async function forgetOldSupport(tx: Tx, now: number): Promise<void> {
  await tx
    .deleteFrom('support_request')
    .where('asked_at', '<', now - KEPT_MS)
    .execute()
}

import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { defineError } from '../../shared/errors.ts'
import { isAnswerTo, SupportAnswer, SupportAsk } from '../../shared/support.ts'
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
    `There is no question "${f.id}" to a till, or it was removed. List them with: tillbridge-hub device asked.`,
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
  /** `ended`: its till does not connect any more. */
  readonly state: 'waiting' | 'ended' | 'expired' | 'answered' | 'failed'
}

/** With what the till answered; null: it has not. */
export interface SupportRequestWithAnswer extends SupportRequest {
  readonly answer: SupportAnswer | null
}

/** What came of asking. */
export interface AskedTill extends SupportRequest {
  /** Who had asked the same before, and waits too; null: it is a new question. */
  readonly joined: { readonly by: string; readonly at: number } | null
  /** Whose question to this till ended by this one; null: none did. */
  readonly replaced: string | null
}

interface Row extends Omit<Schema['support_request'], 'answer_json'> {
  readonly store: string
  readonly till: string
  readonly device_state: Schema['device']['state']
  readonly enrolled_at: number
  /** When a till of this name was enrolled last. */
  readonly last_enrolled_at: number | null
  /** How its answer begins; null: none came. */
  readonly answer_start: string | null
}

function requestOf(row: Row, now: number): SupportRequest {
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
    state: stateOf(row, now),
  }
}

const PROBLEM_START = '{"is":"problem"'

function stateOf(row: Row, now: number): SupportRequest['state'] {
  if (row.answer_start !== null) return row.answer_start.startsWith(PROBLEM_START) ? 'failed' : 'answered'
  const isSuperseded = Number(row.last_enrolled_at ?? 0) > row.enrolled_at
  if (row.device_state !== 'active' || isSuperseded) return 'ended'
  return now < row.expires_at ? 'waiting' : 'expired'
}

/** Without the answers: each may be large. */
const rows = (db: Reads) =>
  db
    .selectFrom('support_request as r')
    .innerJoin('device as d', 'd.device', 'r.device')
    .select(['r.id', 'r.device', 'r.ask_json', 'r.asked_by', 'r.asked_at', 'r.expires_at', 'r.answered_at'])
    .select(['d.store', 'd.till', 'd.state as device_state', 'd.enrolled_at'])
    .select(({ fn, lit }) =>
      fn<string | null>('substr', ['r.answer_json', lit(1), lit(PROBLEM_START.length)]).as('answer_start'),
    )
    .select(e =>
      e
        .selectFrom('device as n')
        .select(({ fn }) => fn.max('n.enrolled_at').as('last'))
        .whereRef('n.store', '=', 'd.store')
        .whereRef('n.till', '=', 'd.till')
        .as('last_enrolled_at'),
    )

/**
 * Asks a till something. The same question that still waits there is joined; another log level takes the place of the one that waits.
 * @param asked.till STORE/TILL or a device id
 * @throws TILL_UNKNOWN, TILL_ENDED
 */
export async function askTill(
  tx: Tx,
  asked: { readonly till: string; readonly ask: SupportAsk; readonly by: string },
  { random, now }: { readonly random: Random; readonly now: number },
): Promise<AskedTill> {
  const device = await demandAskable(tx, asked.till)
  await forgetOldSupport(tx, now)
  const by = storableText(maskCardNumbers(visibleText(asked.by)))
  const before = (await listSupport(tx, now, device)).find(
    ({ state, ask }) => state === 'waiting' && ask.is === asked.ask.is,
  )
  if (before !== undefined && isSame(before.ask, asked.ask)) return join(tx, before, by, now)
  if (before !== undefined) await noteSupportAnswer(tx, before, replacedBy(by), now)
  await makeRoom(tx, device, now)
  const id = randomId(random, 'ask')
  await tx
    .insertInto('support_request')
    .values({
      ...{ id, device, asked_by: by, asked_at: now, expires_at: now + WAITS_MS },
      ...{ ask_json: JSON.stringify(asked.ask), answered_at: null, answer_json: null },
    })
    .execute()
  const { answer: _, ...request } = await demandSupport(tx, id, now)
  return { ...request, joined: null, replaced: before?.by ?? null }
}

/** @returns its device id */
async function demandAskable(tx: Tx, named: string): Promise<string> {
  const { device, store, till, state } = await demandTill(tx, named)
  if (state !== 'active') throw tillEnded({ till: `${store}/${till}`, state })
  const { device: now } = await demandTill(tx, `${store}/${till}`)
  if (now !== device) throw tillEnded({ till: device, state: `enrolled again as ${now}` })
  return device
}

const isSame = (one: SupportAsk, other: SupportAsk) =>
  one.is === other.is &&
  (one.is !== 'log-level' ||
    other.is !== 'log-level' ||
    (one.level === other.level && one.forMs === other.forMs))

const LONGEST_BY = 500

async function join(tx: Tx, before: SupportRequest, by: string, now: number): Promise<AskedTill> {
  const names = before.by.split(', ').includes(by) ? before.by : `${before.by}, ${by}`
  const expiresAt = now + WAITS_MS
  await tx
    .updateTable('support_request')
    .set({ expires_at: expiresAt, asked_by: names.length > LONGEST_BY ? before.by : names })
    .where('id', '=', before.id)
    .execute()
  const { answer: _, ...request } = await demandSupport(tx, before.id, now)
  return { ...request, joined: { by: before.by, at: before.askedAt }, replaced: null }
}

/** Removes the oldest answers of a till; what waits stays, as its people wait. */
async function makeRoom(tx: Tx, device: string, now: number): Promise<void> {
  const kept = await listSupport(tx, now, device)
  const [waiting = [], ended = []] = [true, false].map(is =>
    kept.filter(({ state }) => (state === 'waiting') === is),
  )
  for (const { id } of ended.slice(Math.max(0, MOST_OF_TILL - 1 - waiting.length)))
    await forgetSupport(tx, id)
}

/** Newest first. @param device only those to this one */
export async function listSupport(db: Reads, now: number, device?: string): Promise<SupportRequest[]> {
  const all = rows(db).orderBy('r.asked_at', 'desc').orderBy('r.id')
  const found = await (device === undefined ? all : all.where('r.device', '=', device)).execute()
  return found.map(row => requestOf(row, now))
}

/** @throws SUPPORT_REQUEST_MISSING */
export async function demandSupport(db: Reads, id: string, now: number): Promise<SupportRequestWithAnswer> {
  const row = await rows(db).select('r.answer_json').where('r.id', '=', id).executeTakeFirst()
  if (row === undefined) throw supportRequestMissing({ id })
  const answer = row.answer_json === null ? null : SupportAnswer.parse(JSON.parse(row.answer_json))
  return { ...requestOf(row, now), answer }
}

/** What waits for an answer, oldest first. */
export async function waitingSupport(
  db: Reads,
  now: number,
): Promise<readonly { readonly id: string; readonly device: string; readonly ask: SupportAsk }[]> {
  const found = await rows(db)
    .where('r.answered_at', 'is', null)
    .where('r.expires_at', '>', now)
    .orderBy('r.asked_at')
    .orderBy('r.id')
    .execute()
  return found.map(row => requestOf(row, now)).filter(({ state }) => state === 'waiting')
}

/**
 * Keeps a till's answer to what still waits for one.
 * @param answer null: it can't be read. One to another question counts as such
 */
export async function noteSupportAnswer(
  tx: Tx,
  { id, device }: { readonly id: string; readonly device: string },
  answer: SupportAnswer | null,
  now: number,
): Promise<void> {
  const waiting = await tx
    .selectFrom('support_request')
    .select('ask_json')
    .where('id', '=', id)
    .where('device', '=', device)
    .where('answered_at', 'is', null)
    .executeTakeFirst()
  if (waiting === undefined) return
  const ask = SupportAsk.parse(JSON.parse(waiting.ask_json))
  const kept = answer !== null && isAnswerTo(ask, answer) ? answer : UNREADABLE
  await tx
    .updateTable('support_request')
    .set({ answered_at: now, answer_json: storableText(JSON.stringify(kept)) })
    .where('id', '=', id)
    .execute()
}

const UNREADABLE: SupportAnswer = {
  is: 'problem',
  code: 'SUPPORT_ANSWER_UNREADABLE',
  sentence:
    'What the till answered can’t be read, answers something else, or is too large. Nothing of it was kept. Update its agent.',
}

const replacedBy = (by: string): SupportAnswer => ({
  is: 'problem',
  code: 'SUPPORT_REPLACED',
  sentence: `${by} asked for another log level before the till had answered, and the till takes that one.`,
})

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

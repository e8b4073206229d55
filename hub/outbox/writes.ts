import type { Selectable, Updateable } from 'kysely'
import { z } from 'zod'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { statesBefore, type WriteMove, writeStateAfter } from './write-states.ts'

/** A request to Shopify and how far it has come. */
export type Write = Selectable<Schema['shopify_write']>
export type WriteKind = Write['kind']

/** What Shopify is told of pickups: that one is ready, was handed over, that a part of it is missing, that it is paid back, or what its customer chose. */
export const pickupWriteKinds = [
  'ready',
  'collected',
  'short',
  'refund',
  'choice',
] as const satisfies readonly WriteKind[]

/** Why "ready" of items that staff found after all waits: head office is asked what becomes of them, in `pickup-short`. */
export const CHOSEN_OTHERWISE = 'The customer chose something else for these items.'

/** Plans a request. After commit, say `writes`. @returns its id */
export async function planWrite(
  tx: Tx,
  write: {
    readonly kind: WriteKind
    readonly store: string
    readonly subject: string
    readonly key: string
    readonly request: object
    readonly now: number
    /** It does not leave before this time; left out: at once. */
    readonly dueAt?: number
  },
): Promise<number> {
  return insertWrite(tx, {
    ...blank(write.now),
    due_at: write.dueAt ?? write.now,
    kind: write.kind,
    store: write.store,
    subject: write.subject,
    idempotency_key: write.key,
    request_json: JSON.stringify(write.request),
    state: 'planned',
  })
}

/** A write that needs no call: it ends movements whose sum asks nothing of Shopify. @returns its id */
export async function recordWithoutCall(
  tx: Tx,
  write: {
    readonly store: string
    readonly subject: string
    readonly why: string
    readonly now: number
    /** `unknown`: it can't be told what Shopify has, and nothing is sent. */
    readonly state?: 'confirmed' | 'unknown'
    /** Kept with it, for the person who decides what became of it. */
    readonly facts?: object
  },
): Promise<number> {
  const { state = 'confirmed', why, now, facts = {} } = write
  return insertWrite(tx, {
    ...blank(now),
    kind: 'adjust',
    store: write.store,
    subject: write.subject,
    idempotency_key: '',
    request_json: JSON.stringify({ changes: [] }),
    state,
    settled_at: now,
    answer_json: JSON.stringify({ by: 'nothing-to-send', why, ...facts }),
    problem: state === 'unknown' ? why : null,
  })
}

function blank(now: number) {
  return {
    attempts: 0,
    planned_at: now,
    first_sent_at: null,
    last_sent_at: null,
    due_at: now,
    settled_at: null,
    answer_json: null,
    problem: null,
  }
}

/** Writes a request's row as it is given. @returns its id */
export async function insertWrite(tx: Tx, row: Omit<Write, 'id'>): Promise<number> {
  const { id } = await tx.insertInto('shopify_write').values(row).returning('id').executeTakeFirstOrThrow()
  return id
}

/** Completes a planned write whose request needs the write's own id. */
export async function completePlan(
  tx: Tx,
  id: number,
  plan: { readonly subject: string; readonly request: object },
): Promise<void> {
  await tx
    .updateTable('shopify_write')
    .set({ subject: plan.subject, request_json: JSON.stringify(plan.request) })
    .where('id', '=', id)
    .where('state', '=', 'planned')
    .execute()
}

/** Commit this before the bytes leave, so that after a kill a sent request is never taken for an unsent one. */
export function markSent(tx: Tx, id: number, now: number): Promise<Write | null> {
  return move(tx, id, 'send', e => ({
    attempts: e.attempts + 1,
    first_sent_at: e.first_sent_at ?? now,
    last_sent_at: now,
  }))
}

const Request = z.record(z.string(), z.unknown())

/** A hub that was lost may have sent it: Shopify is asked before it goes again. A refund notes that this hub has not. */
export async function countAsSent(tx: Tx, write: Write, now: number): Promise<void> {
  const { id, kind, first_sent_at, request_json } = write
  if (kind === 'refund' && first_sent_at === null)
    await shrinkRequest(tx, id, { ...Request.parse(JSON.parse(request_json)), isOfLostHub: true })
  await markSent(tx, id, now)
}

/** When the bytes of the last send left: after `markSent`, as the call may have waited for its turn. @returns the write as it is now */
export function noteSentAt(
  tx: Tx,
  id: number,
  sent: { readonly at: number; readonly isFirst: boolean },
): Promise<Write | undefined> {
  const { at, isFirst } = sent
  return tx
    .updateTable('shopify_write')
    .set({ last_sent_at: at, ...(isFirst ? { first_sent_at: at } : {}) })
    .where('id', '=', id)
    .where('settled_at', 'is', null)
    .returningAll()
    .executeTakeFirst()
}

/** @param later `firstSendFailed`: the one send there was has not been carried out */
export function postpone(
  tx: Tx,
  id: number,
  later: { readonly dueAt: number; readonly problem: string; readonly firstSendFailed: boolean },
): Promise<Write | null> {
  const { dueAt, problem, firstSendFailed } = later
  const change = { due_at: dueAt, problem }
  return firstSendFailed
    ? move(tx, id, 'unsend', () => ({ ...change, first_sent_at: null }))
    : move(tx, id, 'postpone', () => change)
}

/** What is put off for a subject, in some kinds of requests, is looked at now: whatever it waited for has changed. */
export async function hurryWrites(
  tx: Tx,
  of: { readonly subject: string; readonly kinds: readonly WriteKind[] },
  now: number,
): Promise<void> {
  await tx
    .updateTable('shopify_write')
    .set({ due_at: now })
    .where('subject', '=', of.subject)
    .where('kind', 'in', of.kinds)
    .where('settled_at', 'is', null)
    .where('due_at', '>', now)
    .execute()
}

/** Another request under another key takes the place of one that was not carried out. */
export function freezeWrite(
  tx: Tx,
  id: number,
  next: { readonly key: string; readonly request: object; readonly now: number },
): Promise<Write | null> {
  return move(tx, id, 'freeze', () => ({
    idempotency_key: next.key,
    request_json: JSON.stringify(next.request),
    first_sent_at: null,
    answer_json: null,
    due_at: next.now,
  }))
}

/** Fewer lines are left of a request that may have been carried out in part; its sends still count. */
export async function shrinkRequest(tx: Tx, id: number, request: object): Promise<void> {
  await tx
    .updateTable('shopify_write')
    .set({ request_json: JSON.stringify(request) })
    .where('id', '=', id)
    .where('settled_at', 'is', null)
    .execute()
}

/** Shopify refused it; the same request goes again at `dueAt`. */
export function retryWrite(
  tx: Tx,
  id: number,
  again: { readonly problem: string; readonly dueAt: number },
): Promise<Write | null> {
  return move(tx, id, 'retry', () => ({
    first_sent_at: null,
    due_at: again.dueAt,
    problem: again.problem,
  }))
}

/** @param trace what is kept of the request for a trace; left out: all of it */
export function confirmWrite(
  tx: Tx,
  id: number,
  end: { readonly proof: object; readonly trace?: object; readonly now: number },
): Promise<Write | null> {
  return move(tx, id, 'confirm', () => ({
    settled_at: end.now,
    answer_json: JSON.stringify(end.proof),
    problem: null,
    ...(end.trace === undefined ? {} : { request_json: JSON.stringify(end.trace) }),
  }))
}

export function refuseWrite(
  tx: Tx,
  id: number,
  end: { readonly problem: string; readonly now: number },
): Promise<Write | null> {
  return move(tx, id, 'refuse', () => ({ settled_at: end.now, problem: end.problem }))
}

/** It can't be told whether it was carried out. */
export function giveUpWrite(
  tx: Tx,
  id: number,
  end: { readonly problem: string; readonly now: number },
): Promise<Write | null> {
  return move(tx, id, 'giveUp', () => ({ settled_at: end.now, problem: end.problem }))
}

/** A person has found out what became of a write that ended unclear. */
export function decideWrite(
  tx: Tx,
  id: number,
  decision: { readonly posted: boolean; readonly proof: object; readonly now: number },
): Promise<Write | null> {
  const { posted, proof, now } = decision
  return move(tx, id, posted ? 'findPosted' : 'findUnposted', () => ({
    settled_at: now,
    answer_json: JSON.stringify(proof),
    problem: posted ? null : 'A person found that Shopify does not have it.',
  }))
}

/** Writes that ended unclear because the database was put back, in one store: a person decides. */
export async function undecidedWrites(db: Reads, store: string): Promise<Write[]> {
  const rows = await db
    .selectFrom('shopify_write')
    .selectAll()
    .where('state', '=', 'unknown')
    .where('store', '=', store)
    .where('idempotency_key', '=', '') // made without a call, see `recordWithoutCall`
    .orderBy('id')
    .execute()
  return rows
}

/** @returns the write as it is now; null when the move starts nowhere in its state, which it ended meanwhile */
async function move(
  tx: Tx,
  id: number,
  name: WriteMove,
  change: (before: Write) => Updateable<Schema['shopify_write']>,
): Promise<Write | null> {
  const before = await tx
    .selectFrom('shopify_write')
    .selectAll()
    .where('id', '=', id)
    .where('state', 'in', statesBefore(name))
    .executeTakeFirst()
  const state = before === undefined ? null : writeStateAfter(before.state, name)
  if (before === undefined || state === null) return null
  return tx
    .updateTable('shopify_write')
    .set({ ...change(before), state })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** Whether a request about this subject has ever left the hub, as far as its database knows. */
export async function wasSent(db: Reads, kind: WriteKind, subject: string): Promise<boolean> {
  const row = await db
    .selectFrom('shopify_write')
    .select('id')
    .where('subject', '=', subject)
    .where('kind', '=', kind)
    .where('last_sent_at', 'is not', null)
    .executeTakeFirst()
  return row !== undefined
}

/** A write that has not ended; null when it has. */
export async function openWrite(db: Reads, id: number): Promise<Write | null> {
  const row = await db
    .selectFrom('shopify_write')
    .selectAll()
    .where('id', '=', id)
    .where('settled_at', 'is', null)
    .executeTakeFirst()
  return row ?? null
}

/** The open writes of some kinds, oldest first; of one store when it is given. Reads only what is open. */
export function openWrites(
  db: Reads,
  wanted: { readonly kinds: readonly WriteKind[]; readonly store?: string },
): Promise<Write[]> {
  let query = db.selectFrom('shopify_write').selectAll().where('settled_at', 'is', null)
  if (wanted.store !== undefined) query = query.where('store', '=', wanted.store)
  return query.where('kind', 'in', wanted.kinds).orderBy('due_at').orderBy('id').execute()
}

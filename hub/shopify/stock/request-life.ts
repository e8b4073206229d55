import { type BackOff, backOffMs } from '../../../shared/back-off.ts'
import type { World } from '../../../shared/world.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import type { SendRecord } from '../../generation/generation.ts'
import type { SentMovement, SentRequest } from '../../generation/record-file.ts'
import { markSent, openWrite, postpone, type Write } from '../../outbox/writes.ts'
import type { ShopifyClient } from '../api/client.ts'

/** What a request that changes stock, or holds it back, goes through around its sending, whatever it says. */

/** Shopify forgets a key after 24 hours; one this old is never sent again. */
export const KEY_LIFE_MS = 23 * 3_600_000
/** Between two sends of one request. */
export const RETRY: BackOff = { firstMs: 1_000, longestMs: 5 * 60_000 }

export interface SendWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly world: World
  /** Notes outside the database what is sent, so that a hub restored from a backup knows it. */
  readonly sends: SendRecord
}

/** Also when it was sent in the future, by a clock that was wrong: then nothing is known of the key's age. */
export function isKeyOld(sentAt: number, now: number): boolean {
  return sentAt > now || now - sentAt >= KEY_LIFE_MS
}

/** What a kind of request has of its own before it leaves, in the transaction that says so. */
export interface Leaving {
  /** Before a first send. @returns true: it does not leave, and that is written */
  isWithdrawn(tx: Tx, write: Write, now: number): Promise<boolean>
  /** What the record beside the database says that it carries. */
  movements(tx: Tx, id: number): Promise<readonly SentMovement[]>
}

/**
 * Counts a send and notes it outside the database. Both are on disk before the bytes leave, so that after a kill a sent
 * request is never taken for an unsent one.
 * @returns the write as it is now; null: it has ended
 */
export async function letLeave(work: SendWork, id: number, leaving: Leaving): Promise<Write | null> {
  const marked = await transaction(work.db, tx => markAndCount(work, tx, id, leaving))
  if (marked === null) return null
  if (marked.note !== null) work.sends.sending(marked.note)
  return marked.write
}

type Marked = { readonly write: Write; readonly note: SentRequest | null }

async function markAndCount(
  { world, sends }: SendWork,
  tx: Tx,
  id: number,
  leaving: Leaving,
): Promise<Marked | null> {
  const before = await openWrite(tx, id)
  const at = world.clock.now()
  if (before === null) return null
  if (before.first_sent_at === null && (await leaving.isWithdrawn(tx, before, at))) return null
  const write = await markSent(tx, id, at)
  if (write === null) return null
  const { idempotency_key: key, store, subject, request_json: request } = write
  if (before.first_sent_at !== null && sends.isNoted(key)) return { write, note: null }
  const movements = await leaving.movements(tx, id)
  return { write, note: { send: await sends.next(tx), key, store, subject, request, movements, at } }
}

/** It goes again later. @param later.firstSendFailed the one send there was has not been carried out */
export async function sendLater(
  { db, world }: SendWork,
  write: Write,
  later: { readonly problem: string; readonly firstSendFailed: boolean; readonly coolMs?: number },
): Promise<void> {
  const { problem, firstSendFailed, coolMs = 0 } = later
  const dueAt = world.clock.now() + coolMs + backOffMs(world, write.attempts, RETRY)
  await transaction(db, tx => postpone(tx, write.id, { dueAt, problem, firstSendFailed }))
}

/** Notes outside the database that Shopify has a request, in the adjustment group that its answer named. */
export function noteApplied({ sends }: SendWork, write: Write, group: string | null): void {
  sends.ended(write.idempotency_key, { state: 'applied', group })
}

/** Notes outside the database that Shopify does not have a request and will not. */
export function noteNotApplied({ sends }: SendWork, write: Write): void {
  sends.ended(write.idempotency_key, { state: 'not-applied', group: null })
}

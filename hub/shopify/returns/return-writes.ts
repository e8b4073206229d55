import { z } from 'zod'
import { type BackOff, backOffMs, isDue } from '../../../shared/back-off.ts'
import type { World } from '../../../shared/world.ts'
import { STUCK_MS } from '../../checks/stock-write-stuck.ts'
import { type Db, transaction } from '../../db/db.ts'
import { markSent, openWrite, postpone, type Write } from '../../outbox/writes.ts'
import { closeReturn, nameStuckReturn, type ReturnStanding } from '../../returns/close-return.ts'
import { changeReturn, readStoreReturn, type StoreReturn } from '../../returns/store-return.ts'
import type { Signals } from '../../signals.ts'
import { readPlaces } from '../../stock/places.ts'
import { type Mutation, type ShopifyClient, UserErrors, type WriteResult } from '../api/client.ts'
import { CLOSE_RETURN, CREATE_RETURN, PROCESS_RETURN } from '../api/documents.ts'
import { findOwnReturn, type OwnReturn, readOwnReturn } from './own-return.ts'
import { readDueMoney } from './return-outcome.ts'
import { processedLines, returnLines } from './return-steps.ts'
import { readReturnable } from './returnable.ts'

export interface ReturnWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly world: World
  readonly signals: Signals
}

const RETRY: BackOff = { firstMs: 1_000, longestMs: 5 * 60_000 }
/** What Shopify refused is asked for again, seldom: a person may have put it right there. */
const REFUSED_RETRY_MS = 15 * 60_000
/** So long after a send without an answer Shopify may still be at work on it. */
const AT_WORK_MS = 60_000
/** The goods were handed over just before, and Shopify does not have that yet. */
const NOT_HANDED_OVER_MS = 5_000

const payload = z.object({ userErrors: UserErrors })
const Created = z.object({ returnCreate: payload })
const createReturn: Mutation<z.infer<typeof Created>> = {
  name: 'CreateReturn',
  capability: 'till-returns',
  document: CREATE_RETURN,
  answer: Created,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.returnCreate.userErrors,
}
const Processed = z.object({ returnProcess: payload })
const processReturn: Mutation<z.infer<typeof Processed>> = {
  name: 'ProcessReturn',
  capability: 'till-returns',
  document: PROCESS_RETURN,
  answer: Processed,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.returnProcess.userErrors,
}
const Closed = z.object({ returnClose: payload })
const endReturn: Mutation<z.infer<typeof Closed>> = {
  name: 'CloseReturn',
  capability: 'till-returns',
  document: CLOSE_RETURN,
  answer: Closed,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.returnClose.userErrors,
}

/** Whether the answer to the last step of a return is known: it was had just now. */
type LastStep = 'answered' | 'unknown'

/**
 * Carries one return as far as it goes now. Shopify knows no idempotency here, so each step is decided by what Shopify has: after a
 * lost answer, a kill or a restore nothing is done twice. Throws as `ShopifyClient.read` does; the request then stays as it is.
 */
export async function sendReturn(work: ReturnWork, id: number, last: LastStep = 'unknown'): Promise<void> {
  const write = await openWrite(work.db, id)
  const one = write === null ? null : await readStoreReturn(work.db, write.subject)
  const order = one?.row.order_id ?? null
  if (write === null || one === null || order === null) return
  if (last === 'unknown') await nameLongWait(work, write, one)
  const found = await findOwnReturn(work.client, order, one.row.return_id)
  if (found === null) return openInShopify(work, write, one, { order, last })
  if (found.cancelled) return closeAs(work, write, one, { is: 'refused', why: 'stopped-in-shopify' })
  return takeIn(work, write, one, { id: found.id, last })
}

/** A step that Shopify does not answer is named in time, whatever keeps it from answering. */
async function nameLongWait({ db, world }: ReturnWork, write: Write, one: StoreReturn): Promise<void> {
  const { problem, planned_at: plannedAt } = write
  const now = world.clock.now()
  if (one.row.state !== 'waiting' || problem === null || !isDue(plannedAt + STUCK_MS, now, STUCK_MS)) return
  await transaction(db, tx => nameStuckReturn(tx, one, problem, now))
}

/** Shopify has nothing of it yet. */
async function openInShopify(
  work: ReturnWork,
  write: Write,
  one: StoreReturn,
  { order, last }: { readonly order: string; readonly last: LastStep },
): Promise<void> {
  if (await waitsForAnswer(work, write, last)) return
  const lines = returnLines(one.made, await readReturnable(work.client, order, 'pickup'))
  if (lines === null) {
    if (await isBeingHandedOver(work.db, order))
      return putOff(work, write, 'Shopify does not have the hand-over yet.', NOT_HANDED_OVER_MS)
    return closeAs(work, write, one, { is: 'refused', why: 'not-returnable' })
  }
  const sent = await mark(work, write)
  if (sent === null) return
  const input = { orderId: order, returnLineItems: lines }
  const result = await work.client.write(createReturn, { input }, 'pickup')
  if (result.kind === 'answered') return sendReturn(work, write.id, 'answered')
  return conclude(work, sent, one, result)
}

/** Shopify has it: the goods are taken in, and the money goes back. */
async function takeIn(
  work: ReturnWork,
  write: Write,
  one: StoreReturn,
  { id, last }: { readonly id: string; readonly last: LastStep },
): Promise<void> {
  const own = await readOwnReturn(work.client, id)
  if (own === null) return closeAs(work, write, one, { is: 'refused', why: 'stopped-in-shopify' })
  if (own.open.length === 0) return finish(work, write, one, own)
  if (!own.isOpen) return closeAs(work, write, one, { is: 'refused', why: 'stopped-in-shopify' })
  if (await waitsForAnswer(work, write, last)) return
  const location = await locationOf(work.db, one.row.store)
  if (location === null)
    return closeAs(work, write, one, stuck(work, `Store ${one.row.store} is mapped to no location.`))
  const { due, orderTransactions } = await readDueMoney(work.client, own)
  const isPaid = one.row.rule === 'refund' && orderTransactions.length > 0
  const noted = await noteDue(work, one, { shopifyReturn: id, due })
  const sent = await mark(work, write)
  if (sent === null) return
  const input = {
    returnId: id,
    returnLineItems: processedLines(one.made, own.open, location),
    ...(isPaid ? { financialTransfer: { issueRefund: { orderTransactions } } } : {}),
  }
  const result = await work.client.write(processReturn, { input }, 'pickup')
  if (result.kind === 'answered') return sendReturn(work, write.id, 'answered')
  return conclude(work, sent, noted, result)
}

/** All goods are taken in. */
async function finish(work: ReturnWork, write: Write, one: StoreReturn, own: OwnReturn): Promise<void> {
  // a return that stays open in Shopify's lists has had all its effects: closing it may fail
  if (own.isOpen) await work.client.write(endReturn, { id: own.id }, 'pickup')
  const { due } = one.outcome
  const { refunded } = own
  const isOwed = due !== null && (refunded?.minor ?? 0) < due.minor
  return closeAs(work, write, one, isOwed ? { is: 'owed', due, refunded } : { is: 'done', due, refunded })
}

/** A step whose answer was lost is not sent again while Shopify may still be at work on it. @returns whether it waits */
async function waitsForAnswer(work: ReturnWork, write: Write, last: LastStep): Promise<boolean> {
  const { state, last_sent_at: sentAt } = write
  if (last === 'answered' || state !== 'sent' || sentAt === null) return false
  if (isDue(sentAt + AT_WORK_MS, work.world.clock.now(), AT_WORK_MS)) return false
  await putOff(work, write, 'Shopify may still be at work on it.', AT_WORK_MS)
  return true
}

async function isBeingHandedOver(db: Db, order: string): Promise<boolean> {
  const row = await db
    .selectFrom('shopify_write as w')
    .innerJoin('pickup as p', 'p.pickup', 'w.subject')
    .select('w.id')
    .where('w.settled_at', 'is', null)
    .where('w.kind', '=', 'collected')
    .where('p.order_id', '=', order)
    .executeTakeFirst()
  return row !== undefined
}

/** The store's main location. */
async function locationOf(db: Db, store: string): Promise<string | null> {
  return (await readPlaces(db)).places.find(place => place.store === store)?.location ?? null
}

async function noteDue(
  { db, world }: ReturnWork,
  one: StoreReturn,
  outcome: Pick<StoreReturn['outcome'], 'shopifyReturn' | 'due'>,
): Promise<StoreReturn> {
  return transaction(db, tx => changeReturn(tx, one, { state: one.row.state, outcome }, world.clock.now()))
}

const stuck = ({ world }: ReturnWork, problem: string): ReturnStanding => ({
  is: 'stuck',
  problem,
  dueAt: world.clock.now() + REFUSED_RETRY_MS,
})

async function conclude<T>(
  work: ReturnWork,
  write: Write,
  one: StoreReturn,
  result: Exclude<WriteResult<T>, { kind: 'answered' }>,
): Promise<void> {
  if (result.kind === 'user-errors')
    return closeAs(work, write, one, stuck(work, result.errors.map(({ message }) => message).join(' ')))
  if (result.kind === 'invalid') return closeAs(work, write, one, stuck(work, result.problem))
  const isLost = result.kind === 'unknown'
  const waitMs = backOffMs(work.world, write.attempts, RETRY)
  await putOff(work, write, result.problem, waitMs, !isLost)
}

async function putOff(
  { db, world }: ReturnWork,
  { id }: Write,
  problem: string,
  waitMs: number,
  firstSendFailed = false,
): Promise<void> {
  const dueAt = world.clock.now() + waitMs
  await transaction(db, tx => postpone(tx, id, { dueAt, problem, firstSendFailed }))
}

function mark({ db, world }: ReturnWork, { id }: Write): Promise<Write | null> {
  return transaction(db, tx => markSent(tx, id, world.clock.now()))
}

async function closeAs(
  { db, world, signals }: ReturnWork,
  { id }: Write,
  one: StoreReturn,
  standing: ReturnStanding,
): Promise<void> {
  await transaction(db, tx => closeReturn(tx, id, one, standing, world.clock.now()))
  signals.say('commands', one.row.store)
  signals.say('now', one.row.store)
}

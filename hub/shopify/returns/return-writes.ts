import { z } from 'zod'
import { type BackOff, backOffMs, isDue } from '../../../shared/back-off.ts'
import { minor, sum } from '../../../shared/money.ts'
import type { ReturnMoney } from '../../../shared/returns.ts'
import type { World } from '../../../shared/world.ts'
import { type Db, transaction } from '../../db/db.ts'
import { markSent, openWrite, postpone, type Write } from '../../outbox/writes.ts'
import { closeReturn, type ReturnStanding } from '../../returns/close-return.ts'
import { sayTooLate } from '../../returns/return-undone.ts'
import {
  changeReturn,
  isDropped,
  nameOrder,
  readStoreReturn,
  returnNow,
  type StoreReturn,
} from '../../returns/store-return.ts'
import type { Signals } from '../../signals.ts'
import { readPlaces } from '../../stock/places.ts'
import { type Mutation, type ShopifyClient, UserErrors, type WriteResult } from '../api/client.ts'
import { CLOSE_RETURN, CREATE_RETURN, PROCESS_RETURN } from '../api/documents.ts'
import { readFulfillmentOrder } from '../orders/read-order.ts'
import { findOwnReturn, type OwnReturn, readOwnReturn, readRestocked } from './own-return.ts'
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
/** What Shopify does not show is asked for again. */
const UNSHOWN_MS = 60_000
const LONGEST_UNSHOWN_MS = 30 * 24 * 3_600_000
/** Only the money waits: a person pays it. */
const OWED_MS = 3_600_000
/** The goods were handed over just before, and Shopify does not have that yet. */
const NOT_HANDED_OVER_MS = 5_000

const payload = z.object({ userErrors: UserErrors })
const Created = z.object({
  returnCreate: payload.extend({ return: z.object({ id: z.string() }).nullable() }),
})
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

/** The step of a return that Shopify has answered just now; null: it has answered nothing yet, or its answer was lost. */
type AnsweredStep = 'created' | 'processed' | null

/**
 * Carries one return as far as it goes now. Shopify knows no idempotency here, so each step is decided by what Shopify has: after a
 * lost answer, a kill or a restore nothing is done twice. What Shopify does not show is not known, and waits. Throws as
 * `ShopifyClient.read` does; the request then stays as it is.
 */
export async function sendReturn(work: ReturnWork, id: number): Promise<void> {
  const write = await openWrite(work.db, id)
  const one = write === null ? null : await readStoreReturn(work.db, write.subject)
  if (write === null || one === null) return
  const { order_id: order, return_id: key } = one.row
  if (order === null) return findOrder(work, write, one)
  const { shopifyReturn } = one.outcome
  if (shopifyReturn !== null) return takeIn(work, write, one, { id: shopifyReturn, answered: null })
  const found = await findOwnReturn(work.client, order, key)
  switch (found.is) {
    case 'there':
      return takeIn(work, write, await noteOwn(work, one, found.id), { id: found.id, answered: null })
    case 'none':
      if (isDropped(one)) return closeAs(work, write, one, { is: 'undone' })
      return isBooked(one) ? notShown(work, write, one, 'return') : openInShopify(work, write, one, order)
    case 'cancelled':
      return isBooked(one)
        ? notShown(work, write, one, 'return')
        : closeAs(work, write, one, { is: 'refused', why: 'stopped-in-shopify' })
    case 'unknown':
      return notShown(work, write, one, 'order')
  }
}

/** The goods are in Shopify's books, and only the money waits. */
const isBooked = ({ row }: StoreReturn) => row.state === 'owed'

/** The hub did not know the pickup that a return names, as after a restore: Shopify says which order it is of. */
async function findOrder(work: ReturnWork, write: Write, one: StoreReturn): Promise<void> {
  const { pickup, lines } = one.made
  const found = pickup === null ? null : await readFulfillmentOrder(work.client, pickup)
  if (found === null) return notShown(work, write, one, 'order')
  const orderLineOf = new Map(found.lines.map(({ id, lineItem }) => [id, lineItem.id]))
  const own = lines.flatMap(line => {
    const orderLine = orderLineOf.get(line.orderLine)
    return orderLine === undefined ? [] : [{ ...line, orderLine }]
  })
  if (own.length < lines.length) return notShown(work, write, one, 'order')
  const order = { id: found.orderId, lines: own }
  await transaction(work.db, tx => nameOrder(tx, one.row.return_id, order, work.world.clock.now()))
  return sendReturn(work, write.id)
}

/** What Shopify does not show may be there all the same: it is asked again, and only what never left the hub ends after a month. */
async function notShown(
  work: ReturnWork,
  write: Write,
  one: StoreReturn,
  what: 'order' | 'return',
): Promise<void> {
  const isOver = isDue(write.planned_at + LONGEST_UNSHOWN_MS, work.world.clock.now(), LONGEST_UNSHOWN_MS)
  if (isOver && what === 'order' && write.attempts === 0 && !isBooked(one))
    return closeAs(work, write, one, { is: 'refused', why: 'order-unknown' })
  return putOff(work, write, `Shopify does not show the ${what}.`, isBooked(one) ? OWED_MS : UNSHOWN_MS)
}

/** Shopify has nothing of it yet. */
async function openInShopify(work: ReturnWork, write: Write, one: StoreReturn, order: string): Promise<void> {
  if (await waitsForAnswer(work, write)) return
  const lines = returnLines(one.made, await readReturnable(work.client, order, 'pickup'))
  if (lines === null) {
    if (await isBeingHandedOver(work.db, order))
      return putOff(work, write, 'Shopify does not have the hand-over yet.', NOT_HANDED_OVER_MS)
    return closeAs(work, write, one, { is: 'refused', why: 'not-returnable' })
  }
  const sent = await mark(work, write, one)
  if (sent === null) return
  const input = { orderId: order, returnLineItems: lines }
  const result = await work.client.write(createReturn, { input }, 'pickup')
  if (result.kind !== 'answered') return conclude(work, sent, one, result)
  const id = result.data.returnCreate.return?.id
  if (id === undefined) return putOff(work, sent, 'Shopify named no return in its answer.', AT_WORK_MS)
  // before anything else: what Shopify shows just now may be older than its answer
  return takeIn(work, sent, await noteOwn(work, one, id), { id, answered: 'created' })
}

/** Shopify has it: the goods are taken in, and the money goes back. */
async function takeIn(
  work: ReturnWork,
  write: Write,
  one: StoreReturn,
  { id, answered }: { readonly id: string; readonly answered: AnsweredStep },
): Promise<void> {
  const own = await readOwnReturn(work.client, id, isBooked(one) ? 'read' : 'pickup')
  if (own === null) return notShown(work, write, one, 'return')
  if (own.open.length === 0) return finish(work, write, one, own)
  if (isBooked(one)) return putOff(work, write, 'Shopify shows it as not taken in.', OWED_MS)
  if (!own.isOpen) return closeAs(work, write, one, { is: 'refused', why: 'stopped-in-shopify' })
  if (answered === 'processed')
    return putOff(work, write, 'Shopify does not show it as taken in yet.', AT_WORK_MS)
  if (answered === null && (await waitsForAnswer(work, write))) return
  const location = await locationOf(work.db, one.row.store)
  if (location === null)
    return closeAs(work, write, one, stuck(work, `Store ${one.row.store} is mapped to no location.`))
  const lines = processedLines(one.made, own.open, location)
  if (lines === null)
    return putOff(work, write, 'Shopify does not show where its goods are put back.', NOT_HANDED_OVER_MS)
  const { due, orderTransactions } = await readDueMoney(work.client, own)
  const isPaid = one.row.rule === 'refund' && orderTransactions.length > 0
  const noted = await noteDue(work, one, dueOf(own, due))
  const sent = await mark(work, write, one)
  if (sent === null) return
  const input = {
    returnId: id,
    returnLineItems: lines,
    ...(isPaid ? { financialTransfer: { issueRefund: { orderTransactions } } } : {}),
  }
  const result = await work.client.write(processReturn, { input }, 'pickup')
  if (result.kind === 'answered') {
    const isAllOurs = own.open.every(({ places, placed }) => sum(places.map(one => one.units)) === placed)
    const booked = isAllOurs ? await note(work, noted, { restocked: forSaleOf(one.made) }) : noted
    return takeIn(work, sent, booked, { id, answered: 'processed' })
  }
  return conclude(work, sent, noted, result)
}

/** All goods are taken in. */
async function finish(work: ReturnWork, write: Write, one: StoreReturn, own: OwnReturn): Promise<void> {
  // a return that stays open in Shopify's lists has had all its effects: closing it may fail
  if (own.isOpen) await work.client.write(endReturn, { id: own.id }, 'pickup')
  // processed at head office, or by a hub that was put back since: what is not paid back may be due
  const due = one.outcome.isDueKnown ? one.outcome.due : dueOf(own, null)
  const { refunded } = own
  const known = await withRestocked(work, one, own)
  const isOwed = due !== null && (refunded?.minor ?? 0) < due.minor
  return closeAs(work, write, known, isOwed ? { is: 'owed', due, refunded } : { is: 'done', due, refunded })
}

/** Where head office disposed of some of the goods itself, Shopify says what is back in the store's stock. */
async function withRestocked(work: ReturnWork, one: StoreReturn, own: OwnReturn): Promise<StoreReturn> {
  const isAsked = one.row.state === 'waiting' && one.outcome.restocked === null
  if (!isAsked || !one.made.lines.some(({ condition }) => condition === 'sellable')) return one
  const location = await locationOf(work.db, one.row.store)
  const restocked = location === null ? {} : await readRestocked(work.client, own.id, location)
  return note(work, one, { restocked })
}

/** Units by line that staff put back on sale. */
function forSaleOf({ lines }: StoreReturn['made']): Record<string, number> {
  const units = new Map<string, number>()
  for (const { orderLine, units: count, condition } of lines)
    if (condition === 'sellable') units.set(orderLine, (units.get(orderLine) ?? 0) + count)
  return Object.fromEntries(units)
}

/** What was paid back, what should have been, and what is due for the units that are still to be taken in. */
function dueOf({ refunded, unpaid }: OwnReturn, open: ReturnMoney | null): ReturnMoney | null {
  const parts = [refunded, unpaid, open].filter(part => part !== null)
  const [first] = parts
  return first === undefined
    ? null
    : { minor: minor(sum(parts.map(part => part.minor))), currency: first.currency }
}

/** A step whose answer was lost is not sent again while Shopify may still be at work on it. @returns whether it waits */
async function waitsForAnswer(work: ReturnWork, write: Write): Promise<boolean> {
  const { state, last_sent_at: sentAt } = write
  if (state !== 'sent' || sentAt === null) return false
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

/** Shopify's id of the return: from here on it is asked for by that, and never opened again. */
function noteOwn(
  { db, world }: ReturnWork,
  { row }: StoreReturn,
  shopifyReturn: string,
): Promise<StoreReturn> {
  return transaction(db, async tx => {
    const now = world.clock.now()
    const noted = await changeReturn(tx, row.return_id, { outcome: { shopifyReturn } }, now)
    // a hub that was put back did not know that Shopify has what staff took back
    return isDropped(noted) ? sayTooLate(tx, row.return_id, now) : noted
  })
}

function noteDue(work: ReturnWork, one: StoreReturn, due: ReturnMoney | null): Promise<StoreReturn> {
  return note(work, one, { due, isDueKnown: true })
}

function note(
  { db, world }: ReturnWork,
  one: StoreReturn,
  outcome: Partial<StoreReturn['outcome']>,
): Promise<StoreReturn> {
  return transaction(db, tx => changeReturn(tx, one.row.return_id, { outcome }, world.clock.now()))
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

/**
 * The request is about to leave. What staff undid while Shopify was asked ends here, as long as Shopify has nothing of it.
 * @returns null: it is not to leave
 */
async function mark(
  { db, world, signals }: ReturnWork,
  { id }: Write,
  one: StoreReturn,
): Promise<Write | null> {
  const { return_id: key, store } = one.row
  const sent = await transaction(db, async tx => {
    const now = world.clock.now()
    const current = await returnNow(tx, key)
    if (!isDropped(current)) return markSent(tx, id, now)
    if (current.outcome.shopifyReturn === null) {
      await closeReturn(tx, id, key, { is: 'undone' }, now)
      return null
    }
    await sayTooLate(tx, key, now)
    return markSent(tx, id, now)
  })
  if (sent === null) signals.say('commands', store)
  return sent
}

async function closeAs(
  { db, world, signals }: ReturnWork,
  { id }: Write,
  one: StoreReturn,
  standing: ReturnStanding,
): Promise<void> {
  await transaction(db, tx => closeReturn(tx, id, one.row.return_id, standing, world.clock.now()))
  signals.say('commands', one.row.store)
  signals.say('now', one.row.store)
}

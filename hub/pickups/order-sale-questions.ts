import { closeException, openException } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import type { Reads, Tx } from '../db/db.ts'
import { unitsHandedOver, unitsToldUnmatched } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { nameToldBesides } from './handed-over-by-both.ts'
import { dueUnits } from './line-counts.ts'
import { namedBesides } from './named-besides.ts'
import { type NamedOrder, pickupsNamed } from './named-order.ts'
import { writeDifference } from './order-sale-difference.ts'
import {
  handedOverTwice,
  hasHad,
  namesOther,
  type OrderSale,
  orderSalesOf,
  type UnitsOfLines,
  unitsInDoubt,
  writeOrderSale,
} from './order-sale-row.ts'
import { cleanText } from './order-text.ts'
import { isNamedPaidBack } from './paid-back.ts'
import { type Pickup, parsePickup, readPickup } from './pickup-row.ts'
import type { ShareOfOrder } from './share-of-order.ts'

/** What a telling of a receipt says, beyond what is kept of it. */
export interface ToldSale {
  /** The order that it names now instead of the one that it has handed over; empty: none. Null: the same one. */
  readonly other: string | null
  /** The order that it names; null: none. */
  readonly found: NamedOrder | null
  readonly isVoid: boolean
  /** It takes goods back as well, or it was not to be asked about before. */
  readonly isExchange: boolean
  /** It says what it said before: what it left unclear then was asked then. */
  readonly isAsBefore: boolean
  /** What it takes of its order; null: that was not looked at. */
  readonly share: ShareOfOrder | null
}

/**
 * Asks what a receipt leaves in doubt, once: what people have answered is asked again only when the receipt says something else. What it
 * says no longer is closed.
 */
export async function askAboutOrderSale(
  tx: Tx,
  sale: OrderSale,
  telling: ToldSale,
  now: number,
): Promise<void> {
  const asked = await questionOf(tx, sale, telling)
  if (asked === 'as-before') return
  const { problem, key } = asked ?? { problem: null, key: null }
  if (key === sale.asked) return
  for (const [kind, subject] of subjectsOf(sale))
    if (problem === null || !problem.code.startsWith(kind)) await closeException(tx, kind, subject, now)
  if (problem !== null) await openException(tx, problem, now)
  await writeOrderSale(tx, { ...sale, asked: key })
}

/** The receipt does not ring up an order any more. */
export async function forgetQuestions(tx: Tx, sale: OrderSale, now: number): Promise<void> {
  for (const [kind, subject] of subjectsOf(sale)) await closeException(tx, kind, subject, now)
}

function subjectsOf({ store, source, receipt, pickup }: OrderSale) {
  const of = `${store}/${source}/${receipt}`
  const alone = [['order-sale-unclear', of] as const, ['handed-over-twice', of] as const]
  return pickup === null ? alone : [...alone, ['order-sale-voided', `${pickup}/${receipt}`] as const]
}

interface Question {
  readonly problem: SubjectProblem
  /** The same question has the same key. */
  readonly key: string
}

async function questionOf(
  db: Reads,
  sale: OrderSale,
  telling: ToldSale,
): Promise<Question | 'as-before' | null> {
  if (!hasHad(sale))
    return (
      (await paidBackOrder(db, sale, telling)) ??
      (await notDueElsewhere(db, sale, telling)) ??
      unclearOrder(sale, telling)
    )
  const pickup = sale.pickup === null ? null : await readPickup(db, sale.pickup)
  if (pickup === null) return null
  const doubt = unitsInDoubt(sale)
  const about = handedOverBy(sale, pickup)
  const { fields } = about
  const items = textOf(pickup, doubt)
  if (telling.isVoid) {
    if (doubt.size === 0) return null
    return { problem: { code: 'order-sale-voided', ...about }, key: `voided ${items}` }
  }
  if (telling.other === '')
    return { problem: { code: 'order-sale-voided.no-order', ...about }, key: 'no-order' }
  if (telling.other !== null) {
    const { other } = telling
    const evidence = { ...about.evidence, other }
    const problem = {
      code: 'order-sale-voided.other-order',
      ...about,
      fields: { ...fields, other },
      evidence,
    } as const
    return { problem, key: namesOther(other) }
  }
  if (doubt.size > 0)
    return {
      problem: { code: 'order-sale-voided.fewer', ...about, fields: { ...fields, items } },
      key: `fewer ${items}`,
    }
  if (telling.isAsBefore || telling.share === null)
    return sale.asked?.startsWith('unclear') === true ? 'as-before' : null
  return unclearGoods(db, sale, pickup, telling.share)
}

/** Its customer came after the order was paid back: whatever else is unclear, they have the goods and the money. */
async function paidBackOrder(
  db: Reads,
  sale: OrderSale,
  { found, isVoid }: ToldSale,
): Promise<Question | null> {
  const { named: order, store, receipt, sold } = sale
  if (found === null || isVoid || sold.length === 0 || !(await isNamedPaidBack(db, order))) return null
  const fields = { order, store, receipt }
  const problem = { code: 'order-sale-unclear.paid-back', ...unclear(sale), fields } as const
  return { problem, key: `unclear paid-back ${order}` }
}

/** Another store has the order that it names, and nothing of it is due there any more: it was handed over, or is cancelled. */
async function notDueElsewhere(
  db: Reads,
  sale: OrderSale,
  { found, isVoid, isExchange }: ToldSale,
): Promise<Question | null> {
  if (isVoid || found === null || found.pickup !== null || found.why !== 'other-store') return null
  const { named: order, store, receipt, sold } = sale
  const key = handedOverTwice(order)
  const fields = { order, store, receipt }
  const twice = (owner: string): Question => ({
    problem: { code: 'handed-over-twice', ...unclear(sale), fields: { ...fields, owner } },
    key,
  })
  if (sale.asked === key) return twice(found.owner)
  if (isExchange || sold.length === 0) return null
  const rows = await pickupsNamed(db, order)
  // what is still due is asked about in other words
  if (rows.some(row => parsePickup(row).lines.committed)) return null
  const owner = rows.find(row => row.state === 'collected' && row.store !== store)?.store
  if (owner !== undefined) return twice(owner)
  const problem = { code: 'order-sale-unclear.nothing-due', ...unclear(sale), fields } as const
  return { problem, key: `unclear nothing-due ${order}` }
}

/** A store has handed goods of an order over: tills of other stores that told of it after a move, and receipts that name it, are asked about. */
export async function nameHandedOverTwice(tx: Tx, pickup: Pickup, now: number): Promise<void> {
  await nameToldBesides(tx, pickup, now)
  const others = (await namedBesides(tx, pickup)).filter(({ store }) => store !== pickup.row.store)
  for (const sale of others) {
    const { named: order, store, receipt } = sale
    const key = handedOverTwice(order)
    if (sale.asked === key) continue
    await forgetQuestions(tx, sale, now)
    const fields = { order, store, receipt, owner: pickup.row.store }
    await openException(tx, { code: 'handed-over-twice', ...unclear(sale), fields }, now)
    await writeOrderSale(tx, { ...sale, asked: key })
  }
}

/** It has nothing of an order: the order that it names is not known here, or not due. */
function unclearOrder(sale: OrderSale, { found, isVoid, isExchange }: ToldSale): Question | null {
  const { named: order, store, receipt, sold } = sale
  if (found === null || isVoid || isExchange || sold.length === 0) return null
  const about = unclear(sale)
  const fields = { order, store, receipt }
  const why = found.pickup === null ? found.why : 'nothing-due'
  const key = `unclear ${why} ${order}`
  switch (why) {
    case 'unknown':
      return { problem: { code: 'order-sale-unclear', ...about, fields }, key }
    case 'other-store': {
      const owner = found.pickup === null ? found.owner : store
      return {
        problem: { code: 'order-sale-unclear.other-store', ...about, fields: { ...fields, owner } },
        key,
      }
    }
    case 'later':
      return { problem: { code: 'order-sale-unclear.later-order', ...about, fields }, key }
    case 'time-unknown':
      return { problem: { code: 'order-sale-unclear.time-unknown', ...about, fields }, key }
    case 'several':
      return { problem: { code: 'order-sale-unclear.several', ...about, fields }, key }
    case 'nothing-due':
      return { problem: { code: 'order-sale-unclear.nothing-due', ...about, fields }, key }
  }
}

/** It has some of its order, and people must say whether it was more. */
async function unclearGoods(
  db: Reads,
  sale: OrderSale,
  pickup: Pickup,
  { left, handsOver }: ShareOfOrder,
): Promise<Question | null> {
  const { store, receipt } = sale
  const order = pickup.row.order_name
  const isMoved = pickup.row.store !== store
  const due = isMoved ? [] : pickup.lines.lines.filter(line => dueUnits(line) > 0)
  const isLeft = ({ id }: { readonly id: string }) => (left.get(id) ?? 0) > 0
  if (handsOver.size === 0 && due.some(isLeft)) {
    const items = textOf(pickup, left)
    const fields = { order, store, receipt, items }
    const problem = { code: 'order-sale-unclear.same-goods', ...unclear(sale), fields } as const
    return { problem, key: `unclear same-goods ${items}` }
  }
  const beyond = new Set(skusBeyond(sale))
  if (isMoved && (await isDueThere(db, pickup, beyond))) {
    const fields = { order, store, receipt, owner: pickup.row.store }
    const problem = { code: 'order-sale-unclear.other-store', ...unclear(sale), fields } as const
    return { problem, key: `unclear other-store ${order}` }
  }
  const others = await openElsewhere(db, pickup, store)
  const isThere = others.some(({ lines }) =>
    lines.lines.some(line => line.sku !== null && beyond.has(line.sku) && dueUnits(line) > 0),
  )
  if (!isThere) return null
  const problem = {
    code: 'order-sale-unclear.several',
    ...unclear(sale),
    fields: { order, store, receipt },
  } as const
  return { problem, key: `unclear several ${order}` }
}

/** Whether the store to which an order was moved has still to hand some of these items over, besides what the first one handed over. */
async function isDueThere(db: Reads, { row, lines }: Pickup, skus: ReadonlySet<string>): Promise<boolean> {
  if (!lines.committed) return false
  const told = await unitsToldUnmatched(db, row.pickup)
  return lines.lines.some(
    line => line.sku !== null && skus.has(line.sku) && dueUnits(line) > (told.get(line.id) ?? 0),
  )
}

/** Items of which it sold more than it has of its order. */
function skusBeyond({ sold, taken }: OrderSale): readonly string[] {
  const of = new Map<string, number>()
  for (const { sku, units } of sold) of.set(sku, (of.get(sku) ?? 0) + units)
  for (const { sku, units } of taken) of.set(sku, (of.get(sku) ?? 0) - units)
  return [...of].flatMap(([sku, units]) => (units > 0 ? [sku] : []))
}

/** Other pickups of the order that the receipt's store has still to hand over. */
async function openElsewhere(db: Reads, { row }: Pickup, store: string): Promise<readonly Pickup[]> {
  const rows = await db
    .selectFrom('pickup')
    .selectAll()
    .where('order_id', '=', row.order_id)
    .where('store', '=', store)
    .where('pickup', '<>', row.pickup)
    .execute()
  return rows.map(parsePickup).filter(({ lines }) => lines.committed)
}

function unclear(sale: OrderSale) {
  const { store, source, receipt, device, named, sold } = sale
  const subject = `${store}/${source}/${receipt}`
  return { subject, store, device, evidence: { source, receipt, named, sold } } as const
}

/** What people must know of a receipt to ask about what it has handed over. */
function handedOverBy(sale: OrderSale, pickup: Pickup) {
  const { receipt, store, source } = sale
  return {
    subject: `${pickup.row.pickup}/${receipt}`,
    store,
    device: null,
    fields: { order: pickup.row.order_name, store, receipt, items: textOf(pickup, sale.had) },
    evidence: { source, receipt, pickup: pickup.row.pickup },
  } as const
}

function textOf(pickup: Pickup, units: UnitsOfLines): string {
  const some = [...units].flatMap(([line, quantity]) => (quantity > 0 ? [{ line, quantity }] : []))
  return cleanText(goodsOf(pickup, some), 500)
}

/** Closes questions about a pickup's receipts that what has happened since answers. */
export async function closeAnswered(tx: Tx, pickup: string, now: number): Promise<void> {
  const asked = (await orderSalesOf(tx, pickup)).filter(sale => sale.asked !== null)
  if (asked.length === 0) return
  const held = await readPickup(tx, pickup)
  if (held === null) return
  const isBack = await takeBackHad(tx, held, now)
  for (const sale of await orderSalesOf(tx, pickup)) {
    if (sale.asked === null) continue
    const isOpenStill = await isInQuestion(tx, sale, held, isBack)
    if (isOpenStill) continue
    await forgetQuestions(tx, sale, now)
    // that another order is named is not asked again
    const asked = unitsInDoubt(sale).size === 0 && /^(?:voided|fewer)/.test(sale.asked) ? null : sale.asked
    await writeOrderSale(tx, { ...sale, asked })
  }
}

async function isInQuestion(db: Reads, sale: OrderSale, held: Pickup, isBack: boolean): Promise<boolean> {
  const { asked } = sale
  if (asked === null) return false
  if (/^(?:voided|fewer)/.test(asked)) return unitsInDoubt(sale).size > 0
  if (namesItNoMore(sale)) return !isBack
  if (!/^unclear (?:same-goods|several)/.test(asked)) return true
  const all = [held, ...(await openElsewhere(db, held, sale.store))]
  return all.some(({ lines }) => lines.committed && lines.lines.some(line => dueUnits(line) > 0))
}

/** The receipt was corrected, and names another order or none. */
const namesItNoMore = ({ asked }: OrderSale) => asked !== null && /^(?:other-order|no-order)/.test(asked)

/**
 * A hand-over was cancelled in Shopify: goods that receipts had and do not say any more are back. What a receipt has of an order that it
 * does not name any more is then its own sale: it has left besides. @returns whether some of what receipts
 * had has been taken back
 */
async function takeBackHad(tx: Tx, pickup: Pickup, now: number): Promise<boolean> {
  const { row, lines } = pickup
  const { units, hasTakenBack } = await unitsHandedOver(tx, row.pickup)
  if (!hasTakenBack) return false
  // what left the store from which it was moved is not what Shopify took back
  const sales = (await orderSalesOf(tx, row.pickup)).filter(({ store }) => store === row.store)
  const had = new Map(sales.map(sale => [sale, new Map(sale.had)]))
  let isBack = false
  for (const { id, handed = 0 } of lines.lines) {
    let back = sales.reduce((sum, sale) => sum + (sale.had.get(id) ?? 0), 0) - (units.get(id) ?? 0) - handed
    isBack ||= back > 0
    for (const sale of sales) {
      const trimmed = Math.min(Math.max(0, back), unitsInDoubt(sale).get(id) ?? 0)
      back -= trimmed
      had.get(sale)?.set(id, (sale.had.get(id) ?? 0) - trimmed)
    }
    for (const sale of sales.filter(namesItNoMore)) {
      const kept = had.get(sale)?.get(id) ?? 0
      const trimmed = Math.min(Math.max(0, back), kept)
      back -= trimmed
      had.get(sale)?.set(id, kept - trimmed)
    }
  }
  for (const sale of sales) await keepHad(tx, { sale, had: had.get(sale) ?? sale.had, pickup }, now)
  return isBack
}

interface Kept {
  readonly sale: OrderSale
  /** What it has had of its order, without what is back. */
  readonly had: UnitsOfLines
  readonly pickup: Pickup
}

/** A receipt takes no more of its order than it has had of it. */
async function keepHad(tx: Tx, { sale, had, pickup }: Kept, now: number): Promise<void> {
  const rest = new Map(had)
  const taken = sale.taken.flatMap(one => {
    const left = Math.min(one.units, rest.get(one.line) ?? 0)
    rest.set(one.line, (rest.get(one.line) ?? 0) - left)
    return left > 0 ? [{ ...one, units: left }] : []
  })
  const row = { ...sale, moved_at: now, or_moved_at: null }
  const revision = await writeDifference(tx, { row, pickup, before: sale.taken, after: taken }, now)
  await writeOrderSale(tx, { ...sale, had, taken, revision })
}

import { z } from 'zod'
import type { Db } from '../../hub/db/db.ts'
import { receiptKey } from '../../hub/sales/receipt-key.ts'
import type { Failure } from './failure.ts'
import type { PickupOfOrder } from './orders-agree.ts'
import type { GoneReceipt, Left } from './receipts-are-there.ts'
import { isSaid, unitsListed } from './said.ts'
import { type Order, paidOf, type Receipt } from './truth.ts'
import type { World } from './world.ts'

/** What there is to judge by, and what exceptions and lost records leave out. */
interface ToJudge extends Left {
  readonly pickups: ReadonlyMap<string, readonly PickupOfOrder[]>
}

/**
 * Each customer's money: what was paid and paid back online is so in Shopify, what the till asks for is what is owed, and
 * a customer who has paid has the goods or the money. Each receipt's tenders, lines and taxes are in the books of its day.
 */
export async function moneyAgrees(db: Db, world: World, left: ToJudge): Promise<readonly Failure[]> {
  const { gone } = left
  const owed = await owedAtHub(db)
  const orders = [...world.truth.orders.values()].flatMap(order =>
    [paidInShopify(world, order), paidForGoods(world, order, left), owedAtTill(world, order, owed)].flatMap(
      detail => (detail === null ? [] : [{ invariant: 'money-agrees', subject: order.name, detail }]),
    ),
  )
  return [...orders, ...(await booksAgree(db, world, gone))]
}

const moneyOf = (world: World, order: Order) => world.shop.shop().order(order.name).money

/** To the cent, and no more was paid back than had been paid. */
function paidInShopify(world: World, order: Order): string | null {
  const { received, refunded } = moneyOf(world, order)
  if (order.paid === undefined) return null // a scenario's own order, paid as its author says
  if (received !== order.paid)
    return `Its customer paid ${order.paid} cents; Shopify has received ${received}.`
  if (refunded !== order.paidBackMinor)
    return `${order.paidBackMinor} cents were paid back; Shopify says ${refunded}.`
  return refunded > received ? `${received} cents were paid and ${refunded} paid back.` : null
}

/** The customer has the goods that were paid for and not paid back, or an exception lists what is missing. */
function paidForGoods(world: World, order: Order, left: ToJudge): string | null {
  if (order.paid === undefined) return null
  const kept = order.paid - order.paidBackMinor
  if (order.state === 'cancelled')
    return kept === 0 ? null : `It is cancelled, and ${kept} cents were not paid back.`
  if (order.state === 'waiting') return null // for what is due, see orders-agree.ts
  const had = paidOf(order.lines)
  if (had === kept) return null
  const units = order.ordered - unitsOf(order.lines) - unitsOf(order.paidBack ?? [])
  if (kept > had && namedAsMissing(world, order, left) === units) return null
  return `Its customer has goods of ${had} cents and paid ${kept}, and no exception says so.`
}

/** Units of an order that head office is asked about: staff did not find them, or refuse to look any more. */
function namedAsMissing(world: World, { name }: Order, { open, pickups }: ToJudge): number {
  const listed = unitsListed(open, [world.shop.shop().order(name).id], ['pickup-short']) ?? 0
  const refused = (pickups.get(name) ?? []).filter(
    ({ state, pickup }) => state === 'refused' && isSaid(open, [pickup], ['pickup-refused']),
  )
  return listed + unitsOf(refused)
}
const unitsOf = (lines: readonly { readonly units: number }[]) =>
  lines.reduce((sum, { units }) => sum + units, 0)

const Owed = z.object({ outstanding: z.object({ minor: z.number() }).nullish() })

async function owedAtHub(db: Db): Promise<ReadonlyMap<string, readonly number[]>> {
  const rows = await db
    .selectFrom('pickup')
    .select(['order_name', 'body_json'])
    .where('state', 'not in', ['collected', 'cancelled', 'refused', 'expired'])
    .execute()
  const owed = new Map<string, number[]>()
  for (const { order_name, body_json } of rows) {
    const minor = Owed.parse(JSON.parse(body_json)).outstanding?.minor ?? 0
    owed.set(order_name, [...(owed.get(order_name) ?? []), minor])
  }
  return owed
}

/** What a till asks of the customer of an open order is what Shopify says is owed. */
function owedAtTill(world: World, order: Order, owed: ReadonlyMap<string, readonly number[]>): string | null {
  const should = Math.max(0, moneyOf(world, order).outstanding)
  const wrong = owed.get(order.name)?.find(minor => minor !== should)
  return wrong === undefined ? null : `${should} cents are owed; the till asks for ${wrong}.`
}

const Book = z.object({
  store: z.string(),
  receipt: z.instanceof(Uint8Array),
  business_date: z.number(),
  tenders: z.coerce.number(),
  lines: z.coerce.number(),
  taxes: z.coerce.number(),
})
type Book = z.infer<typeof Book>

/** The newest content of each sold receipt, as its rows add up. */
async function booksOf(db: Db): Promise<ReadonlyMap<string, Book>> {
  const rows = await db
    .selectFrom('sale as s')
    .innerJoin('code as c', 'c.id', 's.store')
    .select(e => {
      const rowsOf = <T extends 'sale_tender' | 'sale_line' | 'sale_tax'>(table: T) => e.selectFrom(table)
      return [
        'c.text as store',
        's.receipt',
        's.business_date',
        rowsOf('sale_tender')
          .select(f => f.fn.coalesce(f.fn.sum('sale_tender.amount'), f.lit(0)).as('sum'))
          .whereRef('sale_tender.store', '=', 's.store')
          .whereRef('sale_tender.sale', '=', 's.sale')
          .whereRef('sale_tender.revision', '=', 's.revision')
          .as('tenders'),
        rowsOf('sale_line')
          .select(f => f.fn.coalesce(f.fn.sum('sale_line.net'), f.lit(0)).as('sum'))
          .whereRef('sale_line.store', '=', 's.store')
          .whereRef('sale_line.sale', '=', 's.sale')
          .whereRef('sale_line.revision', '=', 's.revision')
          .as('lines'),
        rowsOf('sale_tax')
          .select(f => f.fn.coalesce(f.fn.sum('sale_tax.amount'), f.lit(0)).as('sum'))
          .whereRef('sale_tax.store', '=', 's.store')
          .whereRef('sale_tax.sale', '=', 's.sale')
          .whereRef('sale_tax.revision', '=', 's.revision')
          .as('taxes'),
      ]
    })
    .where('s.state', '=', 'sold')
    .execute()
  return new Map(
    rows.map(row => {
      const book = Book.parse(row)
      return [keyOf(book.store, book.receipt), book]
    }),
  )
}
const keyOf = (store: string, key: Uint8Array) => `${store}/${Buffer.from(key).toString('hex')}`

/** Invariants 15 and 17: what customers paid at the tills of a store is in its books of that day, in tenders and in lines. */
async function booksAgree(db: Db, world: World, gone: readonly GoneReceipt[]): Promise<readonly Failure[]> {
  const books = await booksOf(db)
  const missing = gone.filter(({ told }) => told === undefined)
  const isGone = new Set(missing.map(({ store, receipt }) => `${store}/${receipt}`))
  return [...world.truth.receipts.values()].flatMap(receipt => {
    const name = `${receipt.store}/${receipt.receipt}`
    if (receipt.state !== 'sold' || isGone.has(name)) return []
    const book = books.get(keyOf(receipt.store, receiptKey(receipt.source, receipt.receipt)))
    const detail = book === undefined ? null : wrongInBook(receipt, book) // receipt-once says that it is not there
    return detail === null ? [] : [{ invariant: 'money-agrees', subject: name, detail }]
  })
}

function wrongInBook({ gross, day }: Receipt, { tenders, lines, taxes, business_date }: Book): string | null {
  if (business_date !== day) return `It was sold on ${day}; the hub has it in the books of ${business_date}.`
  if (tenders === gross && lines + taxes === gross) return null
  return `Its customer paid ${gross} cents; the books have ${tenders} in tenders, ${lines} + ${taxes} in lines.`
}

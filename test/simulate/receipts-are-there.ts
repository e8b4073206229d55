import { isDeepStrictEqual } from 'node:util'
import { z } from 'zod'
import type { Db } from '../../hub/db/db.ts'
import { receiptKey } from '../../hub/sales/receipt-key.ts'
import type { Failure } from './failure.ts'
import { lookForGone } from './gone.ts'
import { itemsAwaited, lostRecords, type OpenException } from './said.ts'
import { type Receipt, unitsSold } from './truth.ts'
import type { World } from './world.ts'

const SaleRow = z.object({
  store: z.string(),
  receipt: z.instanceof(Uint8Array),
  state: z.string(),
  net: z.number(),
  tax: z.number(),
  tendered: z.number(),
})

/** A receipt whose newest content no computer has any more, and what the hub and Shopify can't know of it. */
export interface GoneReceipt {
  readonly store: string
  readonly receipt: string
  /** What it sold more, by item, than the hub has of it. */
  readonly sold: ReadonlyMap<string, number>
  /** What Shopify may have as sold besides: it was taken back since, and the hub that told it is lost. */
  readonly told?: ReadonlyMap<string, number>
}
/** What a double disaster leaves behind, see `gone.ts`, and the exceptions that must name it. */
export interface Left {
  readonly open: readonly OpenException[]
  readonly gone: readonly GoneReceipt[]
}

/**
 * Invariants 3, 15 and 17: each receipt of each POS is at the hub once, to the cent, and no other is. What is in no
 * database any more is named by till and time.
 */
export async function receiptsAreThereOnce(
  db: Db,
  world: World,
  open: readonly OpenException[],
): Promise<{ failures: Failure[]; gone: GoneReceipt[] }> {
  const { isGone, isLost } = lookForGone(world)
  const held = await heldReceipts(db)
  const failures: Failure[] = []
  const gone: GoneReceipt[] = []
  const isNamedLost = losses(open)
  for (const receipt of world.truth.receipts.values()) {
    const { store, receipt: name } = receipt
    const key = keyOf(store, receiptKey(receipt.source, receipt.receipt))
    const row = held.get(key)
    held.delete(key)
    const former = formerAtHub(receipt, row)
    const isUntold = row === undefined && receipt.state === 'voided' && isLost(receipt)
    if (former !== null && isUntold && isNamedLost(store))
      gone.push({ store, receipt: name, sold: new Map(), told: mostSold(receipt.former) })
    else if (former !== null && (isNamedAsFormer(receipt, open) || (isGone(receipt) && isNamedLost(store))))
      gone.push({ store, receipt: name, sold: soldBeyond(receipt, former) })
    else {
      const detail = wrongAtHub(receipt, row)
      if (detail !== null) failures.push({ invariant: 'receipt-once', subject: `${store}/${name}`, detail })
      const told = isLost(receipt) ? toldOf(mostSold(receipt.former), store, open) : new Map<string, number>()
      if (told.size > 0) gone.push({ store, receipt: name, sold: new Map(), told })
    }
  }
  for (const [subject, { tendered }] of held)
    failures.push({
      invariant: 'receipt-once',
      subject,
      detail: `The hub has a receipt of ${tendered} cents that no POS has.`,
    })
  return { failures, gone }
}

interface HeldReceipt extends z.infer<typeof SaleRow> {
  /** Units of each item, as sold. */
  readonly units: ReadonlyMap<string, number>
}
const keyOf = (store: string, key: Uint8Array) => `${store}/${Buffer.from(key).toString('hex')}`

async function heldReceipts(db: Db): Promise<Map<string, HeldReceipt>> {
  const rows = await db
    .selectFrom('sale as s')
    .innerJoin('code as c', 'c.id', 's.store')
    .select(['c.text as store', 's.receipt', 's.state', 's.net', 's.tax', 's.tendered'])
    .execute()
  const lines = await unitsOfSales(db)
  return new Map(
    z
      .array(SaleRow)
      .parse(rows)
      .map(row => {
        const key = keyOf(row.store, row.receipt)
        return [key, { ...row, units: lines.get(key) ?? new Map<string, number>() }]
      }),
  )
}

async function unitsOfSales(db: Db): Promise<ReadonlyMap<string, ReadonlyMap<string, number>>> {
  const rows = await db
    .selectFrom('sale as s')
    .innerJoin('code as c', 'c.id', 's.store')
    .innerJoin('sale_line as l', join =>
      join
        .onRef('l.store', '=', 's.store')
        .onRef('l.sale', '=', 's.sale')
        .onRef('l.revision', '=', 's.revision'),
    )
    .innerJoin('item as i', 'i.id', 'l.item')
    .select(['c.text as store', 's.receipt', 'i.sku', 'l.quantity'])
    .execute()
  const found = Map.groupBy(rows, row => keyOf(row.store, row.receipt))
  return new Map(
    [...found].map(([key, lines]) => [
      key,
      unitsSold(lines.map(({ sku, quantity }) => ({ sku, units: quantity / 1_000 }))),
    ]),
  )
}

/** Of what a lost hub may have told Shopify of a receipt before it was corrected: the items whose movements a recovery waits with. */
function toldOf(
  most: ReadonlyMap<string, number>,
  store: string,
  open: readonly OpenException[],
): ReadonlyMap<string, number> {
  const waiting = itemsAwaited(open, store)
  return new Map([...most].filter(([sku]) => waiting.has(sku)))
}

/** Whether one more receipt of a store is among the records that an exception gives up for lost: each is one record at least. */
function losses(open: readonly OpenException[]): (store: string) => boolean {
  const counted = new Map<string, number>()
  return store => {
    const count = (counted.get(store) ?? 0) + 1
    counted.set(store, count)
    return count <= lostRecords(open, store)
  }
}

/** Changed or first told after its till had moved to another store: no books are changed, and a person is asked. */
function isNamedAsFormer({ receipt }: Receipt, open: readonly OpenException[]): boolean {
  return open.some(
    one => one.code === 'pos-row-refused.former-store' && one.subject.endsWith(`/sale/${receipt}`),
  )
}

function wrongAtHub({ state, gross, lines }: Receipt, row: HeldReceipt | undefined): string | null {
  if (row === undefined) return `The POS has ${gross} cents; the hub has no such receipt.`
  if (row.state !== state) return `The POS says ${state}, the hub ${row.state}.`
  const isSame = row.net + row.tax === gross && row.tendered === gross
  if (state !== 'sold') return null
  if (isSame && !isDeepStrictEqual(row.units, unitsSold(lines)))
    return `The POS sold ${inWords(unitsSold(lines))}, the hub has ${inWords(row.units)}.`
  if (isSame) return null
  return `The POS has ${gross} cents, the hub ${row.net} + ${row.tax}, paid ${row.tendered}.`
}

const inWords = (units: ReadonlyMap<string, number>) =>
  [...units].map(([sku, count]) => `${count} ${sku}`).join(', ')

type Content = Pick<Receipt, 'state' | 'gross' | 'lines'>

/** The former content of a receipt that the hub has in place of the newest; null: it has the newest, or what never was. */
function formerAtHub(receipt: Receipt, row: HeldReceipt | undefined): Content | null {
  if (row === undefined) return { state: 'voided', gross: 0, lines: [] }
  const isThere = (content: Content) =>
    content.state === row.state &&
    (content.state === 'voided' ||
      (content.gross === row.tendered && isDeepStrictEqual(unitsSold(content.lines), row.units)))
  return isThere(receipt) ? null : (receipt.former.findLast(isThere) ?? null)
}

/** The most that a receipt ever said it sold of each item. */
function mostSold(contents: readonly Content[]): ReadonlyMap<string, number> {
  const most = new Map<string, number>()
  for (const { lines } of contents)
    for (const [sku, units] of unitsSold(lines)) most.set(sku, Math.max(most.get(sku) ?? 0, units))
  return most
}

function soldBeyond(receipt: Content, former: Content): ReadonlyMap<string, number> {
  const of = ({ state, lines }: Content) => (state === 'voided' ? new Map() : unitsSold(lines))
  const [now, before] = [of(receipt), of(former)]
  const skus = new Set([...now.keys(), ...before.keys()])
  return new Map([...skus].map(sku => [sku, (now.get(sku) ?? 0) - (before.get(sku) ?? 0)]))
}

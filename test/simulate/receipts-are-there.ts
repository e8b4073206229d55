import { z } from 'zod'
import type { Db } from '../../hub/db/db.ts'
import { receiptKey } from '../../hub/sales/receipt-key.ts'
import type { Failure } from './failure.ts'
import { lookForGone } from './gone.ts'
import { lostRecords, type OpenException } from './said.ts'
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
interface GoneReceipt {
  readonly store: string
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
  const { truth } = world
  const { isGone, isLost: lost } = lookForGone(world)
  const rows = z
    .array(SaleRow)
    .parse(
      await db
        .selectFrom('sale as s')
        .innerJoin('code as c', 'c.id', 's.store')
        .select(['c.text as store', 's.receipt', 's.state', 's.net', 's.tax', 's.tendered'])
        .execute(),
    )
  const keyOf = (store: string, key: Uint8Array) => `${store}/${Buffer.from(key).toString('hex')}`
  const held = new Map(rows.map(row => [keyOf(row.store, row.receipt), row]))
  const failures: Failure[] = []
  const gone: GoneReceipt[] = []
  const fail = (subject: string, detail: string) =>
    failures.push({ invariant: 'receipt-once', subject, detail })
  // each of them is a record at least
  const isNamedLost = ({ store }: Receipt) =>
    gone.filter(one => one.store === store).length < lostRecords(open, store)
  // changed or first told after its till had moved to another store: no books are changed, and a person is asked
  const isNamedAsFormer = ({ receipt }: Receipt) =>
    open.some(
      one =>
        one.kind === 'pos-row-refused' &&
        one.subject.endsWith(`/sale/${receipt}`) &&
        one.sentence.includes('ROW_OF_FORMER_STORE'),
    )
  for (const receipt of truth.receipts.values()) {
    const key = keyOf(receipt.store, receiptKey(receipt.source, receipt.receipt))
    const row = held.get(key)
    held.delete(key)
    const subject = `${receipt.store}/${receipt.receipt}`
    const former = formerAtHub(receipt, row)
    const isNamed = isNamedAsFormer(receipt) || (isGone(receipt) && isNamedLost(receipt))
    if (row === undefined && receipt.state === 'voided' && lost(receipt) && isNamedLost(receipt))
      gone.push({ store: receipt.store, sold: new Map(), told: mostSold(receipt.former) })
    else if (former !== null && isNamed)
      gone.push({ store: receipt.store, sold: soldBeyond(receipt, former) })
    else if (row === undefined)
      fail(subject, `The POS has ${receipt.gross} cents; the hub has no such receipt.`)
    else if (row.state !== receipt.state)
      fail(subject, `The POS says ${receipt.state}, the hub ${row.state}.`)
    else if (
      receipt.state === 'sold' &&
      (row.net + row.tax !== receipt.gross || row.tendered !== receipt.gross)
    )
      fail(
        subject,
        `The POS has ${receipt.gross} cents, the hub ${row.net} + ${row.tax}, paid ${row.tendered}.`,
      )
  }
  for (const [key, row] of held) fail(key, `The hub has a receipt of ${row.tendered} cents that no POS has.`)
  return { failures, gone }
}

type Content = Pick<Receipt, 'state' | 'gross' | 'lines'>

/** The former content of a receipt that the hub has in place of the newest; null: it has the newest, or what never was. */
function formerAtHub(receipt: Receipt, row: z.infer<typeof SaleRow> | undefined): Content | null {
  if (row === undefined) return { state: 'voided', gross: 0, lines: [] }
  const isThere = (content: Content) =>
    content.state === row.state && (content.state === 'voided' || content.gross === row.tendered)
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

import { sum } from '../../shared/money.ts'
import { textsOf } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import { fingerprintKey, keyText } from './receipt-key.ts'
import type { Numbered, NumberedEvent } from './told.ts'

/**
 * Some POS tell the date of a receipt and no time of day. Two receipts of one number and date are then told apart by what
 * they are about.
 */

const DAY_MS = 86_400_000

/** Whether what marks a receipt or stock entry is its date, as without a time of day. Never so for cash. */
export function isDateAlone(mark: string | null): boolean {
  return mark !== null && Number(mark) % DAY_MS === 0
}

/** What a receipt or stock entry is about. */
export interface DatedContent {
  /** As the POS calls its till; empty: it does not say. */
  readonly till: string
  /** Currency and minor units, or the quantity of an entry. */
  readonly amount: string
  /** Each with its quantity in thousandths. */
  readonly goods: readonly { readonly name: string; readonly quantity: number }[]
}

/** Null for a void, which says nothing of it, and for cash, which its mark tells apart. */
export function contentOf(event: NumberedEvent): DatedContent | null {
  switch (event.kind) {
    case 'sale.completed': {
      const tendered = sum(event.tenders.map(({ amount }) => amount))
      return {
        till: event.till,
        amount: `${event.currency} ${tendered}`,
        goods: event.lines.map(({ sku, net, quantity }) => ({ name: goodsName(sku, net), quantity })),
      }
    }
    case 'stock.moved':
      return entryContent(event)
    case 'sale.voided':
    case 'cash.moved':
      return null
  }
}

/** A line that names no item is known by its price. */
const goodsName = (sku: string | null, net: number) => (sku === null ? `= ${net}` : `sku ${sku}`)

function entryContent({ sku, quantity }: { readonly sku: string; readonly quantity: number }): DatedContent {
  return { till: '', amount: String(quantity), goods: [{ name: goodsName(sku, 0), quantity }] }
}

/**
 * Whether two contents of one number and date are two things. An edit keeps some of the goods or the amount, and is made
 * at the same till.
 */
export function areApart(one: DatedContent, other: DatedContent): boolean {
  if (one.till !== '' && other.till !== '' && one.till !== other.till) return true
  const names = new Set(one.goods.map(({ name }) => name))
  return one.amount !== other.amount && !other.goods.some(({ name }) => names.has(name))
}

/** The same for the same amount and goods, whatever the source is called and in whichever order it tells them. */
export function gistOf({ amount, goods }: DatedContent): Buffer {
  const lines = goods.map(({ name, quantity }) => `${quantity} ${name}`).sort()
  return fingerprintKey(JSON.stringify([amount, lines]))
}

/** The gist of an event whose POS tells the date alone; null: of any other, and of voids and cash. */
export function gistOfDated(event: NumberedEvent, mark: string | null): Buffer | null {
  if (!isDateAlone(mark)) return null
  const content = contentOf(event)
  return content && gistOf(content)
}

/** What the hub holds under these keys, by `keyText`. None of cash. */
export async function readContents(
  tx: Tx,
  what: Numbered,
  store: number,
  keys: readonly Buffer[],
): Promise<ReadonlyMap<string, DatedContent>> {
  const found = new Map<string, DatedContent>()
  for (let from = 0; from < keys.length; from += KEYS_A_QUERY) {
    const some = keys.slice(from, from + KEYS_A_QUERY)
    if (what === 'sale') for (const [key, one] of await readSales(tx, store, some)) found.set(key, one)
    if (what === 'entry') for (const [key, one] of await readEntries(tx, store, some)) found.set(key, one)
  }
  return found
}

const KEYS_A_QUERY = 250

async function readSales(
  tx: Tx,
  store: number,
  keys: readonly Buffer[],
): Promise<ReadonlyMap<string, DatedContent>> {
  const rows = await tx
    .selectFrom('sale')
    .select(['sale', 'receipt', 'revision', 'till', 'currency', 'tendered'])
    .where('store', '=', store)
    .where('receipt', 'in', keys)
    .execute()
  const tills = await textsOf(
    tx,
    rows.map(row => row.till),
  )
  const lines = Map.groupBy(
    await readLines(
      tx,
      store,
      rows.map(row => row.sale),
    ),
    line => line.sale,
  )
  return new Map(
    rows.map(({ sale, receipt, revision, till, currency, tendered }) => [
      keyText(receipt),
      {
        till: tills.get(till) ?? '',
        amount: `${currency} ${tendered}`,
        goods: (lines.get(sale) ?? [])
          .filter(line => line.revision === revision)
          .map(({ sku, net, quantity }) => ({ name: goodsName(sku, net), quantity })),
      },
    ]),
  )
}

async function readLines(tx: Tx, store: number, sales: readonly number[]) {
  if (sales.length === 0) return []
  return tx
    .selectFrom('sale_line as l')
    .leftJoin('item as i', 'i.id', 'l.item')
    .select(['l.sale', 'l.revision', 'l.quantity', 'l.net', 'i.sku'])
    .where('l.store', '=', store)
    .where('l.sale', 'in', sales)
    .execute()
}

async function readEntries(
  tx: Tx,
  store: number,
  keys: readonly Buffer[],
): Promise<ReadonlyMap<string, DatedContent>> {
  const rows = await tx
    .selectFrom('stock_entry as e')
    .innerJoin('item as i', 'i.id', 'e.item')
    .select(['e.key', 'e.quantity', 'i.sku'])
    .where('e.store', '=', store)
    .where('e.key', 'in', keys)
    .execute()
  return new Map(rows.map(({ key, ...row }) => [keyText(key), entryContent(row)]))
}

import { codeIn, codesFor, textsOf } from '../db/codes.ts'
import type { Tx } from '../db/db.ts'
import { movementKinds } from '../stock/movement-kinds.ts'
import type { HeldEntry, HeldSale, StockLine } from './decide.ts'
import { keyText } from './receipt-key.ts'

const KEYS_A_QUERY = 250

/** What the hub holds of some receipts of one store, by `keyText` of their keys. Each is looked up by index. */
export async function readHeldSales(
  tx: Tx,
  store: number,
  keys: readonly Buffer[],
): Promise<Map<string, HeldSale>> {
  const found = new Map<string, HeldSale>()
  for (const some of chunks(keys)) {
    const rows = await tx
      .selectFrom('sale')
      .select(['receipt', 'sale', 'revision', 'state', 'fingerprint'])
      .where('store', '=', store)
      .where('receipt', 'in', some)
      .execute()
    const sold = rows.filter(row => row.state === 'sold')
    const lines = await readStockLines(tx, store, sold)
    const ahead = await readAhead(tx, store, rows)
    for (const { receipt, fingerprint, ...row } of rows)
      found.set(keyText(receipt), {
        ...row,
        fingerprint: keyText(fingerprint),
        lines: lines.get(row.sale) ?? [],
        ...ahead.get(row.sale),
      })
  }
  return found
}

type KnownSale = Pick<HeldSale, 'sale' | 'revision' | 'state'>

/**
 * Receipts whose movements are ahead of their rows: a rebuild left out the event that changed them. What their next
 * change takes back is what the movements say. None while a copy is made, which movements are always ahead of.
 */
async function readAhead(
  tx: Tx,
  store: number,
  sales: readonly KnownSale[],
): Promise<ReadonlyMap<number, Omit<HeldSale, 'sale'>>> {
  const found = new Map<number, Omit<HeldSale, 'sale'>>()
  if (store < 0 || sales.length === 0) return found
  const rows = await tx
    .selectFrom('movement as m')
    .innerJoin('item as i', 'i.id', 'm.item')
    .select(['m.kind', 'm.cause', 'm.line', 'm.revision', 'm.warehouse', 'm.quantity', 'i.sku'])
    .where('m.store', '=', store)
    .where('m.kind', 'in', [movementKinds.sale, movementKinds['sale-reversal']])
    .where(
      'm.cause',
      'in',
      sales.map(({ sale }) => sale),
    )
    .orderBy('m.line')
    .execute()
  const warehouses = await textsOf(
    tx,
    rows.map(row => row.warehouse),
  )
  const moved = Map.groupBy(rows, row => row.cause)
  for (const { sale, revision: known, state: said } of sales) {
    const own = moved.get(sale) ?? []
    const newest = (kind: number) =>
      Math.max(-1, ...own.flatMap(row => (row.kind === kind ? row.revision : [])))
    const revision = Math.max(known, newest(movementKinds.sale))
    const isTakenBack = newest(movementKinds['sale-reversal']) >= revision
    if (revision === known && (said === 'voided' || !isTakenBack)) continue
    const lines = own
      .filter(row => row.kind === movementKinds.sale && row.revision === revision)
      .map(({ line, sku, warehouse, quantity }) => ({
        line,
        sku,
        warehouse: warehouses.get(warehouse) ?? '',
        quantity: -quantity,
      }))
    found.set(sale, { revision, state: isTakenBack ? 'voided' : 'sold', fingerprint: UNKNOWN, lines })
  }
  return found
}

/** No content has this fingerprint: the newest one is not at hand. */
const UNKNOWN = ''

/** The lines of each sale's own revision that moved stock. */
async function readStockLines(
  tx: Tx,
  store: number,
  sales: readonly { readonly sale: number; readonly revision: number }[],
): Promise<ReadonlyMap<number, readonly StockLine[]>> {
  if (sales.length === 0) return new Map()
  const revisions = new Map(sales.map(({ sale, revision }) => [sale, revision]))
  const rows = await tx
    .selectFrom('sale_line as l')
    .innerJoin('item as i', 'i.id', 'l.item')
    .select(['l.sale', 'l.revision', 'l.line', 'i.sku', 'l.warehouse', 'l.quantity'])
    .where('l.store', '=', store)
    .where('l.sale', 'in', [...revisions.keys()])
    .orderBy('l.line')
    .execute()
  const current = rows.filter(row => row.revision === revisions.get(row.sale))
  const warehouses = await textsOf(
    tx,
    current.map(row => row.warehouse),
  )
  const lines = current.map(({ sale, line, sku, warehouse, quantity }) => ({
    sale,
    stock: { line, sku, warehouse: warehouses.get(warehouse) ?? '', quantity },
  }))
  return new Map(
    [...Map.groupBy(lines, row => row.sale)].map(([sale, own]) => [sale, own.map(row => row.stock)]),
  )
}

/** What the hub holds of some stock entries of one store, by `keyText` of their keys. */
export async function readHeldEntries(
  tx: Tx,
  store: number,
  keys: readonly Buffer[],
): Promise<Map<string, HeldEntry>> {
  const found = new Map<string, HeldEntry>()
  for (const some of chunks(keys)) {
    const rows = await tx
      .selectFrom('stock_entry as e')
      .innerJoin('item as i', 'i.id', 'e.item')
      .select(['e.key', 'e.entry', 'e.revision', 'e.fingerprint', 'i.sku', 'e.warehouse', 'e.quantity'])
      .where('e.store', '=', store)
      .where('e.key', 'in', some)
      .execute()
    const warehouses = await textsOf(
      tx,
      rows.map(row => row.warehouse),
    )
    for (const { key, fingerprint, warehouse, ...row } of rows)
      found.set(keyText(key), {
        ...row,
        fingerprint: keyText(fingerprint),
        warehouse: warehouses.get(warehouse) ?? '',
      })
  }
  return found
}

/** The number of one store in hot rows. */
export async function storeNumber(tx: Tx, store: string): Promise<number> {
  return codeIn(await codesFor(tx, [store]), store)
}

/** Lists of one length, padded by repeating, so that the statement is prepared once. */
function chunks(values: readonly Buffer[]): Buffer[][] {
  const result: Buffer[][] = []
  for (let start = 0; start < values.length; start += KEYS_A_QUERY) {
    const some = values.slice(start, start + KEYS_A_QUERY)
    const last = some.at(-1)
    while (last !== undefined && some.length < KEYS_A_QUERY) some.push(last)
    result.push(some)
  }
  return result
}

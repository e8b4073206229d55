import { closeException, openException } from '../checks/exceptions.ts'
import { insertRows, type Tx } from '../db/db.ts'
import { type NotedItem, noteItems } from '../items/item-table.ts'
import { type NewMovement, writeMovements } from '../stock/movements.ts'
import type { PlacedEvent as Placed } from '../streams/placed-event.ts'
import {
  type DiaryRow,
  decideDiary,
  decideSale,
  decideVoid,
  type LedgerEvent,
  type SaleRow,
} from './decide.ts'

type PlacedEvent = Placed<LedgerEvent>

/** What a later revision of a receipt replaces: all but its key. */
const SALE_CONTENT = [
  'revision',
  'state',
  'fingerprint',
  'receipt_number',
  'till',
  'staff',
  'business_date',
  'sold_at',
  'currency',
  'net',
  'tax',
  'tendered',
  'rounding',
  'unexplained',
  'lines_json',
  'device',
  'epoch',
  'seq',
  'received_at',
] as const satisfies readonly (keyof SaleRow)[]
const DIARY_CONTENT = [
  'revision',
  'fingerprint',
  'sku',
  'warehouse',
  'quantity',
] as const satisfies readonly (keyof DiaryRow)[]

/**
 * Applies sales, voids and diary entries of one store, in stream order, in the caller's transaction: reads what the
 * ledger holds of them once, decides purely, writes movements, levels and the receipts' newest content. Says how many
 * movements it wrote: a receipt that is already known writes none.
 */
export async function applyToLedger(
  tx: Tx,
  store: string,
  placed: readonly PlacedEvent[],
): Promise<{ readonly movements: number }> {
  if (placed.length === 0) return { movements: 0 }
  const held = await readHeld(tx, store, placed)
  const touched = { sales: new Map<string, SaleRow>(), diary: new Map<string, DiaryRow>() }
  const movements: NewMovement[] = []

  for (const { event, origin } of placed) {
    if (event.kind === 'stock.moved') {
      const key = keyOf(event.source, event.entry)
      const decision = decideDiary(event, held.diary.get(key), origin)
      if (decision === null) continue
      movements.push(...decision.movements)
      held.diary.set(key, decision.diary)
      touched.diary.set(key, decision.diary)
      continue
    }
    const key = keyOf(event.source, event.receipt)
    const current = held.sales.get(key)
    const decision =
      event.kind === 'sale.voided' ? decideVoid(current, origin) : decideSale(event, current, origin)
    if (decision === null) continue
    movements.push(...decision.movements)
    held.sales.set(key, decision.sale)
    touched.sales.set(key, decision.sale)
  }

  await writeMovements(tx, movements)
  await insertRows(tx, 'sale', [...touched.sales.values()], {
    key: ['store', 'source', 'receipt'],
    replace: SALE_CONTENT,
  })
  await insertRows(tx, 'diary', [...touched.diary.values()], {
    key: ['store', 'source', 'entry'],
    replace: DIARY_CONTENT,
  })
  await noteItems(tx, itemsOf(placed))
  await nameWhatDoesNotFit(tx, store, placed, [...touched.sales.values()])
  return { movements: movements.length }
}

const keyOf = (source: string, key: string) => `${source}\n${key}`

/** Asks source by source: each key is looked up in the primary key, however many receipts the store has. */
async function readHeld(tx: Tx, store: string, placed: readonly PlacedEvent[]) {
  const sales = new Map<string, SaleRow>()
  const diary = new Map<string, DiaryRow>()
  for (const [source, events] of Map.groupBy(placed, ({ event }) => event.source)) {
    const receipts = new Set<string>()
    const entries = new Set<string>()
    for (const { event } of events)
      if (event.kind === 'stock.moved') entries.add(event.entry)
      else receipts.add(event.receipt)
    for (const some of chunks([...receipts]))
      for (const row of await tx
        .selectFrom('sale')
        .selectAll()
        .where('store', '=', store)
        .where('source', '=', source)
        .where('receipt', 'in', some)
        .execute())
        sales.set(keyOf(source, row.receipt), row)
    for (const some of chunks([...entries]))
      for (const row of await tx
        .selectFrom('diary')
        .selectAll()
        .where('store', '=', store)
        .where('source', '=', source)
        .where('entry', 'in', some)
        .execute())
        diary.set(keyOf(source, row.entry), row)
  }
  return { sales, diary }
}

/** Lists of one length, padded by repeating, so that the statement is prepared once. */
function chunks(values: readonly string[], size = 250): string[][] {
  const result: string[][] = []
  for (let start = 0; start < values.length; start += size) {
    const some = values.slice(start, start + size)
    const last = some.at(-1)
    while (last !== undefined && some.length < size) some.push(last)
    result.push(some)
  }
  return result
}

function itemsOf(placed: readonly PlacedEvent[]): NotedItem[] {
  const items = new Map<string, NotedItem>()
  for (const { event } of placed) {
    if (event.kind === 'sale.completed')
      for (const { sku, barcode, title } of event.lines)
        if (sku !== null) items.set(sku, { sku, barcode, title })
    if (event.kind === 'stock.moved')
      items.set(event.sku, { sku: event.sku, barcode: event.barcode, title: null })
  }
  return [...items.values()]
}

async function nameWhatDoesNotFit(
  tx: Tx,
  store: string,
  placed: readonly PlacedEvent[],
  sales: readonly SaleRow[],
): Promise<void> {
  const now = placed[0]?.origin.at ?? 0
  for (const sale of sales) {
    const subject = `${store}/${sale.source}/${sale.receipt}`
    if (sale.state === 'voided' || sale.unexplained === 0) {
      if (sale.revision > 0 || sale.state === 'voided')
        await closeException(tx, 'receipt-does-not-balance', subject, now)
      continue
    }
    await openException(
      tx,
      {
        code: 'receipt-does-not-balance',
        subject,
        store,
        fields: {
          receipt: sale.receipt_number,
          date: sale.business_date,
          difference: { money: sale.unexplained, currency: sale.currency },
        },
        evidence: { net: sale.net, tax: sale.tax, tendered: sale.tendered, unexplained: sale.unexplained },
      },
      now,
    )
  }
  await nameUnmappedWarehouses(tx, store, placed, now)
}

async function nameUnmappedWarehouses(
  tx: Tx,
  store: string,
  placed: readonly PlacedEvent[],
  now: number,
): Promise<void> {
  const used = new Set<string>()
  for (const { event } of placed) {
    if (event.kind === 'sale.completed')
      for (const { sku, warehouse } of event.lines) if (sku !== null) used.add(warehouse)
    if (event.kind === 'stock.moved') used.add(event.warehouse)
  }
  const known = await tx
    .selectFrom('warehouse')
    .select('code')
    .where('store', '=', store)
    .where('location_id', 'is not', null)
    .execute()
  for (const { code } of known) used.delete(code)
  for (const warehouse of used)
    await openException(
      tx,
      {
        code: 'location-unmapped.sold',
        subject: `${store}/${warehouse}`,
        store,
        fields: { store, warehouse },
        evidence: { warehouse },
      },
      now,
    )
}

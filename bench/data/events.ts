import { createHash } from 'node:crypto'
import { type AgentEvent, PriceChanged, SaleCompleted } from '../../shared/events.ts'

export const STORE = { code: 'HAR', name: 'Harbour Street', zone: 'Europe/Berlin', currency: 'EUR' } as const
export const WAREHOUSE = 'WH-HARBOUR'

/** Lines of six receipts in a row: 2.5 on average. */
const LINES = [1, 2, 2, 3, 3, 4] as const
const ARTICLES = 2_000
const FIRST_AT = Date.parse('2026-08-01T08:00:00Z')
const RECEIPTS_A_DAY = 2_000
const DAY_MS = 86_400_000

/** A busy store's days, one after the other. */
function momentOf(index: number): { at: number; date: string } {
  const day = Math.floor(index / RECEIPTS_A_DAY)
  const at = FIRST_AT + day * DAY_MS + (index % RECEIPTS_A_DAY) * 15_000
  return { at, date: new Date(at).toISOString().slice(0, 10) }
}

/** How many lines the index-th receipt has. */
export const linesAt = (index: number): number => LINES[index % LINES.length] ?? 1

/** POS keys are UUIDs, so neighbours in time are far apart in an index. The same index gives the same one. */
function uuidOf(index: number): string {
  const hex = createHash('md5').update(`receipt ${index}`).digest('hex')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** The index-th receipt: one to four items at 19 % VAT, paid in cash. About 800 bytes as JSON. */
export function saleAt(index: number): AgentEvent {
  const count = linesAt(index)
  const { at, date } = momentOf(index)
  const lines = Array.from({ length: count }, (_, line) => {
    const article = (index * 7 + line * 613) % ARTICLES
    return {
      line,
      sku: `SHIRT-${article}`,
      barcode: `952${String(article).padStart(10, '0')}`,
      title: 'Shirt, cotton, blue, M',
      quantity: 1_000,
      net: 1_672,
      warehouse: WAREHOUSE,
    }
  })
  return SaleCompleted.parse({
    kind: 'sale.completed',
    at,
    source: 'pos',
    receipt: uuidOf(index),
    receiptNumber: String(100_000 + index),
    fingerprint: createHash('md5').update(`content ${index}`).digest('hex'),
    till: 'HAR-TILL-1',
    staff: 'Emma',
    businessDate: date,
    soldAt: { wall: `${date}T10:15:30`, zone: STORE.zone },
    currency: STORE.currency,
    lines,
    taxes: [{ name: 'VAT 19 %', rate: 190_000, base: 1_672 * count, amount: 318 * count }],
    tenders: [{ kind: 'cash', name: 'cash', amount: 1_990 * count }],
    rounding: 0,
    unexplained: 0,
  })
}

/** The index-th price: a fact that the hub keeps as a record and enters nowhere else. About 250 bytes. */
export function priceAt(index: number): AgentEvent {
  return PriceChanged.parse({
    kind: 'price.changed',
    at: momentOf(index).at,
    source: 'pos',
    entry: uuidOf(index),
    fingerprint: createHash('md5').update(`price ${index}`).digest('hex'),
    sku: `SHIRT-${index % ARTICLES}`,
    barcode: `952${String(index % ARTICLES).padStart(10, '0')}`,
    price: 1_990 + (index % 1_000),
    currency: STORE.currency,
    taxIncluded: true,
  })
}

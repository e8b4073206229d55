import { SaleVoided } from '../../../shared/events.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { Keys, SqlRow } from './engine.ts'
import type { ReceiptMapping } from './mapping.ts'
import { interpretReceipt, type ReceiptRows } from './receipt-reading.ts'
import type { Content, Reader, RowKind } from './row-kind.ts'
import { payloadOf, wallOrNull } from './row-payload.ts'
import { groupBy, pick, textIn, valueIn } from './values.ts'

/** Most rows that one query may return. Keys with more rows than this are read in halves, in the end one by one. */
const MOST_ROWS = 12_000

const HEADER = ['at', 'session', 'type', 'number', 'person']
const LINE = ['line', 'product', 'units', 'price', 'tax', 'properties']
const TAX = ['tax', 'base', 'amount']
const TENDER = ['kind', 'amount', 'note']
/** Columns that only some mappings have. They are hashed only where they exist, so that fingerprints of other mappings stay the same. */
const LINE_MORE = ['amount', 'discount', 'included', 'location']
const TENDER_MORE = ['change', 'rounding']

/** The receipts of a POS database, read in batches with one query for each table. */
export function receiptKind(mapping: ReceiptMapping, reader: Reader): RowKind {
  const { engine, dialect } = reader
  const { headers, lines, taxes, tenders, orders } = mapping
  const asked = [headers, lines, taxes, tenders, ...(orders === undefined ? [] : [orders])]
  const texts = asked.map(dialect.text)

  const read = async (keys: readonly string[]): Promise<ReceiptRows[]> => {
    const list: Keys = { as: mapping.keys, list: keys }
    const results = await engine.read(texts.map(sql => ({ sql, keys: list, params: [MOST_ROWS] })))
    const cut = results.some(rows => rows.length >= MOST_ROWS)
    if (cut && keys.length > 1) {
      const half = Math.ceil(keys.length / 2)
      return [...(await read(keys.slice(0, half))), ...(await read(keys.slice(half)))]
    }
    const [headers = [], ...parts] = results
    const [lines, taxes, tenders, named] = parts.map(rows => groupBy(rows, 'receipt'))
    return headers.map(header => {
      const key = String(header['key'])
      const of = (rows: ReadonlyMap<string, SqlRow[]> | undefined) => rows?.get(key) ?? []
      return {
        header,
        lines: of(lines),
        taxes: of(taxes),
        tenders: of(tenders),
        orders: ordersIn(of(named)),
        cut,
      }
    })
  }

  return {
    name: mapping.table,
    order: mapping,
    async contents(keys) {
      const receipts = await read(keys)
      return new Map(
        receipts.map((rows): [string, Content] => [
          String(rows.header['key']),
          contentOf(rows, mapping, reader),
        ]),
      )
    },
    takeBack: ({ key, reason, at, source }) => [
      SaleVoided.parse({ kind: 'sale.voided', at, source, receipt: key, reason }),
    ],
  }
}

function contentOf(rows: ReceiptRows, mapping: ReceiptMapping, reader: Reader): Content {
  const { header } = rows
  // Payments and taxes have no order of their own, and their ids change when a POS writes them again.
  const tenders = inOrder(rows.tenders, [...TENDER, ...presentIn(rows.tenders, TENDER_MORE)])
  const taxes = inOrder(rows.taxes, TAX)
  const lineColumns = [...LINE, ...presentIn(rows.lines, LINE_MORE)]
  const ordered = { ...rows, tenders: tenders.map(t => t.row), taxes: taxes.map(t => t.row) }
  return {
    fingerprint: fingerprintOf([
      pick(header, HEADER),
      rows.lines.map(line => pick(line, lineColumns)),
      taxes.map(tax => tax.values),
      tenders.map(tender => tender.values),
      // hashed only where there is one, so that receipts without it stay what they were
      ...(rows.orders.length === 0 ? [] : [rows.orders]),
    ]),
    wall: wallOrNull(reader, valueIn(header, 'at')),
    interpret: () => interpretReceipt(ordered, mapping, reader),
    payload: () =>
      payloadOf({
        header: ordered.header,
        lines: ordered.lines,
        taxes: ordered.taxes,
        tenders: ordered.tenders,
        ...(rows.orders.length === 0 ? {} : { orders: rows.orders.map(order => ({ order })) }),
      }),
  }
}

/** The orders that are named, each once, in the order of the query. */
function ordersIn(rows: readonly SqlRow[]): string[] {
  return [...new Set(rows.map(row => textIn(row, 'order')?.trim() ?? '').filter(order => order !== ''))]
}

function presentIn(rows: readonly SqlRow[], columns: readonly string[]): string[] {
  const [row] = rows
  return row === undefined ? [] : columns.filter(column => column in row)
}

function inOrder(rows: readonly SqlRow[], columns: readonly string[]) {
  return rows
    .map(row => {
      const values = JSON.stringify(pick(row, columns))
      return { row, values }
    })
    .sort((a, b) => (a.values < b.values ? -1 : a.values > b.values ? 1 : 0))
}

import type { z } from 'zod'
import {
  CashMoved,
  SaleCompleted,
  type SaleLine,
  type TaxAmount,
  type Tender,
} from '../../../shared/events.ts'
import { maskCardNumbers } from '../card-numbers.ts'
import type { SqlRow } from './engine.ts'
import type { ReceiptMapping } from './mapping.ts'
import { amountIn, netIn, quantityIn } from './money-in-rows.ts'
import {
  productUnknown,
  productWithoutSku,
  receiptIncomplete,
  receiptTooLong,
  rowOutOfBounds,
  ticketTypeUnknown,
} from './problems.ts'
import type { ReceiptRows } from './receipt-rows.ts'
import type { Interpretation, Reader, Telling } from './row-kind.ts'
import { textIn, valueIn, wholeNumberIn } from './values.ts'

const MOST_LINES = 2_000
const MOST_TAXES_OR_TENDERS = 50

/** What a receipt's rows say. Pure; throws why they can't be read. */
export function interpretReceipt(rows: ReceiptRows, mapping: ReceiptMapping, reader: Reader): Interpretation {
  const { header, lines, taxes, tenders, cut } = rows
  if (cut || lines.length > MOST_LINES) throw receiptTooLong({ limit: MOST_LINES })
  if (Math.max(taxes.length, tenders.length) > MOST_TAXES_OR_TENDERS)
    throw receiptTooLong({ limit: MOST_TAXES_OR_TENDERS })
  const type = textIn(header, 'type')
  if (type === null) return withoutTicket(rows, mapping, reader)
  const meaning = mapping.types[type]
  if (meaning === undefined) throw ticketTypeUnknown({ type })
  if (meaning === 'void') return { is: 'void' }
  const sale = saleOf(rows, mapping, reader)
  if (lines.length === 0 && tenders.length === 0) return { is: 'waiting', settled: null }
  if (sale.addsUp) return { is: 'whole', ...sale.telling }
  const settled = lines.length > 0 ? sale.telling : { refuse: receiptIncomplete({ lacks: 'lines' }) }
  return { is: 'waiting', settled }
}

/** No ticket: cash put into or taken out of the drawer, or a receipt whose other rows are still to come. */
function withoutTicket(rows: ReceiptRows, mapping: ReceiptMapping, reader: Reader): Interpretation {
  const { header, lines, taxes, tenders } = rows
  if (tenders.length === 0 && lines.length === 0) return { is: 'waiting', settled: null }
  const isDrawer = tenders.every(tender => mapping.tenderKinds[textIn(tender, 'kind') ?? ''] === 'drawer')
  if (!isDrawer || lines.length + taxes.length > 0)
    return { is: 'waiting', settled: { refuse: receiptIncomplete({ lacks: 'ticket' }) } }
  const amounts = tenders.map(tender => amountIn(tender, 'amount', reader.currency, 'payment'))
  const notes = tenders.map(tender => textIn(tender, 'note') ?? textIn(tender, 'kind') ?? '')
  const facts = {
    kind: 'cash.moved',
    receipt: String(header['key']),
    till: label(textIn(header, 'till'), 255),
    businessDate: reader.wallOf(valueIn(header, 'at'), 'receipt date').slice(0, 10),
    currency: reader.currency,
    amount: sum(amounts),
    name: label([...new Set(notes)].join(', '), 500),
  }
  const moved = checked(CashMoved, { ...facts, at: 0, source: reader.source })
  return { is: 'whole', told: 'cash', tell: ({ at }) => ({ ...moved, at }) }
}

/** Stands in for what an event gets when it is told, so that all else is checked where a refusal can name it. */
const PROBE = { at: 0, fingerprint: '0'.repeat(43) }

function saleOf(rows: ReceiptRows, mapping: ReceiptMapping, reader: Reader) {
  const { header } = rows
  const { currency, source } = reader
  const wall = reader.wallOf(valueIn(header, 'at'), 'receipt date')
  const lines = rows.lines.map(line => saleLine(line, mapping, reader))
  const taxes = rows.taxes.map(tax => taxAmount(tax, reader))
  const tenders = rows.tenders.map(tender => tenderOf(tender, mapping, reader))
  const difference =
    sum(tenders.map(t => t.amount)) - sum(lines.map(line => line.net)) - sum(taxes.map(tax => tax.amount))
  // Each line and each tax was rounded once, here or by the POS.
  const addsUp = Math.abs(difference) <= lines.length + taxes.length
  const sale = checked(SaleCompleted, {
    ...PROBE,
    kind: 'sale.completed',
    source,
    receipt: String(header['key']),
    receiptNumber: textIn(header, 'number') ?? '',
    till: label(textIn(header, 'till'), 255),
    staff: textIn(header, 'staff') === null ? null : label(textIn(header, 'staff'), 255),
    businessDate: wall.slice(0, 10),
    soldAt: { wall, zone: reader.zone },
    currency,
    lines,
    taxes,
    tenders,
    rounding: addsUp ? difference : 0,
    unexplained: addsUp ? 0 : difference,
  })
  const telling: Telling = { told: 'sale', tell: stamp => ({ ...sale, ...stamp }) }
  return { telling, addsUp }
}

function saleLine(row: SqlRow, mapping: ReceiptMapping, reader: Reader): SaleLineInput {
  const line = wholeNumberIn(row, 'line', 'line number')
  const where = `Line ${line}`
  const quantity = quantityIn(row, 'units', `units of line ${line}`)
  const product = textIn(row, 'product')
  if (product !== null && textIn(row, 'found') === null) throw productUnknown({ product, where })
  const isGoods = product !== null && Number(row['service'] ?? 0) === 0
  const sku = isGoods ? textIn(row, 'sku') : null
  if (isGoods && sku === null) throw productWithoutSku({ product, where })
  const barcode = textIn(row, 'barcode')
  return {
    line,
    sku,
    barcode: barcode === null || barcode.length > 64 ? null : barcode,
    title: label(printedTitle(row, mapping) ?? textIn(row, 'title'), 500),
    quantity,
    net: netIn(row, quantity, reader.currency, `price of line ${line}`),
    warehouse: reader.warehouse,
  }
}
type SaleLineInput = z.input<typeof SaleLine>

function taxAmount(row: SqlRow, reader: Reader): z.input<typeof TaxAmount> {
  const name = textIn(row, 'name') ?? textIn(row, 'tax') ?? ''
  const rate = valueIn(row, 'rate')
  return {
    name: label(name, 500),
    rate: typeof rate === 'number' ? Math.round(rate * 1_000_000) : null,
    base: amountIn(row, 'base', reader.currency, `base of tax ${name}`),
    amount: amountIn(row, 'amount', reader.currency, `amount of tax ${name}`),
  }
}

function tenderOf(row: SqlRow, mapping: ReceiptMapping, reader: Reader): z.input<typeof Tender> {
  const name = textIn(row, 'kind') ?? ''
  const kind = mapping.tenderKinds[name] ?? 'other'
  return {
    kind: kind === 'drawer' ? 'cash' : kind,
    name: label(name, 500),
    amount: amountIn(row, 'amount', reader.currency, `payment ${name}`),
  }
}

/** The line's title as it was printed, where the POS keeps it: an entry of a Java properties file in XML. */
function printedTitle(row: SqlRow, mapping: ReceiptMapping): string | null {
  const properties = mapping.titleProperty === null ? null : textIn(row, 'properties')
  if (properties === null) return null
  const start = properties.indexOf(`key="${mapping.titleProperty}"`)
  const text = start < 0 ? null : />([^<]*)</.exec(properties.slice(start))
  const title = text?.[1]
    ?.replace(/&(lt|gt|quot|apos|amp);/g, (_, name: string) => ENTITIES[name] ?? '')
    .trim()
  return title === undefined || title === '' ? null : title
}
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

function label(text: string | null, longest: number): string {
  return maskCardNumbers(text ?? '').slice(0, longest)
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}

/** @throws ROW_OUT_OF_BOUNDS naming the first field that the vocabulary does not take */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw rowOutOfBounds({ field: issue?.path.join('.') ?? '', problem: issue?.message ?? '' })
}

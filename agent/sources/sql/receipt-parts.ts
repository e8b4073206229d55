import type { z } from 'zod'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import type { SaleLine, TaxAmount, Tender } from '../../../shared/events.ts'
import { tenderMeant } from '../sales-files/tender-words.ts'
import type { SqlRow } from './engine.ts'
import type { ReceiptMapping } from './mapping.ts'
import { amountIn, lineMoneyIn, quantityIn } from './money-in-rows.ts'
import { productUnknown, productWithoutSku } from './problems.ts'
import type { Reader } from './row-kind.ts'
import { meaningIn, textIn, valueIn, wholeNumberIn } from './values.ts'

export type LineInput = z.input<typeof SaleLine>
type TenderInput = z.input<typeof Tender>

export function lineOf(row: SqlRow, mapping: ReceiptMapping, reader: Reader): LineInput {
  const line = wholeNumberIn(row, 'line', 'line number')
  const where = `Line ${line}`
  const quantity = quantityIn(row, 'units', `units of line ${line}`)
  const product = textIn(row, 'product')
  if (product !== null && textIn(row, 'found') === null) throw productUnknown({ product, where })
  const { net, discount } = lineMoneyIn(row, quantity, reader.currency, `price of line ${line}`)
  const isGoods =
    product !== null && Number(row['service'] ?? 0) === 0 && !(net < 0 && isDiscountLine(row, mapping))
  const sku = isGoods ? textIn(row, 'sku') : null
  if (isGoods && sku === null) throw productWithoutSku({ product, where })
  return {
    line,
    sku,
    barcode: barcodeIn(row),
    title: label(printedTitle(row, mapping) ?? textIn(row, 'title'), 500),
    quantity,
    net,
    warehouse: textIn(row, 'location') ?? reader.warehouse,
    ...(discount === null ? {} : { discount }),
  }
}

export function taxOf(row: SqlRow, reader: Reader): z.input<typeof TaxAmount> {
  const name = textIn(row, 'name') ?? textIn(row, 'tax') ?? ''
  const rate = valueIn(row, 'rate')
  const share = typeof rate === 'string' && /^-?\d+(\.\d+)?$/.test(rate) ? Number(rate) : rate
  return {
    name: label(name, 500),
    rate: typeof share === 'number' ? Math.round(share * 1_000_000) : null,
    base: amountIn(row, 'base', reader.currency, `base of tax ${name}`),
    amount: amountIn(row, 'amount', reader.currency, `amount of tax ${name}`),
  }
}

/** The payments of a receipt. `roundedBy`: what the POS says it rounded the total by. */
export interface Paid {
  readonly tenders: readonly TenderInput[]
  readonly roundedBy: number
  /** The POS does not keep what was given back. */
  readonly isChangeUnknown: boolean
}

export function paidIn(rows: readonly SqlRow[], mapping: ReceiptMapping, reader: Reader): Paid {
  const roundings = rows.filter(row => Number(row['rounding'] ?? 0) === 1)
  const payments = rows.filter(row => !roundings.includes(row))
  return {
    tenders: payments.map(row => tenderOf(row, mapping, reader)),
    roundedBy: roundings.reduce(
      (sum, row) => sum + amountIn(row, 'amount', reader.currency, 'cash rounding'),
      0,
    ),
    isChangeUnknown: payments.some(row => 'change' in row && row['change'] === null),
  }
}

/** A surplus of cash given back, where the POS does not keep that. */
export function lessChange(tenders: readonly TenderInput[], surplus: number): readonly TenderInput[] | null {
  const most = tenders.findIndex(({ kind, amount }) => kind === 'cash' && amount >= surplus)
  return most < 0
    ? null
    : tenders.map((tender, at) => (at === most ? { ...tender, amount: tender.amount - surplus } : tender))
}

function tenderOf(row: SqlRow, mapping: ReceiptMapping, reader: Reader): TenderInput {
  const name = textIn(row, 'title') ?? textIn(row, 'kind') ?? ''
  const means = textIn(row, 'means') ?? name
  const code = mapping.tendersInAnyCase === true ? means.trim().toLowerCase() : means
  const kind = meaningIn(mapping.tenderKinds, code) ?? kindByWords(name)
  const field = `payment ${name}`
  const change = textIn(row, 'change') === null ? 0 : amountIn(row, 'change', reader.currency, field)
  return {
    kind: kind === 'drawer' ? 'cash' : kind,
    name: label(name, 500),
    amount: amountIn(row, 'amount', reader.currency, field) - change,
  }
}

/** The kind of a payment that the shop has named itself: a visa card is a card in any POS. */
function kindByWords(name: string): Tender['kind'] {
  const meant = tenderMeant(name, {})
  return meant === null || meant === 'rounding' ? 'other' : meant
}

function isDiscountLine(row: SqlRow, { discountProperty }: ReceiptMapping): boolean {
  return discountProperty !== null && propertyIn(row, discountProperty) === 'true'
}

/** The line's title as it was printed, where the POS keeps it. */
function printedTitle(row: SqlRow, { titleProperty }: ReceiptMapping): string | null {
  return titleProperty === null ? null : propertyIn(row, titleProperty)
}

/** An entry of a Java properties file in XML; null when it is missing or blank. */
function propertyIn(row: SqlRow, name: string): string | null {
  const properties = textIn(row, 'properties')
  if (properties === null) return null
  const start = properties.indexOf(`key="${name}"`)
  const text = start < 0 ? null : />([^<]*)</.exec(properties.slice(start))
  const value = text?.[1]
    ?.replace(/&(lt|gt|quot|apos|amp);/g, (_, entity: string) => ENTITIES[entity] ?? '')
    .trim()
  return value === undefined || value === '' ? null : value
}
const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' }

/** Text for people: no card numbers, cut to what a record holds. */
export function label(text: string | null, longest: number): string {
  return maskCardNumbers(text ?? '').slice(0, longest)
}

/** A barcode column may hold anything; text too long for a barcode is left out. */
export function barcodeIn(row: SqlRow): string | null {
  const barcode = textIn(row, 'barcode')
  return barcode === null || barcode.length > 64 ? null : barcode
}

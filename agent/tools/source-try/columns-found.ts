import { plainWords } from '../../sources/sales-files/plain-words.ts'
import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import { dateForms, timeForms } from './date-forms.ts'
import type { ExportField } from './heading-words.ts'
import { isSomeNumber } from './number-forms.ts'
import type { FileColumn, Table } from './table.ts'

/** The columns that the settings can name, as the file's headings and values tell them. */
export interface ColumnsFound {
  /** Fields that one column alone is for. */
  readonly single: ReadonlyMap<ExportField, FileColumn>
  /** What may be the amount of a line, the likeliest first. */
  readonly amounts: readonly FileColumn[]
  /** What may be the total of a receipt, the likeliest first. */
  readonly totals: readonly FileColumn[]
  /** Columns that each hold what was paid in one way. */
  readonly tenders: readonly FileColumn[]
  /** What may say whether a receipt is a sale or a refund, the likeliest first. */
  readonly types: readonly FileColumn[]
  /** What may say whether a receipt counts, the likeliest first. */
  readonly statuses: readonly FileColumn[]
  /** Columns that are called discounts, in money or in percent. */
  readonly discounts: readonly FileColumn[]
  /** Further columns of taxes beside the first, in the order of the file. */
  readonly taxes: readonly FileColumn[]
  /** What may have been paid on top of the lines: tips, surcharges, shipping. */
  readonly charges: readonly FileColumn[]
  /** Columns that nothing above takes. */
  readonly others: readonly FileColumn[]
}

/** In this order each field takes the heading that fits it best; what is left over is for the next. */
const TAKEN: readonly ExportField[] = [
  ...(['receipt', 'date', 'time', 'businessDate', 'currency', 'sku', 'barcode', 'quantity'] as const),
  ...(['taxRate', 'tax', 'taxName', 'discount', 'receiptDiscount', 'change'] as const),
  ...(['rounding', 'price', 'tender', 'paid'] as const),
  ...(['rowType', 'itemType', 'title', 'till', 'staff', 'warehouse', 'line'] as const),
]

export function columnsFound(table: Table): ColumnsFound {
  const free = new Set(table.columns.filter(isFirstOfItsName))
  const single = new Map<ExportField, FileColumn>()
  for (const field of TAKEN) {
    const best = candidates(field, free)[0]
    if (best === undefined) continue
    single.set(field, best)
    free.delete(best)
  }
  const taxes = candidates('tax', free).filter(hasMoney).toSorted(inFileOrder(table))
  for (const column of taxes) free.delete(column)
  const charges = candidates('charges', free).filter(hasMoney).toSorted(inFileOrder(table))
  for (const column of charges) free.delete(column)
  const types = candidates('type', free)
  const statuses = candidates('status', free).filter(column => !types.includes(column))
  const discounts = table.columns.filter(({ meant }) => meant.has('discount'))
  const amounts = candidates('amount', free)
  const totals = candidates('total', free)
  const tenders = [...free].filter(
    column => !amounts.includes(column) && !totals.includes(column) && isTenderColumn(column),
  )
  const named = new Set([...amounts, ...totals, ...tenders, ...types, ...statuses, ...discounts])
  const others = [...free].filter(column => !named.has(column))
  return { single, amounts, totals, tenders, types, statuses, discounts, taxes, charges, others }
}

/** Whether any row has an amount other than zero. */
export function hasMoney({ values }: FileColumn): boolean {
  return values.some(value => /[1-9１-９]/u.test(value))
}

function inFileOrder({ columns }: Table): (one: FileColumn, other: FileColumn) => number {
  return (one, other) => columns.indexOf(one) - columns.indexOf(other)
}

/** Of two columns of one heading the reader takes the first. */
function isFirstOfItsName(column: FileColumn, place: number, columns: readonly FileColumn[]): boolean {
  return column.heading !== '' && columns.findIndex(({ heading }) => heading === column.heading) === place
}

/** Columns whose heading can mean a field and whose values allow it, the likeliest first. */
function candidates(field: ExportField, free: ReadonlySet<FileColumn>): FileColumn[] {
  const rankOf = (column: FileColumn) =>
    column.meant.get(field) ??
    (field === 'date' ? LATER + (column.meant.get('time') ?? Number.NaN) : Number.NaN)
  return [...free]
    .filter(column => !Number.isNaN(rankOf(column)) && column.values.length > 0 && fits(field, column))
    .sort((one, other) => rankOf(one) - rankOf(other))
}

/** A column that is called time may hold the date as well; one that is called date comes first. */
const LATER = 1_000

/** Whether a column's values can be what the field needs. */
function fits(field: ExportField, column: FileColumn): boolean {
  const { values } = column
  const all = (rule: RegExp) => values.every(value => rule.test(value))
  const most = (rule: RegExp) => values.filter(value => rule.test(value)).length * 2 > values.length
  switch (field) {
    case 'date':
    case 'businessDate':
      return dateForms(values).length > 0
    case 'time':
      return timeForms(values).length > 0
    case 'taxRate':
      return all(/^\d{1,2}([.,]\d{1,4})?\s*%?$/)
    case 'currency':
      return all(/^[A-Z]{3}$/)
    case 'line':
      return all(/^\d{1,5}$/)
    case 'receipt':
      return most(/\p{Nd}/u)
    case 'sku':
      return most(/\d|^[^\p{Ll}\s]+$/u)
    case 'title':
    case 'tender':
    case 'type':
    case 'rowType':
    case 'itemType':
    case 'status':
      return values.some(value => /\p{L}/u.test(value))
    case 'quantity':
      // a row with another one is refused by name; without the column each would count as one unit
      return values.some(isSomeNumber)
    case 'amount':
      // a row with another one is refused by name; without the column the list price would be told
      return values.filter(isSomeNumber).length * 2 > values.length
    case 'price':
    case 'discount':
    case 'tax':
    case 'total':
    case 'rounding':
    case 'charges':
    case 'receiptDiscount':
    case 'change':
    case 'paid':
      return isNumbers(column)
    default:
      return true
  }
}

/** `Card fees` and `Card last 4` are not payments, and neither is what was given back, taken off or collected. */
const NOT_PAID =
  /\b(discounts?|rabatte?|rabat|nachlass|remises?|scont[oi]|descuentos?|descontos?|korting|alennus|upust|sleva|earned|collected|last|fees?|tip|balance|number|brand|entry|type|name|id|change|given|ruckgeld|rendu|resto|cambio|wisselgeld|vaxel|gebuhr)\b|\d/

function isTenderColumn(column: FileColumn): boolean {
  if (column.paidBy !== undefined) return true
  const kind = NOT_PAID.test(plainWords(column.heading)) ? null : tenderMeant(column.heading, {})
  return kind !== null && kind !== 'rounding' && column.values.length > 0 && isNumbers(column)
}

function isNumbers({ values }: FileColumn): boolean {
  return values.every(isSomeNumber)
}

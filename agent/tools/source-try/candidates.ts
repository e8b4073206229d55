import type { z } from 'zod'
import type { Currency } from '../../../shared/money.ts'
import type { CsvColumns } from '../../sources/sales-files/csv/column-headings.ts'
import type { csvSettings } from '../../sources/sales-files/csv/settings.ts'
import type { NumberRules } from '../../sources/sales-files/number-text.ts'
import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import type { ColumnsFound } from './columns-found.ts'
import { dateForms, timeForms } from './date-forms.ts'
import type { ExportField } from './heading-words.ts'
import type { Meanings } from './meanings-found.ts'
import { type MoneyEvidence, moneyEvidence } from './money-evidence.ts'
import { numberForms } from './number-forms.ts'
import type { FileColumn, Table } from './table.ts'

/** Settings of a source of the kind `csv` as they are written into agent.json. */
export type CsvGiven = z.input<typeof csvSettings>

/** What the file itself can't say of its store. */
export interface StoreFacts {
  readonly folder: string
  /** Names of the files to read, with * and ?. */
  readonly files: readonly string[]
  readonly currency: Currency
  readonly zone: string
  readonly warehouse: string
}

/** What ways to read a file can differ in. */
export const dimensions = ['date', 'numbers', 'taxIncluded', 'amount', 'total'] as const
export type Dimension = (typeof dimensions)[number]

/** One way to read the file. */
export interface Candidate {
  readonly settings: CsvGiven
  readonly assumes: Readonly<Record<Dimension, string>>
  /** Whether the file has figures of its own that a receipt's lines must add up to. */
  readonly isChecked: boolean
}

export interface Layout {
  readonly table: Table
  readonly found: ColumnsFound
  readonly meanings: Meanings
  readonly store: StoreFacts
}

/** Every way to read the file that its columns allow, the likeliest first. */
export function candidatesOf(layout: Layout): Candidate[] {
  return datesOf(layout).flatMap(date =>
    numbersOf(layout).flatMap(numbers => {
      const evidence = moneyEvidence(layout.found, numbers, layout.store.currency)
      return moneyOf(layout, evidence).map((money): Candidate => {
        const columns = columnsOf(layout, money, date)
        const { taxIncluded } = money
        const tax = taxIncluded === null ? {} : { taxIncluded }
        return {
          settings: { ...storeSettings(layout), ...date, ...numbers, ...tax, columns },
          assumes: {
            date: date.date,
            numbers: `1${numbers.thousands}234${numbers.decimal}50`,
            taxIncluded: taxIncluded === true ? 'yes' : 'no',
            amount: money.amount?.heading ?? '',
            total: money.total?.heading ?? '',
          },
          isChecked: money.total !== null || columns.tenders !== undefined || columns.paid !== undefined,
        }
      })
    }),
  )
}

/** Whether the file has a row for each line sold; else one for each receipt. */
export function isByLine({ found: { single } }: Pick<Layout, 'found'>): boolean {
  return single.has('sku') || single.has('barcode') || single.has('quantity')
}

interface DateSettings {
  readonly date: string
  readonly time?: string
}

function datesOf({ found: { single } }: Layout): DateSettings[] {
  const dates = dateForms(single.get('date')?.values ?? [])
  const [time] = timeForms(single.get('time')?.values ?? [])
  return dates.map(({ format, hasTime }) =>
    hasTime || time === undefined ? { date: format } : { date: format === 'iso' ? 'YYYY-M-D' : format, time },
  )
}

/** A file with semicolons comes from a country that writes a comma before the cents. */
function numbersOf({ table, found, meanings, store }: Layout): NumberRules[] {
  const fields = ['price', 'discount', 'tax', 'rounding', 'paid'] as const
  const single = fields.flatMap(field => found.single.get(field) ?? [])
  const columns = [...single, ...found.amounts, ...found.totals, ...meanings.tenders]
  const usual = table.delimiter === ';' ? ',' : '.'
  return [...numberForms([...new Set(columns.flatMap(({ values }) => values))], store.currency)].sort(
    (one, other) => Number(other.decimal === usual) - Number(one.decimal === usual),
  )
}

interface MoneyColumns {
  readonly amount: FileColumn | null
  readonly total: FileColumn | null
  /** Null: the file has no taxes. */
  readonly taxIncluded: boolean | null
}

function moneyOf(layout: Layout, evidence: MoneyEvidence): MoneyColumns[] {
  const { found, meanings } = layout
  const byLine = isByLine(layout)
  const isMixed = meanings.rowTypes !== null
  const isFit = (column: FileColumn) => isOfLines(layout, column) && !evidence.isBeforeDiscount(column)
  const amounts = byLine ? found.amounts.filter(isFit) : []
  const totals =
    byLine && !isMixed ? found.totals.filter(column => isOfReceipt(layout, column)) : found.totals
  const hasTax = found.single.has('tax')
  return (amounts.length === 0 ? [null] : amounts).flatMap(amount =>
    [...totals, null].flatMap(total => {
      const isTwice = amount !== null && amount === total && !isMixed
      if (isTwice || (!byLine && total === null)) return []
      const said = hasTax ? evidence.taxIncluded(amount) : [null]
      return said.map(taxIncluded => ({ amount, total, taxIncluded }))
    }),
  )
}

/** A line's amount is in each row that has a line. */
function isOfLines({ meanings: { rowTypes } }: Layout, column: FileColumn): boolean {
  return column.cells.every(
    (cell, row) => cell !== '' || (rowTypes?.means[rowTypes.column.cells[row] ?? ''] ?? 'line') !== 'line',
  )
}

/** Of so many rows one may be wrong in the file itself. */
const ONE_IN = 10

/** A receipt's total is the same on each of its rows, or in its first one alone. */
function isOfReceipt({ found: { single } }: Layout, column: FileColumn): boolean {
  const key = (['till', 'receipt', 'date', 'time'] as const).map(field => single.get(field)?.cells ?? [])
  const totals = new Map<string, string>()
  const others = column.cells.filter((total, row) => {
    const receipt = key.map(cells => cells[row] ?? '').join('\n')
    const first = totals.get(receipt) ?? total
    totals.set(receipt, first)
    return total !== '' && first !== total
  })
  return others.length * ONE_IN <= column.cells.length
}

function storeSettings(layout: Layout) {
  const { table, meanings, store } = layout
  const { rowTypes, refunds, statuses, tenderKinds } = meanings
  return {
    folder: store.folder,
    files: [...store.files],
    currency: store.currency,
    zone: store.zone,
    warehouse: store.warehouse,
    delimiter: table.delimiter,
    ...(table.skipLines === 0 ? {} : { skipLines: table.skipLines }),
    ...(table.notSales.length === 0 ? {} : { notSales: [...table.notSales] }),
    rows: isByLine(layout) ? ('line' as const) : ('receipt' as const),
    refunds: refunds === null ? ('signed' as const) : { ...refunds.means },
    ...(statuses === null ? {} : { statuses: { ...statuses.means } }),
    ...(rowTypes === null ? {} : { rowTypes: { ...rowTypes.means } }),
    ...(Object.keys(tenderKinds).length === 0 ? {} : { tenderKinds: { ...tenderKinds } }),
  }
}

function columnsOf({ found, meanings }: Layout, money: MoneyColumns, { time }: DateSettings): CsvColumns {
  const { single } = found
  const { tenders, hasPaymentRows } = meanings
  const heading = (field: ExportField) => single.get(field)?.heading
  const byLine = isByLine({ found })
  const optional: CsvColumns = {
    ...receiptKey(found),
    date: heading('date'),
    time: time === undefined ? undefined : heading('time'),
    till: heading('till'),
    staff: heading('staff'),
    warehouse: hasSeveral(single.get('warehouse')) ? heading('warehouse') : undefined,
    type: meanings.refunds?.column.heading,
    status: meanings.statuses?.column.heading,
    line: byLine ? heading('line') : undefined,
    sku: heading('sku'),
    barcode: heading('barcode'),
    title: heading('title'),
    quantity: byLine ? heading('quantity') : undefined,
    amount: money.amount?.heading,
    price: byLine && money.amount === null ? heading('price') : undefined,
    discount: heading('discount'),
    tax: heading('tax'),
    taxName: single.has('tax') ? heading('taxName') : undefined,
    taxRate: single.has('tax') ? heading('taxRate') : undefined,
    total: money.total?.heading,
    rounding: heading('rounding'),
    rowType: meanings.rowTypes?.column.heading,
    paid: hasPaymentRows ? heading('paid') : undefined,
    tender: meanings.tender?.heading,
    tenders: tenders.length === 0 ? undefined : tenders.flatMap(tenderColumn),
  }
  return Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined))
}

/** Tills that count on their own give one number twice; a number that is more than a count is a receipt's alone. */
function receiptKey({ single }: ColumnsFound): Pick<CsvColumns, 'receipt' | 'receiptNumber'> {
  const [receipt, till] = [single.get('receipt'), single.get('till')]
  if (receipt === undefined) return {}
  const isCount = receipt.values.every(value => /^\d{1,8}$/.test(value))
  const isTold = till !== undefined && till.values.length === till.cells.length
  if (till === undefined || !isCount || !isTold) return { receipt: receipt.heading }
  return { receipt: [till.heading, receipt.heading], receiptNumber: receipt.heading }
}

function hasSeveral(column: FileColumn | undefined): boolean {
  return column !== undefined && new Set(column.values).size > 1
}

function tenderColumn({ heading }: FileColumn): NonNullable<CsvColumns['tenders']> {
  const kind = tenderMeant(heading, {})
  return kind === null || kind === 'rounding' ? [] : [{ column: heading, kind }]
}

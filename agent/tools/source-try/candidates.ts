import type { z } from 'zod'
import type { Currency } from '../../../shared/money.ts'
import { wallClock } from '../../../shared/wall-clock.ts'
import type { CsvColumns } from '../../sources/sales-files/csv/column-headings.ts'
import { csvSettings } from '../../sources/sales-files/csv/settings.ts'
import { isCurrencyOf } from '../../sources/sales-files/currency-words.ts'
import type { NumberRules } from '../../sources/sales-files/number-text.ts'
import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import { momentIn } from '../../sources/sales-files/values.ts'
import { type BesideReading, besideColumns, besideReadings } from './beside-columns.ts'
import type { ColumnsFound } from './columns-found.ts'
import { type DateSettings, dateForms, datesWithTimes } from './date-forms.ts'
import { type ExportField, taxInHeading } from './heading-words.ts'
import type { Meanings } from './meanings-found.ts'
import { type MoneyEvidence, moneyEvidence } from './money-evidence.ts'
import { isSomeNumber, numberForms, quantityForms } from './number-forms.ts'
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
export const dimensions = [
  ...(['date', 'numbers', 'quantities', 'taxIncluded', 'amount', 'total'] as const),
  ...(['taxes', 'taxOf', 'charges', 'off', 'change'] as const),
] as const
export type Dimension = (typeof dimensions)[number]

/** What `amount` and `total` are where no column is. */
export const PRICE_TIMES_QUANTITY = 'price'
export const NO_TOTAL = 'none'
export const NOTHING_OFF = 'none'

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
  return everyReading(layout).filter(({ settings }) => csvSettings.safeParse(settings).success)
}

function everyReading(layout: Layout): Candidate[] {
  return datesOf(layout).flatMap(date =>
    numbersOf(layout).flatMap(({ numbers, quantities }) => {
      const evidence = moneyEvidence(layout.found, numbers, layout.store.currency)
      const besides = besidesOf(layout)
      const ways = moneyOf(layout, evidence).flatMap(money => besides.map(beside => ({ money, beside })))
      return ways.filter(isWhole(layout)).map(({ money, beside }): Candidate => {
        const columns = columnsOf(layout, money, beside, date)
        const { taxIncluded } = money
        const tax = taxIncluded === null ? {} : { taxIncluded }
        const businessDate = businessDateForm(layout, date)
        return {
          settings: {
            ...storeSettings(layout),
            ...date,
            ...(businessDate === null || businessDate === date.date ? {} : { businessDate }),
            ...numbers,
            ...quantities,
            ...tax,
            columns,
          },
          assumes: {
            date: date.date,
            numbers: `1${numbers.thousands}234${numbers.decimal}50`,
            quantities: quantityExample(quantities.quantities ?? numbers),
            taxIncluded: taxIncluded === true ? 'yes' : 'no',
            amount: money.amount?.heading ?? PRICE_TIMES_QUANTITY,
            total: money.total?.heading ?? NO_TOTAL,
            taxes: beside.taxes,
            taxOf: beside.taxOf,
            charges: beside.charges,
            off: beside.off?.heading ?? NOTHING_OFF,
            change: beside.change,
          },
          isChecked: isChecked(layout, columns),
        }
      })
    }),
  )
}

interface Way {
  readonly money: MoneyColumns
  readonly beside: BesideReading
}

function besidesOf(layout: Layout): readonly BesideReading[] {
  const { found, meanings } = layout
  const hasPayments = meanings.tenders.length > 0 || meanings.hasPaymentRows
  return besideReadings(found, isByLine(layout), column => isOfReceipt(layout, column), hasPayments)
}

/** Prices before a discount are not what was paid: a total must show what was paid. */
function isWhole(layout: Layout): (way: Way) => boolean {
  return ({ money }) => {
    const isDiscounted = money.amount === null && isByLine(layout) && hasDiscounts(layout.found)
    return !isDiscounted || money.total !== null
  }
}

/** A receipt without lines has nothing that its total could differ from but its payments. */
function isChecked(layout: Layout, { total, tenders, paid }: CsvColumns): boolean {
  return tenders !== undefined || paid !== undefined || (isByLine(layout) && total !== undefined)
}

/** Whether the file has a row for each line sold; else one for each receipt. */
export function isByLine({ found: { single } }: Pick<Layout, 'found'>): boolean {
  return single.has('sku') || single.has('barcode') || single.has('quantity')
}

function datesOf({ table, found: { single } }: Layout): readonly DateSettings[] {
  const isTime = (column: FileColumn) => column.meant.has('time') && column !== single.get('date')
  // without its time a sale would be told at midnight
  if (!single.has('time') && table.columns.some(column => isTime(column) && column.values.length > 0))
    return []
  const values = single.get('date')?.values ?? []
  return datesWithTimes(values, single.get('time')?.values ?? [])
}

/** A file with semicolons comes from a country that writes a comma before the cents. */
function numbersOf({ table, found, meanings, store }: Layout): NumberSettings[] {
  const fields = ['price', 'discount', 'tax', 'rounding', 'paid', 'receiptDiscount', 'change'] as const
  const single = fields.flatMap(field => found.single.get(field) ?? [])
  const besides = [...found.taxes, ...found.charges]
  const columns = [...single, ...besides, ...found.amounts, ...found.totals, ...meanings.tenders]
  const units = found.single.get('quantity')?.values.filter(isSomeNumber) ?? []
  const usual = table.delimiter === ';' ? ',' : '.'
  return numberForms(columns.flatMap(({ values }) => values).filter(isSomeNumber), store.currency)
    .toSorted((one, other) => Number(other.decimal === usual) - Number(one.decimal === usual))
    .flatMap(numbers =>
      quantityForms(units, numbers).map(form =>
        form === null ? { numbers, quantities: {} } : { numbers, quantities: { quantities: form } },
      ),
    )
}

interface NumberSettings {
  readonly numbers: NumberRules
  /** Empty: quantities are written as amounts are. */
  readonly quantities: { readonly quantities?: NumberRules }
}

/** How a thousand and a half is written, in the sign that tells it from one and a half. */
function quantityExample({ decimal, thousands }: NumberRules): string {
  return thousands === '' ? `1${decimal}500` : `1${thousands}500${decimal}0`
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
  const amounts = byLine ? lineAmounts(layout).filter(isFit) : []
  // null: the price times the quantity
  const lines = byLine && found.single.has('price') ? [...amounts, null] : amounts
  const fitting =
    byLine && !isMixed ? found.totals.filter(column => isOfReceipt(layout, column)) : found.totals
  const totals = byLine ? fitting : [...new Set([...found.totals, ...found.amounts])]
  const hasTax = found.single.has('tax') || Object.values(meanings.rowTypes?.means ?? {}).includes('tax')
  return (byLine ? lines : [null]).flatMap(amount =>
    [...totals, null].flatMap(total => {
      const isTwice = amount !== null && amount === total && !isMixed
      if (isTwice || (!byLine && total === null)) return []
      const said = hasTax
        ? taxSaid(evidence.taxIncluded(amount), amount ?? found.single.get('price'))
        : [null]
      return said.map(taxIncluded => ({ amount, total, taxIncluded }))
    }),
  )
}

/** Columns called amounts, and those called totals that are not one for each receipt: then each row's is its own. */
function lineAmounts(layout: Layout): readonly FileColumn[] {
  const { amounts, totals } = layout.found
  const ofRows = totals.filter(column => !amounts.includes(column) && !isOfReceipt(layout, column))
  return [...amounts, ...ofRows]
}

/** What the figures prove comes first; where they leave it open, the heading's own words say it. */
function taxSaid(proven: readonly boolean[], column: FileColumn | undefined): readonly boolean[] {
  const said = column === undefined || proven.length === 1 ? null : taxInHeading(column.heading)
  return said === null ? proven : [said]
}

/** Whether a column takes something off prices, be it in percent. */
function hasDiscounts({ discounts }: ColumnsFound): boolean {
  return discounts.some(({ values }) => values.some(value => /[1-9]/.test(value)))
}

/** A line's amount is in each row that has a line. Beside a price it may lack in some, which are refused: the price is not what was paid. */
function isOfLines(layout: Layout, column: FileColumn): boolean {
  const {
    table,
    found: { single },
    meanings: { rowTypes },
  } = layout
  const hasItem = (row: number) =>
    (['sku', 'barcode', 'quantity'] as const).some(field => (single.get(field)?.cells[row] ?? '') !== '')
  const typeOf = (row: number) =>
    rowTypes?.means[rowTypes.column.cells[row] ?? ''] ??
    rowTypes?.means[single.get('sku')?.cells[row] ?? ''] ??
    (table.numberOnFirstRow && !hasItem(row) ? 'nothing' : 'line')
  const lines = column.cells.flatMap((cell, row) => (typeOf(row) === 'line' ? [{ cell, row }] : []))
  const filled = lines.filter(({ cell }) => cell !== '')
  if (filled.length === lines.length) return true
  const isOnFirstRows = lines.every(({ cell, row }) => (cell !== '') === isFirstOfReceipt(layout, row))
  return single.has('price') && filled.length * 2 > lines.length && !isOnFirstRows
}

/** Whether the row above is another receipt's. */
function isFirstOfReceipt({ found: { single } }: Layout, row: number): boolean {
  const cells = single.get('receipt')?.cells ?? []
  return row === 0 || cells[row] !== cells[row - 1]
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
  const { rowTypes, refunds, statuses, stores, tenderKinds } = meanings
  return {
    folder: store.folder,
    files: [...store.files],
    currency: store.currency,
    zone: store.zone,
    warehouse: store.warehouse,
    ...(table.encoding === 'auto' ? {} : { encoding: table.encoding }),
    delimiter: table.delimiter,
    ...(table.skipLines === 0 ? {} : { skipLines: table.skipLines }),
    ...(table.numberOnFirstRow ? { numberOnFirstRow: true } : {}),
    ...(table.notSales.length === 0 ? {} : { notSales: [...table.notSales] }),
    rows: isByLine(layout) ? ('line' as const) : ('receipt' as const),
    refunds: refunds === null ? ('signed' as const) : { ...refunds.means },
    ...(statuses === null ? {} : { statuses: { ...statuses.means } }),
    ...(stores === null ? {} : { stores: { ...stores.means } }),
    ...(rowTypes === null ? {} : { rowTypes: { ...rowTypes.means } }),
    ...(servicesIn(meanings).length > 0 ? { services: servicesIn(meanings) } : {}),
    ...(Object.keys(tenderKinds).length === 0 ? {} : { tenderKinds: { ...tenderKinds } }),
  }
}

function columnsOf(
  { table, found, meanings, store }: Layout,
  money: MoneyColumns,
  beside: BesideReading,
  { date, time }: DateSettings,
): CsvColumns {
  const layout = { table, found, meanings, store }
  const { single } = found
  const { tenders, hasPaymentRows } = meanings
  const heading = (field: ExportField) => single.get(field)?.heading
  const byLine = isByLine({ found })
  const isTaxByLine = single.has('tax') && beside.taxOf === 'line'
  const optional: CsvColumns = {
    ...receiptKey(found),
    date: heading('date'),
    businessDate: businessDateForm(layout, { date }) === null ? undefined : heading('businessDate'),
    time: time === undefined ? undefined : heading('time'),
    till: heading('till'),
    staff: heading('staff'),
    store: meanings.stores?.column.heading,
    warehouse:
      meanings.stores === null && hasSeveral(single.get('warehouse')) ? heading('warehouse') : undefined,
    type: meanings.refunds?.column.heading,
    status: meanings.statuses?.column.heading,
    marks: meanings.marks.length === 0 ? undefined : meanings.marks,
    currency: currencyColumn(found, store.currency),
    line: byLine && isLineNumber(found) ? heading('line') : undefined,
    sku: heading('sku'),
    barcode: heading('barcode'),
    title: heading('title'),
    quantity: byLine ? heading('quantity') : undefined,
    amount: money.amount?.heading,
    price: byLine ? heading('price') : undefined,
    ...besideColumns(found, beside, byLine, column => isOfReceipt(layout, column)),
    itemType: Object.values(meanings.items?.means ?? {}).includes('service')
      ? meanings.items?.column.heading
      : undefined,
    taxName: isTaxByLine ? heading('taxName') : undefined,
    taxRate: isTaxByLine ? heading('taxRate') : undefined,
    total: money.total?.heading,
    rounding: heading('rounding'),
    rowType: meanings.rowTypes?.column.heading,
    paid: hasPaymentRows ? (heading('paid') ?? money.total?.heading ?? money.amount?.heading) : undefined,
    tender: meanings.tender?.heading,
    tenders: tenders.length === 0 ? undefined : tenders.flatMap(tenderColumn),
  }
  return Object.fromEntries(Object.entries(optional).filter(([, value]) => value !== undefined))
}

/** A business day is that of the sale, or the day before it for a shop that is open past midnight. */
const DAY_MS = 24 * 60 * 60 * 1_000

/** The form in which business days are those of the sales; null: there is no such column, or its days are others. */
function businessDateForm(
  { found: { single } }: Layout,
  { date }: Pick<DateSettings, 'date'>,
): string | null {
  const days = single.get('businessDate')
  const dates = single.get('date')
  if (days === undefined || dates === undefined) return null
  const clock = wallClock({ numbers: 'epoch-ms' }, 'UTC')
  const dayIn = (text: string, format: string) => Date.parse(momentIn(text, '', format, clock).slice(0, 10))
  const isNear = (format: string) =>
    days.cells.every((day, row) => {
      const sold = dates.cells[row] ?? ''
      if (day === '' || sold === '') return true
      return Math.abs(dayIn(day, format) - dayIn(sold, date)) <= DAY_MS
    })
  const forms = dateForms(days.values).map(({ format }) => format)
  return [date, ...forms].find(format => forms.includes(format) && isNear(format)) ?? null
}

/** The column that names the currency of each row, as the reader understands it. */
function currencyColumn({ single }: ColumnsFound, currency: Currency): string | undefined {
  const column = single.get('currency')
  return column?.values.every(written => isCurrencyOf(written, currency)) === true
    ? column.heading
    : undefined
}

/** A second row with a receipt's line number would replace the first. */
function isLineNumber({ single }: ColumnsFound): boolean {
  const keys = keyColumns(single)
  const rows = single
    .get('line')
    ?.cells.map((line, row) => [...keys.map(({ cells }) => cells[row]), line].join('\n'))
  return rows !== undefined && new Set(rows).size === rows.length
}

/** Tills and stores that count on their own give one number twice; a number that is more than a count is a receipt's alone. */
function keyColumns(single: ColumnsFound['single']): FileColumn[] {
  const receipt = single.get('receipt')
  if (receipt === undefined) return []
  const isCount = receipt.values.every(value => /^\p{Nd}{1,8}$/u.test(value))
  const counters = [single.get('warehouse'), single.get('till')].filter(column => column !== undefined)
  const always = counters.filter(({ cells, values }) => values.length === cells.length)
  const [warehouse] = always
  const several = hasSeveral(warehouse) ? always : always.filter(column => column === single.get('till'))
  return isCount ? [...several, receipt] : [receipt]
}

function receiptKey({ single }: ColumnsFound): Pick<CsvColumns, 'receipt' | 'receiptNumber'> {
  const key = keyColumns(single).map(({ heading }) => heading)
  const [only, ...more] = key
  if (only === undefined || more.length === 0) return only === undefined ? {} : { receipt: only }
  return { receipt: key, receiptNumber: key.at(-1) ?? only }
}

function hasSeveral(column: FileColumn | undefined): boolean {
  return column !== undefined && new Set(column.values).size > 1
}

function servicesIn({ items, services }: Meanings): string[] {
  const types = Object.entries(items?.means ?? {}).flatMap(([word, means]) =>
    means === 'service' ? [word] : [],
  )
  return [...types, ...services]
}

function tenderColumn({ heading, paidBy }: FileColumn): NonNullable<CsvColumns['tenders']> {
  const kind = paidBy ?? tenderMeant(heading, {})
  return kind === null || kind === 'rounding' ? [] : [{ column: heading, kind }]
}

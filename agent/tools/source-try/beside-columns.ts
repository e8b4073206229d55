import type { CsvColumns } from '../../sources/sales-files/csv/column-headings.ts'
import { type ColumnsFound, hasMoney } from './columns-found.ts'
import type { FileColumn } from './table.ts'

/** How the columns beside a line's amount are read: each in every way that their values allow, the likeliest first. */
export interface BesideReading {
  /** Whether further taxes count beside the first. */
  readonly taxes: 'all' | 'first'
  /** Whether tax is told for each line or once for the receipt. */
  readonly taxOf: 'line' | 'receipt'
  /** Whether tips, surcharges and shipping come on top of the lines. */
  readonly charges: 'on-top' | 'within'
  /** The column of what is off the whole receipt. */
  readonly off: FileColumn | null
  /** Whether payments are what the customer gave, and change is off the cash. */
  readonly change: 'off' | 'apart'
}

/** @param isOfReceipt whether a column has one value for each receipt */
export function besideReadings(
  found: ColumnsFound,
  isByLine: boolean,
  isOfReceipt: (column: FileColumn) => boolean,
  hasPayments: boolean,
): readonly BesideReading[] {
  const { single, charges } = found
  const change = single.get('change')
  const hasChange = hasPayments && change !== undefined && hasMoney(change) && isOfReceipt(blankZeros(change))
  return combined({
    taxes: taxReadings(found),
    taxOf: isByLine ? taxesOf(found, isOfReceipt) : ['line'],
    charges: chargeReadings(chargesIn(charges, isByLine, isOfReceipt), isByLine, hasPayments),
    off: isByLine ? offs(found, isOfReceipt) : [null],
    change: hasChange ? ['off', 'apart'] : ['apart'],
  })
}

/** Many write the change into a receipt's first row, and zero into the others. */
function blankZeros(column: FileColumn): FileColumn {
  return { ...column, cells: column.cells.map(cell => (/[1-9]/.test(cell.normalize('NFKC')) ? cell : '')) }
}

function combined(ways: { readonly [Key in keyof BesideReading]: readonly BesideReading[Key][] }) {
  return ways.taxes.flatMap(taxes =>
    ways.taxOf.flatMap(taxOf =>
      ways.charges.flatMap(charges =>
        ways.off.flatMap(off =>
          ways.change.map((change): BesideReading => ({ taxes, taxOf, charges, off, change })),
        ),
      ),
    ),
  )
}

/** `MwSt 7%` beside `MwSt 19%`: neither holds the other. */
function taxReadings({ single, taxes }: ColumnsFound): readonly BesideReading['taxes'][] {
  if (taxes.length === 0) return ['first']
  const all = [single.get('tax')?.heading ?? '', ...taxes.map(({ heading }) => heading)]
  const rates = all.map(heading => /\d+(?:[.,]\d+)? ?%/.exec(heading)?.[0])
  const isByRate = rates.every(rate => rate !== undefined) && new Set(rates).size === rates.length
  return isByRate ? ['all'] : ['all', 'first']
}

/** What is paid for a receipt without lines holds its tip, or the payments would not come out. */
function chargeReadings(
  charges: readonly FileColumn[],
  isByLine: boolean,
  hasPayments: boolean,
): readonly BesideReading['charges'][] {
  if (charges.length === 0) return ['within']
  return isByLine || !hasPayments ? ['on-top', 'within'] : ['on-top']
}

/** A charge on each line is another thing than one on the receipt: only the latter can be told. */
function chargesIn(
  charges: readonly FileColumn[],
  isByLine: boolean,
  isOfReceipt: (column: FileColumn) => boolean,
): readonly FileColumn[] {
  return isByLine ? charges.filter(isOfReceipt) : charges
}

/** What is written in a receipt's first row alone is the receipt's; what is the same in all its rows may be that of each line. */
function taxesOf(
  { single, totals, taxes }: ColumnsFound,
  isOfReceipt: (column: FileColumn) => boolean,
): readonly BesideReading['taxOf'][] {
  const tax = single.get('tax')
  const receipts = single.get('receipt')?.cells ?? []
  if (tax === undefined || taxes.length > 0 || !isOfReceipt(tax)) return ['line']
  const isLater = (row: number) => row > 0 && receipts[row] === receipts[row - 1]
  const later = receipts.flatMap((_, row) => (isLater(row) ? [row] : []))
  if (later.length === 0) return ['line']
  const isBlank = (column: FileColumn) => later.every(row => (column.cells[row] ?? '') === '')
  if (!isBlank(tax)) return ['line', 'receipt']
  return totals.some(isBlank) ? ['receipt'] : ['receipt', 'line']
}

/** A column that is called after the whole receipt, and any discount where a total shows whose it is. */
function offs(
  { single, discounts, totals }: ColumnsFound,
  isOfReceipt: (column: FileColumn) => boolean,
): readonly (FileColumn | null)[] {
  const isUsable = (column: FileColumn) =>
    hasMoney(column) && isOfReceipt(column) && !column.values.some(value => value.includes('%'))
  const own = [single.get('receiptDiscount')].filter(column => column !== undefined).filter(isUsable)
  const more = totals.length === 0 ? [] : discounts.filter(isUsable).filter(column => !own.includes(column))
  return [...own, null, ...more]
}

/** The headings that a reading names. */
export function besideColumns(
  found: ColumnsFound,
  reading: BesideReading,
  isByLine: boolean,
  isOfReceipt: (column: FileColumn) => boolean,
): CsvColumns {
  const { single, taxes, charges } = found
  const headings = (columns: readonly FileColumn[]) => columns.map(({ heading }) => heading)
  const isOfLine = reading.taxOf === 'line'
  const discount = single.get('discount')
  return {
    tax: isOfLine ? single.get('tax')?.heading : undefined,
    receiptTax: isOfLine ? undefined : single.get('tax')?.heading,
    taxes: reading.taxes === 'all' && taxes.length > 0 ? headings(taxes) : undefined,
    charges: reading.charges === 'on-top' ? headings(chargesIn(charges, isByLine, isOfReceipt)) : undefined,
    receiptDiscount: reading.off?.heading,
    discount: discount === reading.off ? undefined : discount?.heading,
    change: reading.change === 'off' ? single.get('change')?.heading : undefined,
  }
}

import type { Cutter } from '../file-format.ts'
import type { Row } from './columns.ts'

interface Rows {
  fieldsOf(bytes: Buffer): readonly string[] | null
  rowOf(fields: readonly string[]): Row
  tellsNothing(fields: readonly string[]): boolean
}

/** A single row may have lost its number; from so many on it is how the file is written. */
const FEW = 3

/**
 * Whether a file names a receipt's number on the receipt's first row alone: a row with an item's code and neither number nor
 * date, or rows of items without a number, half as many as those with one. Told row by row, its receipts would be told in part.
 */
export function isNumberOnFirstRow(head: Buffer, from: number, cutter: Cutter, rows: Rows): boolean {
  let numbered = 0
  let loose = 0
  for (const { start, end, is } of cutter.cut(head, from, false, Number.MAX_SAFE_INTEGER).records) {
    const fields = is === 'whole' ? rows.fieldsOf(head.subarray(start, end)) : null
    if (fields === null || rows.tellsNothing(fields)) continue
    const row = rows.rowOf(fields)
    if (!isItem(row)) continue
    if (row.receipt().some(part => part !== '')) numbered += 1
    else if (isBelow(row)) return true
    else loose += 1
  }
  return loose > 0 && (numbered === 0 || (loose >= FEW && loose * 2 >= numbered))
}

/** A row that has lost its number alone still has its date. */
function isBelow(row: Row): boolean {
  return row.value('date') === null && (row.value('sku') !== null || row.value('barcode') !== null)
}

function isItem(row: Row): boolean {
  const isNamed = row.value('sku') !== null || row.value('barcode') !== null || row.value('title') !== null
  return isNamed && (row.value('amount') ?? row.value('price')) !== null
}

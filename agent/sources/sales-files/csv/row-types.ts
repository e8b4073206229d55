import { recordValueUnreadable } from '../../../../shared/record-problems.ts'
import { meantBy } from '../meant-by.ts'
import { tenderMeant } from '../tender-words.ts'
import type { Row } from './columns.ts'
import type { CsvSettings, rowTypes } from './settings.ts'

/** What a row holds; null: a line that has what the receipt has as well. */
export type RowType = (typeof rowTypes)[number] | null

/**
 * What each row of a receipt is. A row that takes back the next one, and that one, are nothing.
 * @throws RECORD_VALUE_UNREADABLE
 */
export function rowTypesOf(rows: readonly Row[], settings: CsvSettings): ReadonlyMap<Row, RowType> {
  const types = new Map<Row, RowType>()
  let isTakenBack = false
  for (const [index, row] of rows.entries()) {
    const type = settings.numberOnFirstRow ? belowNumber(row, index, settings) : typeOf(row, settings)
    types.set(row, isTakenBack && type !== 'void-next' ? 'nothing' : type)
    if (isTakenBack && type !== 'line' && type !== null)
      throw unreadable(row, 'a line, which the row above takes back')
    isTakenBack = type === 'void-next'
  }
  const last = rows.at(-1)
  if (isTakenBack && last !== undefined)
    throw unreadable(last, 'a row of a receipt, with what it takes back below')
  return types
}

function typeOf(row: Row, { rowTypes: meant }: CsvSettings): RowType {
  if (meant === undefined) return null
  const text = row.value('rowType') ?? ''
  return meantBy(meant, text, row.heading('rowType'))
}

/** Where only the first row has the number, it may have that alone, and remarks have neither a code nor an amount. */
function belowNumber(row: Row, index: number, settings: CsvSettings): RowType {
  const code = row.value('sku') ?? row.value('barcode')
  const isNameless = code === null && row.value('title') === null && row.value('rowType') === null
  const isEmpty = isNameless && row.value('amount') === null && row.value('price') === null
  if (isEmpty) return index === 0 ? 'receipt' : 'nothing'
  const type = settings.rowTypes === undefined ? null : typeByNameOrCode(row, settings)
  if (type !== null && type !== 'line') return type
  const hasAmount = row.value('amount') !== null || row.value('price') !== null
  if (code !== null) return type
  if (!hasAmount) return 'nothing'
  if (tenderMeant(row.value('title') ?? '', settings.tenderKinds) === null) return type
  // a way of payment that the settings do not list; the receipt's sums prove it
  if (Object.values(settings.rowTypes ?? {}).includes('payment')) return 'payment'
  throw unreadable(row, 'something sold; "rowTypes" says which rows are payments')
}

/** `VOID` may be where the item's code is. */
function typeByNameOrCode(row: Row, settings: CsvSettings): RowType {
  const { rowTypes: meant = {} } = settings
  const code = row.value('sku') ?? ''
  const byCode = Object.entries(meant).find(
    ([name]) => code !== '' && name.toLowerCase() === code.toLowerCase(),
  )
  return byCode?.[1] ?? typeOf(row, settings)
}

function unreadable(row: Row, expected: string): Error {
  const value = [row.value('sku'), row.value('title')].filter(text => text !== null).join(' ')
  return recordValueUnreadable({ field: row.heading('title'), value: value.slice(0, 100), expected })
}

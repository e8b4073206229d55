import { dateForms } from './date-forms.ts'
import type { FileColumn } from './table.ts'

const CODE = /^(?=.*\p{Nd})[\p{L}\p{Nd}][\p{L}\p{Nd}._/-]{0,39}$/u
const DECIMAL = /^\d+[.,]\d{1,2}$/

/**
 * Whether a column's values may be the codes of items: short, without blanks, with digits, and neither amounts, dates nor numbers of rows.
 * @param title the names of the same items: one code has one name, and one name not a code for each row
 */
export function mayBeItemCodes({ cells, values }: FileColumn, title: FileColumn | undefined): boolean {
  if (
    values.length === 0 ||
    !values.every(value => CODE.test(value)) ||
    values.every(value => DECIMAL.test(value))
  )
    return false
  if (dateForms(values).length > 0 || isRising(values)) return false
  const codes = new Set(values)
  if (title === undefined) return codes.size > 1
  const named = cells.map((code, row) => ({ code, name: title.cells[row] ?? '' }))
  if (named.some(({ code, name }) => code === '' && name !== '')) return false
  const pairs = new Set(named.map(({ code, name }) => JSON.stringify([code, name])))
  const names = new Set(named.map(({ name }) => name))
  return pairs.size === codes.size && codes.size <= MOST_CODES_A_NAME * names.size
}

/** Sizes and colours of one item may have its name. */
const MOST_CODES_A_NAME = 4

/** Numbers of rows or receipts, which only go up. */
function isRising(values: readonly string[]): boolean {
  const numbers = values.map(Number)
  return (
    values.length > 1 && numbers.every((number, place) => place === 0 || number > (numbers[place - 1] ?? 0))
  )
}

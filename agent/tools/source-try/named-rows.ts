import { plainWords } from '../../sources/sales-files/plain-words.ts'
import { tenderMeant } from '../../sources/sales-files/tender-words.ts'
import type { ColumnsFound } from './columns-found.ts'
import { fieldsMeant } from './heading-words.ts'
import { flagMeant, type RowMeaning } from './meanings.ts'
import type { OpenQuestions } from './open-questions.ts'
import type { FileColumn } from './table.ts'

/** Payments, totals and taxes of a file that names each receipt on its first row alone: rows that have a name and no code. */
export interface NamedRows {
  readonly column: FileColumn
  /** By the name of the row; `*` is what was sold. */
  readonly means: Readonly<Record<string, RowMeaning>>
  /** Codes of what moves no stock though it has one: offers. */
  readonly services: readonly string[]
}

/** Words of what a line is that sums up those above it. */
const SUBTOTAL = /\b(?:sub ?total|zwischensumme|sous total|subtotale|subtotaal|delsumma|valisumma)\b/

/** Null: the file has no such rows. Asks what an item with a code, no quantity and an amount below zero is. */
export function namedRows(
  { single, amounts, totals }: ColumnsFound,
  asking: OpenQuestions,
): NamedRows | null {
  const title = single.get('title')
  const code = single.get('sku') ?? single.get('barcode')
  const amount = amounts[0] ?? totals[0]
  if (title === undefined || code === undefined || amount === undefined) return null
  const rows = title.cells.map((name, row) => ({
    name,
    code: code.cells[row] ?? '',
    amount: amount.cells[row] ?? '',
    quantity: single.get('quantity')?.cells[row] ?? '',
  }))
  const means = new Map<string, RowMeaning>()
  for (const row of rows) {
    const meaning = row.code === '' ? nameMeant(row.name, row.amount) : codeMeant(row.code, row.amount)
    if (meaning !== null) means.set(row.code === '' ? row.name : row.code, meaning)
  }
  const hasTotal = [...means].some(([name, meaning]) => meaning === 'total' && !isSubtotal(name))
  for (const [name, meaning] of means)
    if (hasTotal && meaning === 'total' && isSubtotal(name)) means.set(name, 'nothing')
  const offers = rows.filter(row => row.code !== '' && row.quantity === '' && hasMinus(row.amount))
  const services = [...new Map(offers.map(each => [each.code, each.name]))].flatMap(([each, name]) =>
    isOffer(each, name, asking) ? [each] : [],
  )
  if (means.size + services.length === 0) return null
  return { column: title, means: { ...Object.fromEntries(means), '*': 'line' }, services }
}

function isOffer(code: string, name: string, asking: OpenQuestions): boolean {
  const asks = `"${name}" (${code}) has no quantity and an amount below zero. What is it?`
  const options = [{ value: 'offer', means: 'an offer or a discount: it moves no stock' }]
  return asking.ask({ id: `item:${code}`, asks, options }) !== null
}

function nameMeant(name: string, amount: string): RowMeaning | null {
  if (name === '' || amount === '') return null
  const meant = fieldsMeant(name)
  if (meant.has('change')) return 'change'
  if (tenderMeant(name, {}) !== null) return 'payment'
  if (isSubtotal(name) || meant.has('total')) return 'total'
  return meant.has('tax') ? 'tax' : null
}

/** `VOID` where a code would be, without an amount, takes back the row below. */
function codeMeant(code: string, amount: string): RowMeaning | null {
  return amount === '' && flagMeant(code)?.is === 'void' ? 'void-next' : null
}

const isSubtotal = (name: string) => SUBTOTAL.test(plainWords(name))
/** Whether an amount is written with a minus, whatever its form. */
export const hasMinus = (amount: string) => /^[(\s]*[-−–]|[-−–]\s*$|^\(/.test(amount)

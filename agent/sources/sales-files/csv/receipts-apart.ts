import { TillbridgeError } from '../../../../shared/errors.ts'
import type { Row } from './columns.ts'
import type { CsvStore } from './csv-store.ts'
import { isGivenBack, wallIn } from './receipt-rows.ts'

/** Rows of one receipt are written within this time, even over midnight. */
const LONGEST_RECEIPT_MS = 2 * 3_600_000

interface Part<Read> {
  readonly rows: Read[]
  readonly wall: string
  readonly total: string | null
  readonly till: string | null
  isGivenBack: boolean
}

/**
 * Rows of one number, as the receipts that they are: a refund often names the number of its sale. They are apart where
 * hours lie between them, where the tills differ, and where goods were given back at another time than others were
 * sold. One receipt they stay if each of its rows names the same total, or nothing but the minute differs.
 */
export function receiptsApart<Read extends { readonly row: Row }>(
  read: readonly Read[],
  store: CsvStore,
): readonly (readonly Read[])[] {
  if (read.length < 2 || hasOneMoment(read)) return [read]
  try {
    const parts: Part<Read>[] = []
    for (const each of read) {
      const part = partOf(each, store)
      const same = parts.find(other => other.wall === part.wall && other.till === part.till)
      if (same === undefined) parts.push(part)
      else {
        same.rows.push(each)
        same.isGivenBack &&= part.isGivenBack
      }
    }
    return joined(parts, store.settings.oneMoment === true ? 0 : LONGEST_RECEIPT_MS)
  } catch (error) {
    // a row that can't be read refuses the receipt as a whole, and says why
    if (error instanceof TillbridgeError) return [read]
    throw error
  }
}

function hasOneMoment(read: readonly { readonly row: Row }[]): boolean {
  const of = (row: Row) => `${row.value('date')} ${row.value('time')} ${row.value('till')}`
  const [first] = read
  return first !== undefined && read.every(({ row }) => of(row) === of(first.row))
}

function partOf<Read extends { readonly row: Row }>(each: Read, store: CsvStore): Part<Read> {
  const { row } = each
  return {
    rows: [each],
    wall: wallIn(row, store),
    total: row.value('total'),
    till: row.value('till'),
    isGivenBack: isGivenBack(row, store),
  }
}

function joined<Read>(parts: readonly Part<Read>[], longestMs: number): readonly (readonly Read[])[] {
  const receipts: Part<Read>[] = []
  for (const part of parts) {
    const same = receipts.find(receipt => isOneReceipt(receipt, part, longestMs))
    if (same === undefined) receipts.push({ ...part, rows: [...part.rows] })
    else same.rows.push(...part.rows)
  }
  return receipts.map(({ rows }) => rows)
}

function isOneReceipt<Read>(one: Part<Read>, other: Part<Read>, longestMs: number): boolean {
  const between = Math.abs(Date.parse(`${one.wall}Z`) - Date.parse(`${other.wall}Z`))
  const isOtherTill = one.till !== null && other.till !== null && one.till !== other.till
  if (between > longestMs || isOtherTill) return false
  return (one.total !== null && one.total === other.total) || one.isGivenBack === other.isGivenBack
}

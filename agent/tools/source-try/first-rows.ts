import { type ExportField, fieldsMeant } from './heading-words.ts'

/**
 * A file that names each receipt on its first row alone: its rows with what the receipt has once filled in, as the reader of the
 * setting `numberOnFirstRow` fills it in; null: each row names its receipt, or too few do to tell.
 */
export function filledDown(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
): readonly (readonly string[])[] | null {
  const ranked = headings
    .map((heading, place) => ({ place, rank: fieldsMeant(heading).get('receipt') ?? Number.NaN }))
    .filter(({ rank }) => !Number.isNaN(rank))
    .toSorted((one, other) => one.rank - other.rank)
  const [number] = ranked
  if (number === undefined) return null
  const isFirst = (row: readonly string[]) => (row[number.place] ?? '') !== ''
  const firsts = rows.filter(isFirst).length
  const [top] = rows
  if (top === undefined || !isFirst(top) || rows.length === firsts) return null
  const loose = rows.filter(row => !isFirst(row))
  const isMany = loose.length * 2 >= firsts && filledIn(headings, loose, ['sku', 'barcode', 'title'])
  // a row that has lost its number alone still has its date
  const isBelow =
    filledIn(headings, loose, ['sku', 'barcode']) && !filledIn(headings, loose, ['date', 'time'])
  if (!isMany && !isBelow) return null
  const once = headings.map(
    (_, place) =>
      rows.some(row => (row[place] ?? '') !== '') &&
      rows.every(row => isFirst(row) || (row[place] ?? '') === ''),
  )
  let above = top
  return rows.map(row => {
    if (isFirst(row)) above = row
    return row.map((cell, place) => (once[place] === true ? (above[place] ?? '') : cell))
  })
}

/** Whether any of the rows has something in a column that can mean one of these fields. */
function filledIn(
  headings: readonly string[],
  rows: readonly (readonly string[])[],
  fields: readonly ExportField[],
): boolean {
  const places = headings.flatMap((heading, place) => {
    const meant = fieldsMeant(heading)
    return fields.some(field => meant.has(field)) ? [place] : []
  })
  return rows.some(row => places.some(place => (row[place] ?? '') !== ''))
}

import type { FieldMark } from '../marks.ts'
import { withoutProtection } from '../number-text.ts'
import type { CsvSettings } from './settings.ts'

type Columns = CsvSettings['columns']
type Single = Exclude<keyof Columns, 'receipt' | 'tenders' | 'taxes' | 'charges' | 'marks'>
/** Columns of which there may be several. */
type Several = 'taxes' | 'charges'

/** A row's values by what the settings call their columns. */
export interface Row {
  /** Null: no such column, or nothing in it. */
  value(field: Single): string | null
  receipt(): readonly string[]
  /** What the columns of payments hold, in their order. */
  tenders(): readonly (string | null)[]
  /** What the columns that mark a row hold, in their order. */
  marks(): readonly (FieldMark & { readonly field: string; readonly value: string | null })[]
  /** What each of several columns holds, with its heading, in their order; what is empty is left out. */
  each(field: Several): readonly { readonly heading: string; readonly text: string }[]
  /** What the settings call a field, for people: its heading. */
  heading(field: Single): string
}

/** The headings that the settings name and the heading line lacks. */
export function missingColumns(
  headings: readonly string[],
  { columns, mayLack }: Pick<CsvSettings, 'columns' | 'mayLack'>,
): readonly string[] {
  const there = new Set(headings.map(plainName))
  const { receipt, tenders = [], taxes = [], charges = [], marks = [], ...single } = columns
  const named = Object.values(single).filter(name => name !== undefined)
  const listed = [...tenders, ...marks].map(({ column }) => column)
  const wanted = [...receipt, ...listed, ...taxes, ...charges, ...named]
  return wanted.filter(name => !there.has(plainName(name)) && !mayLack.includes(name))
}

/** What a receipt has once: on each of its rows, or on the first alone. */
const OF_RECEIPT: ReadonlySet<Single> = new Set<Single>([
  ...(['receiptNumber', 'date', 'time', 'businessDate', 'till', 'staff'] as const),
  ...(['order', 'warehouse', 'store', 'zone', 'currency', 'type', 'status'] as const),
])

/**
 * Rows by the settings' names for their columns; none of these is missing. `first`: the fields of the receipt's first row, for a
 * row that leaves out what the receipt has once.
 */
export function columnsOf(
  headings: readonly string[],
  columns: Columns,
): (fields: readonly string[], first?: readonly string[]) => Row {
  const places = new Map<string, number>()
  for (const [place, name] of headings.entries()) {
    const plain = plainName(name)
    if (!places.has(plain)) places.set(plain, place)
  }
  const placeOf = (name: string) => places.get(plainName(name))
  const { receipt, tenders = [], taxes = [], charges = [], marks = [], ...single } = columns
  const several = { taxes, charges }
  const keys = receipt.map(placeOf)
  const paid = tenders.map(({ column }) => placeOf(column))
  const named = new Map(
    Object.entries(single).flatMap(([field, name]) =>
      name === undefined ? [] : [[field, placeOf(name)] as const],
    ),
  )
  return (fields, first) => {
    const at = (place: number | undefined, row = fields): string | null => {
      const text = place === undefined ? '' : (row[place] ?? '').trim()
      return text === '' ? null : text
    }
    return {
      value(field) {
        const place = named.get(field)
        const text = at(place) ?? (first !== undefined && OF_RECEIPT.has(field) ? at(place, first) : null)
        return text === null || withoutProtection(text) === '' ? null : withoutProtection(text)
      },
      receipt: () => keys.map(place => at(place) ?? at(place, first ?? fields) ?? ''),
      tenders: () => paid.map(place => at(place)),
      marks: () =>
        marks.map(({ column, ...mark }) => {
          const place = placeOf(column)
          return {
            ...mark,
            field: column,
            value: at(place) ?? (first === undefined ? null : at(place, first)),
          }
        }),
      each: field =>
        several[field].flatMap(heading => {
          const text = withoutProtection(at(placeOf(heading)) ?? '')
          return text === '' ? [] : [{ heading, text }]
        }),
      heading: field => single[field] ?? field,
    }
  }
}

/** A heading without what does not tell it from another: case, blanks around it, a byte order mark. */
export function plainName(name: string): string {
  return name
    .replace(/^\ufeff/, '')
    .trim()
    .toLowerCase()
}

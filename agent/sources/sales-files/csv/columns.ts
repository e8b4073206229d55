import { withoutProtection } from '../number-text.ts'
import { csvColumnsMissing } from '../problems.ts'
import type { CsvSettings } from './settings.ts'

type Columns = CsvSettings['columns']
type Single = Exclude<keyof Columns, 'receipt' | 'tenders'>

/** A row's values by what the settings call their columns. */
export interface Row {
  /** Null: no such column, or nothing in it. */
  value(field: Single): string | null
  receipt(): readonly string[]
  /** What the columns of payments hold, in their order. */
  tenders(): readonly (string | null)[]
  /** What the settings call a field, for people: its heading. */
  heading(field: Single): string
}

/** @throws CSV_COLUMNS_MISSING naming all that the heading line lacks */
export function columnsOf(
  file: string,
  headings: readonly string[],
  columns: Columns,
): (fields: readonly string[]) => Row {
  const places = new Map<string, number>()
  for (const [place, name] of headings.entries()) {
    const plain = plainName(name)
    if (!places.has(plain)) places.set(plain, place)
  }
  const missing: string[] = []
  const placeOf = (name: string): number => {
    const place = places.get(plainName(name))
    if (place === undefined) missing.push(name)
    return place ?? -1
  }
  const { receipt, tenders = [], ...single } = columns
  const keys = receipt.map(placeOf)
  const paid = tenders.map(({ column }) => placeOf(column))
  const named = new Map(
    Object.entries(single).flatMap(([field, name]) =>
      name === undefined ? [] : [[field, placeOf(name)] as const],
    ),
  )
  if (missing.length > 0) throw csvColumnsMissing({ file, missing, found: headings.slice(0, 60) })
  return fields => {
    const at = (place: number | undefined): string | null => {
      const text = place === undefined ? '' : (fields[place] ?? '').trim()
      return text === '' ? null : text
    }
    return {
      value(field) {
        const text = at(named.get(field))
        return text === null || withoutProtection(text) === '' ? null : withoutProtection(text)
      },
      receipt: () => keys.map(place => at(place) ?? ''),
      tenders: () => paid.map(at),
      heading: field => single[field] ?? field,
    }
  }
}

function plainName(name: string): string {
  return name
    .replace(/^\ufeff/, '')
    .trim()
    .toLowerCase()
}

import { useState } from 'react'
import type { LocationView } from '../../web/api-schema.ts'
import { silentTills, storeLag, storeUnsent } from './store-facts.ts'

export const columns = [
  'store',
  'connection',
  'lag',
  'lastSale',
  'today',
  'unsent',
  'pickups',
  'exceptions',
] as const
export type Column = (typeof columns)[number]

export interface Sorting {
  readonly column: Column
  readonly down: boolean
}

const isColumn = (text: string | null): text is Column => columns.some(column => column === text)

// Not knowing is worse than any number.
const unknown = Number.MAX_SAFE_INTEGER

const sortKey: Record<Exclude<Column, 'store'>, (location: LocationView) => number> = {
  connection: location => silentTills([location]),
  lag: location => storeLag(location) ?? unknown,
  lastSale: location => location.lastSale?.receivedAt ?? 0,
  today: location => location.salesToday?.totals[0]?.total ?? 0,
  unsent: location => storeUnsent(location).count ?? unknown,
  pickups: location => location.latePickups * 10_000 + location.openPickups,
  exceptions: location => location.openExceptions,
}

/** The stores in the order that the table's head says; equal ones by name. */
export function sorted(
  locations: readonly LocationView[],
  { column, down }: Sorting,
): readonly LocationView[] {
  const byName = (a: LocationView, b: LocationView) =>
    a.name.localeCompare(b.name, undefined, { numeric: true })
  const compare =
    column === 'store'
      ? byName
      : (a: LocationView, b: LocationView) => sortKey[column](a) - sortKey[column](b)
  const sign = down ? -1 : 1
  return locations.toSorted((a, b) => sign * compare(a, b) || byName(a, b))
}

function fromAddress(): Sorting {
  const query = new URLSearchParams(location.search)
  const column = query.get('sort')
  return isColumn(column) ? { column, down: query.get('down') === '1' } : { column: 'store', down: false }
}

/** The table's sorting, kept in the page's address. Numbers begin with the largest. */
export function useSorting(): [sorting: Sorting, sortBy: (column: Column) => void] {
  const [sorting, setSorting] = useState(fromAddress)
  const sortBy = (column: Column) => {
    const down = column === sorting.column ? !sorting.down : column !== 'store'
    setSorting({ column, down })
    history.replaceState(null, '', `?sort=${column}${down ? '&down=1' : ''}`)
  }
  return [sorting, sortBy]
}

import { csvStoresUnsaid } from '../problems.ts'
import { looked } from '../values.ts'
import type { Row } from './columns.ts'
import type { CsvSettings } from './settings.ts'

/**
 * Whether a row was sold in a store that is not this source's.
 * @throws CSV_STORES_UNSAID, RECORD_VALUE_UNREADABLE where the settings do not say whose the row is
 */
export function isSoldElsewhere(row: Row, settings: CsvSettings, file: string): boolean {
  const { stores, columns } = settings
  if (columns.store === undefined) return false
  const named = row.value('store')
  if (stores !== undefined) return looked(stores, named ?? '', columns.store) === 'elsewhere'
  if (named !== null && isUnsaid(settings))
    throw csvStoresUnsaid({ file, heading: columns.store, found: [named] })
  return false
}

/** The stores that a file names while the settings do not say which of them are this source's. */
export function storesUnsaid(rows: Iterable<Row>, settings: CsvSettings): readonly string[] {
  if (!isUnsaid(settings)) return []
  const found = new Set<string>()
  for (const row of rows) found.add(row.value('store') ?? '')
  return [...found].filter(name => name !== '')
}

/** With a column `warehouse`, each row's goods leave the stock of its own store. */
function isUnsaid({ stores, columns }: CsvSettings): boolean {
  return stores === undefined && columns.store !== undefined && columns.warehouse === undefined
}

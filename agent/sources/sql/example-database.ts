import SQLite, { type Database } from 'better-sqlite3'
import { defineError } from '../../../shared/errors.ts'

export const exampleUnsound = defineError(
  'MAPPING_EXAMPLE_UNSOUND',
  ({ example, why }: { example: string; why: string }) =>
    `The example "${example}" of the mapping can't be set up: ${why}. Correct it in the mapping.`,
)

/** The database that an example's SQL makes, as the bytes of an SQLite file; it is never on a disk. @throws MAPPING_EXAMPLE_UNSOUND */
export function databaseOf(example: string, sql: string): Buffer {
  return changed(example, new SQLite(':memory:'), sql)
}

/** The database without the rows of a table. @throws MAPPING_EXAMPLE_UNSOUND */
export function withoutRows(database: Buffer, table: string): Buffer {
  return changed(table, new SQLite(database), `DELETE FROM ${table}`)
}

/** Opens bytes that `databaseOf` made. */
export function openExample(database: Buffer): Database {
  return new SQLite(database, { readonly: true })
}

function changed(example: string, db: Database, sql: string): Buffer {
  try {
    db.exec(sql)
    return db.serialize()
  } catch (error) {
    throw exampleUnsound({ example, why: error instanceof Error ? error.message : String(error) }, error)
  } finally {
    db.close()
  }
}

import { CompiledQuery, Kysely, SqliteDialect, type Transaction } from 'kysely'
import { openDurable } from '../../shared/durable-sqlite.ts'
import type { Files } from '../../shared/world.ts'
import { migrateHub } from './migrate.ts'
import type { Schema } from './schema.ts'
import { EACH_ROW, withStatementCache } from './statement-cache.ts'

/** For reading. Never use it inside a transaction: on SQLite the one connection would wait for itself. */
export type Db = Kysely<Schema>
/** For writing; exists only within `transaction`. */
export type Tx = Transaction<Schema>

/** Opens the hub's embedded database, migrated. `path`: an SQLite file. */
export async function openHubDb(files: Files, path: string): Promise<Db> {
  const raw = openDurable(files, path)
  // receipts' keys are spread over their indexes: with the default 2 MB, pages are read and written again and again
  raw.pragma('cache_size = -65536')
  raw.pragma('wal_autocheckpoint = 8000')
  const db = new Kysely<Schema>({
    dialect: new SqliteDialect({ database: withStatementCache(raw) }),
  })
  try {
    await migrateHub(db)
    return db
  } catch (error) {
    await db.destroy()
    throw error
  }
}

/** Runs `work` in one write transaction: all of it, or nothing. */
export function transaction<T>(db: Db, work: (tx: Tx) => Promise<T>): Promise<T> {
  return db.transaction().execute(work)
}

/**
 * Runs one statement once for each row, prepared once: an order of magnitude cheaper than building a query a row.
 * @param rows values in the order of the statement's placeholders
 */
export async function executeEach(
  tx: Tx,
  statement: string,
  rows: readonly (readonly unknown[])[],
): Promise<void> {
  if (rows.length > 0) await tx.executeQuery(CompiledQuery.raw(EACH_ROW + statement, [...rows]))
}

import type { Database } from 'better-sqlite3'
import { defineError } from './errors.ts'
import type { Files } from './world.ts'

export const notDurable = defineError(
  'SQLITE_NOT_DURABLE',
  (f: { path: string; synchronous: unknown; journalMode: unknown }) =>
    `${f.path} would not survive a power cut (journal ${String(f.journalMode)}, synchronous ${String(f.synchronous)}). Nothing was written; the disk or its file system does not support what is needed.`,
)
export const databaseUnusable = defineError(
  'DATABASE_UNUSABLE',
  (f: { path: string; why: string }) =>
    `${f.path} can't be opened for writing (${f.why}). Look at its disk, the free space there and who may write in its folder, then start again.`,
)
export const schemaNewer = defineError(
  'SCHEMA_NEWER',
  (f: { path: string; found: number; known: number }) =>
    `${f.path} was written by a newer version (schema ${f.found}, this one knows ${f.known}). Install that version again.`,
)

const FULL = 2

/** SQLite's code of a failed call, also when it came as DATABASE_UNUSABLE; empty for an error of another kind. */
export function sqliteCodeOf(error: unknown): string {
  if (databaseUnusable.is(error)) return String(error.facts['why'])
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}

/**
 * Opens an SQLite file whose commits survive a power cut: WAL, synchronous=FULL, both read back after a first write,
 * because this build falls to NORMAL in WAL mode unless told per connection.
 * @throws SQLITE_NOT_DURABLE, DATABASE_UNUSABLE
 */
export function openDurable(files: Files, path: string): Database {
  try {
    return openFull(files, path)
  } catch (error) {
    const why = sqliteCodeOf(error)
    throw why.startsWith('SQLITE_') && !notDurable.is(error) ? databaseUnusable({ path, why }, error) : error
  }
}

function openFull(files: Files, path: string): Database {
  const db = files.database(path, { readOnly: false })
  try {
    const journalMode = db.pragma('journal_mode = WAL', { simple: true })
    db.pragma('foreign_keys = ON')
    db.pragma('wal_autocheckpoint = 2000')
    db.pragma('journal_size_limit = 67108864')
    db.exec('CREATE TABLE IF NOT EXISTS durable_check (opened INTEGER NOT NULL)')
    db.exec('DELETE FROM durable_check; INSERT INTO durable_check VALUES (1)')
    db.pragma('synchronous = FULL')
    db.exec('UPDATE durable_check SET opened = opened + 1')
    const synchronous = db.pragma('synchronous', { simple: true })
    if (synchronous !== FULL || journalMode !== 'wal') throw notDurable({ path, synchronous, journalMode })
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** Runs the migrations that a file lacks, each in its own transaction. Forward only; `user_version` counts them. */
export function migrate(db: Database, path: string, migrations: readonly string[]): void {
  const found = Number(db.pragma('user_version', { simple: true }))
  if (found > migrations.length) throw schemaNewer({ path, found, known: migrations.length })
  migrations.slice(found).forEach((sql, index) => {
    db.transaction(() => {
      db.exec(sql)
      db.pragma(`user_version = ${found + index + 1}`)
    }).immediate()
  })
}

import { join } from 'node:path'
import SQLite, { type Database } from 'better-sqlite3'
import { timed } from '../measure/stopwatch.ts'

const FULL = 2

/** A bare database with the product's durability: WAL, a commit is on disk before it returns. */
export function openRaw(file: string, table: string): Database {
  const db = new SQLite(file)
  db.pragma('journal_mode = WAL')
  db.pragma('wal_autocheckpoint = 2000')
  db.exec(table)
  db.pragma('synchronous = FULL')
  return db
}

/** The table that the journal keeps its events in. */
export const OUTBOX = /* sql */ `
  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY, kind TEXT NOT NULL, at INTEGER NOT NULL, sales INTEGER NOT NULL,
    hash TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT`

/** Just the bytes: what any durable receiver of a batch must store. */
export const BODIES = 'CREATE TABLE body (seq INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT'

/**
 * Inserts rows through one prepared statement, one transaction a group.
 * @param rowOf a group's item as its row; the identity for rows that are finished
 * @returns milliseconds; the rows stay in `raw.db` of the folder
 */
export async function insertRaw<Item>(
  folder: string,
  table: string,
  groups: readonly (readonly Item[])[],
  rowOf: (item: Item) => readonly unknown[],
): Promise<number> {
  const db = openRaw(rawFile(folder), table)
  const into = /TABLE (\w+)/.exec(table)?.[1] ?? ''
  const columns = db.pragma(`table_info(${into})`)
  const places = Array(Array.isArray(columns) ? columns.length : 0).fill('?')
  const insert = db.prepare(`INSERT INTO ${into} VALUES (${places.join(', ')})`)
  const commit = db.transaction((group: readonly Item[]) => {
    for (const item of group) insert.run(rowOf(item))
  })
  const ms = await timed(() => {
    for (const group of groups) commit.immediate(group)
  })
  const synchronous = db.pragma('synchronous', { simple: true })
  db.close()
  if (synchronous !== FULL) throw new Error('the floor lost its durability')
  return ms
}

export const rawFile = (folder: string) => join(folder, 'raw.db')

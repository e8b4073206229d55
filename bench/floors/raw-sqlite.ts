import { join } from 'node:path'
import SQLite, { type Database } from 'better-sqlite3'
import { flushFiles } from '../measure/flush-files.ts'
import { timed } from '../measure/stopwatch.ts'

const FULL = 2

/** A bare database with the product's durability: WAL, a commit is on disk before it returns. */
function openRaw(file: string, table: string): Database {
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

/** What the stream alone must keep of a record. */
export const RECORDS =
  'CREATE TABLE record (seq INTEGER PRIMARY KEY, hash TEXT NOT NULL, body TEXT NOT NULL) STRICT'

/** The hub's event table with its indexes. */
export const EVENTS = /* sql */ `
  CREATE TABLE event (
    store BIGINT NOT NULL, device BIGINT NOT NULL, epoch BIGINT NOT NULL, seq BIGINT NOT NULL, kind TEXT NOT NULL,
    hash TEXT NOT NULL, state TEXT NOT NULL, problem TEXT, body TEXT NOT NULL, turn BIGINT NOT NULL,
    received_at BIGINT NOT NULL, applied_late BIGINT NOT NULL DEFAULT 0,
    PRIMARY KEY (store, device, epoch, seq)
  );
  CREATE INDEX event_unapplied ON event (store, kind) WHERE state <> 'applied';
  CREATE INDEX event_turn ON event (store, turn)`

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
  flushFiles(folder)
  const ms = await timed(() => {
    for (const group of groups) commit.immediate(group)
  })
  const synchronous = db.pragma('synchronous', { simple: true })
  db.close()
  if (synchronous !== FULL) throw new Error('the floor lost its durability')
  return ms
}

export const rawFile = (folder: string) => join(folder, 'raw.db')

import { z } from 'zod'
import { migrate, schemaNewer } from '../../shared/durable-sqlite.ts'
import type { JournalDb, JournalPart } from './part.ts'

/**
 * The journal's own tables, one entry a version. Forward only: never edit an entry that has shipped, add one.
 * `position` = epoch × 2^32 + seq, so that one integer key keeps the stream's order (see position.ts).
 */
const migrations: readonly string[] = [
  /* sql */ `
  CREATE TABLE stream_state (
    stream TEXT PRIMARY KEY,        -- 'events' (ours)
    device TEXT NOT NULL,
    epoch INTEGER NOT NULL,         -- the current one
    acked INTEGER NOT NULL,         -- position the hub has committed
    acked_hash TEXT NOT NULL
  ) STRICT;

  CREATE TABLE outbox (
    position INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    at INTEGER NOT NULL,
    sales INTEGER NOT NULL,         -- sales among this epoch's records up to this one
    hash TEXT NOT NULL,
    body TEXT NOT NULL
  ) STRICT;

  CREATE TABLE inbox (
    position INTEGER PRIMARY KEY,
    hash TEXT NOT NULL,
    state TEXT NOT NULL,            -- applied | deferred (kind unknown to this version) | quarantined
    problem TEXT,
    body TEXT
  ) STRICT;
  CREATE INDEX inbox_unapplied ON inbox (position) WHERE state <> 'applied';

  CREATE TABLE journal_part (
    name TEXT PRIMARY KEY,
    version INTEGER NOT NULL        -- how many of the part's migrations have run
  ) STRICT;
  `,
  /* sql */ `
  CREATE TABLE carried (            -- former devices of this till whose unsent records were taken in
    device TEXT PRIMARY KEY
  ) STRICT;
  `,
  /* sql */ `
  CREATE TABLE inherited (          -- former devices of this till whose unfinished work was taken over, here or before
    device TEXT PRIMARY KEY
  ) STRICT;
  `,
]

/** How many versions of the journal's own tables this program knows. */
export const journalVersions = migrations.length

/** Brings the journal's own tables up to date. @throws SCHEMA_NEWER */
export function migrateJournal(db: JournalDb, path: string): void {
  migrate(db, path, migrations)
}

/**
 * Brings a part's tables up to date, each migration in its own transaction.
 * @throws SCHEMA_NEWER when the file was written by a version that knows more of them
 */
export function migratePart(db: JournalDb, path: string, part: JournalPart<unknown>): void {
  const versionOf = db.prepare('SELECT version FROM journal_part WHERE name = ?').pluck()
  const setVersion = db.prepare(
    'INSERT INTO journal_part VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET version = excluded.version',
  )
  const found = z.int().optional().parse(versionOf.get(part.name))
  const done = found ?? 0
  if (done > part.migrations.length) throw schemaNewer({ path, found: done, known: part.migrations.length })
  part.migrations.slice(done).forEach((sql, index) => {
    db.transaction(() => {
      db.exec(sql)
      setVersion.run(part.name, done + index + 1)
    }).immediate()
  })
}

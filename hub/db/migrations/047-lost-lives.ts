import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** A till that was put back writes other records under the numbers of those it lost: both can be missing. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const columns = 'device, epoch, store, till, from_seq, to_seq, hash, since, until, state, ends, keeper'
  const statements = [
    `CREATE TABLE lost_life (device ${text} NOT NULL, epoch bigint NOT NULL, store ${text} NOT NULL, till ${text} NOT NULL,
       from_seq bigint NOT NULL, to_seq bigint NOT NULL, hash ${text} NOT NULL, since bigint NOT NULL, until bigint NOT NULL,
       state ${text} NOT NULL, ends ${text}, keeper ${text}, PRIMARY KEY (device, epoch, to_seq, hash))`,
    `INSERT INTO lost_life (${columns}) SELECT ${columns} FROM lost_history`,
    'DROP TABLE lost_history',
    'ALTER TABLE lost_life RENAME TO lost_history',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const lostLives = { up }

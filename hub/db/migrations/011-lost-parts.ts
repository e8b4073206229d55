import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** What a restored hub lacks of one epoch can be in parts; which PC has them; and what a till's new epoch carries on. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const columns = 'device, epoch, store, till, from_seq, to_seq, hash, since, until, state, ends'
  const statements = [
    `CREATE TABLE lost_part (device ${text} NOT NULL, epoch bigint NOT NULL, store ${text} NOT NULL, till ${text} NOT NULL,
       from_seq bigint NOT NULL, to_seq bigint NOT NULL, hash ${text} NOT NULL, since bigint NOT NULL, until bigint NOT NULL,
       state ${text} NOT NULL, ends ${text}, keeper ${text}, PRIMARY KEY (device, epoch, to_seq))`,
    `INSERT INTO lost_part (${columns}) SELECT ${columns} FROM lost_history`,
    'DROP TABLE lost_history',
    'ALTER TABLE lost_part RENAME TO lost_history',
    `CREATE TABLE epoch_carried (device ${text} NOT NULL, epoch bigint NOT NULL, records bigint NOT NULL,
       runs_json ${text} NOT NULL, PRIMARY KEY (device, epoch))`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const lostParts = { up }

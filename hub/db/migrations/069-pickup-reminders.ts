import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Reminders of customers whose goods are ready: one for each pickup, time since when it is ready, and number. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql
    .raw(
      `CREATE TABLE pickup_reminder (pickup ${text} NOT NULL, ready_at bigint NOT NULL, number integer NOT NULL, store ${text} NOT NULL,
         how ${text} NOT NULL, staff ${text} NOT NULL, till ${text} NOT NULL, made_at bigint NOT NULL, undone_at bigint,
         PRIMARY KEY (pickup, ready_at, number))`,
    )
    .execute(db)
}

export const pickupReminders = { up }

import { type Kysely, SqliteAdapter, sql } from 'kysely'

/**
 * How much of what was decided on a count was booked, what other tills told of the same entry last, and an index by which what moved an
 * item otherwise is found; the kinds are those of stock/moved-otherwise.ts.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    'ALTER TABLE pos_count ADD COLUMN booked bigint NOT NULL DEFAULT 0',
    // where no person has answered, all of it was booked; elsewhere it is not known, and a person is asked
    'UPDATE pos_count SET booked = decided WHERE decided_at IS NULL',
    `ALTER TABLE pos_count ADD COLUMN others_json ${text} NOT NULL DEFAULT '{}'`,
    `CREATE INDEX movement_otherwise ON movement (store, item, at)
       WHERE kind IN (6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19)`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const countReaders = { up }

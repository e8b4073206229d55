import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Up to which version of its contract the movements of a store have been judged: a restore brings versions back without that. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  await sql
    .raw(
      `CREATE TABLE contract_carried (store ${text} NOT NULL, version bigint NOT NULL, PRIMARY KEY (store))`,
    )
    .execute(db)
}

export const contractCarried = { up }

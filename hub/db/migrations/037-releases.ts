import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Releases for the tills, how each till fared with them, and what is different in a store. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE release (version ${text} NOT NULL PRIMARY KEY, signed_json ${text} NOT NULL, state ${text} NOT NULL,
       stage ${text} NOT NULL, attempt integer NOT NULL, stage_since bigint NOT NULL, why ${text}, added_at bigint NOT NULL)`,
    `CREATE TABLE release_outcome (version ${text} NOT NULL, device ${text} NOT NULL, attempt integer NOT NULL,
       outcome ${text} NOT NULL, why ${text}, noted_at bigint NOT NULL, PRIMARY KEY (version, device))`,
    'CREATE INDEX release_outcome_kind ON release_outcome (outcome, version)',
    `CREATE TABLE release_store (store ${text} NOT NULL PRIMARY KEY, is_canary integer NOT NULL, is_paused integer NOT NULL,
       pinned ${text})`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const releaseTables = { up }

import { type Kysely, SqliteAdapter, sql } from 'kysely'

/** Settings of the tills that head office sets: versions, how each till fared with them, what the tills say, the stores' regions. */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE settings_version (version integer NOT NULL PRIMARY KEY, level ${text} NOT NULL, target ${text} NOT NULL,
       settings_json ${text} NOT NULL, why ${text} NOT NULL, changed_by ${text} NOT NULL, changed_at bigint NOT NULL,
       state ${text} NOT NULL, stage ${text} NOT NULL, stage_since bigint NOT NULL, attempt integer NOT NULL, reason ${text})`,
    `CREATE TABLE settings_outcome (version integer NOT NULL, device ${text} NOT NULL, attempt integer NOT NULL,
       outcome ${text} NOT NULL, why ${text}, agent ${text} NOT NULL, noted_at bigint NOT NULL, PRIMARY KEY (version, device))`,
    'CREATE INDEX settings_outcome_device ON settings_outcome (device)',
    `CREATE INDEX settings_outcome_failed ON settings_outcome (device) WHERE outcome = 'failed'`,
    `CREATE INDEX settings_version_stopped ON settings_version (version) WHERE state = 'stopped'`,
    `CREATE TABLE settings_report (device ${text} NOT NULL PRIMARY KEY, told ${text} NOT NULL, runs ${text} NOT NULL,
       state ${text} NOT NULL, code ${text}, sentence ${text}, reported_at bigint NOT NULL)`,
    `CREATE TABLE settings_pin (store ${text} NOT NULL PRIMARY KEY)`,
    `CREATE TABLE store_region (store ${text} NOT NULL PRIMARY KEY, region ${text} NOT NULL)`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const remoteSettingsTables = { up }

import { type Kysely, sql } from 'kysely'
import { Migrator } from 'kysely/migration'
import { defineError } from '../../shared/errors.ts'
import { spine } from './migrations/001-spine.ts'
import { appliedLate } from './migrations/002-applied-late.ts'
import { closedExceptions } from './migrations/003-closed-exceptions.ts'
import { identity } from './migrations/004-identity.ts'
import { recovery } from './migrations/005-recovery.ts'
import { promised } from './migrations/006-promised.ts'
import type { Schema } from './schema.ts'

export const migrationFailed = defineError(
  'MIGRATION_FAILED',
  (f: { migration: string }) =>
    `The database could not be brought up to date (${f.migration}). It is unchanged; keep it, and ask for help with the log.`,
)

/** Forward only. A migration that has shipped is never edited. */
const migrations = {
  '001-spine': spine,
  '002-applied-late': appliedLate,
  '003-closed-exceptions': closedExceptions,
  '004-identity': identity,
  '005-recovery': recovery,
  '006-promised': promised,
}

/** Brings the database to this version's schema. @throws MIGRATION_FAILED with the database unchanged */
export async function migrateHub(db: Kysely<Schema>): Promise<readonly string[]> {
  if (await isUpToDate(db)) return []
  const migrator = new Migrator({ db, provider: { getMigrations: async () => migrations } })
  const { error, results = [] } = await migrator.migrateToLatest()
  if (error !== undefined) {
    const failed = results.find(result => result.status === 'Error')
    throw migrationFailed({ migration: failed?.migrationName ?? 'unknown' }, error)
  }
  return results.map(result => result.migrationName)
}

/** Asked first, because the migrator reads the form of every table each time that a database is opened. */
async function isUpToDate(db: Kysely<Schema>): Promise<boolean> {
  try {
    const { rows } = await sql<{ name: string }>`SELECT name FROM kysely_migration ORDER BY name`.execute(db)
    return rows.map(({ name }) => name).join() === Object.keys(migrations).join()
  } catch {
    return false // an empty database; any other trouble, the migrator meets and names
  }
}

import { type Kysely, sql } from 'kysely'

/** Since when a level has differed at all, whatever the difference was; see stock/seen-levels.ts. */
async function up(db: Kysely<unknown>): Promise<void> {
  const statements = [
    'ALTER TABLE shopify_level ADD COLUMN differing_since bigint',
    'UPDATE shopify_level SET differing_since = differs_since',
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
}

export const differingLevels = { up }

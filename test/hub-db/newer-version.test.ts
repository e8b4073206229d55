import SQLite from 'better-sqlite3'
import { Kysely, SqliteDialect, sql } from 'kysely'
import { expect, test } from 'vitest'
import { migrateHub } from '../../hub/db/migrate.ts'
import type { Schema } from '../../hub/db/schema.ts'

test('a database of a newer version is refused by name, and left as it is', async () => {
  await using db = new Kysely<Schema>({ dialect: new SqliteDialect({ database: new SQLite(':memory:') }) })
  await migrateHub(db)
  await sql`INSERT INTO kysely_migration (name, timestamp) VALUES ('999-later', '2027-01-01')`.execute(db)
  await expect(migrateHub(db)).rejects.toThrow(/newer version \(schema \d+, this one knows \d+\)/)
  await sql`DELETE FROM kysely_migration WHERE name = '999-later'`.execute(db)
  expect(await migrateHub(db)).toEqual([])
})

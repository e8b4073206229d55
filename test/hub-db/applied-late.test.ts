import Sqlite from 'better-sqlite3'
import { Kysely, PostgresDialect, SqliteDialect, sql } from 'kysely'
import pg from 'pg'
import { expect, inject, test } from 'vitest'
import { appliedLate } from '../../hub/db/migrations/002-applied-late.ts'
import { engine } from '../hub-engines.ts'

/** A connection to a database without a hub's tables. */
function openEmpty(): Kysely<unknown> {
  if (engine === 'sqlite')
    return new Kysely({ dialect: new SqliteDialect({ database: new Sqlite(':memory:') }) })
  const server = inject('hubServer')
  if (server === null) throw new Error('the engine is PostgreSQL')
  const { port, password } = server
  const address = { host: 'localhost', port, user: 'postgres', password, database: 'postgres' }
  return new Kysely({ dialect: new PostgresDialect({ pool: new pg.Pool({ ...address, max: 1 }) }) })
}

test('what the note in an event’s problem said before this version is said by a column', async () => {
  const db = openEmpty()
  await sql`CREATE TEMPORARY TABLE event (seq bigint, state text, problem text)`.execute(db)
  await sql`INSERT INTO event VALUES
    (1, 'applied', 'its kind was unknown when it was received; it took effect after an upgrade'),
    (2, 'applied', NULL), (3, 'quarantined', 'no date'), (4, 'deferred', 'unknown kind k')`.execute(db)
  await appliedLate.up(db)
  const { rows } = await sql`SELECT seq, problem, applied_late FROM event ORDER BY seq`.execute(db)
  expect(rows.map(row => JSON.stringify(row).replaceAll(/"(\d)"/g, '$1'))).toEqual([
    '{"seq":1,"problem":null,"applied_late":1}',
    '{"seq":2,"problem":null,"applied_late":0}',
    '{"seq":3,"problem":"no date","applied_late":0}',
    '{"seq":4,"problem":"unknown kind k","applied_late":0}',
  ])
  await db.destroy()
})

import { randomBytes } from 'node:crypto'
import pg from 'pg'
import type { HubServer } from './hub-server.ts'

/** The hub databases of one test run: making and dropping one costs a second on a busy machine, emptying one little. */
interface DatabasePool {
  /** An empty, migrated database that no other test uses. */
  take(): Promise<string>
  /** A copy of a test's database, which no hub has open. */
  copyOf(source: string): Promise<string>
  /** A later test may have this database. */
  giveBack(name: string): Promise<void>
}

/** The names of what a database holds beside its rows: a test may have changed it. */
const FORM = `SELECT md5(string_agg(name, ',' ORDER BY name)) AS form FROM (
  SELECT relkind::text || relname::text AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace
  UNION ALL SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal) AS named`

// A table or a sequence that no test has used has nothing to lose, and to look at it costs less than to empty it.
const EMPTY = `DO $$ DECLARE one record; BEGIN
  FOR one IN SELECT relname, relkind, oid FROM pg_class
              WHERE relnamespace = 'public'::regnamespace AND relname NOT LIKE 'kysely_%'
                AND (relkind = 'r' AND pg_relation_size(oid) > 0
                  OR relkind = 'S' AND pg_sequence_last_value(oid::regclass) IS NOT NULL) LOOP
    IF one.relkind = 'S' THEN PERFORM setval(one.oid::regclass, 1, false);
    ELSE EXECUTE format('DELETE FROM %I', one.relname); END IF;
  END LOOP; END $$`

const FREE = `UPDATE test_database SET taken = true WHERE name =
  (SELECT name FROM test_database WHERE NOT taken LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING name`

/** What lists the run's databases, in the server's own database. */
export const POOL_TABLE = 'CREATE TABLE test_database (name text PRIMARY KEY, taken boolean NOT NULL)'

export function databasePool(server: HubServer): DatabasePool {
  const { port, password } = server
  const at = { host: 'localhost', port, user: 'postgres', password }
  // Kept open over all tests of a worker: to connect costs more than what is asked.
  const administrator = new pg.Pool({ ...at, database: 'postgres', max: 1, allowExitOnIdle: true })
  const administer = async <R extends pg.QueryResultRow>(text: string, ...values: readonly unknown[]) =>
    (await administrator.query<R>(text, [...values])).rows
  const inDatabase = async (database: string, ...statements: readonly string[]) => {
    const client = new pg.Client({ ...at, database })
    await client.connect()
    try {
      let rows: { form?: string }[] = []
      for (const text of statements) ({ rows } = await client.query<{ form?: string }>(text))
      return rows[0]
    } finally {
      await client.end()
    }
  }
  const formOf = async (database: string) => (await inDatabase(database, FORM))?.form
  let form: Promise<string | undefined> | null = null

  // A session outlives its hub for a moment, and that of a test that failed until its worker ends.
  const END_SESSIONS = 'SELECT pg_terminate_backend(pid, 60000) FROM pg_stat_activity WHERE datname = $1'

  async function make(template: string): Promise<string> {
    const name = `t${randomBytes(8).toString('hex')}`
    await administer(`CREATE DATABASE ${name} TEMPLATE ${template}`)
    await administer('INSERT INTO test_database VALUES ($1, true)', name)
    return name
  }

  return {
    async take() {
      const [free] = await administer<{ name: string }>(FREE)
      if (free === undefined) return make(server.template)
      await administer(END_SESSIONS, free.name)
      const found = await inDatabase(free.name, EMPTY, FORM)
      form ??= formOf(server.template)
      return found?.form === (await form) ? free.name : make(server.template)
    },
    async copyOf(source) {
      if (source !== server.template) await administer(END_SESSIONS, source)
      return make(source)
    },
    giveBack: async name =>
      void (await administer('UPDATE test_database SET taken = false WHERE name = $1', name)),
  }
}

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { SqlEngine } from '../../agent/sources/sql/engine.ts'
import { openMysql } from '../../agent/sources/sql/mysql-engine.ts'
import { openPostgres } from '../../agent/sources/sql/postgres-engine.ts'
import { serverOf } from '../../agent/sources/sql/server.ts'
import { reservePort } from '../reserved-port.ts'
import { hasMariaDb, startMariaDb, withoutMariaDb } from './mariadb.ts'
import { PosReader } from './pos-reader.ts'
import type { PosConnection, PosServer } from './pos-server.ts'
import { startPostgres } from './postgres.ts'
import { listeningLog, only, tempFolder } from './till.ts'
import { UnicentaShop } from './unicenta-tables.ts'

/** What a database server does that a file does not: refuse, lock, go away. */

const servers: readonly (readonly [string, 'postgres' | 'mysql'])[] = [
  ['PostgreSQL', 'postgres'],
  [`MariaDB${withoutMariaDb}`, 'mysql'],
]

for (const [name, product] of servers)
  describe.skipIf(product === 'mysql' && !hasMariaDb)(`${name}:`, () => {
    const folder = tempFolder()
    const passwordFile = join(folder.path, 'password')
    const wrongFile = join(folder.path, 'wrong')
    let server: PosServer
    let db: PosConnection
    let shop: UnicentaShop
    const isPostgres = product === 'postgres'
    const named = (table: string) => (isPostgres ? table : `shop.${table}`)
    const grantAll = async () => {
      for (const table of TABLES) await db.run(`GRANT SELECT ON ${named(table)} TO ${account}`)
    }
    const account = isPostgres ? 'tillbridge' : `tillbridge@'%'`

    beforeAll(async () => {
      writeFileSync(passwordFile, 'till-secret\n')
      writeFileSync(wrongFile, 'not-the-secret')
      server = isPostgres ? await startPostgres() : await startMariaDb()
      db = await server.createDatabase('shop')
      shop = new UnicentaShop(db)
      await shop.open(product)
      await grantAll()
    })
    afterAll(async () => {
      await db?.[Symbol.asyncDispose]()
      await server?.[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    })

    const databaseOf = (changes: Readonly<Record<string, unknown>> = {}) => ({
      product,
      host: 'localhost',
      port: server.port,
      database: 'shop',
      user: 'tillbridge',
      passwordFile,
      ...changes,
    })
    const readerOf = (changes: Readonly<Record<string, unknown>> = {}) =>
      new PosReader('unicenta', { database: databaseOf(changes) })

    /** Opens with these settings; gives what it said, which never holds a password. */
    async function refusal(
      changes: Readonly<Record<string, unknown>>,
    ): Promise<{ code: string; message: string }> {
      using reader = readerOf(changes)
      const problem: unknown = await reader.open().then(
        source => source.close(),
        (error: unknown) => error,
      )
      if (!(problem instanceof Error) || !('code' in problem)) throw new Error('it opened')
      const said = `${JSON.stringify(reader.logged)} ${problem.message} ${JSON.stringify(problem)}`
      expect(said).not.toMatch(/till-secret|not-the-secret/)
      return { code: String(problem.code), message: problem.message }
    }

    test('each way to be refused is said in words that tell what to do', async () => {
      expect(await refusal({ passwordFile: wrongFile })).toMatchObject({
        code: 'POS_LOGIN_REFUSED',
        message: expect.stringContaining('"tillbridge"'),
      })
      expect((await refusal({ user: 'nobody' })).code).toBe('POS_LOGIN_REFUSED')
      expect(await refusal({ database: 'nowhere' })).toMatchObject({
        code: isPostgres ? 'POS_DATABASE_MISSING' : 'POS_RIGHTS_MISSING', // MySQL does not tell strangers which
        message: expect.stringContaining('"nowhere"'),
      })
      const port = await reservePort()
      expect(await refusal({ port })).toMatchObject({
        code: 'POS_SERVER_UNREACHABLE',
        message: expect.stringContaining(`localhost:${port}`),
      })
      expect(await refusal({ passwordFile: `${passwordFile}.not` })).toMatchObject({
        code: 'POS_PASSWORD_MISSING',
        message: expect.stringContaining(`${passwordFile}.not`),
      })
      expect(
        await refusal({ passwordFile: undefined, passwordVariable: 'TILLBRIDGE_NO_SUCH' }),
      ).toMatchObject({
        code: 'POS_PASSWORD_MISSING',
        message: expect.stringContaining('TILLBRIDGE_NO_SUCH'),
      })
      expect((await refusal({ tls: true })).code).toBe('POS_TLS_FAILED')
    })

    test('a server that takes no more connections says so', async () => {
      const limited = (most: number) =>
        isPostgres
          ? `ALTER ROLE tillbridge CONNECTION LIMIT ${most === 0 ? -1 : most}`
          : `ALTER USER tillbridge@'%' WITH MAX_USER_CONNECTIONS ${most}`
      await db.run(limited(1))
      const first = readerOf()
      await first.poll()
      expect((await refusal({})).code).toBe('POS_SERVER_FULL')
      first[Symbol.dispose]()
      await db.run(limited(0))
    })

    test('rights that are missing are named with their table, at the start and under way', async () => {
      using reader = readerOf()
      await shop.clear()
      await shop.sell()
      await reader.poll()
      await db.run(`REVOKE SELECT ON ${named('payments')} FROM ${account}`)
      reader.clock.pass(2_000)
      await shop.sell()
      const refused = { code: 'POS_RIGHTS_MISSING', message: expect.stringContaining('payments') }
      await expect(reader.poll()).rejects.toMatchObject(refused)
      expect(await refusal({})).toMatchObject(refused)
      await db.run(`GRANT SELECT ON ${named('payments')} TO ${account}`)
      // Names of the staff do without their passwords.
      await db.run(`REVOKE SELECT ON ${named('people')} FROM ${account}`)
      await db.run(`GRANT SELECT (id, name) ON ${named('people')} TO ${account}`)
      reader.restart()
      expect(only('sale.completed', await reader.news())).toHaveLength(1)
      await db.run(`REVOKE SELECT (name) ON ${named('people')} FROM ${account}`)
      expect((await refusal({})).message).toContain('people.name')
      await grantAll()
    })

    test('while the POS holds a table for itself nothing is said for ten seconds, then that it is locked', async () => {
      using reader = readerOf()
      await shop.clear()
      await shop.sell()
      await reader.poll()
      await shop.sell()
      await db.run(
        isPostgres
          ? 'BEGIN; LOCK TABLE ticketlines IN ACCESS EXCLUSIVE MODE'
          : 'LOCK TABLES ticketlines WRITE',
      )
      expect(await reader.news()).toEqual([])
      reader.clock.pass(9_000)
      expect(await reader.news()).toEqual([])
      reader.clock.pass(1_000)
      await expect(reader.poll()).rejects.toMatchObject({
        code: 'POS_DATABASE_LOCKED',
        message: expect.stringContaining('for 10 s'),
      })
      await db.run(isPostgres ? 'COMMIT' : 'UNLOCK TABLES')
      reader.restart()
      expect(only('sale.completed', await reader.news())).toHaveLength(1)
    })

    test('rows that the POS holds for update are read all the same', async () => {
      using reader = readerOf()
      await shop.clear()
      const id = await shop.sell()
      await db.run('BEGIN')
      await db.run('SELECT * FROM receipts FOR UPDATE')
      await db.run('UPDATE payments SET total = 1 WHERE receipt = ?', [id])
      expect(await reader.news()).toMatchObject([{ receipt: id, tenders: [{ amount: 1190 }] }])
      await db.run('ROLLBACK')
    })

    test('between two steps the reader holds nothing that the POS would wait for', async () => {
      using reader = readerOf()
      await shop.clear()
      for (let sale = 0; sale < 5; sale += 1) await shop.sell()
      if (!isPostgres) await db.run('SET SESSION lock_wait_timeout = 0')
      for (let step = 0; step < 12; step += 1) {
        await reader.step()
        for (const table of ['receipts', 'ticketlines', 'payments'])
          if (isPostgres) await db.run(`BEGIN; LOCK TABLE ${table} IN ACCESS EXCLUSIVE MODE NOWAIT; COMMIT`)
          else {
            await db.run(`LOCK TABLES ${table} WRITE`)
            await db.run('UNLOCK TABLES')
          }
      }
      expect(reader.memory.events).toHaveLength(5)
    })

    test('a server that is stopped in the middle is said, and read on from where it was', async () => {
      using reader = readerOf()
      await shop.clear()
      await shop.sell()
      await reader.poll()
      await shop.sell()
      await db[Symbol.asyncDispose]()
      await server.stop()
      await expect(reader.poll()).rejects.toMatchObject({
        code: expect.stringMatching(/^POS_SERVER_(LOST|UNREACHABLE)$/),
      })
      reader.restart()
      await expect(reader.poll()).rejects.toMatchObject({ code: 'POS_SERVER_UNREACHABLE' })
      await server.start()
      reader.restart()
      expect(await reader.news()).toMatchObject([{ kind: 'sale.completed', receiptNumber: '2' }])
    })

    test('values come as they are: exact numbers, dates as written, bytes, and nothing can be written', async () => {
      const admin = isPostgres
        ? { user: 'postgres', passwordFile: join(folder.path, 'admin') }
        : { user: 'root' }
      writeFileSync(join(folder.path, 'admin'), 'admin-secret')
      const { product: _, ...settings } = databaseOf({ passwordFile: undefined, ...admin })
      const readText = () => 'admin-secret'
      const parts = { log: listeningLog() }
      const target = serverOf({ ...settings, passwordFile: admin.passwordFile, tls: false }, 1, { readText })
      const engine: SqlEngine = isPostgres
        ? await openPostgres(target, parts)
        : await openMysql(target, parts)
      try {
        const [rows] = await engine.read([
          { sql: isPostgres ? POSTGRES_VALUES : MYSQL_VALUES, params: ['ä€😀'] },
        ])
        expect(rows?.map(row => ({ ...row, bytes: String(row['bytes']) }))).toEqual([
          {
            small: 7,
            whole: 9_007_199_254_740_991,
            huge: '9223372036854775807',
            exact: '12345678901234.5678',
            approximate: 0.1,
            truth: 1,
            at: expect.stringMatching(/^2026-10-25 02:30:00(\.123456)?$/),
            day: '2026-10-25',
            text: 'ä€😀',
            bytes: 'bytes',
            nothing: null,
          },
        ])
        const insert = `INSERT INTO locations (id, name) VALUES ('x', 'x')`
        const select = { sql: 'SELECT 1 AS one', params: [] }
        await expect(engine.read([select, { sql: insert, params: [] }])).rejects.toMatchObject({
          code: 'POS_QUERY_FAILED',
        })
        await expect(engine.read([{ sql: insert, params: [] }])).rejects.toMatchObject({
          code: 'POS_QUERY_FAILED',
        })
        const held = { sql: `SELECT id FROM locations WHERE id IN {keys} LIMIT ?`, params: [9] }
        const keys = { as: 'text' as const, list: ['WH-1', `x'; DROP TABLE locations; --`, ''] }
        expect(await engine.read([{ ...held, keys }])).toEqual([[{ id: 'WH-1' }]])
        expect(await engine.read([{ ...held, keys: { as: 'text', list: [] } }])).toEqual([[]])
      } finally {
        engine.close()
      }
    })
  })

const TABLES = [
  ...['receipts', 'tickets', 'ticketlines', 'payments', 'taxlines', 'taxes', 'closedcash', 'people'],
  ...['products', 'locations', 'stockdiary'],
]

const POSTGRES_VALUES = `
  SELECT 7::int AS small, 9007199254740991::bigint AS whole, 9223372036854775807::bigint AS huge,
         12345678901234.5678::numeric AS exact, 0.1::float8 AS approximate, TRUE AS truth,
         TIMESTAMP '2026-10-25 02:30:00.123456' AS at, DATE '2026-10-25' AS day, ?::text AS text,
         convert_to('bytes', 'UTF8') AS bytes, NULL AS nothing`
const MYSQL_VALUES = `
  SELECT CAST(7 AS SIGNED) AS small, CAST(9007199254740991 AS SIGNED) AS whole,
         CAST(9223372036854775807 AS SIGNED) AS huge, CAST(12345678901234.5678 AS DECIMAL(20, 4)) AS exact,
         CAST(0.1 AS DOUBLE) AS approximate, isservice AS truth, TIMESTAMP '2026-10-25 02:30:00' AS at,
         DATE '2026-10-25' AS day, ? AS text, CAST('bytes' AS BINARY) AS bytes, NULL AS nothing
    FROM products WHERE id = 'wrap'`

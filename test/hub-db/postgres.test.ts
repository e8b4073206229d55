import { sql } from 'kysely'
import { describe, expect, inject, test } from 'vitest'
import { openHubDatabase, transaction } from '../../hub/db/db.ts'
import { isServerUrl, pgSettings } from '../../hub/db/engines/server-address.ts'
import { readSetting, writeSetting } from '../../hub/db/setting.ts'
import { engine, openTestHubDb } from '../hub-engines.ts'
import { manualWorld } from '../manual-world.ts'

const files = manualWorld().files
const settingsOf = (url: string) => pgSettings(files, { url, password: null })

test('an address says where the database is, and no message repeats its user', () => {
  const { client, where } = settingsOf('postgres://till%40bridge@db.example:5433/shop%20one?sslmode=disable')
  expect(client).toEqual({
    host: 'db.example',
    port: 5433,
    user: 'till@bridge',
    database: 'shop one',
    ssl: false,
  })
  expect(where).toBe('db.example:5433/shop one')
  expect(settingsOf('postgres://%2Frun%2Fpostgresql/shop').client).toEqual({
    host: '/run/postgresql',
    database: 'shop',
  })
  expect(settingsOf('postgres://db/shop?sslmode=verify-full').client.ssl).toBe(true)
  expect(isServerUrl('hub.db')).toBe(false)
})

test.each([
  ['a password, which it does not repeat', 'postgres://kim:s3cret@db/shop', /PGPASSFILE/],
  ['another scheme', 'mysql://db/shop', /not a postgres/],
  ['a setting that is not known', 'postgres://db/shop?options=-c%20x', /"options"/],
  ['a mode of encryption that is not known', 'postgres://db/shop?sslmode=prefer', /prefer/],
  [
    'a certificate file that is not there',
    'postgres://db/shop?sslmode=verify-full&sslrootcert=/none',
    /none/,
  ],
])('an address is refused for %s', (_what, url, why) => {
  const refusal = () => settingsOf(url)
  expect(refusal).toThrow(expect.objectContaining({ code: 'DATABASE_URL_INVALID' }))
  expect(refusal).toThrow(why)
  expect(refusal).not.toThrow(/s3cret/)
})

test('a server that does not answer is named, with its reason and without the password', async () => {
  const opening = openHubDatabase(manualWorld(), {
    url: 'postgres://kim@127.0.0.1:1/shop',
    password: () => 's3cret',
  })
  const error: unknown = await opening.catch((refusal: unknown) => refusal)
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE', facts: { where: '127.0.0.1:1/shop' } })
  expect(String(error)).toMatch(/ECONNREFUSED/)
  expect(JSON.stringify(error)).not.toContain('s3cret')
})

describe.runIf(engine === 'postgres')('transactions on one server', () => {
  test('an empty database is not made a hub’s by a command that only reads', async () => {
    const server = inject('hubServer')
    if (server === null) throw new Error('the engine is PostgreSQL')
    const url = `postgres://postgres@localhost:${server.port}/postgres`
    const open = () =>
      openHubDatabase(manualWorld(), { url, password: () => server.password }, { create: false })
    await expect(open()).rejects.toThrow(expect.objectContaining({ code: 'DATABASE_MISSING' }))
    await expect(open()).rejects.toThrow(/tillbridge-hub migrate/) // nothing was made the first time
  })

  test('those of two stores run at the same time; one that may write anything waits for both', async () => {
    const db = await openTestHubDb(manualWorld(), 'two-stores')
    const order: string[] = []
    const { promise: open, resolve: goOn } = Promise.withResolvers<void>()
    const { promise: begun, resolve: hasBegun } = Promise.withResolvers<void>()
    const first = transaction(
      db,
      async () => {
        hasBegun()
        await open
        order.push('HAR')
      },
      { store: 'HAR' },
    )
    await begun
    await transaction(db, async () => void order.push('MKT'), { store: 'MKT' })
    const again = transaction(db, async () => void order.push('HAR again'), { store: 'HAR' })
    const whole = transaction(db, async () => void order.push('all'))
    await waiting(db, 2)
    goOn()
    await Promise.all([first, again, whole])
    expect(order.slice(0, 2)).toEqual(['MKT', 'HAR'])
    expect(order.slice(2).sort()).toEqual(['HAR again', 'all'])
    await db.destroy()
  })

  /** Until so many transactions wait for a lock. */
  async function waiting(db: Awaited<ReturnType<typeof openTestHubDb>>, count: number): Promise<void> {
    const blocked = sql<{ n: number }>`
      SELECT count(*) AS n FROM pg_locks JOIN pg_database d ON d.oid = database
       WHERE locktype = 'advisory' AND NOT granted AND datname = current_database()`
    while ((await db.rows(blocked))[0]?.n !== count);
  }

  test('a connection lost before COMMIT costs nothing: the work runs again, whole', async () => {
    const db = await openTestHubDb(manualWorld(), 'lost')
    let runs = 0
    await transaction(db, async tx => {
      runs += 1
      await writeSetting(tx, `run ${runs}`, 'x')
      if (runs === 1) await tx.rows(sql`SELECT pg_terminate_backend(pg_backend_pid())`)
    })
    expect(runs).toBe(2)
    expect([await readSetting(db, 'run 1'), await readSetting(db, 'run 2')]).toEqual([null, 'x'])
    await db.destroy()
  })

  test.each(['40001', '40P01'])(
    'a transaction that lost against another (%s) runs again, four times at most',
    async code => {
      const db = await openTestHubDb(manualWorld(), `lost ${code}`)
      let runs = 0
      const fails = transaction(db, async tx => {
        runs += 1
        await tx.rows(
          sql`DO ${sql.raw(`$$ BEGIN RAISE EXCEPTION 'told by a test' USING ERRCODE = '${code}'; END $$`)}`,
        )
      })
      await expect(fails).rejects.toThrow(/told by a test/)
      expect(runs).toBe(4)
      await db.destroy()
    },
  )

  test('what is not the database’s doing runs once', async () => {
    const db = await openTestHubDb(manualWorld(), 'once')
    let runs = 0
    const fails = transaction(db, async () => {
      runs += 1
      throw new Error('told by a test')
    })
    await expect(fails).rejects.toThrow(/told by a test/)
    expect(runs).toBe(1)
    await db.destroy()
  })
})

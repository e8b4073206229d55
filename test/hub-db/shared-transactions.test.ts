import { join } from 'node:path'
import { expect, test } from 'vitest'
import { holdsOneWriter, type Tx, withFence } from '../../hub/db/db.ts'
import { openSharedTransactions } from '../../hub/db/shared-transactions.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

/** A database that counts its transactions, and shared ones on a clock that moves only when it is told to. */
async function setUp(folder: string) {
  const world = manualWorld()
  const db = await openTestHubDb(world, join(folder, 'hub.db'))
  let transactions = 0
  let now = 0
  const counted = withFence(db, async () => {
    transactions += 1
  })
  const timers = {
    soon(run: () => void) {
      setImmediate(run)
      return () => undefined
    },
  }
  const shared = openSharedTransactions(counted, { clock: { monotonicMs: () => now }, timers })
  const write = (key: string, ms = 0) =>
    shared.run(
      async (tx: Tx) => {
        await tx.insertInto('setting').values({ key, value: '1' }).execute()
        now += ms
        return key
      },
      { store: key },
    )
  const stored = async () => {
    const rows = await db.selectFrom('setting').select('key').where('key', 'like', 'test %').execute()
    return rows.map(({ key }) => key).toSorted()
  }
  return { db, shared, write, stored, transactions: () => transactions, sharing: holdsOneWriter(db) }
}

test('what is asked for at the same time is stored in one transaction; PostgreSQL keeps one a store', async () => {
  using folder = temporaryFolder()
  const { db, write, stored, transactions, sharing } = await setUp(folder.path)
  const keys = ['test 1', 'test 2', 'test 3']
  expect(await Promise.all(keys.map(key => write(key)))).toEqual(keys)
  expect([await stored(), transactions()]).toEqual([keys, sharing ? 1 : 3])
  await db.destroy()
})

test('on PostgreSQL a store whose transaction takes long holds up no other store', async () => {
  using folder = temporaryFolder()
  const { db, shared, write, stored, sharing } = await setUp(folder.path)
  const lock = Promise.withResolvers<void>()
  const held = shared.run(() => lock.promise, { store: 'held' })
  if (sharing) lock.resolve() // SQLite has one writer
  expect(await write('test free')).toBe('test free')
  const behind = shared.run(async () => 'behind', { store: 'held' })
  lock.resolve()
  expect([await behind, await stored()]).toEqual(['behind', ['test free']])
  await held
  await db.destroy()
})

test('work that fails reaches its own caller only; the others are stored once', async () => {
  using folder = temporaryFolder()
  const { db, shared, write, stored } = await setUp(folder.path)
  const runs: string[] = []
  const bad = shared.run(
    async tx => {
      runs.push('bad')
      await tx.insertInto('setting').values({ key: 'test bad', value: '1' }).execute()
      throw new Error('a record that can’t be stored')
    },
    { store: 'B' },
  )
  const outcomes = await Promise.allSettled([write('test 1'), bad, write('test 2')])
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect(outcomes[1]).toMatchObject({ reason: { message: 'a record that can’t be stored' } })
  expect(await stored()).toEqual(['test 1', 'test 2'])
  expect(await write('test 3')).toBe('test 3')
  await db.destroy()
})

test('a transaction takes nothing more in once it has lasted 50 ms; the rest shares the next one', async () => {
  using folder = temporaryFolder()
  const { db, write, stored, transactions, sharing } = await setUp(folder.path)
  const keys = ['test 1', 'test 2', 'test 3', 'test 4', 'test 5']
  const order: string[] = []
  await Promise.all(keys.map(key => write(key, 20).then(done => order.push(done))))
  // on PostgreSQL they run side by side
  const ended = sharing ? order : order.toSorted()
  expect([ended, await stored(), transactions()]).toEqual([keys, keys, sharing ? 2 : 5])
  await db.destroy()
})

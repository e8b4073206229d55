import { join } from 'node:path'
import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { closeException, openException } from '../../hub/checks/exceptions.ts'
import { forgetClosed } from '../../hub/checks/forget-closed.ts'
import { transaction } from '../../hub/db/db.ts'
import { startPacking } from '../../hub/packing.ts'
import { engine, openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

const DAY_MS = 86_400_000
const forever = async () => true

/** Exceptions of 250 items: the first 240 are closed, one a millisecond from the moment 0 on. */
async function openExceptions(folder: string) {
  const world = manualWorld()
  const db = await openTestHubDb(world, join(folder, 'hub.db'))
  await transaction(db, async tx => {
    for (let n = 0; n < 250; n += 1) {
      const [subject, fields] = [`SKU-${n}`, { sku: `SKU-${n}`, stores: '' }]
      await openException(
        tx,
        { code: 'sku-unknown', subject, store: null, device: null, fields, evidence: {} },
        0,
      )
      if (n < 240) await closeException(tx, 'sku-unknown', subject, n)
    }
  })
  const left = async () =>
    (await db.selectFrom('exception').select('closed_at').orderBy('closed_at').execute()).map(
      row => row.closed_at,
    )
  return { db, world, left }
}

test('exceptions that were closed long ago go in small steps; later ones and open ones stay', async () => {
  using folder = temporaryFolder()
  const { db, left } = await openExceptions(folder.path)
  let steps = 0
  const pause = async () => {
    steps += 1
    return true
  }
  expect(await forgetClosed(db, { before: 230 }, pause)).toBe(230)
  expect(steps).toBe(2) // 100, 100, 30
  const rest = await left()
  expect(rest).toHaveLength(20)
  expect(rest.filter(at => at !== null)).toEqual([230, 231, 232, 233, 234, 235, 236, 237, 238, 239])
  expect(await forgetClosed(db, { before: 230 }, forever)).toBe(0)
  await db.destroy()
})

test('a stop between two steps leaves the others for the next run', async () => {
  using folder = temporaryFolder()
  const { db, left } = await openExceptions(folder.path)
  expect(await forgetClosed(db, { before: 500 }, async () => false)).toBe(100)
  expect(await left()).toHaveLength(150)
  await db.destroy()
})

test('a running hub removes what is older than its setting', async () => {
  using folder = temporaryFolder()
  const { db, world, left } = await openExceptions(folder.path)
  await using ending = new AsyncDisposableStack()
  ending.defer(() => db.destroy())
  const now = world.clock.now()
  await transaction(db, tx =>
    tx
      .updateTable('exception')
      .set({ closed_at: now - 29 * DAY_MS })
      .where('closed_at', '>=', 200)
      .execute(),
  )
  await using _running = startPacking({
    world,
    afterDays: 1,
    packs: {},
    forgets: { exceptions: { afterDays: 30, forget: (wanted, pause) => forgetClosed(db, wanted, pause) } },
    check: async () => undefined,
  })
  await world.advance(11 * 60_000)
  expect((await left()).filter(at => at !== null)).toEqual(
    Array.from({ length: 40 }, () => now - 29 * DAY_MS),
  )
  expect(await left()).toHaveLength(50)
})

test.runIf(engine === 'sqlite')('looking for closed exceptions reads no open one', async () => {
  using folder = temporaryFolder()
  const { db } = await openExceptions(folder.path)
  const plan = await db.rows(
    sql<{
      detail: string
    }>`EXPLAIN QUERY PLAN SELECT id FROM exception WHERE closed_at < 5 ORDER BY closed_at LIMIT 9`,
  )
  expect(plan.map(({ detail }) => detail)).toEqual([
    expect.stringContaining('USING COVERING INDEX exception_closed'),
  ])
  await db.destroy()
})

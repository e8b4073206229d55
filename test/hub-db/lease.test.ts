import { join } from 'node:path'
import { expect, test } from 'vitest'
import { transaction, withFence } from '../../hub/db/db.ts'
import { startLease } from '../../hub/db/lease.ts'
import { readSetting, writeSetting } from '../../hub/db/setting.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'

async function twoHubs() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const db = await openTestHubDb(world, join(folder.path, 'hub.db'))
  const lease = (holder: string) => startLease({ db, world, name: 'shopify', holder })
  return {
    db,
    world,
    lease,
    async [Symbol.asyncDispose]() {
      await db.destroy()
      folder[Symbol.dispose]()
    },
  }
}

test('one hub holds it, the other knows which, and takes over at the next look when that one stops', async () => {
  await using hubs = await twoHubs()
  const first = await hubs.lease('north')
  await using second = await hubs.lease('south')
  expect([first.isHeld(), second.isHeld(), second.holder()]).toEqual([true, false, 'north'])
  let gained = 0
  second.onGained(() => {
    gained += 1
  })
  await first[Symbol.asyncDispose]()
  await hubs.world.advance(10_000)
  await until('taken over', () => second.isHeld())
  expect(gained).toBe(1)
})

test('a dead holder is replaced after its time; what it still writes through the fence fails', async () => {
  await using hubs = await twoHubs()
  const dead = await hubs.lease('north')
  // its process hangs: it renews no more and still believes that it holds the lease
  await transaction(hubs.db, tx => tx.updateTable('lease').set({ expires_at: 0 }).execute())
  await using living = await hubs.lease('south')
  expect([dead.isHeld(), living.isHeld()]).toEqual([true, true])
  const late = transaction(dead.fenced, tx => writeSetting(tx, 'late', 'yes'))
  await expect(late).rejects.toMatchObject({ code: 'LEASE_LOST' })
  expect(await readSetting(hubs.db, 'late')).toBeNull()
  await transaction(living.fenced, tx => writeSetting(tx, 'mine', 'yes'))
  expect(await readSetting(hubs.db, 'mine')).toBe('yes')
  await dead[Symbol.asyncDispose]()
  expect((await hubs.db.selectFrom('lease').select('holder').execute())[0]?.holder).toBe('south')
})

test('a holder that slept while another hub had the lease is told that it has it again', async () => {
  await using hubs = await twoHubs()
  await using slow = await hubs.lease('north')
  let gained = 0
  slow.onGained(() => {
    gained += 1
  })
  await hubs.world.advance(10_000)
  expect(gained).toBe(0)
  // its process hangs: another hub has the lease for a while, and stops
  await transaction(hubs.db, tx => tx.updateTable('lease').set({ expires_at: 0 }).execute())
  const other = await hubs.lease('south')
  await other[Symbol.asyncDispose]()
  await hubs.world.advance(10_000)
  await until('the lease', async () => gained > 0)
  expect([slow.isHeld(), gained]).toEqual([true, 1])
})

test('a hub that starts again under its name has its lease back at once', async () => {
  await using hubs = await twoHubs()
  await hubs.lease('north')
  await using again = await hubs.lease('north')
  expect(again.isHeld()).toBe(true)
})

test('a hub whose database takes no writes closes all the same; its lease expires', async () => {
  await using hubs = await twoHubs()
  let isWhole = true
  const db = withFence(hubs.db, async () => {
    if (!isWhole) throw new Error('disk I/O error')
  })
  const lease = await startLease({ db, world: hubs.world, name: 'shopify', holder: 'north' })
  isWhole = false
  await lease[Symbol.asyncDispose]()
  expect(lease.isHeld()).toBe(false)
})

test('a lease taken while a clock was a year ahead is free once the clock is right', async () => {
  await using hubs = await twoHubs()
  await hubs.lease('north')
  const expires_at = hubs.world.clock.now() + 365 * 86_400_000
  await transaction(hubs.db, tx => tx.updateTable('lease').set({ expires_at }).execute())
  await using second = await hubs.lease('south')
  expect(second.isHeld()).toBe(true)
})

import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Check, defineCheck } from '../../hub/checks/check.ts'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { checks } from '../../hub/checks/index.ts'
import { startChecks } from '../../hub/checks/run-checks.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { applyEvents } from '../../hub/effects/index.ts'
import { mapWarehouse } from '../../hub/fleet/stores.ts'
import { nameLookUps } from '../../hub/gateway/name-look-ups.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { enrolTestTill, sale, startTestHub } from '../gateway/till-and-hub.ts'
import { type ManualWorld, manualWorld, temporaryFolder, turns } from '../manual-world.ts'

const HOUR_MS = 3_600_000

async function setUp(options: { checks?: readonly Check[] } = {}) {
  const folder = temporaryFolder()
  const world = manualWorld()
  const hub = await startTestHub(world, join(folder.path))
  const device = await enrolTestTill(world, hub.db)
  let changes = 0
  const running = startChecks({
    world,
    db: hub.db,
    checks: options.checks ?? checks,
    changed() {
      changes += 1
    },
  })
  return {
    world,
    db: hub.db,
    device: device.device,
    running,
    changes: () => changes,
    async [Symbol.asyncDispose]() {
      await running[Symbol.asyncDispose]()
      await hub[Symbol.asyncDispose]()
      folder[Symbol.dispose]()
    },
  }
}

async function sell(
  db: Db,
  world: ManualWorld,
  device: string,
  events: readonly AgentEvent[],
): Promise<void> {
  const at = world.clock.now()
  const placed = events.map((event, index) => ({
    event,
    origin: { store: 'HAR', device, epoch: 1, seq: index + 1, at },
  }))
  await transaction(db, tx => applyEvents(tx, 'HAR', placed, at))
}

async function openKinds(db: Db): Promise<string[]> {
  return (await listExceptions(db)).map(({ kind, subject }) => `${kind} ${subject}`).sort()
}

const setItem = (db: Db, state: 'unknown' | 'ambiguous' | 'untracked' | 'mapped') =>
  transaction(db, async tx => void (await tx.updateTable('item').set({ state }).execute()))

test('an item that is sold and that Shopify lacks is named once, as what it is, until it is mapped', async () => {
  await using on = await setUp()
  await sell(on.db, on.world, on.device, [sale(1)])
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([])
  for (const [state, expected] of [
    ['unknown', ['sku-unknown SHIRT-M']],
    ['ambiguous', ['sku-ambiguous SHIRT-M']],
    ['untracked', ['item-untracked SHIRT-M']],
    ['mapped', []],
  ] as const) {
    await setItem(on.db, state)
    await on.running.runAll()
    await on.running.runAll()
    expect(await openKinds(on.db)).toEqual(expected)
  }
  expect(on.changes()).toBe(6) // each opening and each closing, and no look without an outcome
})

test('a warehouse that the hub was never told of is named while its sales wait, and not after it is mapped', async () => {
  await using on = await setUp()
  await sell(on.db, on.world, on.device, [
    sale(1, 1, {
      lines: [
        {
          line: 0,
          sku: 'SHIRT-M',
          barcode: null,
          title: 'Shirt',
          quantity: 1000,
          net: 840,
          warehouse: 'attic',
        },
      ],
    }),
  ])
  expect(await openKinds(on.db)).toEqual(['location-unmapped HAR/attic'])
  await transaction(on.db, async tx => void (await tx.deleteFrom('exception').execute()))
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual(['location-unmapped HAR/attic'])
  await transaction(on.db, tx => mapWarehouse(tx, 'HAR', 'attic', '102', on.world.clock.now()))
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([])
})

test('a till that has not connected for two days is named, and one that never did or is connected is not', async () => {
  await using on = await setUp()
  const connection = (connected_at: number, disconnected_at: number | null) =>
    transaction(on.db, async tx => {
      const last_seen_at = Math.max(connected_at, disconnected_at ?? 0)
      await tx.updateTable('device').set({ connected_at, disconnected_at, last_seen_at }).execute()
    })
  const start = on.world.clock.now()
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([])
  await connection(start - 90 * HOUR_MS, start - 47 * HOUR_MS)
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([])
  await connection(start - 90 * HOUR_MS, start - 49 * HOUR_MS)
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([`device-silent ${on.device}`])
  await connection(start, start - 49 * HOUR_MS)
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([])
  await connection(start - 49 * HOUR_MS, null) // the hub was killed while it was connected
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([`device-silent ${on.device}`])
})

test('a till that looks up too much is named until it has not for two hours, or is revoked', async () => {
  await using on = await setUp()
  const pass = () => transaction(on.db, tx => nameLookUps(tx, on.device, 240, on.world.clock.now()))
  await pass()
  await on.world.advance(HOUR_MS)
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([`look-ups-beyond-limit ${on.device}`])
  await pass()
  await on.world.advance(1.5 * HOUR_MS)
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([`look-ups-beyond-limit ${on.device}`])
  await on.world.advance(HOUR_MS)
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([])
  await pass()
  await transaction(
    on.db,
    async tx => void (await tx.updateTable('device').set({ state: 'revoked' }).execute()),
  )
  await on.running.runAll()
  expect(await openKinds(on.db)).toEqual([])
})

test('checks run at their intervals, and one that fails holds up no other', async () => {
  const runs = { failing: 0, hourly: 0 }
  const facts = { kind: 'device-silent', owner: 'it', severity: 'notice' } as const
  const failing = defineCheck({
    ...facts,
    everyMinutes: 15,
    async find() {
      runs.failing += 1
      throw new Error('no such table')
    },
  })
  const hourly = defineCheck({
    ...facts,
    everyMinutes: 60,
    async find() {
      runs.hourly += 1
      return []
    },
  })
  await using on = await setUp({ checks: [failing, hourly] })
  for (let minute = 0; minute < 62; minute += 1) {
    await on.world.advance(60_000)
    await turns(2)
  }
  expect(runs).toEqual({ failing: 5, hourly: 2 })
})

import { expect, test } from 'vitest'
import { heldBackLong } from '../../hub/checks/held-back-long.ts'
import { transaction } from '../../hub/db/db.ts'
import { noteSeen } from '../../hub/fleet/devices.ts'
import { mapWarehouse } from '../../hub/fleet/stores.ts'
import { itemNumbers } from '../../hub/items/item-table.ts'
import { locationsThatHave } from '../../hub/pickups/elsewhere.ts'
import { holdBack } from '../../hub/shopify/stock/hold-back-work.ts'
import { readSafetyLevels } from '../../hub/shopify/stock/hold-request.ts'
import { readAgreement } from '../../hub/stock/agreement.ts'
import { knownLevels } from '../../hub/stock/known-levels.ts'
import { noteSeenLevels } from '../../hub/stock/seen-levels.ts'
import { openWordWatch } from '../../hub/stock/word-watch.ts'
import { EpochMs } from '../../shared/ids.ts'
import { look, type ShopAndHub, sell } from './shop-and-hub.ts'

import {
  agreeOn,
  alsoSells,
  giveBackByHand,
  held,
  MINUTE,
  MOVE,
  open,
  own,
  place,
  round,
  SKU,
  SOLD,
  shown,
} from './silent-store.ts'

test('a silent store’s likely sales are kept from sale online, grow in steps, and come back once its backlog is posted', async () => {
  await using hub = await open()
  const before = await shown(hub)
  await round(hub, null)
  expect(await shown(hub)).toEqual(before) // it was heard just now
  hub.advance(15 * MINUTE)
  await round(hub, null)
  // 96 a day are 4 an hour: 20 minutes are covered, of which 999 in 1,000 sell 6 at most
  const first = { available: before.available - 6, onHand: before.onHand, safety: 6 }
  expect(await shown(hub)).toEqual(first)
  await hub.restart()
  await round(hub, null)
  expect(await shown(hub)).toEqual(first)
  hub.advance(60 * MINUTE)
  await round(hub, null)
  const grown = await shown(hub)
  expect(grown.safety).toBeGreaterThan(6)
  expect(grown).toMatchObject({ onHand: before.onHand, available: before.available - grown.safety })
  expect(await held(hub)).toEqual([
    { sku: SKU, held: grown.safety, safety: grown.safety, unclear: 0, by_hand: 0 },
  ])
  // its socket is open, but it has more to tell
  await round(hub, { unsent: 2 })
  expect(await shown(hub)).toEqual(grown)
  await sell(hub, 'HAR', SKU, 2)
  // told, but not posted
  await round(hub, {})
  expect(await shown(hub)).toEqual(grown)
  await hub.writeAll()
  await round(hub, {})
  expect(await shown(hub)).toEqual({ available: before.available - 2, onHand: before.onHand - 2, safety: 0 })
  expect(await held(hub)).toEqual([])
  expect((await readAgreement(hub.db)).filter(({ difference }) => difference !== 0)).toEqual([])
  await round(hub, {})
  expect(await shown(hub)).toMatchObject({ safety: 0 })
})

test('of an item of which there is plenty, nothing is held back', async () => {
  await using hub = await open()
  await sell(hub, 'HAR', SKU, -SOLD)
  await hub.writeAll()
  hub.advance(15 * MINUTE)
  await round(hub, null)
  expect(await shown(hub)).toMatchObject({ safety: 0 })
})

test('of two tills, a silent one counts for half of what the store sells', async () => {
  await using hub = await open(960)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  const whole = (await shown(hub)).safety
  await using other = await open(960)
  other.advance(15 * MINUTE)
  await round(other, { only: own.slice(1) })
  const half = (await shown(other)).safety
  expect(half).toBeGreaterThan(0)
  expect(half).toBeLessThan(whole)
})

test.each([
  ['a lost answer', { kind: 'lost-answer', operation: MOVE }],
  ['a lost request', { kind: 'lost-request', times: 2, operation: MOVE }],
  ['5xx', { kind: 'http-5xx', times: 2, operation: MOVE }],
  ['throttling', { kind: 'throttled', times: 2, operation: MOVE }],
] as const)('units are held once and given back once despite %s', async (_name, fault) => {
  await using hub = await open()
  const before = await shown(hub)
  for (const isSilent of [true, false]) {
    if (isSilent) hub.advance(15 * MINUTE)
    hub.shop.faults.set(fault)
    for (let times = 0; times < 4; times += 1) {
      await round(hub, isSilent ? null : {})
      await hub.restart()
      hub.advance(isSilent ? MINUTE / 2 : 10 * MINUTE)
    }
    hub.shop.faults.clear()
    const safety = isSilent ? 6 : 0
    expect(await shown(hub)).toEqual({ ...before, available: before.available - safety, safety })
  }
})

test('a lost answer whose key Shopify ignores or has forgotten is told by safety stock', async () => {
  await using hub = await open()
  const before = await shown(hub)
  hub.advance(15 * MINUTE)
  hub.shop.faults.set({ kind: 'lost-answer', operation: MOVE })
  hub.shop.faults.set({ kind: 'ignore-idempotency-keys', times: 'always', operation: MOVE })
  await round(hub, null)
  hub.advance(MINUTE)
  await round(hub, null)
  expect(await shown(hub)).toEqual({ ...before, available: before.available - 6, safety: 6 })
  hub.shop.faults.set({ kind: 'lost-answer', operation: MOVE })
  await round(hub, {})
  hub.advance(25 * 60 * MINUTE)
  await round(hub, {})
  await round(hub, {})
  expect(await shown(hub)).toEqual(before)
  expect(await held(hub)).toEqual([])
})

test('never more is held than is available or agreed on, and an order meanwhile is not taken from', async () => {
  await using hub = await open(9_600)
  await agreeOn(hub, { holdBackUnits: 2 })
  hub.advance(15 * MINUTE)
  await round(hub, null)
  expect((await shown(hub)).safety).toBe(2)
  await agreeOn(hub, { holdBackUnits: 10_000, holdBackShare: 50 })
  hub.advance(15 * MINUTE)
  await round(hub, null)
  const { available, safety } = await shown(hub)
  expect(safety).toBe(Math.ceil((available + safety) / 2))
  await agreeOn(hub, { holdBackShare: 100 })
  hub.advance(60 * MINUTE)
  await round(hub, null)
  expect(await shown(hub)).toMatchObject({ available: 0, safety: available + safety })
})

test('a till that can’t read its POS is as silent as one that is not connected', async () => {
  await using hub = await open()
  hub.advance(15 * MINUTE)
  await round(hub, { unreadMs: 3 * MINUTE })
  expect(await shown(hub)).toMatchObject({ safety: 0 })
  await round(hub, { unreadMs: 15 * MINUTE })
  expect(await shown(hub)).toMatchObject({ safety: 6 })
  await round(hub, {})
  expect(await shown(hub)).toMatchObject({ safety: 0 })
})

test('while Shopify fails, what is held stays known, and comes back afterwards', async () => {
  await using hub = await open()
  hub.advance(15 * MINUTE)
  await round(hub, null)
  hub.shop.faults.set({ kind: 'http-5xx', status: 500, times: 'always', operation: 'nodes' })
  await round(hub, {}).catch(() => undefined)
  hub.shop.faults.clear()
  expect(await held(hub)).toEqual([{ sku: SKU, held: 6, safety: 6, unclear: 0, by_hand: 0 }])
  await round(hub, {})
  expect(await held(hub)).toEqual([])
})

test('units that are held back are not offered for another store’s order', async () => {
  await using hub = await open()
  const now = hub.world.clock.now()
  const at = (units: number) =>
    locationsThatHave(hub.db, new Map([[SKU, units * 1000]]), new Set(['MKT']), now)
  const { onHand } = await shown(hub)
  expect(await at(onHand)).toHaveLength(1)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  expect(await at(onHand)).toEqual([])
  expect(await at(onHand - 6)).toHaveLength(1)
})

test('to switch it off gives everything back, though the store is silent', async () => {
  await using hub = await open()
  const before = await shown(hub)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  expect((await shown(hub)).safety).toBe(6)
  await agreeOn(hub, { holdBack: 'off' })
  await round(hub, null)
  expect(await shown(hub)).toEqual(before)
  expect(await held(hub)).toEqual([])
})

test('what a person gave back by hand is followed: nothing more is held until the store is heard, and nothing is given back twice', async () => {
  await using hub = await open()
  const before = await shown(hub)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  await giveBackByHand(hub, 5)
  hub.advance(120 * MINUTE)
  await round(hub, null)
  expect(await shown(hub)).toEqual({ ...before, available: before.available - 1, safety: 1 })
  expect(await held(hub)).toEqual([{ sku: SKU, held: 1, safety: 1, unclear: 0, by_hand: 1 }])
  await round(hub, {})
  expect(await shown(hub)).toEqual(before)
  expect(await held(hub)).toEqual([])
})

test('a hub that was put back to before or after a hold holds nothing twice, and leaves alone what it can’t prove to be its own', async () => {
  await using hub = await open()
  const before = await shown(hub)
  await hub.backUp()
  hub.advance(15 * MINUTE)
  await round(hub, null)
  await hub.putBack('lost')
  await transaction(hub.db, tx => tx.deleteFrom('recovery').execute()) // as if it had ended
  await round(hub, null)
  expect(await shown(hub)).toEqual({ ...before, available: before.available - 6, safety: 6 })
  await using other = await open()
  other.advance(15 * MINUTE)
  await round(other, null)
  await other.backUp()
  await round(other, {})
  await other.putBack('lost')
  await transaction(other.db, tx => tx.deleteFrom('recovery').execute())
  await round(other, {})
  expect(await shown(other)).toEqual(before)
})

test('a hold that lasts for more than a day is an exception, and ends with it', async () => {
  await using hub = await open()
  hub.advance(15 * MINUTE)
  await round(hub, null)
  expect(await look(hub, heldBackLong)).toEqual([])
  hub.advance(25 * 60 * MINUTE)
  expect(await look(hub, heldBackLong)).toMatchObject([{ kind: 'held-back-long', subject: 'HAR/WH-HARBOUR' }])
  await round(hub, {})
  expect(await look(hub, heldBackLong)).toEqual([])
})

test('a sale is not posted while units of its item are on the move, and is afterwards', async () => {
  await using hub = await open()
  const before = await shown(hub)
  hub.advance(15 * MINUTE)
  hub.shop.faults.set({ kind: 'http-5xx', operation: MOVE })
  await round(hub, null)
  await sell(hub, 'HAR', SKU, 1)
  await hub.write()
  expect((await shown(hub)).onHand).toBe(before.onHand)
  hub.advance(MINUTE)
  await round(hub, null)
  await hub.writeAll()
  expect(await shown(hub)).toEqual({ available: before.available - 7, onHand: before.onHand - 1, safety: 6 })
  expect((await readAgreement(hub.db)).filter(({ difference }) => difference !== 0)).toEqual([])
})

test('a hub that was put back knows by the record beside its database what the lost one held, and gives it back', async () => {
  await using hub = await open()
  const before = await shown(hub)
  await hub.backUp()
  hub.advance(15 * MINUTE)
  await round(hub, null)
  hub.advance(60 * MINUTE)
  hub.shop.faults.set({ kind: 'lost-answer', operation: MOVE })
  await round(hub, null) // the lost hub never learnt what became of this one
  const { safety } = await shown(hub)
  expect(safety).toBeGreaterThan(6)
  await hub.putBack('kept')
  await round(hub, {}) // nothing, while what Shopify has is being found out
  expect(await shown(hub)).toMatchObject({ safety })
  await transaction(hub.db, tx => tx.deleteFrom('recovery').execute())
  await round(hub, null)
  expect(await held(hub)).toEqual([{ sku: SKU, held: safety, safety, unclear: 0, by_hand: 0 }])
  await round(hub, {})
  expect(await shown(hub)).toEqual(before)
  expect(await held(hub)).toEqual([])
})

/** The harbour's stock is shown at the market's location from now on. */
async function mapElsewhere(hub: ShopAndHub): Promise<void> {
  await transaction(hub.db, async tx => {
    const at = { store: 'MKT', location_id: null }
    await tx.updateTable('warehouse').set(at).where('store', '=', 'MKT').execute()
    await mapWarehouse(tx, 'HAR', 'WH-HARBOUR', '70100000002', hub.world.clock.now())
  })
  await hub.sync()
}

async function safetyAt(hub: ShopAndHub, { item, location }: { item: string; location: string }) {
  const { levels } = await readSafetyLevels(hub.client, location, [item])
  return levels.get(item)?.safety
}

test('late sales of the other SKU of one Shopify item go first, too', async () => {
  await using hub = await open()
  await transaction(hub.db, async tx => {
    await itemNumbers(tx, new Set(['MUG-BLU-OLD']))
    const row = await tx.selectFrom('item').selectAll().where('sku', '=', SKU).executeTakeFirstOrThrow()
    const { id: _id, sku: _sku, ...rest } = row
    await tx.updateTable('item').set(rest).where('sku', '=', 'MUG-BLU-OLD').execute()
  })
  const before = await shown(hub)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  await sell(hub, 'HAR', 'MUG-BLU-OLD', 4)
  await round(hub, {})
  expect(await shown(hub)).toEqual({ ...before, available: before.available - 6, safety: 6 })
  await hub.writeAll()
  await round(hub, {})
  expect(await shown(hub)).toEqual({ available: before.available - 4, onHand: before.onHand - 4, safety: 0 })
})

test('an item that still waits leaves the next silence to hold what it has to of the others', async () => {
  await using hub = await open()
  const oat = async () => {
    const of = await hub.db
      .selectFrom('item')
      .select('inventory_item_id')
      .where('sku', '=', 'MUG-OAT')
      .executeTakeFirstOrThrow()
    return safetyAt(hub, { ...(await place(hub)), item: of.inventory_item_id ?? '' })
  }
  await alsoSells(hub, 'MUG-OAT', 170)
  hub.advance(200 * MINUTE)
  await round(hub, null)
  expect(await oat()).toBeGreaterThan(0)
  await sell(hub, 'HAR', SKU, 1) // is not posted
  await round(hub, {})
  expect(await oat()).toBe(0)
  expect((await shown(hub)).safety).toBeGreaterThan(0)
  hub.advance(48 * 60 * MINUTE)
  await round(hub, {})
  await transaction(hub.db, tx => noteSeen(tx, own, hub.world.clock.now()))
  hub.advance(15 * MINUTE)
  await round(hub, null)
  expect(await oat()).toBeGreaterThan(0)
})

test('once the second till is silent as well, the hold is sized for the whole store at once', async () => {
  await using hub = await open(96)
  hub.advance(90 * MINUTE)
  await agreeOn(hub, { holdBackUnits: 10_000 })
  await transaction(hub.db, tx => noteSeen(tx, own.slice(1), hub.world.clock.now()))
  const half = { only: own.slice(1) }
  await round(hub, half)
  const before = (await shown(hub)).safety
  hub.advance(MINUTE)
  await round(hub, half)
  expect((await shown(hub)).safety).toBe(before)
  await round(hub, null)
  expect((await shown(hub)).safety).toBeGreaterThan(before)
})

test('another contract sizes what is held at the next round, to more and to fewer', async () => {
  await using hub = await open(960)
  hub.advance(90 * MINUTE)
  await agreeOn(hub, { holdBackUnits: 3 })
  await round(hub, null)
  expect((await shown(hub)).safety).toBe(3)
  await agreeOn(hub, { holdBackUnits: 12 })
  await round(hub, null)
  expect((await shown(hub)).safety).toBe(12)
  await agreeOn(hub, { holdBackUnits: 5 })
  await round(hub, null)
  expect((await shown(hub)).safety).toBe(5)
  await sell(hub, 'HAR', SKU, 1) // a late sale that is not posted goes first
  await agreeOn(hub, { holdBackUnits: 2 })
  await round(hub, null)
  expect((await shown(hub)).safety).toBe(5)
  await hub.writeAll()
  await agreeOn(hub, { holdBackUnits: 1 })
  await round(hub, null)
  expect((await shown(hub)).safety).toBe(1)
  await round(hub, {})
  expect((await shown(hub)).safety).toBe(0)
})

test('short connections that do not bring the backlog to its end leave the silence as long as it is', async () => {
  await using hub = await open()
  hub.advance(4 * MINUTE)
  await round(hub, null) // too young to hold anything
  for (let times = 1; times <= 60; times += 1) {
    hub.advance(4 * MINUTE)
    await round(hub, null)
    await round(hub, { unsent: times })
    await transaction(hub.db, tx => noteSeen(tx, own, hub.world.clock.now()))
  }
  await using other = await open()
  other.advance(244 * MINUTE)
  await round(other, null)
  expect((await shown(hub)).safety).toBe((await shown(other)).safety)
  // its backlog is in: what comes next is a silence of its own
  await round(hub, {})
  expect((await shown(hub)).safety).toBe(0)
  await transaction(hub.db, tx => noteSeen(tx, own, hub.world.clock.now()))
  hub.advance(15 * MINUTE)
  await round(hub, null)
  expect((await shown(hub)).safety).toBe(6)
})

test('what is held at a location that the store is no longer mapped to comes back there', async () => {
  await using hub = await open()
  const at = await place(hub)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  expect(await safetyAt(hub, at)).toBe(6)
  await mapElsewhere(hub)
  await round(hub, null)
  expect(await safetyAt(hub, at)).toBe(0)
  expect((await held(hub)).filter(({ safety }) => safety > 0)).toEqual([])
})

test('what is held at a location that two stores claim comes back there', async () => {
  await using hub = await open()
  const at = await place(hub)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  const claim = { location_id: at.location }
  await transaction(hub.db, tx => tx.updateTable('warehouse').set(claim).where('store', '=', 'MKT').execute())
  await round(hub, null)
  expect(await safetyAt(hub, at)).toBe(0)
  expect(await held(hub)).toEqual([])
})

test('a hold that does not come back from such a location is named by it', async () => {
  await using hub = await open()
  const { location } = await place(hub)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  await mapElsewhere(hub)
  hub.advance(26 * 60 * MINUTE)
  const [problem, ...others] = await heldBackLong.find(hub.db, hub.world.clock.now())
  expect(problem).toMatchObject({ subject: `HAR/${location}`, fields: { warehouse: location, units: 6 } })
  expect(others).toEqual([])
})

test.each([
  ['while its key counts', MINUTE],
  ['when its key is too old', 26 * 60 * MINUTE],
])('a hold without an answer is ended and given back at such a location, %s', async (_name, later) => {
  await using hub = await open()
  const at = await place(hub)
  hub.advance(15 * MINUTE)
  hub.shop.faults.set({ kind: 'lost-answer', operation: MOVE })
  await round(hub, null)
  expect(await safetyAt(hub, at)).toBe(6)
  expect(await held(hub)).toEqual([])
  await mapElsewhere(hub)
  hub.advance(later)
  await round(hub, {})
  await round(hub, {})
  expect(await safetyAt(hub, at)).toBe(0)
  expect(await held(hub)).toEqual([])
  const open_ = hub.db.selectFrom('shopify_write').select('kind').where('settled_at', 'is', null)
  expect(await open_.execute()).toEqual([])
})

test('what Shopify does not show for a while stays held, and comes back afterwards', async () => {
  await using hub = await open()
  const before = await shown(hub)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  const { item } = await place(hub)
  const { db, world, sends } = hub
  const now = world.clock.now()
  const status = { unsent: 0, sources: [], clock: EpochMs.parse(now) }
  const live = new Map(own.map(device => [device, { offsetMs: 0, connectedAt: now, status }]))
  const { client } = hub
  const unseen: typeof client = {
    ...client,
    rowsThatFit: (...given) => client.rowsThatFit(...given),
    write: (...given) => client.write(...given),
    read: (operation, ...given) =>
      operation.name === 'SafetyLevels'
        ? Promise.resolve(
            operation.answer.parse({ nodes: [{ id: item, tracked: false, inventoryLevel: null }] }),
          )
        : client.read(operation, ...given),
  }
  await holdBack({ db, client: unseen, world, sends, live: () => live, startedAt: 0, words: openWordWatch() })
  expect(await held(hub)).toEqual([{ sku: SKU, held: 6, safety: 6, unclear: 0, by_hand: 0 }])
  await round(hub, {})
  expect(await shown(hub)).toEqual(before)
  expect(await held(hub)).toEqual([])
})

test('a till that has not yet read what its POS holds has more to tell', async () => {
  await using hub = await open()
  hub.advance(15 * MINUTE)
  await round(hub, null)
  const now = hub.world.clock.now()
  for (const readUntil of [null, now - 15 * MINUTE]) {
    await round(hub, { readUntil })
    expect((await shown(hub)).safety).toBe(6)
  }
  await round(hub, { readUntil: now - 1_000 })
  expect((await shown(hub)).safety).toBe(0)
})

test('a level that was asked for before a hold was answered is not kept: the hold would count twice', async () => {
  await using hub = await open()
  const { item, location } = await place(hub)
  const at = { store: 'HAR', location, warehouses: ['WH-HARBOUR'] } as const
  hub.advance(15 * MINUTE)
  const askedAt = hub.world.clock.now()
  await round(hub, null)
  const { available, onHand } = await shown(hub)
  const stale = {
    tracked: true,
    active: true,
    available: available - 1,
    onHand,
    committed: 0,
    availableAt: null,
    onHandAt: null,
    committedAt: null,
  }
  const now = hub.world.clock.now()
  await transaction(hub.db, tx => noteSeenLevels(tx, at, { levels: new Map([[item, stale]]), askedAt, now }))
  expect((await knownLevels(hub.db, location, [item])).get(item)?.available).not.toBe(stale.available)
  const row = await hub.db
    .selectFrom('shopify_level')
    .select('dirty')
    .where('item', '=', item)
    .where('location', '=', location)
    .executeTakeFirstOrThrow()
  expect(row.dirty).toBe(1)
})

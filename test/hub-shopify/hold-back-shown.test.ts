import { expect, test } from 'vitest'
import { readHours } from '../../hub/checks/opening-hours.ts'
import { transaction } from '../../hub/db/db.ts'
import { setHours } from '../../hub/fleet/store-hours.ts'
import { heldOfStores } from '../../hub/stock/held-of-stores.ts'
import { traceHolds } from '../../hub/stock/trace-holds.ts'
import { readNow } from '../../hub/web/now-view.ts'
import { type ShopAndHub, sell } from './shop-and-hub.ts'
import { held, MINUTE, open, round, SKU, shown } from './silent-store.ts'

async function shownAtHeadOffice(hub: ShopAndHub) {
  const shopify = () => ({ state: 'connected', shop: null, problem: null }) as const
  const now = hub.world.clock.now
  const view = await readNow({ db: hub.db, live: () => new Map(), storage: () => null, shopify, now })
  return view.locations.find(({ store }) => store === 'HAR')?.heldBack
}

test('head office and a trace show what is held back, and that it came back', async () => {
  await using hub = await open()
  expect([await heldOfStores(hub.db), await shownAtHeadOffice(hub)]).toEqual([[], null])
  hub.advance(15 * MINUTE)
  await round(hub, null)
  const [of] = await heldOfStores(hub.db)
  expect(of).toMatchObject({ store: 'HAR', units: 6, items: 1 })
  expect(await shownAtHeadOffice(hub)).toEqual({ units: 6, since: of?.since })
  const { holds, held: now } = await traceHolds(hub.db, 'HAR', SKU)
  expect(holds).toMatchObject([{ sku: SKU, units: 6, state: 'confirmed' }])
  expect(now).toMatchObject([{ units: 6, unclear: 0 }])
  expect(await traceHolds(hub.db, 'MKT', SKU)).toEqual({ holds: [], held: [] })
  await round(hub, {})
  expect(await shownAtHeadOffice(hub)).toBeNull()
  const after = await traceHolds(hub.db, 'HAR', SKU)
  expect(after.holds.map(({ units }) => units)).toEqual([6, -6])
  expect(after.held).toEqual([])
  expect(await traceHolds(hub.db, 'HAR', holds[0]?.reference ?? '')).toMatchObject({ holds: [{ units: 6 }] })
})

test('while the store is closed, nothing is held back, and what was held waits', async () => {
  await using hub = await open()
  const hours = readHours({ open: ['mon-sun 00:00-24:00'], closed: [], afterMinutes: 60 })
  const closed = { ...hours, week: {} }
  await transaction(hub.db, tx => setHours(tx, 'HAR', hours))
  hub.advance(20 * MINUTE)
  await round(hub, null)
  const before = await shown(hub)
  expect(before.safety).toBeGreaterThan(0)
  await transaction(hub.db, tx => setHours(tx, 'HAR', closed))
  hub.advance(12 * 60 * MINUTE)
  await round(hub, null)
  expect(await shown(hub)).toEqual(before)
})

test('a fraction that was sold late keeps no unit back: it waits for the rest of its unit', async () => {
  await using hub = await open()
  const before = await shown(hub)
  hub.advance(15 * MINUTE)
  await round(hub, null)
  await sell(hub, 'HAR', SKU, 1.25)
  await round(hub, {})
  expect((await shown(hub)).safety).toBeGreaterThan(0)
  await hub.writeAll()
  await round(hub, {})
  const after = await shown(hub)
  expect(after).toEqual({ available: before.available - 1, onHand: before.onHand - 1, safety: 0 })
  expect(await held(hub)).toEqual([])
})

import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { historyCounts } from '../../hub/stock/history.ts'
import { ledgerLevel, type ShopAndHub, sell, shopAndHub, shopLevel, writesOf } from './shop-and-hub.ts'

const MUG = 'MUG-BLU'
const HOUR = 3_600_000
const shown = (hub: ShopAndHub) => shopLevel(hub, MUG, 'HAR').on_hand
const goLive = (hub: ShopAndHub, at: number) =>
  transaction(hub.db, tx =>
    agree(tx, { store: 'HAR', terms: { goLive: at }, by: 'Kim', why: 'counted' }, hub.world.clock.now()),
  )
const historyOf = async (hub: ShopAndHub) => (await historyCounts(hub.db)).get('HAR') ?? 0

test('a request that was sent and lost is not sent again with what a later go-live has made history', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shown(hub)
  await sell(hub, 'HAR', MUG, 3)
  hub.shop.faults.set({ kind: 'lost-request', times: 'always', operation: 'inventoryAdjustQuantities' })
  await hub.write()
  expect((await writesOf(hub))[0]?.state).toBe('sent')
  hub.advance(60_000)
  await goLive(hub, hub.world.clock.now())
  await sell(hub, 'HAR', MUG, 2)
  hub.advance(24 * HOUR)
  hub.shop.faults.clear()
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 2)
  expect((await ledgerLevel(hub, MUG, 'HAR')).onHand).toBe(before - 2)
  expect(await historyOf(hub)).toBe(1)
})

test('a request that failed while the go-live was moved is not sent again with what is history now', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shown(hub)
  await sell(hub, 'HAR', MUG, 3)
  const { write } = hub.client
  const moved: typeof write = async () => {
    hub.advance(60_000)
    await goLive(hub, hub.world.clock.now())
    return { kind: 'not-sent', problem: 'throttled', retryAfterMs: null }
  }
  Object.assign(hub.client, { write: moved })
  await hub.write()
  Object.assign(hub.client, { write })
  await hub.writeAll()
  expect(shown(hub)).toBe(before)
  expect(await historyOf(hub)).toBe(1)
})

import { expect, test } from 'vitest'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { transaction } from '../../hub/db/db.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { noteHello, recoveries } from '../../hub/stock/recovery.ts'
import { zoneClock } from '../../shared/wall-clock.ts'
import { stores } from '../sandbox/catalogue.ts'
import { MUG, sold } from './sales-and-restores.ts'
import {
  look,
  openExceptions,
  type ShopAndHub,
  type StoreOfTest,
  shopAndHub,
  shopLevel,
  tills,
  warehouses,
} from './shop-and-hub.ts'

const HOUR = 3_600_000
const shown = (hub: ShopAndHub) => shopLevel(hub, MUG, 'HAR').on_hand
const goLive = (hub: ShopAndHub, at: number, store: StoreOfTest = 'HAR') =>
  transaction(hub.db, tx =>
    agree(tx, { store, terms: { goLive: at }, by: 'Kim', why: 'counted' }, hub.world.clock.now()),
  )
const ZONE = stores[0]?.zone ?? 'UTC'

async function allConnect(hub: ShopAndHub) {
  for (const { device, store } of tills)
    await transaction(hub.db, async tx => {
      await noteHello(tx, { device, store, last: { epoch: 1, seq: 0 }, at: hub.world.clock.now() })
      await tx
        .insertInto('stream_in')
        .values({ device, epoch: 1, seq: 0, hash: 'h' })
        .onConflict(c => c.column('device').doUpdateSet({ epoch: 1, seq: 0 }))
        .execute()
    })
}

const DAY = 24 * HOUR
const kinds = async (hub: ShopAndHub) => (await openExceptions(hub)).map(({ kind }) => kind)
const wallOf = (at: number) => Date.parse(`${zoneClock(ZONE)(at)}Z`)

test.each([
  ['right', 0],
  ['a day ahead, as the hub has measured', DAY],
])(
  'without a record, a sale that the lost hub posted is not posted again; the clock of its till is %s',
  async (_, ahead) => {
    await using hub = await shopAndHub()
    await hub.sync()
    const before = shown(hub)
    hub.advance(HOUR)
    await hub.backUp()
    const at = hub.world.clock.now()
    const sale = { receipt: 'r1', count: 3, movedAt: at, soldAt: wallOf(at + ahead) }
    await sold(hub, sale)
    await hub.writeAll()
    expect(shown(hub)).toBe(before - 3)
    hub.advance(HOUR)
    await hub.putBack('lost')
    await sold(hub, sale) // the till sends it again
    await allConnect(hub)
    await hub.writeAll()
    expect(shown(hub)).toBe(before - 3)
    expect(await kinds(hub)).toContain('stock-write-unknown')
  },
)

/** As it was before the store was added. */
async function withoutMarket(hub: ShopAndHub): Promise<void> {
  await transaction(hub.db, async tx => {
    for (const table of ['command', 'stream_out'] as const)
      await tx.deleteFrom(table).where('device', '=', market).execute()
    await tx.deleteFrom('device').where('store', '=', 'MKT').execute()
    await tx.deleteFrom('warehouse').where('store', '=', 'MKT').execute()
    await tx.deleteFrom('store').where('code', '=', 'MKT').execute()
  })
}
const market = tills[2].device

async function addMarket(hub: ShopAndHub): Promise<void> {
  const now = hub.world.clock.now()
  await transaction(hub.db, async tx => {
    await putStore(tx, { code: 'MKT', name: 'Market', zone: ZONE, currency: 'EUR' }, now)
    await mapWarehouse(tx, 'MKT', warehouses.MKT, '70100000002', now)
  })
}

/** A store that was added after the backup was made, and what it sold: posted, then the hub is put back. */
async function storeOfALostHub(hub: ShopAndHub) {
  await withoutMarket(hub)
  await hub.sync()
  await hub.backUp()
  await addMarket(hub)
  const live = hub.world.clock.now()
  await hub.sync()
  const before = shopLevel(hub, MUG, 'MKT').on_hand
  hub.advance(60_000)
  const movedAt = hub.world.clock.now()
  const sale = { store: 'MKT', receipt: 'r7', count: 3, device: market, movedAt } as const
  await sold(hub, sale)
  await hub.writeAll()
  expect(shopLevel(hub, MUG, 'MKT').on_hand).toBe(before - 3)
  hub.advance(DAY)
  await hub.putBack()
  return { live, before, sale }
}

test('a store that was added since the backup and is added again: what the lost hub posted of it is not posted again', async () => {
  await using hub = await shopAndHub()
  const { live, before, sale } = await storeOfALostHub(hub)
  await addMarket(hub)
  await goLive(hub, live, 'MKT') // it has been live since then
  await hub.sync()
  await sold(hub, sale) // its till sends again what the hub lacks
  await hub.writeAll()
  expect(shopLevel(hub, MUG, 'MKT').on_hand).toBe(before - 3)
})

test('a store that was added since the backup: its movements are waited for under a name', async () => {
  await using hub = await shopAndHub()
  await storeOfALostHub(hub)
  await addMarket(hub)
  await hub.writeAll()
  hub.advance(DAY)
  await hub.writeAll()
  const waiting = await hub.db.selectFrom('lost_posting').select('store').execute()
  const named = (await recoveries(hub.db)).map(({ store }) => store)
  expect(waiting.every(({ store }) => named.includes(store))).toBe(true)
})

test.each([
  ['nothing else waits', null],
  ['a sale waits of an item that Shopify does not count', 'GIFT-WRAP'],
])('after a restore has ended levels are compared again: %s', async (_, waiting) => {
  await using hub = await shopAndHub()
  await hub.sync()
  await hub.backUp()
  await sold(hub, { receipt: 'r1', count: 3 })
  await hub.writeAll()
  hub.advance(HOUR)
  await hub.putBack()
  await sold(hub, { receipt: 'r1', count: 3 })
  if (waiting !== null) await sold(hub, { receipt: 'r2', sku: waiting })
  await allConnect(hub)
  await hub.writeAll()
  expect(await kinds(hub)).not.toContain('hub-restored') // it has ended
  const by = { by: 'other-app', sku: MUG, location: 'HAR', delta: -4 }
  hub.shop.control('POST', '/sandbox/stock/adjust', by)
  hub.advance(60_000)
  await hub.sync()
  for (let minute = 0; minute < 15; minute += 1) {
    hub.advance(60_000)
    await lookAgain({ db: hub.db, client: hub.client, now: hub.world.clock.now })
  }
  expect((await look(hub, levelVariance)).map(({ subject }) => subject)).toEqual([`HAR/${warehouses.HAR}`])
})

test('without a record, a backup that was made while the hub’s clock was ahead has nothing posted again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const before = shown(hub)
  hub.advance(DAY)
  await hub.backUp()
  hub.advance(-DAY) // the clock was set right
  const sale = { receipt: 'r1', count: 3 }
  await sold(hub, sale)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 3)
  hub.advance(HOUR)
  await hub.putBack('lost')
  await sold(hub, { ...sale, soldAt: wallOf(hub.world.clock.now() - HOUR) })
  await allConnect(hub)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 3)
})

import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { locationTaken, mapWarehouse } from '../../hub/fleet/stores.ts'
import { readAgreement } from '../../hub/stock/agreement.ts'
import { withoutOpening } from '../../hub/stock/opening-balance.ts'
import {
  ledgerLevel,
  openExceptions,
  type ShopAndHub,
  sell,
  shopAndHub,
  shopLevel,
  warehouses,
  writesOf,
} from './shop-and-hub.ts'

const MUG = 'MUG-BLU'
const MKT = '70100000002'

/** A shop in which the second location is not mapped yet. */
async function oneStore(): Promise<ShopAndHub> {
  const hub = await shopAndHub()
  await transaction(hub.db, tx =>
    tx.updateTable('warehouse').set({ location_id: null }).where('store', '=', 'MKT').execute(),
  )
  await hub.sync()
  return hub
}

const map = (hub: ShopAndHub, location: string) =>
  transaction(hub.db, tx => mapWarehouse(tx, 'HAR', warehouses.HAR, location, hub.world.clock.now()))

test('a request that has not left the hub is not sent to a location that its store is no longer mapped to', async () => {
  await using hub = await oneStore()
  const shown = { wrong: shopLevel(hub, MUG, 'HAR').on_hand, right: shopLevel(hub, MUG, 'MKT').on_hand }
  await sell(hub, 'HAR', MUG, 3)
  hub.shop.faults.set({ kind: 'throttled', times: 'always', operation: 'inventoryAdjustQuantities' })
  await hub.write()
  expect((await writesOf(hub)).map(({ state, first_sent_at }) => `${state} ${first_sent_at}`)).toEqual([
    'planned null',
  ])
  await map(hub, MKT) // it was mapped to the wrong location
  hub.shop.faults.clear()
  hub.advance(600_000)
  await hub.writeAll()
  await hub.writeAll()
  expect({
    wrong: shopLevel(hub, MUG, 'HAR').on_hand,
    right: shopLevel(hub, MUG, 'MKT').on_hand,
  }).toEqual({ wrong: shown.wrong, right: shown.right - 3 })
})

test('a restored hub that sent a store’s sales to another location since its backup says so', async () => {
  await using hub = await oneStore()
  await hub.backUp()
  await map(hub, MKT)
  await hub.sync()
  await sell(hub, 'HAR', MUG, 3)
  await hub.writeAll()
  const former = shopLevel(hub, MUG, 'HAR').on_hand
  await hub.putBack() // the mapping is the old one
  await hub.sync()
  await sell(hub, 'HAR', MUG, 2)
  await hub.writeAll()
  const told = (await openExceptions(hub)).filter(({ kind }) => kind !== 'hub-restored')
  expect({ former: shopLevel(hub, MUG, 'HAR').on_hand, told: told.length }).not.toEqual({
    former: former - 2,
    told: 0,
  })
})

test('the ledger of a store that is mapped to another location begins again with what that one shows', async () => {
  await using hub = await oneStore()
  const right = shopLevel(hub, MUG, 'MKT').on_hand
  await sell(hub, 'HAR', MUG, 3)
  await hub.writeAll()
  await sell(hub, 'HAR', MUG, 1) // not posted yet: the new location hears of it
  await map(hub, MKT)
  await hub.sync()
  expect(await ledgerLevel(hub, MUG, 'HAR')).toMatchObject({ onHand: right - 1, posted: right })
  await hub.writeAll()
  expect(shopLevel(hub, MUG, 'MKT').on_hand).toBe(right - 1)
  expect((await readAgreement(hub.db)).filter(({ difference }) => difference !== 0)).toEqual([])
})

test('a store that comes back to its former location begins again there too, with what happened meanwhile', async () => {
  await using hub = await oneStore()
  await map(hub, MKT)
  await hub.sync()
  await hub.shop.control('POST', '/sandbox/stock/adjust', {
    by: 'other-app',
    sku: MUG,
    location: 'HAR',
    delta: -5,
  })
  const left = shopLevel(hub, MUG, 'HAR').on_hand
  hub.advance(60_000)
  await map(hub, '70100000001')
  await hub.sync()
  await sell(hub, 'HAR', MUG, 2)
  await hub.writeAll()
  expect(shopLevel(hub, MUG, 'HAR').on_hand).toBe(left - 2)
  expect(await ledgerLevel(hub, MUG, 'HAR')).toMatchObject({ onHand: left - 2, posted: left - 2 })
})

test('a location mirrors one warehouse, and one that takes over a former location begins with all that it shows', async () => {
  await using hub = await oneStore()
  await map(hub, MKT)
  await hub.sync()
  hub.advance(60_000)
  const back = (location: string) =>
    transaction(hub.db, tx => mapWarehouse(tx, 'HAR', 'BACK', location, hub.world.clock.now()))
  const taken = locationTaken({
    location: `gid://shopify/Location/${MKT}`,
    store: 'HAR',
    warehouse: warehouses.HAR,
  }).message
  await expect(back(MKT)).rejects.toThrow(taken)
  await back('70100000001')
  await hub.sync()
  const place = { store: 'HAR', location: '70100000001', warehouses: ['BACK'] } as const
  expect(await withoutOpening(hub.db, place, [MUG])).toEqual([])
})

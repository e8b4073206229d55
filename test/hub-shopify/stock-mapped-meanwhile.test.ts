import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { mapWarehouse } from '../../hub/fleet/stores.ts'
import { syncCatalogue } from '../../hub/shopify/catalogue/catalogue.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { openFromFile } from '../../hub/shopify/stock/open-from-file.ts'
import { openLocation } from '../../hub/shopify/stock/open-location.ts'
import { audit } from '../../hub/stock/audit.ts'
import { readPlaces } from '../../hub/stock/places.ts'
import { ledgerLevel, type ShopAndHub, sell, shopAndHub, shopLevel, warehouses } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const HAR = '70100000001'
const MKT = '70100000002'

const openWork = (hub: ShopAndHub) => ({
  db: hub.db,
  client: hub.client,
  turns: intakeTurns(),
  now: () => hub.world.clock.now(),
})

/** A hub with its catalogue, of whose two locations one is mapped. */
async function oneStore(): Promise<ShopAndHub> {
  const hub = await shopAndHub()
  await syncCatalogue(openWork(hub))
  await transaction(hub.db, tx =>
    tx.updateTable('warehouse').set({ location_id: null }).where('store', '=', 'MKT').execute(),
  )
  hub.advance(3_600_000) // what changed before is not among the newest changes
  return hub
}

const map = (hub: ShopAndHub, store: 'HAR' | 'MKT', location: string) =>
  transaction(hub.db, tx => mapWarehouse(tx, store, warehouses[store], location, hub.world.clock.now()))

/** Something happens once an answer of Shopify's is there, and before the hub reads it. */
function meanwhile(hub: ShopAndHub, act: () => Promise<unknown>): void {
  const { fileLines, read } = hub.client
  let done = false
  const once = async () => {
    const isFirst = !done
    done = true
    if (isFirst) await act()
  }
  Object.assign(hub.client, {
    async *fileLines(...of: Parameters<typeof fileLines>) {
      await once()
      yield* fileLines(...of)
    },
    async read(...of: Parameters<typeof read>) {
      const answer = await read(...of)
      if (/Level/.test(of[0].name)) await once()
      return answer
    },
  })
}

const ways = {
  'the file of the first look': async (hub: ShopAndHub) =>
    openFromFile(openWork(hub), (await readPlaces(hub.db)).places),
  'a page of levels': async (hub: ShopAndHub) => {
    for (const place of (await readPlaces(hub.db)).places) await openLocation(openWork(hub), place)
  },
  'a level that a sale asks for': async (hub: ShopAndHub) => {
    await sell(hub, 'HAR', SKU, 2)
    await hub.write()
  },
}

test.each(Object.entries(ways))(
  'a store that is mapped to another location while %s is on its way begins with that one’s levels',
  async (_, look) => {
    await using hub = await oneStore()
    const former = shopLevel(hub, SKU, 'HAR').on_hand
    meanwhile(hub, () => map(hub, 'HAR', MKT))
    await look(hub)
    await hub.sync()
    await sell(hub, 'HAR', SKU, 1)
    await hub.writeAll()
    await hub.writeAll()
    const here = shopLevel(hub, SKU, 'MKT').on_hand
    expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: here, posted: here })
    expect(shopLevel(hub, SKU, 'HAR').on_hand).toBe(former)
    expect((await audit(hub.db)).findings.filter(({ invariant }) => invariant !== 'chain')).toEqual([])
  },
)

test('a location that another store took over while it was read is read whole for that store', async () => {
  await using hub = await oneStore()
  meanwhile(hub, async () => {
    await map(hub, 'HAR', '70100000009')
    await map(hub, 'MKT', HAR)
  })
  await openFromFile(openWork(hub), (await readPlaces(hub.db)).places)
  const [place] = (await readPlaces(hub.db)).places.filter(({ store }) => store === 'MKT')
  expect(place?.location).toContain(HAR)
  if (place !== undefined) await openLocation(openWork(hub), place)
  expect((await ledgerLevel(hub, SKU, 'MKT')).onHand).toBe(shopLevel(hub, SKU, 'HAR').on_hand)
})

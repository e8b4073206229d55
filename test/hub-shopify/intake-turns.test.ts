import { expect, test } from 'vitest'
import type { ShopifyClient } from '../../hub/shopify/api/client.ts'
import { syncCatalogue } from '../../hub/shopify/catalogue/catalogue.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { takeInOrders } from '../../hub/shopify/orders/order-intake.ts'
import { openLocation } from '../../hub/shopify/stock/open-location.ts'
import { readPlaces } from '../../hub/stock/places.ts'
import { ledgerLevel, type ShopAndHub, shopAndHub, shopLevel } from './shop-and-hub.ts'

const sku = 'MUG-BLU'
const other = 'MUG-OAT'

/** The hub's work with a client that waits before it gives the answer to one operation. */
function workOf(hub: ShopAndHub) {
  const held = Promise.withResolvers<void>()
  const asked = Promise.withResolvers<void>()
  const client: ShopifyClient = {
    ...hub.client,
    async read(operation, variables, lane) {
      const answer = await hub.client.read(operation, variables, lane)
      if (operation.name === 'LocationLevels') {
        asked.resolve()
        await held.promise
      }
      return answer
    },
  }
  const turns = intakeTurns()
  const work = { db: hub.db, client, signals: hub.signals, turns, now: () => hub.world.clock.now() }
  return { work, asked: asked.promise, answer: () => held.resolve() }
}

async function harbour(hub: ShopAndHub) {
  const place = (await readPlaces(hub.db)).places.find(({ store }) => store === 'HAR')
  if (place === undefined) throw new Error('HAR is mapped')
  return place
}

test('an order is taken in while a page of levels waits for its answer, and is counted once by the ledgers that begin with it', async () => {
  await using hub = await shopAndHub()
  const { work, asked, answer } = workOf(hub)
  await syncCatalogue(work)
  const opening = openLocation(work, await harbour(hub))
  await asked // the levels are read, and the order comes after
  const placed = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku, quantity: 4 }],
    customer: { name: 'Ada' },
  })
  expect(await takeInOrders(work, [placed.id])).toEqual([])
  expect((await hub.db.selectFrom('pickup').select('state').execute()).map(({ state }) => state)).toEqual([
    'received',
  ])
  answer()
  await opening
  for (const one of [sku, other]) {
    const { on_hand, committed } = shopLevel(hub, one, 'HAR')
    expect(await ledgerLevel(hub, one, 'HAR')).toEqual({ onHand: on_hand, posted: on_hand, committed })
  }
})

import { expect, test } from 'vitest'
import { promisedBeyondStock } from '../../hub/checks/promised-beyond-stock.ts'
import { openReservedTeller } from '../../hub/pickups/reserved.ts'
import { HubCommand } from '../../shared/commands.ts'
import { type ShopAndHub, sell, shopAndHub, shopLevel, tills } from '../hub-shopify/shop-and-hub.ts'
import { press } from './at-the-till.ts'

const mug = 'MUG-BLU'
const [till] = tills

/** What the tills of the store were told, each time. */
async function told(hub: ShopAndHub) {
  const rows = await hub.db
    .selectFrom('command')
    .select('body')
    .where('device', '=', till.device)
    .orderBy('seq')
    .execute()
  const commands = rows.map(({ body }) => HubCommand.parse(JSON.parse(body)))
  return commands.flatMap(command => (command.kind === 'stock.reserved' ? [command.items] : []))
}

test('the tills of a store are told of promised items with few free units, once for each change', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const stores: string[] = []
  const signals = { say: (_signal: string, store = '') => void stores.push(store) }
  const teller = openReservedTeller({ db: hub.db, signals, now: hub.world.clock.now })
  const tell = async (store: string) => {
    teller.heard(store)
    await teller.tell()
  }
  const order = hub.shop.createOrder({
    location: 'HAR',
    lines: [{ sku: mug, quantity: 2 }],
    customer: { name: 'Ada' },
  })
  await hub.poll()
  await tell('HAR')
  expect(await told(hub)).toEqual([]) // there are plenty
  const { available } = shopLevel(hub, mug, 'HAR')
  await sell(hub, 'HAR', mug, available)
  await tell('HAR')
  await tell('HAR')
  expect(await told(hub)).toEqual([[{ sku: mug, free: 0 }]])
  expect(stores).toEqual(['HAR'])
  expect(await promisedBeyondStock.find(hub.db, 0)).toEqual([])

  await sell(hub, 'HAR', mug, 1)
  await teller.tell() // heard of none: every store is looked at
  expect((await told(hub)).at(-1)).toEqual([{ sku: mug, free: -1 }])
  const [short] = await promisedBeyondStock.find(hub.db, 0)
  expect(short?.fields).toMatchObject({ sku: mug, promised: 2, held: 1, missing: 1, orders: order.name })

  const pickup = order.fulfillmentOrders[0]?.id ?? ''
  await press(hub, pickup, 'pick')
  await press(hub, pickup, 'finish') // both lie packed: no order waits for the item any more
  const [packed] = await promisedBeyondStock.find(hub.db, 0)
  expect(packed?.fields).toMatchObject({ orders: '–' })
})

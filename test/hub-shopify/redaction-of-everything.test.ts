import { expect, test } from 'vitest'
import { namesCustomerIn } from '../../hub/checks/redact-evidence.ts'
import { en } from '../../hub/checks/words/en.ts'
import { transaction } from '../../hub/db/db.ts'
import { expireUncollected } from '../../hub/pickups/expire.ts'
import { press, shown } from '../hub-pickups/at-the-till.ts'
import {
  ada,
  adasRedaction,
  applyWebhooks,
  bob,
  everyText,
  mug,
  numberOf,
  ordersOfAdaAndBob,
  tellWebhook,
  tillsAcked,
} from './customers-of-orders.ts'
import { type ShopAndHub, shopAndHub } from './shop-and-hub.ts'

const DAY_MS = 86_400_000

/** As the loop of the running hub does: what fails is run again, later and later. */
async function applyForDays(hub: ShopAndHub, days: number): Promise<void> {
  for (let hour = 0; hour < days * 24; hour += 1) {
    await applyWebhooks(hub).catch(() => undefined)
    hub.advance(3_600_000)
  }
}

const namesAda = async (hub: ShopAndHub, table: 'exception' | 'pickup' | 'command' | 'webhook') =>
  JSON.stringify(await hub.db.selectFrom(table).selectAll().execute()).includes('Ada Byron')

test('a redaction removes the name from the exception of an order that was not collected', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  const { id, fulfillmentOrders } = hub.shop.createOrder({ location: 'HAR', lines: mug, customer: ada })
  await hub.poll()
  const pickup = fulfillmentOrders[0]?.id ?? ''
  for (const move of ['pick', 'finish'] as const) await press(hub, pickup, move)
  await hub.writeAll()
  hub.advance(8 * DAY_MS)
  await expireUncollected(hub.db, { afterDays: 7, now: hub.world.clock.now() })
  expect(await namesAda(hub, 'exception')).toBe(true) // it names whom to call
  await tillsAcked(hub)
  await tellWebhook(hub, 'customers/redact', adasRedaction(id))
  await applyWebhooks(hub)
  expect(await namesAda(hub, 'pickup')).toBe(false)
  expect(await namesAda(hub, 'exception')).toBe(false)
})

test.each(['customers/redact', 'shop/redact'])(
  '%s removes the name from the exception of an order of which a part was not found',
  async topic => {
    await using hub = await shopAndHub()
    await hub.sync()
    const two = [{ sku: 'MUG-BLU', quantity: 2 }]
    const { id, fulfillmentOrders } = hub.shop.createOrder({ location: 'HAR', lines: two, customer: ada })
    await hub.poll()
    const pickup = fulfillmentOrders[0]?.id ?? ''
    await press(hub, pickup, 'pick')
    const pickupLine = (await shown(hub, pickup))?.lines[0]?.id ?? ''
    await press(hub, pickup, 'finish', undefined, undefined, {
      lines: [{ pickupLine, units: 1 }],
      missing: [{ pickupLine, units: 1, reason: 'not-on-shelf', said: null }],
    })
    expect(await namesAda(hub, 'exception')).toBe(true)
    await tillsAcked(hub)
    const shop = { shop_id: 1, shop_domain: 'x.myshopify.com' }
    await tellWebhook(hub, topic, topic === 'shop/redact' ? shop : adasRedaction(id))
    await applyWebhooks(hub)
    expect(await namesAda(hub, 'pickup')).toBe(false)
    expect(await namesAda(hub, 'exception')).toBe(false)
  },
)

test('after the app was removed the shop is redacted, though news of an order from before was not applied yet', async () => {
  await using hub = await shopAndHub()
  const { first } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  await tellWebhook(hub, 'orders/updated', { admin_graphql_api_id: first.id, customer: ada })
  hub.shop.app.uninstall() // before the hub reads the order
  await applyForDays(hub, 2)
  await tellWebhook(hub, 'shop/redact', { shop_id: 1, shop_domain: 'x.myshopify.com' })
  await applyForDays(hub, 30)
  expect(await everyText(hub)).not.toMatch(/Ada Byron|Bob Sykes/)
})

test('a redaction needs nothing of Shopify, and does not wait for it', async () => {
  await using hub = await shopAndHub()
  const { first, second } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  hub.shop.faults.set({ kind: 'http-5xx', times: 'always' })
  await tellWebhook(hub, 'orders/updated', { admin_graphql_api_id: second.id })
  await tellWebhook(hub, 'customers/redact', adasRedaction(first.id))
  await applyWebhooks(hub).catch(() => undefined)
  expect(await everyText(hub)).not.toMatch(/Ada Byron/)
})

test('what a redaction of the whole shop removed does not come back with a backup', async () => {
  await using hub = await shopAndHub()
  await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  await tellWebhook(hub, 'orders/updated', { customer: ada }) // says not what it is about: kept whole for a person
  await applyWebhooks(hub)
  expect(await namesAda(hub, 'exception')).toBe(true)
  await hub.backUp()
  await tellWebhook(hub, 'shop/redact', { shop_id: 1, shop_domain: 'x.myshopify.com' })
  await applyWebhooks(hub)
  expect(await everyText(hub)).not.toMatch(/Ada Byron|Bob Sykes/)
  await hub.putBack()
  hub.advance(3_600_000)
  for (let time = 0; time < 3; time += 1) {
    await tillsAcked(hub)
    await applyWebhooks(hub)
    hub.advance(20 * 60_000)
  }
  expect(await everyText(hub)).not.toMatch(/Ada Byron|Bob Sykes/)
})

test('a webhook of another topic that comes again under the name of a shop’s redaction removes nothing', async () => {
  await using hub = await shopAndHub()
  const { second } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  // its body is signed and its headers are not: what was captured of an order’s webhook is sent with another topic
  const captured = { id: numberOf(second.id), admin_graphql_api_id: second.id, customer: bob }
  await tellWebhook(hub, 'shop/redact', captured).catch(() => undefined)
  await applyWebhooks(hub)
  const pickups = await hub.db.selectFrom('pickup').select('body_json').execute()
  expect(JSON.stringify(pickups)).toContain('Ada Byron')
  expect(JSON.stringify(pickups)).toContain('Bob Sykes')
})

test('a pickup that can’t be read does not keep the others from being redacted', async () => {
  await using hub = await shopAndHub()
  const { first, second } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  await transaction(hub.db, tx =>
    tx.updateTable('pickup').set({ lines_json: '{}' }).where('order_id', '=', second.id).execute(),
  )
  const both = { ...adasRedaction(first.id), orders_to_redact: [numberOf(second.id), numberOf(first.id)] }
  await tellWebhook(hub, 'customers/redact', both)
  await applyForDays(hub, 2)
  const pickups = await hub.db
    .selectFrom('pickup')
    .select('body_json')
    .where('order_id', '=', first.id)
    .execute()
  expect(JSON.stringify(pickups)).not.toContain('Ada Byron')
})

test('every exception whose words name a customer is known to redaction', () => {
  const named = Object.entries(en)
    .filter(([, text]) => text.includes('{customer}'))
    .map(([code]) => code.split('.')[0])
  // of a data request the customer's field is an id
  expect(new Set(named)).toEqual(new Set([...namesCustomerIn, 'customer-data-request']))
})

test('what was captured of one privacy request does not do what another asks', async () => {
  await using hub = await shopAndHub()
  const { first, second } = await ordersOfAdaAndBob(hub)
  await tillsAcked(hub)
  const request = {
    shop_id: 1,
    shop_domain: 'x.myshopify.com',
    customer: { id: 191 },
    orders_requested: [numberOf(first.id)],
    data_request: { id: 9 },
  }
  await tellWebhook(hub, 'customers/redact', request)
  await tellWebhook(hub, 'shop/redact', request)
  await tellWebhook(hub, 'shop/redact', { shop_id: 1, ...adasRedaction(second.id) })
  await applyWebhooks(hub)
  const pickups = await hub.db.selectFrom('pickup').select('body_json').execute()
  expect(JSON.stringify(pickups)).toContain('Ada Byron')
  expect(JSON.stringify(pickups)).toContain('Bob Sykes')
})

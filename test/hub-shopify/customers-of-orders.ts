import { createHmac } from 'node:crypto'
import { transaction } from '../../hub/db/db.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { storeWebhook } from '../../hub/shopify/webhooks/receive.ts'
import { runWebhooks } from '../../hub/shopify/webhooks/webhook-worker.ts'
import { noLevels, type ShopAndHub, secret } from './shop-and-hub.ts'

export const ada = { name: 'Ada Byron', phone: '+49 40 1815' }
export const bob = { name: 'Bob Sykes', phone: '+49 40 2727' }
/** What tells of either; their numbers as texts of their own, as four digits also occur within a moment or an id. */
export const ofAda = /Ada Byron|ada@example|\b1815\b|\+49401815/
export const ofBob = /Bob Sykes|\b2727\b|\+49402727/
export const mug = [{ sku: 'MUG-BLU', quantity: 1 }]

/** The number at the end of a global id, as Shopify's webhooks write it. */
export const numberOf = (gid: string) => Number(gid.replace(/^.*\//, ''))

let events = 0

/** A signed webhook arrives. */
export async function tellWebhook(hub: ShopAndHub, topic: string, body: object): Promise<void> {
  events += 1
  const text = JSON.stringify(body)
  const headers = {
    'x-shopify-topic': topic,
    'x-shopify-event-id': `e${events}`,
    'x-shopify-shop-domain': 'tillbridge-sandbox.myshopify.com',
    'x-shopify-hmac-sha256': createHmac('sha256', secret).update(text).digest('base64'),
  }
  const { db, settings, client, signals, world } = hub
  const part = { db, settings, address: client.address, signals, levels: noLevels, now: world.clock.now }
  await storeWebhook(part, headers, new TextEncoder().encode(text))
}

/** Every stored webhook is applied. */
export function applyWebhooks(hub: ShopAndHub): Promise<void> {
  const { db, client, signals, world } = hub
  const others = { onLocations: async () => undefined, onItems: () => undefined, onApp: () => undefined }
  return runWebhooks({ db, client, signals, world, turns: intakeTurns(), now: world.clock.now, ...others })
}

/** Every text of the database that could name a customer. */
export async function everyText({ db }: ShopAndHub): Promise<string> {
  const tables = ['pickup', 'command', 'webhook', 'exception'] as const
  const rows = await Promise.all(tables.map(table => db.selectFrom(table).selectAll().execute()))
  return JSON.stringify(rows)
}

/** Two orders of two customers, with webhooks that told of them. */
export async function ordersOfAdaAndBob(hub: ShopAndHub) {
  const [first, second] = [
    hub.shop.createOrder({ location: 'HAR', lines: mug, customer: ada }),
    hub.shop.createOrder({ location: 'HAR', lines: mug, customer: bob }),
  ]
  for (const [order, who] of [
    [first, ada],
    [second, bob],
  ] as const)
    await tellWebhook(hub, 'orders/create', {
      id: numberOf(order.id),
      admin_graphql_api_id: order.id,
      customer: who,
    })
  await applyWebhooks(hub)
  return { first, second }
}

/** Every till has taken what it was sent. */
export const tillsAcked = ({ db }: ShopAndHub) =>
  transaction(db, tx =>
    tx
      .updateTable('stream_out')
      .set(e => ({ acked_epoch: e.ref('epoch'), acked_seq: e.ref('seq') }))
      .execute(),
  )

/** What Shopify asks when Ada wants to be forgotten. */
export const adasRedaction = (order: string) => ({
  shop_domain: 'x.myshopify.com',
  customer: { id: 191, email: 'ada@example.com', phone: ada.phone },
  orders_to_redact: [numberOf(order)],
})

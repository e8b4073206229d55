import { mayUse } from '../graphql/access.ts'
import { notSimulated } from '../graphql/fields.ts'
import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { PlainUserError } from '../stock/activate.ts'
import { topicHeader } from './outbox.ts'

export interface SubscriptionArguments {
  readonly topic: string
  readonly webhookSubscription: {
    readonly uri?: string | null
    readonly callbackUrl?: string | null
    readonly format?: string | null
    readonly filter?: string | null
    readonly includeFields?: readonly string[] | null
    readonly name?: string | null
  }
}

export interface SubscriptionPayload {
  readonly webhookSubscription: string | null
  readonly userErrors: readonly PlainUserError[]
}

/**
 * `webhookSubscriptionCreate`. Shopify wants https; the sandbox delivers to this machine alone unless a simulator
 * carries its webhooks, so it takes http and https of the loopback and nothing else: no test ever posts to a stranger.
 */
export function createSubscription(
  shop: Shop,
  { topic, webhookSubscription }: SubscriptionArguments,
): SubscriptionPayload {
  if (webhookSubscription.filter != null) throw notSimulated('A webhook filter')
  const uri = webhookSubscription.uri ?? webhookSubscription.callbackUrl ?? ''
  const denied = topicDenied(shop, topic)
  if (denied !== undefined) return refusal('topic', denied)
  const wrong = addressDenied(shop, uri)
  if (wrong !== undefined) return refusal('uri', wrong)
  if ((webhookSubscription.format ?? 'JSON') !== 'JSON')
    return refusal('format', 'XML is not simulated by the sandbox')
  for (const held of shop.store.all('subscription')) {
    if (held.topic === topic && held.uri === uri)
      return refusal('uri', 'Address for this topic has already been taken')
  }
  const at = shop.clock.stamp()
  const made = shop.store.put('subscription', {
    id: shop.store.nextId(),
    topic,
    uri,
    includeFields: webhookSubscription.includeFields ?? [],
    name: webhookSubscription.name ?? null,
    createdAt: at,
    updatedAt: at,
    lastSuccess: 0,
    failuresInRow: 0,
  })
  return { webhookSubscription: gid('WebhookSubscription', made.id), userErrors: [] }
}

/** `webhookSubscriptionDelete`. What was still to be delivered is dropped. */
export function deleteSubscription(
  shop: Shop,
  id: string,
): { readonly deletedWebhookSubscriptionId: string | null; readonly userErrors: readonly PlainUserError[] } {
  const held = shop.store.get('subscription', idOf(id, 'WebhookSubscription') ?? -1)
  if (held === undefined) {
    const message = 'Webhook subscription does not exist'
    return { deletedWebhookSubscriptionId: null, userErrors: [{ field: ['id'], message }] }
  }
  dropSubscription(shop, held.id)
  return { deletedWebhookSubscriptionId: gid('WebhookSubscription', held.id), userErrors: [] }
}

/** Removes a subscription and its pending deliveries. */
export function dropSubscription(shop: Shop, id: number): void {
  for (const delivery of [...shop.store.all('delivery')]) {
    if (delivery.subscriptionId === id) shop.store.remove('delivery', delivery.id)
  }
  shop.store.remove('subscription', id)
}

function addressDenied(shop: Shop, text: string): string | undefined {
  if (!URL.canParse(text)) return 'Address is invalid'
  const { protocol, hostname } = new URL(text)
  if (protocol !== 'https:' && (protocol !== 'http:' || shop.settings.webhookScheme === 'https')) {
    return `Address protocol ${protocol}// is not supported`
  }
  if (shop.settings.webhookHosts === 'any' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) {
    return undefined
  }
  return 'Address is not a URL of this machine (the sandbox delivers to 127.0.0.1 only)'
}

/** The scope a topic needs, and whether it carries protected customer data. The longest prefix counts. */
const topics: readonly (readonly [prefix: string, scope: string, isProtected: boolean])[] = [
  ['REVERSE_FULFILLMENT_ORDERS_', 'read_returns', false],
  ['FULFILLMENT_ORDERS_', 'read_merchant_managed_fulfillment_orders', false],
  ['FULFILLMENTS_', 'read_fulfillments', true],
  ['INVENTORY_TRANSFERS_', 'read_inventory_transfers', false],
  ['INVENTORY_SHIPMENTS_', 'read_inventory_shipments', false],
  ['INVENTORY_', 'read_inventory', false],
  ['LOCATIONS_', 'read_locations', false],
  ['PRODUCTS_', 'read_products', false],
  ['CUSTOMERS_', 'read_customers', true],
  ['RETURNS_', 'read_returns', false],
  ['REFUNDS_', 'read_orders', true],
  ['TENDER_TRANSACTIONS_', 'read_orders', false],
  ['ORDER_TRANSACTIONS_', 'read_orders', false],
  ['ORDERS_', 'read_orders', true],
]

function topicDenied(shop: Shop, topic: string): string | undefined {
  const found = topics.find(([prefix]) => topic.startsWith(prefix))
  if (found === undefined) return undefined
  const [, scope, isProtected] = found
  if (!mayUse(shop, scope)) {
    return `You do not have permission to create or update webhooks with ${topicHeader(topic)} topic. This topic is restricted due to access scope.`
  }
  if (isProtected && shop.settings.customerData === false) {
    return 'This app is not approved to subscribe to webhook topics containing protected customer data. See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.'
  }
  return undefined
}

function refusal(field: string, message: string): SubscriptionPayload {
  return { webhookSubscription: null, userErrors: [{ field: ['webhookSubscription', field], message }] }
}

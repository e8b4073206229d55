import { notSimulated } from '../graphql/fields.ts'
import { gid, idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { PlainUserError } from '../stock/activate.ts'

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
 * `webhookSubscriptionCreate`. Shopify wants https; the sandbox delivers to this machine alone, so it takes
 * http and https of the loopback and nothing else: no test ever posts to a stranger.
 */
export function createSubscription(
  shop: Shop,
  { topic, webhookSubscription }: SubscriptionArguments,
): SubscriptionPayload {
  if (webhookSubscription.filter != null) throw notSimulated('A webhook filter')
  const uri = webhookSubscription.uri ?? webhookSubscription.callbackUrl ?? ''
  if (!isLoopbackUrl(uri))
    return refusal('uri', 'Address is not a URL of this machine (the sandbox delivers to 127.0.0.1 only)')
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

function isLoopbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false
  const { protocol, hostname } = new URL(text)
  return (
    (protocol === 'http:' || protocol === 'https:') && ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)
  )
}

function refusal(field: string, message: string): SubscriptionPayload {
  return { webhookSubscription: null, userErrors: [{ field: ['webhookSubscription', field], message }] }
}

import { z } from 'zod'
import type { Log } from '../../../shared/world.ts'
import { type Mutation, type ShopifyClient, UserErrors } from '../api/client.ts'
import { CREATE_SUBSCRIPTION, SUBSCRIPTIONS } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'

/** What Shopify should tell us of. All of them are hints; polling finds what they miss. */
export const topics = [
  'ORDERS_CREATE',
  'ORDERS_UPDATED',
  'ORDERS_EDITED',
  'ORDERS_CANCELLED',
  'ORDERS_PAID',
  'FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE',
  'FULFILLMENT_ORDERS_MOVED',
  'FULFILLMENT_ORDERS_SPLIT',
  'FULFILLMENT_ORDERS_MERGED',
  'FULFILLMENT_ORDERS_PLACED_ON_HOLD',
  'FULFILLMENT_ORDERS_HOLD_RELEASED',
  'FULFILLMENT_ORDERS_CANCELLED',
  'FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP',
  'FULFILLMENTS_CREATE',
  'FULFILLMENTS_UPDATE',
  'PRODUCTS_CREATE',
  'PRODUCTS_UPDATE',
  'LOCATIONS_CREATE',
  'LOCATIONS_UPDATE',
  'LOCATIONS_DEACTIVATE',
] as const

const RESOURCE = /^(FULFILLMENT_ORDERS|FULFILLMENTS|ORDERS|PRODUCTS|LOCATIONS)_/

/** The topics as Shopify writes them in a webhook's header: `fulfillment_orders/moved`. */
const names = new Set(topics.map(topic => topic.replace(RESOURCE, '$1/').toLowerCase()))

/**
 * Whether a webhook's topic (`orders/create`) is one that this hub subscribes to, written as Shopify writes it: the header
 * is not signed, and each other spelling would pass for news.
 */
export function isSubscribed(topic: string): boolean {
  return names.has(topic)
}

const Subscription = z.object({ id: z.string(), topic: z.string(), uri: z.string() })
type Subscription = z.infer<typeof Subscription>
const Answer = z.object({ webhookSubscriptions: page(Subscription) })
const subscriptionList: List<z.infer<typeof Answer>, Subscription> = {
  operation: {
    name: 'Subscriptions',
    document: SUBSCRIPTIONS,
    answer: Answer,
    points: { fixed: 2, perRow: 1 },
  },
  pick: answer => answer.webhookSubscriptions,
  priority: 'read',
  most: 100,
}

const Created = z.object({
  webhookSubscriptionCreate: z.object({
    webhookSubscription: z.object({ id: z.string() }).nullable(),
    userErrors: UserErrors,
  }),
})
const createSubscription: Mutation<z.infer<typeof Created>> = {
  name: 'CreateSubscription',
  document: CREATE_SUBSCRIPTION,
  answer: Created,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.webhookSubscriptionCreate.userErrors,
}

/**
 * Makes the subscriptions that are missing: Shopify deletes one after eight failed deliveries. A topic that it refuses
 * does not keep the others from being made. Throws as `ShopifyClient.read` does.
 * @returns the topics that could not be subscribed, with Shopify's reason
 */
export async function keepSubscriptions(
  client: ShopifyClient,
  uri: string,
  log: Log,
): Promise<ReadonlyMap<string, string>> {
  const held = new Set<string>()
  for await (const nodes of pagesOf(client, subscriptionList))
    for (const one of nodes) if (one.uri === uri) held.add(one.topic)
  const refused = new Map<string, string>()
  for (const topic of topics) {
    if (held.has(topic)) continue
    const result = await client.write(createSubscription, { topic, uri }, 'read')
    if (result.kind === 'answered') continue
    // A lost answer: the next check sees whether it was made.
    const problem =
      result.kind === 'user-errors' ? result.errors.map(error => error.message).join(' ') : result.problem
    refused.set(topic, problem)
    log.warn({ topic, problem }, 'a webhook could not be subscribed; polling goes on')
  }
  return refused
}

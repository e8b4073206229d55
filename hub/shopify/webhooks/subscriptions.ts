import { z } from 'zod'
import type { Capability } from '../api/capabilities.ts'
import { type Mutation, type ShopifyClient, UserErrors } from '../api/client.ts'
import { CREATE_SUBSCRIPTION, DELETE_SUBSCRIPTION, SUBSCRIPTIONS } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'

/**
 * What Shopify should tell us of, and the capability without which it would not. All of them are hints; polling finds
 * what they miss.
 */
const capabilityOf = {
  ORDERS_CREATE: 'orders',
  ORDERS_UPDATED: 'orders',
  ORDERS_EDITED: 'orders',
  ORDERS_CANCELLED: 'orders',
  ORDERS_PAID: 'orders',
  FULFILLMENT_ORDERS_ORDER_ROUTING_COMPLETE: 'orders',
  FULFILLMENT_ORDERS_MOVED: 'orders',
  FULFILLMENT_ORDERS_SPLIT: 'orders',
  FULFILLMENT_ORDERS_MERGED: 'orders',
  FULFILLMENT_ORDERS_PLACED_ON_HOLD: 'orders',
  FULFILLMENT_ORDERS_HOLD_RELEASED: 'orders',
  FULFILLMENT_ORDERS_CANCELLED: 'orders',
  FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP: 'orders',
  FULFILLMENTS_CREATE: 'fulfillment-news',
  FULFILLMENTS_UPDATE: 'fulfillment-news',
  INVENTORY_LEVELS_UPDATE: 'stock',
  PRODUCTS_CREATE: 'items',
  PRODUCTS_UPDATE: 'items',
  LOCATIONS_CREATE: 'locations',
  LOCATIONS_UPDATE: 'locations',
  LOCATIONS_DEACTIVATE: 'locations',
  APP_UNINSTALLED: null,
  APP_SCOPES_UPDATE: null,
} as const satisfies Readonly<Record<string, Capability | null>>
type Topic = keyof typeof capabilityOf
export const topics = Object.keys(capabilityOf) as readonly Topic[] // what the type of a topic says

const RESOURCE = /^(FULFILLMENT_ORDERS|FULFILLMENTS|INVENTORY_LEVELS|ORDERS|PRODUCTS|LOCATIONS|APP)_/

/** The topics as Shopify writes them in a webhook's header: `fulfillment_orders/moved`. */
const names = new Set(topics.map(topic => topic.replace(RESOURCE, '$1/').toLowerCase()))

/** Topics about customers' data. They can't be subscribed: the app's configuration says where Shopify posts them. */
export const privacyTopics: ReadonlySet<string> = new Set([
  'customers/data_request',
  'customers/redact',
  'shop/redact',
])

/**
 * Whether a webhook's topic (`orders/create`) is one that this hub asked for, written as Shopify writes it: the header
 * is not signed, and each other spelling would pass for news.
 */
export function isWanted(topic: string): boolean {
  return names.has(topic) || privacyTopics.has(topic)
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
  lane: 'read',
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

const Deleted = z.object({ webhookSubscriptionDelete: z.object({ userErrors: UserErrors }) })
const deleteSubscription: Mutation<z.infer<typeof Deleted>> = {
  name: 'DeleteSubscription',
  document: DELETE_SUBSCRIPTION,
  answer: Deleted,
  points: { fixed: 10, perRow: 0 },
  userErrors: data => data.webhookSubscriptionDelete.userErrors,
}

/** Where a hub takes webhooks, on whatever host. */
export const WEBHOOK_PATH = '/webhooks/shopify'
const TAKEN = /already been taken/i

/** What Shopify said of the subscriptions. */
export interface Subscribed {
  /** Topics that it refuses, with its reason. */
  readonly refused: ReadonlyMap<string, string>
  /** Topics of which nothing is known: the next look tells. */
  readonly unknown: number
  /** Addresses that this app used before, and whose subscriptions were removed. */
  readonly removed: readonly string[]
}

/**
 * Makes the subscriptions that are missing, of the capabilities that the app has: Shopify deletes one after eight failed
 * deliveries. A topic that it refuses does not keep the others from being made. Those that an earlier address of
 * this app's hub left are removed as soon as their topic is told here. Throws as `ShopifyClient.read` does.
 */
export async function keepSubscriptions(
  client: ShopifyClient,
  uri: string,
  can: (capability: Capability) => boolean,
): Promise<Subscribed> {
  const held: Subscription[] = []
  for await (const nodes of pagesOf(client, subscriptionList)) held.push(...nodes)
  const ours = new Set(held.filter(one => one.uri === uri).map(({ topic }) => topic))
  const refused = new Map<string, string>()
  let unknown = 0
  for (const topic of topics) {
    const capability = capabilityOf[topic]
    if (ours.has(topic) || (capability !== null && !can(capability))) continue
    const result = await client.write(createSubscription, { topic, uri }, 'read')
    if (result.kind === 'answered') ours.add(topic)
    else if (result.kind === 'user-errors') {
      const problem = result.errors.map(error => error.message).join(' ')
      if (TAKEN.test(problem)) ours.add(topic)
      else refused.set(topic, problem)
    } else if (result.kind === 'denied' || result.kind === 'invalid') refused.set(topic, result.problem)
    else unknown += 1
  }
  const old = held.filter(one => one.uri !== uri && isOfHub(one.uri) && ours.has(one.topic))
  return { refused, unknown, removed: await removeAll(client, old) }
}

/** The topics that are subscribed at an address. Throws as `ShopifyClient.read` does. */
export async function subscribedTopics(client: ShopifyClient, uri: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  for await (const nodes of pagesOf(client, subscriptionList))
    for (const one of nodes) if (one.uri === uri) found.add(one.topic)
  return found
}

/** A hub that moved to another address: Shopify would go on posting to the old one. */
async function removeAll(client: ShopifyClient, old: readonly Subscription[]): Promise<readonly string[]> {
  const removed = new Set<string>()
  for (const { id, uri: former } of old) {
    const { kind } = await client.write(deleteSubscription, { id }, 'read')
    if (kind === 'answered' || kind === 'user-errors') removed.add(former)
  }
  return [...removed]
}

function isOfHub(uri: string): boolean {
  return URL.canParse(uri) && new URL(uri).pathname === WEBHOOK_PATH
}

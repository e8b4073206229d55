import { type Chance, uuid } from '../chance.ts'
import type { Faults } from '../faults.ts'
import type { Clock } from '../state/clock.ts'
import type { Delivery, WebhookSubject } from '../state/entities.ts'
import type { Store } from '../state/store.ts'

/** `ORDERS_CREATE` → `orders/create`, `FULFILLMENT_ORDERS_MOVED` → `fulfillment_orders/moved`. */
export function topicHeader(topic: string): string {
  const resource = resources.find(prefix => topic.startsWith(`${prefix}_`))
  if (resource === undefined) return topic.toLowerCase()
  return `${resource.toLowerCase()}/${topic.slice(resource.length + 1).toLowerCase()}`
}

// A longer resource is listed before one that it begins with.
const resources = [
  'REVERSE_FULFILLMENT_ORDERS',
  'ORDER_TRANSACTIONS',
  'FULFILLMENT_HOLDS',
  'REFUNDS',
  'RETURNS',
  'FULFILLMENT_ORDERS',
  'FULFILLMENTS',
  'INVENTORY_SHIPMENTS',
  'INVENTORY_TRANSFERS',
  'BULK_OPERATIONS',
  'INVENTORY_LEVELS',
  'INVENTORY_ITEMS',
  'LOCATIONS',
  'ORDERS',
  'PRODUCTS',
  'APP',
] as const

interface OutboxParts {
  readonly store: Store
  readonly clock: Clock
  readonly chance: Chance
  readonly faults: Faults
}

/**
 * Queues an event for every subscription to its topic, within the transaction of its cause. One event, one
 * event id; each delivery of it has a webhook id of its own, a duplicate too.
 */
export function webhookOutbox({ store, clock, chance, faults }: OutboxParts) {
  return function emit(topic: string, subject: WebhookSubject): void {
    if (store.need('meta', 'meta').uninstalled === true) return
    const subscriptions = [...store.all('subscription')].filter(subscription => subscription.topic === topic)
    if (subscriptions.length === 0) return
    if (faults.strike('webhook-silent', [topic]) !== undefined) return
    const late = faults.strike('webhook-late', [topic])
    const copies = faults.strike('webhook-twice', [topic]) === undefined ? 1 : 2
    const afterNext = faults.strike('webhook-reordered', [topic]) !== undefined
    const now = clock.now()
    const eventId = uuid(chance)
    for (const { id: subscriptionId } of subscriptions) {
      for (let copy = 0; copy < copies; copy += 1) {
        store.put('delivery', {
          id: store.nextId(),
          subscriptionId,
          topic,
          subject,
          eventId,
          webhookId: uuid(chance),
          triggeredAt: now,
          dueAt: now + (late?.ms ?? (late === undefined ? 0 : defaultLateMs)),
          attempts: 0,
          body: null,
          afterNext,
        })
      }
    }
  }
}

const defaultLateMs = 60_000

/** A delivery that lets the next one overtake it gives up waiting after this long. */
const overtakenWithinMs = 10_000

/** When a delivery may go out. */
export function readyAt(delivery: Delivery): number {
  return delivery.afterNext ? delivery.dueAt + overtakenWithinMs : delivery.dueAt
}

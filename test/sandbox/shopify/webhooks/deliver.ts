import { createHmac } from 'node:crypto'
import type { Fetch } from '../http/in-process.ts'
import { apiVersion } from '../schema/load.ts'
import { log, pause, type Shop } from '../shop.ts'
import type { Delivery, Subscription } from '../state/entities.ts'
import { readyAt, topicHeader } from './outbox.ts'
import { webhookPayload } from './payload.ts'
import { dropSubscription } from './subscriptions.ts'

/** Deliveries on their way. */
export interface DeliveryRun {
  /** Sends what is ready. `done` is called after each one. */
  start(done: () => void): void
  inFlight(): number
  abandon(): Promise<void>
}

/** Enough to keep a receiver busy, too few to drown it. */
const atOncePerSubscription = 8

/** Sends webhooks as Shopify does: signed, once, eight times again, and then the subscription is gone. */
export function deliveryRun(shop: Shop, clientSecret: string, fetch: Fetch): DeliveryRun {
  const flying = new Map<number, { readonly subscriptionId: number; readonly done: Promise<void> }>()
  const abort = new AbortController()

  function ready(): readonly Delivery[] {
    const now = shop.clock.now()
    const due = [...shop.store.all('delivery')].filter(one => readyAt(one) <= now && !flying.has(one.id))
    return due.sort((a, b) => a.dueAt - b.dueAt || a.id - b.id)
  }

  async function send(delivery: Delivery, subscription: Subscription): Promise<void> {
    const body = delivery.body ?? buildBody(shop, delivery, subscription)
    shop.store.put('delivery', { ...delivery, body })
    const headers = headersOf(shop, { ...delivery, body }, subscription, clientSecret)
    const status = await post(subscription.uri, { headers, body }, abort.signal)
    if (abort.signal.aborted) return // the next start sends it again
    shop.store.transaction(() => settle(shop, delivery.id, status))
  }

  /** The HTTP status, or why no answer came. Shopify waits for the whole answer within its five seconds. */
  async function post(
    uri: string,
    { headers, body }: { readonly headers: Record<string, string>; readonly body: string },
    stopped: AbortSignal,
  ): Promise<number | string> {
    const late = new AbortController()
    const limit = pause(shop.timers, shop.settings.webhookTimeoutMs)
    const gaveUp = limit.over.then(() => {
      late.abort(new Error('timed out'))
      return 'timed out'
    })
    const { promise: stopping, resolve: stop } = Promise.withResolvers<string>()
    const onStop = (): void => stop('stopped')
    stopped.addEventListener('abort', onStop, { once: true })
    const answered = async (): Promise<number | string> => {
      try {
        const signal = AbortSignal.any([stopped, late.signal])
        const response = await fetch(uri, { method: 'POST', headers, body, redirect: 'manual', signal })
        await response.arrayBuffer()
        return response.status
      } catch (error) {
        return error instanceof Error ? error.message : String(error)
      }
    }
    try {
      return await Promise.race([answered(), gaveUp, stopping])
    } finally {
      limit.cancel()
      stopped.removeEventListener('abort', onStop)
    }
  }

  return {
    start(done) {
      for (const delivery of ready()) {
        const subscription = shop.store.get('subscription', delivery.subscriptionId)
        if (subscription === undefined) {
          shop.store.remove('delivery', delivery.id)
          continue
        }
        const busy = [...flying.values()].filter(one => one.subscriptionId === subscription.id).length
        if (busy >= atOncePerSubscription) continue
        const sent = send(delivery, subscription).finally(() => {
          flying.delete(delivery.id)
          done()
        })
        flying.set(delivery.id, { subscriptionId: subscription.id, done: sent })
      }
    },
    inFlight: () => flying.size,
    async abandon() {
      abort.abort()
      await Promise.allSettled([...flying.values()].map(one => one.done))
    },
  }
}

function buildBody(shop: Shop, delivery: Delivery, { includeFields }: Subscription): string {
  const payload = webhookPayload(shop, delivery.topic, delivery.subject) ?? {}
  if (includeFields.length === 0) return JSON.stringify(payload)
  const wanted = new Set(includeFields.map(field => field.split('.')[0]))
  return JSON.stringify(Object.fromEntries(Object.entries(payload).filter(([key]) => wanted.has(key))))
}

function headersOf(
  shop: Shop,
  delivery: Delivery & { readonly body: string },
  subscription: Subscription,
  clientSecret: string,
): Record<string, string> {
  return {
    'Content-Type': 'application/json',
    'User-Agent': 'Shopify-Captain-Hook',
    'X-Shopify-Topic': topicHeader(delivery.topic),
    'X-Shopify-Hmac-SHA256': createHmac('sha256', clientSecret).update(delivery.body).digest('base64'),
    'X-Shopify-Shop-Domain': shop.profile.domain,
    'X-Shopify-API-Version': apiVersion,
    'X-Shopify-Webhook-Id': delivery.webhookId,
    'X-Shopify-Event-Id': delivery.eventId,
    'X-Shopify-Triggered-At': new Date(delivery.triggeredAt).toISOString(),
    ...(subscription.name === null ? {} : { 'X-Shopify-Name': subscription.name }),
  }
}

function settle(shop: Shop, id: number, status: number | string): void {
  const delivery = shop.store.get('delivery', id)
  const subscription = delivery && shop.store.get('subscription', delivery.subscriptionId)
  if (delivery === undefined || subscription === undefined) return
  const now = shop.clock.now()
  log(shop, 'webhook', {
    topic: delivery.topic,
    eventId: delivery.eventId,
    attempt: delivery.attempts + 1,
    status,
  })
  letOvertakenGo(shop, delivery)
  if (typeof status === 'number' && status >= 200 && status < 300) {
    shop.store.remove('delivery', id)
    shop.store.put('subscription', { ...subscription, lastSuccess: now, failuresInRow: 0 })
    return
  }
  const failuresInRow = subscription.failuresInRow + 1
  shop.store.put('subscription', { ...subscription, failuresInRow })
  const { subscriptionEnds, webhookRetryMs } = shop.settings
  if (subscriptionEnds === 'eight-failures-in-a-row' && failuresInRow >= 8) {
    endSubscription(shop, subscription)
    return
  }
  const wait = webhookRetryMs[delivery.attempts]
  if (wait !== undefined) {
    shop.store.put('delivery', { ...delivery, attempts: delivery.attempts + 1, dueAt: now + wait })
    return
  }
  shop.store.remove('delivery', id)
  if (subscription.lastSuccess >= delivery.triggeredAt) return
  if (subscriptionEnds === 'eighth-retry') endSubscription(shop, subscription)
}

function endSubscription(shop: Shop, { id, topic, uri }: Subscription): void {
  dropSubscription(shop, id)
  log(shop, 'webhook subscription deleted', { topic, uri })
}

/** A later delivery of this subscription went out: what was to be overtaken is. */
function letOvertakenGo(shop: Shop, sent: Delivery): void {
  for (const held of [...shop.store.all('delivery')]) {
    if (held.afterNext && held.subscriptionId === sent.subscriptionId && held.id !== sent.id) {
      shop.store.put('delivery', { ...held, afterNext: false })
    }
  }
}

import type { Faults } from './faults.ts'
import type { Clock } from './state/clock.ts'
import type { LogEntry, WebhookSubject } from './state/entities.ts'
import type { ShopSeed } from './state/seed.ts'
import type { Store } from './state/store.ts'

/** How the simulated shop behaves where Shopify's own behaviour is a setting or is slow. */
export interface ShopSettings {
  /** From orders/create to the fulfilment orders. */
  readonly routingDelayMs: number
  /** From the answered `orderCancel` to its effect. */
  readonly cancelDelayMs: number
  /** Before each of the eight retries. Shopify spreads them over four hours. */
  readonly webhookRetryMs: readonly number[]
  readonly webhookTimeoutMs: number
  /** false: the app was not approved for protected customer data, so names, mails and phones are empty. */
  readonly customerData: boolean
}

/** What every part of the simulated shop works on. */
export interface Shop {
  readonly store: Store
  readonly clock: Clock
  readonly faults: Faults
  readonly settings: ShopSettings
  readonly scopes: ReadonlySet<string>
  readonly profile: Pick<ShopSeed, 'name' | 'domain' | 'currency' | 'zone'>
  /** Queues a webhook for its subscribers, in the transaction of its cause. */
  emit(topic: string, subject: WebhookSubject): void
  /** Work with a due time was added or made due. */
  wake(): void
}

/** Notes what happened, for `/sandbox/state`. */
export function log(shop: Shop, what: string, detail: LogEntry['detail']): void {
  shop.store.put('log', { id: shop.store.nextId(), at: shop.clock.now(), what, detail })
}

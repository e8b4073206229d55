import type { Cancel, Timers } from '../../../shared/world.ts'
import type { Chance } from './chance.ts'
import type { Faults } from './faults.ts'
import type { Clock } from './state/clock.ts'
import type { LogEntry, WebhookSubject } from './state/entities.ts'
import type { ShopSeed } from './state/seed.ts'
import type { Store } from './state/store.ts'
import type { Switches } from './switches.ts'

/** What every part of the simulated shop works on. */
export interface Shop {
  readonly store: Store
  readonly clock: Clock
  readonly timers: Timers
  readonly chance: Chance
  readonly faults: Faults
  /** As they are now: they change at run time, so read them when they count. */
  readonly settings: Switches
  readonly scopes: ReadonlySet<string>
  readonly profile: Pick<ShopSeed, 'name' | 'domain' | 'currency' | 'zone'>
  /** Where the shop is reached, `https://harbour.myshopify.com`: files are fetched there. */
  origin(): string
  /** Turns some switches. */
  turn(switches: Partial<Switches>): void
  /** Queues a webhook for its subscribers, in the transaction of its cause. */
  emit(topic: string, subject: WebhookSubject): void
  /** Work with a due time was added or made due. */
  wake(): void
}

/** A simulated week writes far more than a test reads. */
const entriesKept = 20_000

/** Notes what happened, for `/sandbox/state`. The oldest entries make room. */
export function log(shop: Shop, what: string, detail: LogEntry['detail']): void {
  if (shop.store.count('log') >= entriesKept) {
    for (const oldest of shop.store.all('log')) {
      shop.store.remove('log', oldest.id)
      break
    }
  }
  shop.store.put('log', { id: shop.store.nextId(), at: shop.clock.now(), what, detail })
}

/** Resolves after `ms` of the shop's timers. */
export function pause(timers: Timers, ms: number): { readonly over: Promise<void>; readonly cancel: Cancel } {
  const { promise, resolve } = Promise.withResolvers<void>()
  return { over: promise, cancel: timers.after(ms, resolve) }
}

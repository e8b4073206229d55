import type { Cancel } from '../../../shared/world.ts'
import { isOpen } from './bulk/operation.ts'
import { runDueBulk } from './bulk/run.ts'
import { runDueJobs } from './orders/cancel.ts'
import { openDueFulfillmentOrders, routeDueOrders } from './orders/route.ts'
import type { Shop } from './shop.ts'
import type { DeliveryRun } from './webhooks/deliver.ts'
import { readyAt } from './webhooks/outbox.ts'

/** What the shop does automatically: routing, cancel jobs, webhook deliveries. */
export interface Worker {
  wake(): void
  /** Resolves once nothing is due any more. What is due later stays. */
  settled(): Promise<void>
  stop(): Promise<void>
}

/**
 * Starts the shop's own work. `lookAgainMs` is for a clock that jumps without telling the timers: what waits is
 * looked at again at least that often.
 */
export function startWorker(shop: Shop, deliveries: DeliveryRun, lookAgainMs: number): Worker {
  let scheduled: Cancel | undefined
  let timer: Cancel | undefined
  let stopped = false
  let waiting: (() => void)[] = []

  function run(): void {
    scheduled = undefined
    if (stopped) return
    routeDueOrders(shop)
    openDueFulfillmentOrders(shop)
    runDueJobs(shop)
    runDueBulk(shop)
    deliveries.start(wake)
    timer?.()
    timer = undefined
    // What is due already is under way, or waits for what is: its end wakes us.
    const next = dueTimes(shop).reduce(
      (soonest, at) => (at > shop.clock.now() ? Math.min(soonest, at) : soonest),
      Number.POSITIVE_INFINITY,
    )
    if (next !== Number.POSITIVE_INFINITY) {
      timer = shop.timers.after(Math.min(lookAgainMs, next - shop.clock.now()), wake)
    }
    if (!isBusy()) {
      const done = waiting
      waiting = []
      for (const resolve of done) resolve()
    }
  }

  function wake(): void {
    if (stopped) return
    scheduled ??= shop.timers.soon(run)
  }

  function isBusy(): boolean {
    return deliveries.inFlight() > 0 || dueTimes(shop).some(at => at <= shop.clock.now())
  }

  return {
    wake,
    settled: () =>
      new Promise(resolve => {
        waiting.push(resolve)
        wake()
      }),
    async stop() {
      stopped = true
      timer?.()
      scheduled?.()
      for (const resolve of waiting) resolve()
      await deliveries.abandon()
    },
  }
}

/** When something has to be done. */
function dueTimes(shop: Shop): number[] {
  const times: number[] = []
  for (const order of shop.store.all('order')) if (order.routeAt !== null) times.push(order.routeAt)
  for (const held of shop.store.all('fulfillmentOrder'))
    if (held.status === 'SCHEDULED') times.push(held.fulfillAt)
  for (const job of shop.store.all('job')) if (!job.done) times.push(job.dueAt)
  for (const bulk of shop.store.all('bulk')) if (isOpen(bulk)) times.push(bulk.dueAt)
  for (const delivery of shop.store.all('delivery')) times.push(readyAt(delivery))
  return times
}

import { runDueJobs } from './orders/cancel.ts'
import { routeDueOrders } from './orders/route.ts'
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

/** A caller's clock may jump without telling us, so a due time is looked at again at least this often. */
const lookAgainMs = 50

/** Starts the shop's own work. */
export function startWorker(shop: Shop, deliveries: DeliveryRun): Worker {
  let scheduled: NodeJS.Immediate | undefined
  let timer: NodeJS.Timeout | undefined
  let stopped = false
  let waiting: (() => void)[] = []

  function run(): void {
    scheduled = undefined
    if (stopped) return
    routeDueOrders(shop)
    runDueJobs(shop)
    deliveries.start(wake)
    const next = nextDue(shop)
    clearTimeout(timer)
    if (next !== undefined) {
      const wait = Math.min(lookAgainMs, Math.max(1, next - shop.clock.now()))
      timer = setTimeout(wake, wait).unref()
    }
    if (!isBusy()) {
      const done = waiting
      waiting = []
      for (const resolve of done) resolve()
    }
  }

  function wake(): void {
    if (stopped) return
    scheduled ??= setImmediate(run)
  }

  function isBusy(): boolean {
    const next = nextDue(shop)
    return deliveries.inFlight() > 0 || (next !== undefined && next <= shop.clock.now())
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
      clearTimeout(timer)
      clearImmediate(scheduled)
      for (const resolve of waiting) resolve()
      await deliveries.abandon()
    },
  }
}

/** When something has to be done next. */
function nextDue(shop: Shop): number | undefined {
  let next = Number.POSITIVE_INFINITY
  for (const order of shop.store.all('order'))
    if (order.routeAt !== null) next = Math.min(next, order.routeAt)
  for (const job of shop.store.all('job')) if (!job.done) next = Math.min(next, job.dueAt)
  for (const delivery of shop.store.all('delivery')) next = Math.min(next, readyAt(delivery))
  return next === Number.POSITIVE_INFINITY ? undefined : next
}

import type { World } from '../world.ts'
import { count, type FaultKind, SECOND_MS } from './kind.ts'

/** What Shopify's API and its webhooks do now and then. */
export const shopifyFaults: readonly FaultKind[] = [
  ...(
    [
      ['webhook-silent', 2],
      ['webhook-twice', 2],
      ['webhook-late', 2],
      ['webhook-reordered', 2],
    ] as const
  ).map(([kind, weight]) => shopFault(kind, weight, { times: 3, ms: 60_000 })),
  ...(
    [
      ['throttled', 2],
      ['http-5xx', 2],
      ['lost-answer', 4],
      ['lost-request', 2],
      ['slow', 1],
      ['search-lag', 1],
      ['html-body', 1],
      ['http-429', 1],
    ] as const
  ).map(([kind, weight]) => shopFault(kind, weight, { times: 2, ms: 4_000 })),
]

type ShopFault = Parameters<ReturnType<World['shop']['shop']>['faults']['set']>[0]

function shopFault(kind: ShopFault['kind'], weight: number, how: { times: number; ms: number }): FaultKind {
  return {
    name: kind,
    weight,
    strike(world, chance, counts) {
      const { faults } = world.shop.shop()
      const times = chance.between(1, how.times)
      const operation = chance.pick(['', '', 'inventoryAdjustQuantities', 'fulfillment'])
      // some requests are carried out only after the hub has given up on them
      const ms = kind === 'slow' ? chance.pick([how.ms, 50_000]) : how.ms
      faults.set({ kind, times, ms, ...(kind.startsWith('webhook') ? {} : { operation }) })
      world.universe.time.after(120 * SECOND_MS, () => {
        const left = faults.active().filter(one => one.kind === kind).length
        count(counts, kind, left === 0 ? 1 : 0)
      })
      return `Shopify: ${kind}, ${times} times`
    },
  }
}

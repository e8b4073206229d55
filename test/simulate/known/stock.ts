import type { Known } from '../known.ts'
import { scene } from '../scene.ts'
import { adjustOnline, sellUnits, TEE } from '../steps.ts'

const DAY_MS = 86_400_000

export const stockKnown: readonly Known[] = [
  {
    finding: 'shopify-1',
    says: 'A receipt from before the store went live moves no stock in Shopify',
    scenario: () =>
      scene(async world => {
        const before = world.online('S1', TEE.sku)
        world.counter('S1').till.machine.clockOffsetMs = -3 * 365 * DAY_MS
        sellUnits(world, 5)
        await world.minutes(15)
        const after = world.online('S1', TEE.sku)
        return after === before ? null : `A receipt of 2023 moved Shopify from ${before} to ${after}`
      }),
  },
  {
    finding: 'shopify-6',
    says: 'What another app changes in Shopify reaches the ledger, or an exception names it',
    scenario: () =>
      scene(async world => {
        sellUnits(world, 1)
        await world.minutes(1)
        adjustOnline(world, -4)
        world.truth.moveUnits('S1', TEE.sku, -4)
        await world.minutes(60)
        return world.broken('shelves-agree')
      }),
  },
]

import type { Known } from '../known.ts'
import { scene } from '../scene.ts'
import { adjustOnline, sellUnits, TEE } from '../steps.ts'

export const stockKnown: readonly Known[] = [
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

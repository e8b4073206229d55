import type { Known } from '../known.ts'
import { scene } from '../scene.ts'
import { TEE } from '../steps.ts'

export const tillKnown: readonly Known[] = [
  {
    finding: 'shopify-9',
    says: 'An order that the cashier rings up and hands over leaves the shelf once',
    scenario: () =>
      scene(async world => {
        const order = await world.order('S1', TEE.sku, 2)
        await world.minutes(2)
        await world.press('S1', 1, order, 'pick', 'finish')
        await world.minutes(1)
        world.counter('S1').pos.sell([{ ...TEE, units: 2 }])
        await world.press('S1', 1, order, 'collect')
        order.state = 'collected'
        await world.minutes(15)
        return world.broken('shelves-agree')
      }),
  },
]

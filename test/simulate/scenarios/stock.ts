import type { Scenario } from '../scenarios.ts'
import { scene } from '../scene.ts'
import { adjustOnline, sellUnits, TEE, whileHubIsOff, wrongOnline } from '../steps.ts'

const DAY_MS = 86_400_000

export const stockScenarios: readonly Scenario[] = [
  {
    says: 'A change whose answer was lost is not made twice because another app made the opposite change',
    play: () =>
      scene(async world => {
        sellUnits(world, 2)
        await world.minutes(1)
        const { faults } = world.shop.shop()
        faults.set({ kind: 'lost-answer', operation: 'inventoryAdjustQuantities' })
        sellUnits(world, 1)
        for (let second = 0; second < 60 && faults.active().length > 0; second += 1) await world.pass(200)
        await whileHubIsOff(world, () => {
          adjustOnline(world, 1)
          world.truth.moveUnits('S1', TEE.sku, 1)
          world.universe.time.skip(DAY_MS)
        })
        await world.minutes(15)
        return wrongOnline(world)
      }),
  },
]

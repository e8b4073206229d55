import type { Scenario } from '../scenarios.ts'
import { scene } from '../scene.ts'
import { sellOneByOne } from '../steps.ts'

const DAY_MS = 86_400_000

export const connectionScenarios: readonly Scenario[] = [
  {
    says: 'The hub keeps its access to a shop whose tokens end after a day',
    play: () =>
      scene(
        async world => {
          for (let day = 0; day < 3; day += 1) {
            sellOneByOne(world, 2)
            await world.minutes(5)
            world.universe.time.skip(DAY_MS)
          }
          await world.minutes(15)
          return world.broken('shelves-agree')
        },
        { shop: { staticToken: false } },
      ),
  },
]

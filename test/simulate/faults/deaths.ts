import type { Chance } from '../chance.ts'
import type { Ending } from '../process.ts'
import type { Counter, World } from '../world.ts'
import { count, type FaultKind } from './kind.ts'

/** Programs and computers that end before one of their next steps. */
export const deathFaults: readonly FaultKind[] = [
  death('agent-killed', 4, 'kill', (world, chance) => chance.pick(world.counters).till),
  death('agent-power-cut', 3, 'power', (world, chance) => chance.pick(world.counters).till),
  death('hub-killed', 4, 'kill', world => world.hub),
  death('hub-power-cut', 3, 'power', world => world.hub),
  {
    name: 'shop-killed',
    weight: 1,
    strike(world, _chance, counts) {
      count(counts, this.name, 1)
      void world.shop.restart()
      return 'Shopify’s front end restarts; requests under way are lost'
    },
  },
]

function death(
  name: string,
  weight: number,
  how: Ending,
  victim: (world: World, chance: Chance) => Pick<Counter['till'], 'machine' | 'process'>,
): FaultKind {
  return {
    name,
    weight,
    strike(world, chance, counts) {
      const { machine, process } = victim(world, chance)
      const running = process()
      running?.onDeath(ended => count(counts, name, ended === how ? 1 : 0))
      if (chance.once(2)) {
        const commits = chance.between(1, 6)
        running?.killAfterCommits(commits, how)
        return `${machine.name} will end by ${how} right after ${commits} commits`
      }
      const steps = chance.between(1, 400)
      running?.killAfter(steps, how)
      return `${machine.name} will end by ${how} after ${steps} steps`
    },
  }
}

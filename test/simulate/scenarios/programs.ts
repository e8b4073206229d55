import type { Scenario } from '../scenarios.ts'
import { scene } from '../scene.ts'

export const programScenarios: readonly Scenario[] = [
  {
    says: 'A hub that is older than its database says so, and which version to install',
    play: () =>
      scene(async world => {
        await world.settle(world.hub.stop())
        await world.hub.database.pretendNewer()
        world.hub.start()
        await world.pass(1_000)
        const said = world.hub.errors().at(-1) ?? 'nothing'
        world.hub.halt()
        return /newer version .*Install that version/.test(said) ? null : `It says: ${said}`
      }),
  },
]

import type { World } from '../../shared/world.ts'
import type { SupportHost } from '../doctor/answer-hub.ts'
import type { LaunchHost } from '../peripherals/host/host-link.ts'
import { thisMachine } from './this-machine.ts'

/** How a running agent examines the till whose folder it has. */
export function supportHost(world: World, folder: string, launchHost: LaunchHost): SupportHost {
  return {
    async examine() {
      const { examine } = await import('./examine.ts') // an agent that is asked nothing needs none of it
      return examine({ world }, { folder, scanNetwork: false, inAgent: { launchHost } }, () => {})
    },
    machine: thisMachine,
  }
}

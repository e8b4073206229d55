import type { World } from '../../shared/world.ts'
import type { AgentConfig } from '../config.ts'
import { askByProxy } from '../hub-proxy.ts'
import { checkHub } from './till-checks.ts'

/** Whether the hub answers on the way that other settings name; what runs goes on with its own. */
export async function wouldReachHub(
  world: Pick<World, 'files' | 'sockets' | 'timers' | 'log'>,
  folder: string,
  ways: { readonly other: AgentConfig; readonly inUse: AgentConfig },
): Promise<boolean> {
  const findings = await askByProxy(world, ways, () => checkHub(world, folder))
  return findings.some(({ verdict }) => verdict === 'ok')
}

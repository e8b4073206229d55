import { describeError } from '../shared/errors.ts'
import type { ProxyRoute, World } from '../shared/world.ts'
import type { AgentConfig } from './config.ts'

/** From now on the hub is reached as this till's settings say. */
export function leaveByProxy(
  world: Pick<World, 'sockets' | 'files' | 'log'>,
  { network }: Pick<AgentConfig, 'network'>,
): void {
  world.sockets.proxy?.use(routeOf(world, network.proxy))
}

function routeOf(world: Pick<World, 'files' | 'log'>, proxy: AgentConfig['network']['proxy']): ProxyRoute {
  if (proxy === undefined) return 'environment'
  if (proxy === 'none') return 'direct'
  const { url, user, passwordFile } = proxy
  return { url, user, password: passwordFile === undefined ? undefined : passwordIn(world, passwordFile) }
}

/** Undefined when it can't be read: the till sells on, and what the proxy says to that is shown. */
function passwordIn({ files, log }: Pick<World, 'files' | 'log'>, path: string): string | undefined {
  try {
    const text = files.readText(path)
    if (text === null) log.error({ path }, 'the file with the proxy’s password is not there')
    return text?.replace(/\r?\n$/, '')
  } catch (error) {
    log.error({ path, ...describeError(error) }, 'the proxy’s password can’t be read')
    return undefined
  }
}

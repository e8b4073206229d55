import { describeError } from '../shared/errors.ts'
import type { Cancel, ProxyRoute, World } from '../shared/world.ts'
import type { AgentConfig } from './config.ts'

type ProxyWorld = Pick<World, 'sockets' | 'files' | 'log'>
type Network = Pick<AgentConfig, 'network'>

/** From now on the hub is reached as this till's settings say. */
export function leaveByProxy(world: ProxyWorld, { network }: Network): void {
  use(world, routeOf(world, network.proxy))
}

/** What `ask` connects with at its beginning goes as `other` says, and all else goes on as `inUse` says. */
export function askByProxy<T>(
  world: ProxyWorld,
  { other, inUse }: { other: Network; inUse: Network },
  ask: () => T,
): T {
  leaveByProxy(world, other)
  try {
    return ask()
  } finally {
    leaveByProxy(world, inUse)
  }
}

const LOOK_EVERY_MS = 10_000

/** As `leaveByProxy`, and the password's file is read again every ten seconds: passwords change, and files come late. */
export function followProxy(world: ProxyWorld & Pick<World, 'timers'>, { network }: Network): Disposable {
  const { proxy } = network
  let said = ''
  const log = {
    ...world.log,
    error(facts: Parameters<World['log']['error']>[0], message: string) {
      const next = JSON.stringify([facts, message])
      if (next !== said) world.log.error(facts, message) // not every ten seconds
      said = next
    },
  }
  let cancel: Cancel = () => {}
  function look(): void {
    use({ sockets: world.sockets, files: world.files, log }, routeOf({ files: world.files, log }, proxy))
    if (typeof proxy === 'object' && proxy.passwordFile !== undefined)
      cancel = world.timers.after(LOOK_EVERY_MS, look)
  }
  look()
  return { [Symbol.dispose]: () => cancel() }
}

function use({ sockets, log }: ProxyWorld, route: ProxyRoute): void {
  sockets.proxy?.use(route)
  const fault = route === 'environment' ? null : sockets.proxy?.unusable() // that of the environment was said at the start
  if (fault) log.error({}, fault)
}

function routeOf(world: Pick<World, 'files' | 'log'>, proxy: AgentConfig['network']['proxy']): ProxyRoute {
  if (proxy === undefined) return 'environment'
  if (proxy === 'none') return 'direct'
  const { url, user, passwordFile } = proxy
  if (passwordFile === undefined) return { url, user }
  const password = passwordIn(world, passwordFile)
  return { url, user, password, credentials: { from: passwordFile, isRead: password !== undefined } }
}

/** Undefined when it can't be read: the till sells on, and what the proxy says to that is shown. */
function passwordIn({ files, log }: Pick<World, 'files' | 'log'>, path: string): string | undefined {
  try {
    const text = files.readText(path)
    if (text === null) log.error({ path }, 'the file with the proxy’s password is not there')
    // editors of Windows begin a file with that mark
    const password = text?.replace(/^\uFEFF/, '').replace(/\r?\n$/, '')
    if (password === '') log.error({ path }, 'the file with the proxy’s password is empty')
    return password === '' ? undefined : password
  } catch (error) {
    log.error({ path, ...describeError(error) }, 'the proxy’s password can’t be read')
    return undefined
  }
}

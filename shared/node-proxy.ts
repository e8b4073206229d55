import http, { type Agent as HttpAgent } from 'node:http'
import { Agent } from 'node:https'
import { proxyAddressFault } from './proxy-address.ts'
import type { Log, ProxyCredentials, ProxyRoute, ProxySwitch } from './world.ts'

/** What never leaves this PC goes through no proxy. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]'] as const

type Environment = Readonly<Record<string, string | undefined>>

interface Proxy {
  /** With name and password. */
  readonly address: string
  /** Hosts that are connected to directly, as NO_PROXY has them. */
  readonly except: string
}

/** What a route leads to. */
interface Way {
  readonly proxy: Proxy | null
  /** Why the proxy that is set can't be used, without its name and password; null: it can, or none is set. */
  readonly unusable: string | null
}

let inUse: Proxy | null = null
let unusable: string | null = null
let credentials: ProxyCredentials | null = null
let giveBack = () => {}
let hasAskedEnvironment = false

/**
 * The way through a proxy (HTTP CONNECT) that Node itself has. `fetch` has one for the whole process, so this is one for the whole process.
 */
export const nodeProxy: ProxySwitch = {
  use(route) {
    const way = wayOf(route)
    unusable = way.unusable
    credentials = credentialsOf(route, way)
    take(way.proxy)
  },
  shown() {
    if (inUse === null) return null
    const { protocol, host } = new URL(inUse.address)
    return `${protocol}//${host}`
  },
  unusable: () => unusable,
  credentials: () => credentials,
}

/** Once, at the start of a process: its environment decides until settings do. */
export function proxyOfStart(log: Pick<Log, 'warn'>): void {
  if (hasAskedEnvironment) return
  hasAskedEnvironment = true
  nodeProxy.use('environment')
  if (unusable !== null) log.warn({}, unusable)
}

/** Where Node keeps what `fetch` connects with. */
const DISPATCHER = Symbol.for('undici.globalDispatcher.1')

/**
 * At the end of a command: ends what still waits for a proxy. Node goes on waiting for one that took a connection and
 * never answers, also for a request that was given up, and that would keep the process.
 */
export async function leaveProxy(): Promise<void> {
  if (inUse === null) return
  const dispatcher: unknown = Reflect.get(globalThis, DISPATCHER)
  take(null)
  if (isDestroyable(dispatcher)) await dispatcher.destroy()
}

function isDestroyable(value: unknown): value is { destroy(): Promise<void> } {
  return (
    typeof value === 'object' && value !== null && 'destroy' in value && typeof value.destroy === 'function'
  )
}

/** What carries a request to an address there, for what is not `fetch`; undefined: nothing special does. */
export function proxyAgent(url: URL): HttpAgent | undefined {
  if (inUse === null || !/^(https|wss):$/.test(url.protocol)) return undefined
  return new Agent({ keepAlive: false, proxyEnv: variablesOf(inUse) })
}

function take(next: Proxy | null): void {
  if (next?.address === inUse?.address && next?.except === inUse?.except) return
  giveBack()
  giveBack = () => {}
  inUse = next
  if (next === null) return
  if (!('setGlobalProxyFromEnv' in http)) {
    inUse = null
    unusable = notUsed(
      'The proxy that is set',
      'the Node.js that this program runs on has no way through one',
    )
    return
  }
  try {
    giveBack = http.setGlobalProxyFromEnv(variablesOf(next))
  } catch {
    inUse = null
    unusable = notUsed('The proxy that is set', 'Node does not take its address') // Node's own words hold the password
  }
}

const variablesOf = ({ address, except }: Proxy) => ({ https_proxy: address, no_proxy: except })

function wayOf(route: ProxyRoute): Way {
  if (route === 'direct') return { proxy: null, unusable: null }
  if (route === 'environment') return proxyOfEnvironment(process.env)
  const address = new URL(route.url)
  address.username = encodeURIComponent(route.user ?? '')
  address.password = encodeURIComponent(route.password ?? '')
  return { proxy: { address: address.href, except: LOOPBACK.join(',') }, unusable: null }
}

function credentialsOf(route: ProxyRoute, { proxy }: Way): ProxyCredentials | null {
  if (route === 'direct' || proxy === null) return null
  if (route !== 'environment') return route.credentials ?? null
  const { username, password } = new URL(proxy.address)
  return username === '' && password === '' ? null : { from: 'HTTPS_PROXY', isRead: true }
}

/** The proxy that an environment names for https; `host:port` is one that is spoken to by http, as others take it too. */
export function proxyOfEnvironment(env: Environment): Way {
  const given = (env['https_proxy'] || env['HTTPS_PROXY'] || '').trim()
  if (given === '') return { proxy: null, unusable: null }
  const address = /^[^/]+:\d{1,5}\/?$/.test(given) ? `http://${given}` : given
  const fault = proxyAddressFault(address)
  if (fault !== null) return { proxy: null, unusable: notUsed('HTTPS_PROXY is set and', fault) }
  const except = [...LOOPBACK, env['no_proxy'] || env['NO_PROXY'] || ''].filter(host => host !== '')
  return { proxy: { address, except: except.join(',') }, unusable: null }
}

const notUsed = (what: string, why: string) =>
  `${what} can't be used: ${why}. Until it is corrected, no proxy is used.`

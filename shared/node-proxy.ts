import http, { type Agent as HttpAgent } from 'node:http'
import { Agent } from 'node:https'
import type { ProxyRoute, ProxySwitch } from './world.ts'

/** What never leaves this PC goes through no proxy. */
const LOOPBACK = ['localhost', '127.0.0.1', '::1', '[::1]'] as const

type Environment = Readonly<Record<string, string | undefined>>

interface Proxy {
  /** With name and password. */
  readonly address: string
  /** Hosts that are connected to directly, as NO_PROXY has them. */
  readonly except: string
}

let inUse: Proxy | null = null
let giveBack = () => {}
let hasAskedEnvironment = false

/**
 * The way through a proxy (HTTP CONNECT) that Node itself has. `fetch` has one for the whole process, so this is one for the whole process.
 */
export const nodeProxy: ProxySwitch = {
  use: route => take(proxyOf(route)),
  shown() {
    if (inUse === null) return null
    const { protocol, host } = new URL(inUse.address)
    return `${protocol}//${host}`
  },
}

/** Once, at the start of a process: its environment decides until settings do. */
export function proxyOfStart(): void {
  if (hasAskedEnvironment) return
  hasAskedEnvironment = true
  nodeProxy.use('environment')
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
  if (next === null || !('setGlobalProxyFromEnv' in http)) return // an older Node, as in Electron
  giveBack = http.setGlobalProxyFromEnv(variablesOf(next))
}

const variablesOf = ({ address, except }: Proxy) => ({ https_proxy: address, no_proxy: except })

function proxyOf(route: ProxyRoute): Proxy | null {
  if (route === 'direct') return null
  if (route === 'environment') return proxyOfEnvironment(process.env)
  const address = new URL(route.url)
  address.username = encodeURIComponent(route.user ?? '')
  address.password = encodeURIComponent(route.password ?? '')
  return { address: address.href, except: LOOPBACK.join(',') }
}

/** The proxy that an environment names for https; null: none, or one that is not spoken to by HTTP, such as SOCKS. */
export function proxyOfEnvironment(env: Environment): Proxy | null {
  const address = env['https_proxy'] || env['HTTPS_PROXY'] || ''
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol)) return null
  const except = [...LOOPBACK, env['no_proxy'] || env['NO_PROXY'] || ''].filter(host => host !== '')
  return { address, except: except.join(',') }
}

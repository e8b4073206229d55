import { randomBytes } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import type { Timers } from '../../../shared/world.ts'
import { nodeServer } from './http/node-server.ts'
import { openSandboxShopify, type SandboxShop, type ShopOptions, type ShopWorld } from './open.ts'

export type { ShopSeed } from './state/seed.ts'

export interface SandboxShopifyOptions extends ShopOptions {
  /** 0 or nothing: any free port. */
  readonly port?: number
  readonly host?: '127.0.0.1'
  readonly now?: () => number
  readonly world?: Partial<ShopWorld>
}

/** A shop on a port of this machine. */
export interface SandboxShopify extends SandboxShop {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
}

/** A test's clock may jump without telling the timers. */
const lookAgainMs = 50

/** Starts a shop in real time on a real socket, from its state file or from the seed. */
export async function startSandboxShopify(options: SandboxShopifyOptions): Promise<SandboxShopify> {
  let url = ''
  const shop = openSandboxShopify(
    { origin: () => url, ...options },
    {
      clock: { now: options.now ?? Date.now },
      timers: nodeTimers,
      random: { bytes: randomBytes },
      // One connection a webhook, so a receiver that closes is not kept waiting.
      fetch: (url, init) => fetch(url, { ...init, headers: { ...init?.headers, Connection: 'close' } }),
      lookAgainMs,
      ...options.world,
    },
  )
  const server = nodeServer(shop.handle)
  const close = async (): Promise<void> => {
    const closed = new Promise<void>(resolve => server.close(() => resolve()))
    server.closeAllConnections()
    await closed
    await shop.close()
  }
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
    })
  } catch (error) {
    await shop.close()
    throw error
  }
  const { port } = server.address() as AddressInfo
  url = `http://127.0.0.1:${port}`
  return { ...shop, url, close, [Symbol.asyncDispose]: close }
}

/** Timers that keep no process alive. */
const nodeTimers: Timers = {
  after(ms, run) {
    // Node fires a wait above 2^31 at once.
    const timer = setTimeout(run, Math.min(ms, 2 ** 31 - 1)).unref()
    return () => clearTimeout(timer)
  },
  soon(run) {
    const turn = setImmediate(run)
    return () => clearImmediate(turn)
  },
}

import { join } from 'node:path'
import { openSandboxShopify, type SandboxShop, type ShopOptions } from '../sandbox/shopify/open.ts'
import type { ShopSeed } from '../sandbox/shopify/state/seed.ts'
import type { Chance } from './chance.ts'
import { bystander } from './network.ts'
import type { Universe } from './process.ts'

export const SHOP_DOMAIN = 'pretend.myshopify.com'
export const SHOP_TOKEN = 'shpat_simulated'
export const SHOP_CLIENT = 'simulated-client-id'
export const SHOP_SECRET = 'hush-hush-simulated-secret'

/** Scopes and switches that a shop was given. */
export type ShopLikeness = Partial<
  Omit<ShopOptions, 'file' | 'seed' | 'accessToken' | 'clientId' | 'clientSecret'>
>

/** The pretend Shopify as one host of the network. It may end and start again on its file. */
export interface ShopMachine {
  shop(): SandboxShop
  restart(): Promise<void>
  close(): Promise<void>
}

/** Starts the shop; requests that it was working on when it ends are lost. */
export function startShop(
  universe: Universe,
  parts: { folder: string; seed: ShopSeed; chance: Chance; likeness: ShopLikeness },
): ShopMachine {
  const { time, network, epoch } = universe
  let life = 0
  let isOpen = true
  const sockets = network.socketsOf(SHOP_DOMAIN, bystander)
  const open = (): SandboxShop => {
    const own = life
    const isCurrent = () => isOpen && own === life
    return openSandboxShopify(
      {
        file: join(parts.folder, 'shop.db'),
        seed: parts.seed,
        accessToken: SHOP_TOKEN,
        clientId: SHOP_CLIENT,
        clientSecret: SHOP_SECRET,
        webhookHosts: 'any',
        webhookScheme: 'https',
        costBucket: { maximumAvailable: 20_000, restoreRate: 1_000 },
        ...parts.likeness,
      },
      {
        clock: { now: () => epoch + Math.floor(time.elapsedMs()) },
        timers: {
          after: (ms, run) => time.after(ms, () => isCurrent() && run()),
          soon: run => time.after(0, () => isCurrent() && run()),
        },
        random: parts.chance,
        fetch: (url, init) => sockets.fetch(url, init),
      },
    )
  }
  let shop = open()
  network.addHost(SHOP_DOMAIN, async (url, init) => {
    const own = life
    const answer = await shop.fetch(url, init)
    if (own !== life) throw new TypeError('fetch failed')
    return answer
  })
  return {
    shop: () => shop,
    async restart() {
      const closing = shop
      life += 1
      await closing.close()
      shop = open()
    },
    async close() {
      isOpen = false
      await shop.close()
    },
  }
}

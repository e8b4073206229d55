import { z } from 'zod'
import type { Scene } from './scene.ts'

/** What the scenarios and the known failures do again and again. */

export const TEE = { sku: 'TEE-1', price: 490 }
export const MUG = { sku: 'MUG-2', price: 1190 }

/** Sells single units, each on a receipt of its own. */
export function sellOneByOne(
  world: Scene,
  count: number,
  of: { till?: number; good?: typeof TEE; store?: string } = {},
): void {
  const { till = 1, good = TEE, store = 'S1' } = of
  for (let sale = 0; sale < count; sale += 1) world.counter(store, till).pos.sell([{ ...good, units: 1 }])
}

/** Sells units on one receipt, at the first till of S1. */
export function sellUnits(world: Scene, units: number, good = TEE): void {
  world.counter('S1').pos.sell([{ ...good, units }])
}

/** Ends an agent of S1, runs `off`, and starts the agent again. */
export async function whileAgentIsOff(
  world: Scene,
  off: () => void | Promise<void>,
  till = 1,
): Promise<void> {
  const { till: agent } = world.counter('S1', till)
  await world.settle(agent.stop())
  await off()
  agent.start()
  await world.pass(10_000)
}

/** Stops the hub, runs `off`, and starts it again. */
export async function whileHubIsOff(world: Scene, off: () => void | Promise<void>): Promise<void> {
  await world.settle(world.hub.stop())
  await off()
  world.hub.start()
  await world.settle(world.hub.ready())
}

/** Another app changes a level in Shopify. */
export function adjustOnline(world: Scene, delta: number): void {
  const change = { by: 'other-app', sku: TEE.sku, location: 'S1', delta }
  world.shop.shop().control('POST', '/sandbox/stock/adjust', change)
}

/** What Shopify shows of an item in S1 when it is not what the shelf holds. */
export function wrongOnline(world: Scene, sku = TEE.sku): string | null {
  const [shelf, online] = [world.truth.units('S1', sku), world.online('S1', sku)]
  return shelf === online ? null : `${shelf} on the shelf, ${online} in Shopify`
}

const Named = z.array(z.object({ id: z.string() })).min(1)
/** The number in the first one's global id. */
export const firstOf = (list: unknown): number => Number(Named.parse(list)[0]?.id.split('/').at(-1))

import type { Chance } from '../chance.ts'
import type { HubMachine } from '../hub-machine.ts'
import { SHOP_DOMAIN } from '../shop-machine.ts'
import type { TillMachine } from '../till-machine.ts'
import type { World } from '../world.ts'

/** Something that goes wrong. A new one is an entry in a list of this folder. */
export interface FaultKind {
  readonly name: string
  /** How likely it is among the others. */
  readonly weight: number
  /** Makes it happen now. It ends after a while, or by `healAll`. @returns what to tell in the story */
  strike(world: World, chance: Chance, counters: FaultCounts): string
}

/** How often each came about: a fault that struck where nothing was going on is not counted. */
export type FaultCounts = Map<string, number>

export const SECOND_MS = 1_000

export function count(counts: FaultCounts, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by)
}

/** Every PC with a program of ours. */
export function machinesOf(world: World): readonly (HubMachine | TillMachine)[] {
  return [world.hub, ...world.counters.map(({ till }) => till)]
}

/** Any till, now and then the hub or Shopify. */
export function anyMachine(world: World, chance: Chance): string {
  if (chance.once(6)) return world.hub.machine.name
  if (chance.once(8)) return SHOP_DOMAIN
  return chance.pick(world.counters).till.machine.name
}

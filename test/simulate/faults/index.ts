import type { Chance } from '../chance.ts'
import { SHOP_DOMAIN } from '../shop-machine.ts'
import type { World } from '../world.ts'
import { deathFaults } from './deaths.ts'
import { diskFaults } from './disks.ts'
import { type FaultKind, machinesOf } from './kind.ts'
import { lineFaults } from './lines.ts'
import { pcFaults } from './pcs.ts'
import { peopleFaults } from './people.ts'
import { restoreFaults } from './restores.ts'
import { shopifyFaults } from './shopify.ts'
import { switchedOff } from './switched-off.ts'

/** Everything that can go wrong. */
export const allFaults: readonly FaultKind[] = [
  ...lineFaults,
  ...deathFaults,
  ...diskFaults,
  ...shopifyFaults,
  ...peopleFaults,
  ...pcFaults,
  ...restoreFaults,
]

/** What goes wrong in a seed unless it is told otherwise. */
export const faults: readonly FaultKind[] = allFaults.filter(({ name }) => !(name in switchedOff))

/** Draws one by its weight. */
export function anyFault(chance: Chance, among: readonly FaultKind[]): FaultKind {
  let left = chance.between(
    1,
    among.reduce((sum, { weight }) => sum + weight, 0),
  )
  for (const fault of among) {
    left -= fault.weight
    if (left <= 0) return fault
  }
  throw new RangeError('no fault to draw from')
}

/** All lines, disks and clocks are as they should be. What died starts again; what was lost stays lost. */
export function healAll(world: World): void {
  const { network } = world.universe
  for (const { machine } of machinesOf(world)) {
    Object.assign(network.line(machine.name), { state: 'good', slowMs: 0 })
    Object.assign(machine.disk, { trouble: 'none', spare: 0, tornBytes: 0 })
    machine.clockOffsetMs = 0
    network.loseAnswers(machine.name, 0)
  }
  Object.assign(network.line(SHOP_DOMAIN), { state: 'good', slowMs: 0 })
  network.loseAnswers(SHOP_DOMAIN, 0)
  world.shop.shop().faults.clear()
}

import { healAll } from './faults/index.ts'
import type { FaultCounts, FaultKind } from './faults/kind.ts'
import { basket } from './goods.ts'
import { customer } from './people.ts'
import { openWorld, type World } from './world.ts'

const SECOND_MS = 1_000
const LOOKS = 40

/** A fault, and how often it came about when it struck. */
export interface Tried {
  readonly name: string
  readonly came: number
}

/** Lets each fault strike in a company at work until it has come about, and heals everything before the next. */
export async function tryFaults(among: readonly FaultKind[]): Promise<readonly Tried[]> {
  await using world = await openWorld({
    seed: 'every fault',
    stores: 2,
    tills: 3,
    epoch: Date.UTC(2026, 10, 25, 8),
  })
  const work = keepBusy(world)
  const tried: Tried[] = []
  for (const fault of among) {
    const counts: FaultCounts = new Map()
    const chance = world.chance.fork(fault.name)
    for (let look = 0; look < LOOKS && (counts.get(fault.name) ?? 0) === 0; look += 1) {
      if (look % 10 === 0) fault.strike(world, chance, counts)
      await world.pass(15 * SECOND_MS)
    }
    healAll(world)
    await world.universe.time.settle(fault.name, world.errandsDone(), 900 * SECOND_MS)
    await world.pass(30 * SECOND_MS)
    tried.push({ name: fault.name, came: counts.get(fault.name) ?? 0 })
  }
  work.stop()
  return tried
}

/** Sales, orders and staff at work until told to stop. */
function keepBusy(world: World): { stop(): void } {
  const { time } = world.universe
  const chance = world.chance.fork('work')
  let isStopped = false
  const every = (ms: number, act: () => void): void => {
    time.after(ms, () => {
      if (isStopped) return
      act()
      every(ms, act)
    })
  }
  for (const { pos, staff } of world.counters) {
    every(20 * SECOND_MS, () => void pos.sell(basket(chance)))
    every(25 * SECOND_MS, () => void staff.work())
  }
  for (const { code } of world.stores)
    every(60 * SECOND_MS, () => {
      const staff = world.counters.filter(({ till }) => till.store === code).map(each => each.staff)
      if (staff.length > 0) void customer(world.universe, code, staff, { ...world, chance })
    })
  return {
    stop() {
      isStopped = true
    },
  }
}

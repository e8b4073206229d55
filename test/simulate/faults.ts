import type { Chance } from './chance.ts'
import type { Ending } from './process.ts'
import { SHOP_DOMAIN } from './shop-machine.ts'
import type { Counter, World } from './world.ts'

/** Something that goes wrong. A new one is an entry in `faults`. */
export interface FaultKind {
  readonly name: string
  /** How likely it is among the others. */
  readonly weight: number
  /** Makes it happen now. It ends after a while, or by `healAll`. @returns what to tell in the story */
  strike(world: World, chance: Chance, counters: FaultCounts): string
}

/** How often each came about: a fault that struck where nothing was going on is not counted. */
export type FaultCounts = Map<string, number>

const SECOND_MS = 1_000

export const faults: readonly FaultKind[] = [
  {
    name: 'line-cut',
    weight: 4,
    strike(world, chance, counts) {
      const name = anyMachine(world, chance)
      const { network, time } = world.universe
      const ended = network.cut(name)
      count(counts, this.name, ended)
      network.line(name).state = 'cut'
      const ms = chance.between(1, 180) * SECOND_MS
      time.after(ms, () => {
        network.line(name).state = 'good'
      })
      return `The line of ${name} is cut for ${ms / SECOND_MS} s`
    },
  },
  {
    name: 'line-cut-mid-frame',
    weight: 3,
    strike(world, chance, counts) {
      const name = chance.pick([world.hub, ...world.counters.map(({ till }) => till)]).machine.name
      const { network } = world.universe
      network.cutInNextFrame(name, () => count(counts, this.name, network.cut(name)))
      return `The line of ${name} breaks in the middle of its next frame`
    },
  },
  {
    name: 'line-half-open',
    weight: 3,
    strike(world, chance, counts) {
      const name = anyMachine(world, chance)
      const { network, time } = world.universe
      network.line(name).state = 'swallows'
      count(counts, this.name, 1)
      const ms = chance.between(5, 120) * SECOND_MS
      time.after(ms, () => {
        network.line(name).state = 'good'
      })
      return `The line of ${name} swallows everything for ${ms / SECOND_MS} s`
    },
  },
  {
    name: 'line-slow',
    weight: 2,
    strike(world, chance, counts) {
      const name = anyMachine(world, chance)
      const line = world.universe.network.line(name)
      line.slowMs = chance.between(200, 2_000)
      count(counts, this.name, 1)
      world.universe.time.after(chance.between(10, 120) * SECOND_MS, () => {
        line.slowMs = 0
      })
      return `The line of ${name} is ${line.slowMs} ms slow`
    },
  },
  death('agent-killed', 4, 'kill', (world, chance) => chance.pick(world.counters).till),
  death('agent-power-cut', 3, 'power', (world, chance) => chance.pick(world.counters).till),
  death('hub-killed', 4, 'kill', world => world.hub),
  death('hub-power-cut', 3, 'power', world => world.hub),
  {
    name: 'shop-killed',
    weight: 1,
    strike(world, _chance, counts) {
      count(counts, this.name, 1)
      void world.shop.restart()
      return 'Shopify’s front end restarts; requests under way are lost'
    },
  },
  {
    name: 'disk-full',
    weight: 1,
    strike: (world, chance, counts) => diskTrouble(world, chance, counts, 'full'),
  },
  {
    name: 'disk-failing',
    weight: 1,
    strike: (world, chance, counts) => diskTrouble(world, chance, counts, 'failing'),
  },
  {
    name: 'clock-jump',
    weight: 2,
    strike(world, chance, counts) {
      const { till } = chance.pick(world.counters)
      const ms = chance.between(-7_200, 7_200) * SECOND_MS
      till.machine.clockOffsetMs += ms
      count(counts, this.name, 1)
      return `The clock of ${till.machine.name} jumps by ${ms / SECOND_MS} s`
    },
  },
  ...(
    [
      ['webhook-silent', 2],
      ['webhook-twice', 2],
      ['webhook-late', 2],
      ['webhook-reordered', 2],
    ] as const
  ).map(([kind, weight]) => shopFault(kind, weight, { times: 3, ms: 60_000 })),
  ...(
    [
      ['throttled', 2],
      ['http-5xx', 2],
      ['lost-answer', 4],
      ['lost-request', 2],
      ['slow', 1],
      ['search-lag', 1],
      ['html-body', 1],
      ['http-429', 1],
    ] as const
  ).map(([kind, weight]) => shopFault(kind, weight, { times: 2, ms: 4_000 })),
  {
    name: 'poison-row',
    weight: 1,
    strike(world, chance, counts) {
      const { pos, till } = chance.pick(world.counters)
      pos.poison().then(
        status => count(counts, this.name, status === 400 ? 1 : 0),
        () => undefined, // the agent is not up
      )
      return `The POS of ${till.machine.name} posts a row that can't be read`
    },
  },
  {
    name: 'answer-lost',
    weight: 2,
    strike(world, chance, counts) {
      const name = chance.pick([SHOP_DOMAIN, ...world.counters.map(({ till }) => till.machine.name)])
      world.universe.network.loseAnswers(name, chance.between(1, 3))
      count(counts, this.name, 1)
      return `Answers to ${name} are lost`
    },
  },
]

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
    Object.assign(machine.disk, { trouble: 'none', spare: 0 })
    machine.clockOffsetMs = 0
    network.loseAnswers(machine.name, 0)
  }
  Object.assign(network.line(SHOP_DOMAIN), { state: 'good', slowMs: 0 })
  network.loseAnswers(SHOP_DOMAIN, 0)
  world.shop.shop().faults.clear()
}

function count(counts: FaultCounts, name: string, by: number): void {
  counts.set(name, (counts.get(name) ?? 0) + by)
}

const machinesOf = (world: World) => [world.hub, ...world.counters.map(({ till }: Counter) => till)]

/** Any till, now and then the hub or Shopify. */
function anyMachine(world: World, chance: Chance): string {
  if (chance.once(6)) return world.hub.machine.name
  if (chance.once(8)) return SHOP_DOMAIN
  return chance.pick(world.counters).till.machine.name
}

function death(
  name: string,
  weight: number,
  how: Ending,
  victim: (world: World, chance: Chance) => Pick<Counter['till'], 'machine' | 'process'>,
): FaultKind {
  return {
    name,
    weight,
    strike(world, chance, counts) {
      const { machine, process } = victim(world, chance)
      const running = process()
      running?.onDeath(ended => count(counts, name, ended === how ? 1 : 0))
      if (chance.once(2)) {
        const commits = chance.between(1, 6)
        running?.killAfterCommits(commits, how)
        return `${machine.name} will end by ${how} right after ${commits} commits`
      }
      const steps = chance.between(1, 400)
      running?.killAfter(steps, how)
      return `${machine.name} will end by ${how} after ${steps} steps`
    },
  }
}

function diskTrouble(world: World, chance: Chance, counts: FaultCounts, trouble: 'full' | 'failing'): string {
  const { machine } = chance.pick(machinesOf(world))
  machine.disk.trouble = trouble
  world.expectedErrors.push(/SQLITE_(FULL|IOERR)|disk I\/O error|disk is full|ENOSPC|JOURNAL_DAMAGED/)
  count(counts, `disk-${trouble}`, 1)
  const ms = chance.between(5, 60) * SECOND_MS
  world.universe.time.after(ms, () => Object.assign(machine.disk, { trouble: 'none', spare: 0 }))
  return `The disk of ${machine.name} is ${trouble} for ${ms / SECOND_MS} s`
}

type ShopFault = Parameters<ReturnType<World['shop']['shop']>['faults']['set']>[0]

function shopFault(kind: ShopFault['kind'], weight: number, how: { times: number; ms: number }): FaultKind {
  return {
    name: kind,
    weight,
    strike(world, chance, counts) {
      const { faults } = world.shop.shop()
      const times = chance.between(1, how.times)
      const operation = chance.pick(['', '', 'inventoryAdjustQuantities', 'fulfillment'])
      faults.set({ kind, times, ms: how.ms, ...(kind.startsWith('webhook') ? {} : { operation }) })
      world.universe.time.after(120 * SECOND_MS, () => {
        const left = faults.active().filter(one => one.kind === kind).length
        count(counts, kind, left === 0 ? 1 : 0)
      })
      return `Shopify: ${kind}, ${times} times`
    },
  }
}

import { chanceOf } from './chance.ts'
import type { Failure } from './failure.ts'
import { anyFault, faults, healAll } from './faults/index.ts'
import type { FaultCounts, FaultKind } from './faults/kind.ts'
import { basket } from './goods.ts'
import type { HubServer } from './hub-on-postgres.ts'
import { judge } from './invariants.ts'
import { likenessOf, wordsOf } from './likeness.ts'
import { workThroughExceptions } from './office.ts'
import { customer } from './people.ts'
import type { Told } from './trace.ts'
import { type Counter, openWorld, type World } from './world.ts'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

/** How large a simulated company is, and how hard its days are. */
export interface Scale {
  readonly stores: number
  readonly tills: number
  readonly days: number
  /** How long the shops are open each day. Between days every computer sleeps. */
  readonly minutes: number
  /** Sales of each till in a day. */
  readonly sales: number
  /** Online orders of each store in a day. */
  readonly orders: number
  /** Faults in a day, over all machines. */
  readonly faults: number
}

export const smallScale: Scale = { stores: 3, tills: 5, days: 2, minutes: 6, sales: 8, orders: 3, faults: 8 }

export interface RunOptions extends Scale {
  readonly seed: string
  /** Ends the run at this step; its databases are kept with `keep`. */
  readonly until?: number
  readonly keep?: string
  /** What can go wrong; what does so by default when left out. */
  readonly among?: readonly FaultKind[]
  /** Faults left out, by the place in which they were drawn; for shrinking. */
  readonly without?: ReadonlySet<number>
  onLine?(line: string): void
  /** On which the hub keeps its data; SQLite when left out. */
  readonly postgres?: HubServer
}

export interface Outcome {
  readonly seed: string
  readonly hash: string
  readonly steps: number
  readonly counts: FaultCounts
  readonly failures: readonly Failure[]
  readonly story: readonly Told[]
  readonly epoch: number
  /** What was done, so that a run without anything to judge is seen. */
  readonly did: { readonly sales: number; readonly orders: number; readonly handOvers: number }
  /** How many faults were drawn. */
  readonly faults: number
}

/** Thrown at the step at which a run was asked to end. */
export class RunEnded extends Error {
  override readonly name = 'RunEnded'
}

/** Mornings on which something about the calendar is odd. */
const epochs = [
  Date.UTC(2026, 2, 28, 8), // before summer time begins in Europe
  Date.UTC(2026, 9, 24, 7), // before it ends
  Date.UTC(2028, 1, 28, 8), // before a leap day
  Date.UTC(2026, 11, 31, 8), // the last day of a year
  Date.UTC(2026, 10, 25, 8),
]

/** Runs one seed from the first morning to the verdict. The same options give the same run, to the byte. */
export async function run(options: RunOptions): Promise<Outcome> {
  const epoch = epochs[seedNumber(options.seed) % epochs.length] ?? 0
  const likeness = likenessOf(chanceOf(`${options.seed} likeness`))
  await using world = await openWorld({
    seed: options.seed,
    stores: options.stores,
    tills: options.tills,
    epoch,
    shop: likeness,
    ...(options.keep === undefined ? {} : { keep: options.keep }),
    ...(options.onLine === undefined ? {} : { onLine: options.onLine }),
    ...(options.postgres === undefined
      ? {}
      : { hubDatabase: options.postgres.database, answersUnderWay: options.postgres.answersUnderWay }),
    onStep(step) {
      if (step === options.until) throw new RunEnded()
    },
  })
  world.universe.trace.tell(0, 'Shopify', `is like this: ${wordsOf(likeness)}`)
  const counts: FaultCounts = new Map()
  let drawn = 0
  let failures: readonly Failure[] = []
  try {
    for (let day = 0; day < options.days; day += 1) {
      drawn = planDay(world, options, { day, drawn, counts })
      await world.pass(options.minutes * MINUTE_MS)
      if (day + 1 < options.days) world.universe.time.skip(DAY_MS - options.minutes * MINUTE_MS)
    }
    failures = await verdict(world, counts)
  } catch (error) {
    if (!(error instanceof RunEnded)) throw error
  }
  const { truth, universe } = world
  const orders = [...truth.orders.values()]
  return {
    seed: options.seed,
    hash: universe.trace.hash(),
    steps: universe.time.steps(),
    counts,
    failures,
    story: universe.trace.story(),
    epoch,
    did: {
      sales: truth.receipts.size,
      orders: orders.length,
      handOvers: orders.reduce((sum, { handOvers }) => sum + handOvers, 0),
    },
    faults: drawn,
  }
}

/** The hub names a difference of Shopify's level when it has seen it for ten minutes. */
const NAMED_AFTER_MINUTES = 12

/**
 * The faults end; ten minutes later at most all that is judged must be in order. What asks for a person by then is done as
 * the runbook says, and once more all must be in order, or named.
 */
async function verdict(world: World, counts: FaultCounts): Promise<readonly Failure[]> {
  healAll(world)
  await world.universe.time.settle('what people began', world.errandsDone(), 15 * MINUTE_MS)
  healAll(world)
  for (const { till } of world.counters) till.start()
  world.hub.start()
  const most = 10 + (counts.has('stock-changed-in-shopify') ? NAMED_AFTER_MINUTES : 0)
  const failures = await inOrderWithin(world, most)
  if (failures.length === 0) return []
  const { time } = world.universe
  if (!(await time.settle('what the office does', workThroughExceptions(world), 15 * MINUTE_MS)))
    return failures
  return inOrderWithin(world, 10 + NAMED_AFTER_MINUTES)
}

/**
 * It is looked at from the fourth minute on: what agrees everywhere with nothing waiting anywhere is over, and an idle
 * company costs time to simulate.
 */
async function inOrderWithin(world: World, most: number): Promise<readonly Failure[]> {
  await world.pass(4 * MINUTE_MS)
  for (let minute = 4; ; minute += 2) {
    const failures = await world.universe.time.settle('the verdict', judge(world))
    if (failures.length === 0 || minute >= most) return failures
    await world.pass(2 * MINUTE_MS)
  }
}

function seedNumber(seed: string): number {
  return [...seed].reduce((sum, character) => sum * 31 + (character.codePointAt(0) ?? 0), 0) % 1_000_003
}

/** Everything that people and bad luck will do in a day, at moments drawn now. */
function planDay(
  world: World,
  options: RunOptions,
  before: { day: number; drawn: number; counts: FaultCounts },
): number {
  const { day, counts } = before
  const { time, trace } = world.universe
  const chance = world.chance.fork(`day ${day}`)
  const dayMs = options.minutes * MINUTE_MS
  const at = (work: () => void, draws = chance) => time.after(draws.between(1_000, dayMs - 1_000), work)
  for (const [index, counter] of world.counters.entries())
    planCounter(world, counter, options, { day, index })
  for (const store of world.stores) {
    const counters = world.counters.filter(({ till }) => till.store === store.code).map(({ staff }) => staff)
    const parts = { truth: world.truth, shop: world.shop, chance: chance.fork(`customers ${store.code}`) }
    const when = chance.fork(`orders ${store.code}`)
    for (let order = 0; order < options.orders; order += 1)
      at(() => void customer(world.universe, store.code, counters, parts), when)
  }
  const luck = chance.fork('faults')
  for (let fault = 0; fault < options.faults; fault += 1) {
    const kind = anyFault(luck, options.among ?? faults)
    const own = luck.fork(`fault ${fault}`)
    const number = before.drawn + fault
    if (options.without?.has(number) === true) continue
    at(() => trace.tell(time.elapsedMs(), `fault ${number}`, kind.strike(world, own, counts)), own)
  }
  return before.drawn + options.faults
}

function planCounter(
  world: World,
  { pos, staff, till }: Counter,
  options: RunOptions,
  { day, index }: { day: number; index: number },
): void {
  const { time } = world.universe
  const chance = world.chance.fork(`day ${day} till ${index}`)
  const dayMs = options.minutes * MINUTE_MS
  for (let sale = 0; sale < options.sales; sale += 1)
    time.after(chance.between(1_000, dayMs - 60_000), () => {
      const lines = basket(chance)
      const takesBack = chance.once(10)
      const taken = lines.filter(({ sku, units }) => world.truth.onShelf(till.store, sku) >= units)
      if (takesBack) pos.sell(lines.map(line => ({ ...line, units: -line.units })))
      else if (taken.length > 0) pos.sell(taken) // what is not there is not sold
    })
  for (let change = 0; change < options.sales / 4; change += 1)
    time.after(chance.between(dayMs / 4, dayMs - 30_000), () => {
      const open = pos.receipts().filter(({ state }) => state === 'sold')
      if (open.length === 0) return
      const receipt = chance.pick(open)
      if (chance.once(3)) pos.cancel(receipt)
      else
        pos.edit(
          receipt,
          basket(chance).map(line => ({ ...line, units: line.units * Math.sign(receipt.gross) })),
        )
    })
  for (let ms = chance.between(20_000, 60_000); ms < dayMs; ms += chance.between(30_000, 90_000))
    time.after(ms, () => void staff.work())
}

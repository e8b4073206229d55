import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { TillState } from '../../agent/till/api-schema.ts'
import { scratchFolder } from '../scratch-folder.ts'
import { type Chance, chanceOf } from './chance.ts'
import { goodDisk } from './disk.ts'
import type { Failure } from './failure.ts'
import { type Good, shopSeed, storesNamed } from './goods.ts'
import { type HubDatabase, hubOnSqlite } from './hub-database.ts'
import { HUB_NAME, type HubMachine, hubMachine, type StoreSetUp } from './hub-machine.ts'
import { bystander, openNetwork } from './network.ts'
import { type PeopleParts, type Staff, staffAt } from './people.ts'
import { openPos, type Pos } from './pos.ts'
import type { Machine, Universe } from './process.ts'
import { type ShopLikeness, type ShopMachine, startShop } from './shop-machine.ts'
import { type TillMachine, tillMachine } from './till-machine.ts'
import { openTrace } from './trace.ts'
import { openTruth, type Truth } from './truth.ts'
import { virtualTime } from './virtual-time.ts'
import { watchAcks } from './watch-acks.ts'

/** One till with its POS and its staff. */
export interface Counter {
  readonly till: TillMachine
  readonly pos: Pos
  readonly staff: Staff
  /** Events in the agent's journal that the hub has not acknowledged; all of them when the agent does not answer. */
  unsent(): Promise<number>
}

/** A whole simulated company: its machines, its people's tools and what is physically true. */
export interface World extends AsyncDisposable {
  readonly universe: Universe
  readonly folder: string
  readonly chance: Chance
  readonly truth: Truth
  readonly shop: ShopMachine
  readonly hub: HubMachine
  readonly stores: readonly StoreSetUp[]
  readonly counters: readonly Counter[]
  counter(store: string, till?: number): Counter
  /** Promises that were broken on the way. */
  readonly failuresOnTheWay: Failure[]
  /** Errors that a fault of this run brings about in a log. */
  readonly expectedErrors: RegExp[]
  /** Stores where the office no longer waits for what a lost hub told Shopify: it would still be judged if it came. */
  readonly waitsDropped: Set<string>
  pass(ms: number): Promise<void>
  /** Resolves when so much time has passed; for what goes on beside the rest. */
  wait(ms: number): Promise<void>
  /** Something that takes a while and must be done before a run is judged. */
  errand(what: string, work: () => Promise<void>): void
  /** Resolves when every errand is done. */
  errandsDone(): Promise<void>
  /** A PC that is switched off, with an empty disk. */
  machine(name: string): Machine
}

export interface WorldOptions {
  readonly seed: string
  readonly stores: number
  readonly tills: number
  /** Wall clock at the beginning, ms. */
  readonly epoch: number
  /** Opening stock of each item. */
  unitsOf?(store: StoreSetUp, good: Good, chance: Chance): number
  /** What the shops sell; left out: the few items of `goods`. */
  readonly goods?: readonly Good[]
  /** How this shop differs from the usual one. */
  readonly shop?: ShopLikeness
  onStep?(step: number, at: number): void
  onLine?(line: string): void
  /** Keeps the databases in this folder. */
  readonly keep?: string
  /** Where the hub keeps its data; in a file when left out. */
  hubDatabase?(machine: Machine): HubDatabase
  /** Whether an answer is under way from outside the virtual time, once one has come. */
  answersUnderWay?(): Promise<boolean>
}

/** Builds it: stores mapped, tills enrolled, hub and agents up and connected. */
export async function openWorld(options: WorldOptions): Promise<World> {
  const chance = chanceOf(options.seed)
  const folder = options.keep ?? mkdtempSync(join(scratchFolder(), 'tillbridge-simulation-'))
  mkdirSync(folder, { recursive: true })
  const time = virtualTime(options.onStep, options.answersUnderWay)
  const trace = openTrace(folder, options.onLine)
  const network = openNetwork({ time, trace, chance: chance.fork('network') })
  const universe: Universe = { time, trace, network, epoch: options.epoch }
  const machine = (name: string): Machine => {
    mkdirSync(join(folder, name), { recursive: true })
    return { name, folder: join(folder, name), disk: goodDisk(), clockOffsetMs: 0, running: null }
  }
  const stores = storesNamed(options.stores)
  const truth = openTruth()
  const stock = chance.fork('stock')
  const openingOf = (store: StoreSetUp, good: Good): number => {
    const units = options.unitsOf?.(store, good, stock) ?? stock.between(300, 400)
    truth.moveUnits(store.code, good.sku, units)
    return units
  }
  const seed = shopSeed(stores, openingOf, options.goods)
  const shop = startShop(universe, {
    folder: machine('shop').folder,
    seed,
    chance: chance.fork('shop'),
    likeness: options.shop ?? {},
  })
  const hubPc = machine(HUB_NAME)
  const database = options.hubDatabase?.(hubPc) ?? hubOnSqlite(hubPc, folder)
  const hub = hubMachine(universe, hubPc, database, chance.fork('hub'))
  await time.settle('stores', hub.addStores(stores))
  hub.start()
  await time.settle('the hub’s start', hub.ready())
  const counters: Counter[] = []
  for (let index = 0; index < options.tills; index += 1) {
    const store = stores[index % stores.length]
    if (store === undefined) throw new RangeError('a world needs a store')
    const number = Math.floor(index / stores.length) + 1
    const name = `${store.code.toLowerCase()}-till-${number}`
    const till = tillMachine(universe, machine(name), {
      store,
      till: `Till ${number}`,
      chance: chance.fork(`till ${index}`),
    })
    const people = { truth, shop, chance: chance.fork(`staff ${index}`) }
    counters.push(await openCounter(universe, { hub, till, people }))
  }
  const acks = watchAcks({ file: database.file, process: hub.process }, name => {
    const found = counters.find(({ till }) => till.machine.name === name)
    return found?.till.devices() ?? []
  })
  network.watch((from, to, text) => from === HUB_NAME && acks.frame(to, text))
  await time.runUntil(time.elapsedMs() + 5_000)
  return {
    universe,
    folder,
    chance,
    truth,
    shop,
    hub,
    stores,
    counters,
    failuresOnTheWay: acks.failures,
    expectedErrors: [],
    waitsDropped: new Set(),
    counter(store, till = 1) {
      const found = counters.find(each => each.till.store === store && each.till.till === `Till ${till}`)
      if (found === undefined) throw new RangeError(`there is no till ${till} in ${store}`)
      return found
    },
    pass: ms => time.runUntil(time.elapsedMs() + ms),
    wait: ms => new Promise(resolve => void time.after(ms, resolve)),
    ...errandsOf(acks.failures),
    machine,
    async [Symbol.asyncDispose]() {
      for (const { till } of counters) till.process()?.killAfter(0, 'stop')
      hub.process()?.killAfter(0, 'stop')
      await shop.close()
      await database.close()
      if (options.keep === undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Enrols a till and starts it; its POS and its staff come with it. */
async function openCounter(
  universe: Universe,
  { hub, till, people }: { hub: HubMachine; till: TillMachine; people: PeopleParts },
): Promise<Counter> {
  const { time } = universe
  const code = await time.settle('a code', hub.enrolCode(till.store, till.till))
  await time.settle('an enrolment', till.enrol(code))
  till.start()
  return {
    till,
    pos: openPos(universe, till, { truth: people.truth }),
    staff: staffAt(universe, till, people),
    unsent: () => unsentAt(universe, till),
  }
}

/** What goes on beside the rest; an errand that fails is a broken promise. */
function errandsOf(failures: Failure[]): Pick<World, 'errand' | 'errandsDone'> {
  const errands = new Set<Promise<void>>()
  return {
    errand(what, work) {
      const errand = work()
        .catch((error: unknown) => {
          failures.push({ invariant: 'errand-done', subject: what, detail: String(error) })
        })
        .finally(() => errands.delete(errand))
      errands.add(errand)
    },
    async errandsDone() {
      while (errands.size > 0) await Promise.all(errands)
    },
  }
}

async function unsentAt({ network }: Universe, till: TillMachine): Promise<number> {
  const link = till.pageLink()
  if (link === null) return Number.POSITIVE_INFINITY
  const sockets = network.socketsOf(till.machine.name, bystander)
  try {
    const authorization = `Bearer ${till.statusToken() ?? ''}`
    const answer = await sockets.fetch(new URL('/status', link).href, { headers: { authorization } })
    return TillState.parse(await answer.json()).unsent
  } catch {
    return Number.POSITIVE_INFINITY
  }
}

import { join } from 'node:path'
import { HubConfig } from '../../hub/config.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { createEnrolCode } from '../../hub/fleet/enrolment.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { type Hub, startHub } from '../../hub/hub.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { quietLog } from '../manual-world.ts'
import type { Chance } from './chance.ts'
import type { HubDatabase } from './hub-database.ts'
import { type Machine, type SimProcess, startProcess, type Universe } from './process.ts'
import { SHOP_CLIENT, SHOP_DOMAIN, SHOP_SECRET } from './shop-machine.ts'

export const HUB_NAME = 'hub.example'
export const HUB_URL = `https://${HUB_NAME}`
const SECOND_MS = 1_000

/** A store as head office knows it. */
export interface StoreSetUp {
  readonly code: string
  readonly name: string
  readonly zone: string
  readonly currency: string
  readonly warehouse: string
  readonly locationId: number
}

/** The real hub on a machine of its own. A service manager starts it again when it ends. */
export interface HubMachine {
  readonly machine: Machine
  readonly database: HubDatabase
  start(): void
  /** Resolves once it serves. */
  ready(): Promise<void>
  isUp(): boolean
  stop(): Promise<void>
  /** Ends it at once; it does not start again until told so. */
  halt(): void
  process(): SimProcess | null
  /** What each of its lives logged as an error. */
  errors(): readonly string[]
  /** Looks into its database from outside, as `hub audit` does. */
  look<T>(read: (db: Db) => Promise<T>): Promise<T>
  addStores(stores: readonly StoreSetUp[]): Promise<void>
  enrolCode(store: string, till: string): Promise<string>
}

/** How long the stores have been live when a run begins. */
const LIVE_FOR_MS = 7 * 86_400_000

export function hubMachine(
  universe: Universe,
  machine: Machine,
  database: HubDatabase,
  chance: Chance,
): HubMachine {
  const { time } = universe
  const secretFile = join(machine.folder, 'secret')
  const outside = nodeWorld({ log: quietLog }).files
  const outsideClock = { now: () => universe.epoch + time.elapsedMs(), monotonicMs: time.elapsedMs }
  const errors: string[] = []
  let hub: Hub | null = null
  let process: SimProcess | null = null
  let isWanted = false
  let ready = Promise.withResolvers<void>()

  const config = HubConfig.parse({
    host: '0.0.0.0',
    port: 443,
    publicUrl: HUB_URL,
    shopify: { shop: SHOP_DOMAIN, clientId: SHOP_CLIENT, clientSecretFile: secretFile },
  })

  async function run(own: SimProcess): Promise<void> {
    try {
      const opened = await database.openTo(own)
      if (!own.isAlive()) return
      const options = { ...opened, config, pages: machine.folder, releases: machine.folder, pid: 1 }
      const started = await startHub(options, own.world)
      if (!own.isAlive()) return
      hub = started
      ready.resolve()
    } catch (error) {
      if (!own.isAlive()) return
      errors.push(`the hub could not start: ${String(error)}`)
      own.killAfter(0, 'stop')
    }
  }

  function start(): void {
    isWanted = true
    if (process !== null) return
    const own = startProcess(universe, machine, chance)
    process = own
    own.onDeath(() => {
      errors.push(...own.errors)
      process = null
      hub = null
      ready = Promise.withResolvers()
      time.after(2 * SECOND_MS, () => isWanted && start())
    })
    void run(own)
  }

  async function withDb<T>(work: (db: Db) => Promise<T>): Promise<T> {
    const db = await database.look()
    try {
      return await work(db)
    } finally {
      await db.destroy()
    }
  }
  return {
    machine,
    database,
    start,
    ready: () => ready.promise,
    isUp: () => hub !== null,
    async stop() {
      isWanted = false
      await hub?.[Symbol.asyncDispose]()
      process?.killAfter(0, 'stop')
    },
    halt() {
      isWanted = false
      process?.killAfter(0, 'kill')
    },
    process: () => process,
    errors: () => [...errors, ...(process?.errors ?? [])],
    look: withDb,
    async addStores(stores) {
      await database.create()
      await withDb(db =>
        transaction(db, async tx => {
          outside.writePrivate(secretFile, SHOP_SECRET)
          for (const store of stores) {
            await putStore(tx, store, universe.epoch - LIVE_FOR_MS) // tills' clocks jump by hours
            await mapWarehouse(tx, store.code, store.warehouse, String(store.locationId), universe.epoch)
          }
        }),
      )
    },
    enrolCode: (store, till) =>
      withDb(db =>
        transaction(db, tx => createEnrolCode(tx, { random: chance, clock: outsideClock }, store, till)),
      ),
  }
}

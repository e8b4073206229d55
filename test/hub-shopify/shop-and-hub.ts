import { copyFileSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Kysely, type RawBuilder, sql } from 'kysely'
import type { Check } from '../../hub/checks/check.ts'
import { listExceptions, reconcileExceptions } from '../../hub/checks/exceptions.ts'
import { type Db, type Tx, transaction } from '../../hub/db/db.ts'
import { remainders } from '../../hub/db/migrations/017-remainders.ts'
import { addDevice } from '../../hub/fleet/devices.ts'
import { readFleet, takeInFleet } from '../../hub/fleet/restored-fleet.ts'
import { type SendRecord, startGeneration } from '../../hub/generation/generation.ts'
import { dueSums } from '../../hub/outbox/postings.ts'
import { openCustomerLinks } from '../../hub/pickups/customer-choice/links.ts'
import { readRollOuts, takeInRollOuts } from '../../hub/releases/restored-roll-outs.ts'
import { openShopifyClient, type ShopifyClient } from '../../hub/shopify/api/client.ts'
import { lookUpItems, syncCatalogue } from '../../hub/shopify/catalogue/catalogue.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { type OrderPoll, openOrderPoll } from '../../hub/shopify/orders/order-poll.ts'
import { runPickupWrites } from '../../hub/shopify/pickups/pickup-worker.ts'
import type { PickupWriteWork } from '../../hub/shopify/pickups/write-steps.ts'
import { type ShopSettings, shopDefaults } from '../../hub/shopify/shop-settings.ts'
import { openLocation } from '../../hub/shopify/stock/open-location.ts'
import { runStockWrites } from '../../hub/shopify/write-worker.ts'
import { openSignals, type Signals } from '../../hub/signals.ts'
import type { LiveTill } from '../../hub/stock/heard-till.ts'
import { levelSums } from '../../hub/stock/levels.ts'
import { writeMovements } from '../../hub/stock/movements.ts'
import { readPlaces } from '../../hub/stock/places.ts'
import { hasSentStock, openSendKeys, recoverFromRecord } from '../../hub/stock/recover-from-record.ts'
import { isAllTold, type ToBeTold } from '../../hub/stock/silence.ts'
import { openWordWatch } from '../../hub/stock/word-watch.ts'
import { EpochMs } from '../../shared/ids.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import type { HubLife } from '../../shared/protocol.ts'
import { units } from '../../shared/quantity.ts'
import type { Log, World } from '../../shared/world.ts'
import { copyTestHubDb, openTestHubDb } from '../hub-engines.ts'
import { temporaryFolder } from '../manual-world.ts'
import { stores } from '../sandbox/catalogue.ts'
import { catalogueSeed } from '../sandbox/shopify/catalogue-seed.ts'
import { type SandboxShopify, type ShopSeed, startSandboxShopify } from '../sandbox/shopify/server.ts'

export interface LogLine {
  readonly level: string
  readonly facts: Readonly<Record<string, unknown>>
  readonly message: string
}

/** A real world whose clock can be moved on and whose log is kept. Chance repeats. */
export function movableWorld(): { world: World; lines: LogLine[]; advance(ms: number): void } {
  const lines: LogLine[] = []
  const log: Log = {
    debug: (facts, message) => void lines.push({ level: 'debug', facts, message }),
    info: (facts, message) => void lines.push({ level: 'info', facts, message }),
    warn: (facts, message) => void lines.push({ level: 'warn', facts, message }),
    error: (facts, message) => void lines.push({ level: 'error', facts, message }),
    child: () => log,
  }
  const real = nodeWorld({ log })
  let ahead = 0
  let state = 7
  const fraction = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  return {
    lines,
    advance(ms) {
      ahead += ms
    },
    world: {
      ...real,
      clock: {
        now: () => real.clock.now() + ahead,
        monotonicMs: () => real.clock.monotonicMs() + ahead,
      },
      random: { ...real.random, fraction },
    },
  }
}

/** What webhooks say of levels is not followed. */
export const noLevels = { take() {} }

export const secret = 'hush'
export const token = 'shpat_canary_token'

export interface ShopAndHub extends AsyncDisposable {
  readonly shop: SandboxShopify
  readonly db: Db
  readonly world: World
  readonly signals: Signals
  readonly client: ShopifyClient
  readonly settings: ShopSettings
  readonly lines: LogLine[]
  readonly orders: OrderPoll
  readonly isAllTold: PickupWriteWork['isAllTold']
  /** Makes and reads customers' links. */
  readonly links: PickupWriteWork['links']
  /** The record beside the database. */
  readonly sends: SendRecord
  /** The hub's present life, as tills are told. */
  readonly life: HubLife
  /** Moves the clocks of the hub and of the shop. */
  advance(ms: number): void
  /** The hub process dies and starts again on the same file: memory is gone, the database is not. */
  restart(): Promise<void>
  /** Stops the hub, keeps a copy of its database, and starts it again. */
  backUp(): Promise<void>
  /**
   * Stops the hub and starts it on the copy. `record`: what becomes of the record beside the database; `restored` puts
   * it back to the time of the copy.
   */
  putBack(record?: 'kept' | 'lost' | 'restored'): Promise<void>
  /**
   * Stops the hub and starts it as the first version that keeps a record: neither the database nor the copy knows of one.
   * @param beside what lies where the record is to be kept
   */
  beginRecord(beside?: 'nothing' | 'another hub’s'): Promise<void>
  /** The record is raised, as after a till's claim. */
  noteUnknown(): Promise<void>
  /** Catalogue, openings, unknown SKUs: what the hub does at its start. */
  sync(): Promise<void>
  lookUp(): Promise<void>
  /** One run of the write worker. */
  write(): Promise<void>
  /** Runs the write worker until nothing is unsettled, moving time over back-offs. */
  writeAll(): Promise<void>
  poll(): Promise<void>
  /**
   * Only these tills are connected from now on. Until it is called, the hub has all that the tills did. `readUntil`: when they had read
   * their POS to the end last; left out: they have none.
   */
  hear(devices: readonly string[], unsent?: number, readUntil?: number): void
}

type Options = {
  readonly seed?: ShopSeed
  readonly settings?: Partial<ShopSettings>
  readonly sandbox?: Partial<Parameters<typeof startSandboxShopify>[0]>
  readonly mapped?: boolean
}

/** The sandbox shop and a hub's database with its two stores, each with two tills. Nothing runs unless a test starts it. */
export async function shopAndHub(options: Options = {}): Promise<ShopAndHub> {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const { world, lines, advance } = movableWorld()
  const shop = stack.use(
    await startSandboxShopify({
      seed: options.seed ?? catalogueSeed(),
      accessToken: token,
      clientSecret: secret,
      now: () => world.clock.now(),
      ...options.sandbox,
    }),
  )
  const settings: ShopSettings = {
    ...shopDefaults,
    domain: shop.url,
    access: { token: () => token },
    webhookSecrets: () => [secret],
    retryBaseMs: 5,
    requestTimeoutMs: 5_000,
    ...options.settings,
  }
  let file = join(folder.path, 'hub.sqlite')
  const backup = join(folder.path, 'backup.sqlite')
  const record = join(folder.path, 'hub.record')
  let copies = 0
  const signals = openSignals()
  let name = 'hub_of_test'
  let live: ReadonlyMap<string, LiveTill> | null = null
  const words = openWordWatch()
  let parts = await open()
  stack.defer(() => close())

  async function open() {
    const db = await openTestHubDb(world, file)
    const client = openShopifyClient({ settings, world, onChange: () => undefined })
    const turns = intakeTurns()
    const generation = await startGeneration({
      db,
      world,
      hub: name,
      file: record,
      alone: true,
      openKeys: openSendKeys,
      hasSent: hasSentStock,
      readFleet: async from => ({ ...(await readFleet(from)), rollOuts: await readRollOuts(from) }),
      async onRestored(tx, found) {
        await takeInRollOuts(tx, found)
        await takeInFleet(tx, world, found, async () => undefined)
        await recoverFromRecord(tx, found)
      },
    })
    const now = () => world.clock.now()
    const allTold = async (of: ToBeTold) => live === null || (await isAllTold(db, of, { live, words }, now()))
    const sends = generation.sends
    const links = openCustomerLinks({ db, random: world.random, address: 'https://hub.test' })
    const work = { db, client, world, signals, turns, sends, now, isAllTold: allTold, links }
    return { db, client, work, generation, orders: openOrderPoll(work, settings.pollOverlapMs) }
  }
  async function close() {
    parts.client[Symbol.dispose]()
    await parts.generation[Symbol.asyncDispose]()
    await parts.db.destroy()
  }
  function copyRecord(from: string, to: string) {
    for (const end of ['', '-wal', '-shm']) {
      rmSync(to + end, { force: true })
      if (existsSync(from + end)) copyFileSync(from + end, to + end)
    }
  }
  async function write() {
    await runPickupWrites(parts.work)
    await runStockWrites(parts.work)
  }
  await transaction(parts.db, tx => addStores(tx, options.mapped ?? true))

  const hub: ShopAndHub = {
    shop,
    get db() {
      return parts.db
    },
    get client() {
      return parts.client
    },
    get sends() {
      return parts.generation.sends
    },
    get life() {
      const { life } = parts.generation
      if (life === null) throw new Error('this hub keeps a record')
      return life
    },
    get orders() {
      return parts.orders
    },
    isAllTold: of => parts.work.isAllTold(of),
    get links() {
      return parts.work.links
    },
    world,
    signals,
    settings,
    lines,
    advance,
    async restart() {
      await close()
      parts = await open()
    },
    async backUp() {
      await close()
      copyRecord(record, `${record}.copy`)
      await copyTestHubDb(file, backup)
      parts = await open()
    },
    async putBack(what = 'kept') {
      await close()
      if (what === 'lost') copyRecord(`${record}.none`, record)
      if (what === 'restored') copyRecord(`${record}.copy`, record)
      copies += 1
      file = `${backup}.${copies}`
      await copyTestHubDb(backup, file)
      parts = await open()
    },
    async beginRecord(beside = 'nothing') {
      await close()
      if (beside === 'nothing') copyRecord(`${record}.none`, record)
      else name = 'hub_another'
      for (const of of [file, backup]) {
        const db = await openTestHubDb(world, of)
        await transaction(db, async tx => {
          await tx.deleteFrom('setting').where('key', '=', 'generation').execute()
        })
        await db.destroy()
      }
      parts = await open()
    },
    noteUnknown: () => parts.generation.noteUnknown(),
    async sync() {
      await syncCatalogue(parts.work)
      for (const place of (await readPlaces(parts.db)).places) await openLocation(parts.work, place)
    },
    lookUp: () => lookUpItems(parts.work),
    write,
    async writeAll() {
      let before = ''
      for (let run = 0; run < 40; run += 1) {
        await write()
        const open = await parts.db
          .selectFrom('shopify_write')
          .select(['id', 'due_at'])
          .where('settled_at', 'is', null)
          .orderBy('due_at')
          .execute()
        const [next] = open
        if (next === undefined) return
        // one that is due may wait for another one, which is put off
        const isStill = JSON.stringify(open) === before
        before = JSON.stringify(open)
        const later = isStill ? open.find(one => one.due_at > world.clock.now()) : undefined
        advance(Math.max(0, (later ?? next).due_at - world.clock.now()))
      }
      throw new Error('the writes never settle')
    },
    poll: () => parts.orders.poll(),
    hear(devices, unsent = 0, readUntil) {
      const connectedAt = world.clock.now()
      const pos = { source: 'pos', state: 'reading' as const, problem: null }
      const sources =
        readUntil === undefined
          ? []
          : [{ ...pos, readUntil: EpochMs.parse(readUntil), unavailableSince: null }]
      const status = { unsent, sources, clock: EpochMs.parse(connectedAt) }
      live = new Map(devices.map(device => [device, { connectedAt, status, offsetMs: 0 }]))
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
  return hub
}

export const tills = [
  { device: 'dev_har0000000000001', store: 'HAR', till: 'Till 1' },
  { device: 'dev_har0000000000002', store: 'HAR', till: 'Till 2' },
  { device: 'dev_mkt0000000000001', store: 'MKT', till: 'Till 1' },
] as const

async function addStores(tx: Tx, mapped: boolean): Promise<void> {
  for (const store of stores) {
    await tx
      .insertInto('store')
      .values({ code: store.code, name: store.name, zone: store.zone, currency: 'EUR', created_at: 0 })
      .execute()
    const location_id = mapped ? `gid://shopify/Location/${store.shopifyLocationId}` : null
    await tx
      .insertInto('warehouse')
      .values({ store: store.code, code: store.posWarehouse, location_id, main: 1 })
      .execute()
  }
  for (const { device, store, till } of tills) await addDevice(tx, { device, store, till, publicKey: '' }, 0)
}

export const warehouses = { HAR: 'WH-HARBOUR', MKT: 'WH-MARKET' } as const
export type StoreOfTest = keyof typeof warehouses

/** A stock movement as a sale makes it: `count` units out, or back when negative. `movedAt`: null, now. */
export async function sell(
  hub: ShopAndHub,
  store: StoreOfTest,
  sku: string,
  count: number,
  movedAt: number | null = null,
): Promise<void> {
  const now = hub.world.clock.now()
  await transaction(hub.db, async tx => {
    await writeMovements(tx, [
      {
        store,
        warehouse: warehouses[store],
        sku,
        kind: 'sale',
        cause: serial(),
        line: 0,
        revision: 0,
        quantity: Number.isInteger(count) ? -units(count) : -Math.round(count * 1000),
        origin: null,
        at: now,
        movedAt,
        posts: true,
      },
    ])
  })
}

let counter = 0
function serial(): number {
  counter += 1
  return counter
}

const Zero = { available: 0, on_hand: 0, committed: 0 }

/** What the shop shows of an item at a store. */
export function shopLevel(hub: ShopAndHub, sku: string, store: StoreOfTest): typeof Zero {
  const level = hub.shop.state().levels[sku]?.[store]
  return { ...Zero, ...level }
}

/** What the ledger holds, in whole units, movements still due left out. */
export async function ledgerLevel(hub: ShopAndHub, sku: string, store: StoreOfTest) {
  const held = await levelSums(hub.db, { store, warehouses: [warehouses[store]] }, [sku])
  const due = await dueSums(hub.db, { store, warehouses: [warehouses[store]] }, [sku])
  const waiting = due.reduce((total, row) => total + row.quantity, 0) / 1000
  const sum = (state: string, posted: boolean) =>
    held.filter(row => row.state === state).reduce((total, row) => total + row.quantity, 0) / 1000 -
    (posted ? waiting : 0)
  return { onHand: sum('on_hand', false), posted: sum('on_hand', true), committed: sum('committed', false) }
}

/** The open exceptions by kind and subject, worded in English. */
export async function openExceptions(hub: ShopAndHub) {
  const open = await listExceptions(hub.db)
  const key = ({ kind, subject }: (typeof open)[number]) => `${kind} ${subject}`
  return open.sort((a, b) => (key(a) < key(b) ? -1 : 1))
}

export async function writesOf(hub: ShopAndHub) {
  return hub.db.selectFrom('shopify_write').selectAll().orderBy('id').execute()
}

/** Runs one check. @returns the open exceptions of its kind */
export async function look(hub: ShopAndHub, check: Check) {
  const at = hub.world.clock.now()
  await transaction(hub.db, async tx =>
    reconcileExceptions(tx, {
      kind: check.kind,
      scope: 'all',
      found: await check.find(tx, at),
      at,
      seen: 'still',
    }),
  )
  const rows = await hub.db
    .selectFrom('exception')
    .selectAll()
    .where('kind', '=', check.kind)
    .where('closed_at', 'is', null)
    .orderBy('subject')
    .execute()
  return rows.map(row => ({
    ...row,
    fields: JSON.parse(row.fields_json) as Record<string, unknown>,
    evidence: JSON.parse(row.evidence_json) as Record<string, unknown>,
  }))
}

/** The database as a version left it that kept no fractions, brought up to date. */
export async function upgradeFractions({ db }: ShopAndHub): Promise<void> {
  await transaction(db, async tx => {
    for (const { id, request_json } of await tx
      .selectFrom('shopify_write')
      .select(['id', 'request_json'])
      .execute())
      await tx
        .updateTable('shopify_write')
        .set({ request_json: request_json.replaceAll(/,"rest":-?\d+/g, '') })
        .where('id', '=', id)
        .execute()
    const upgrade = async (raw: Kysely<unknown>) => {
      await sql`DROP TABLE remainder`.execute(raw)
      await remainders.up(raw)
      return { rows: [] }
    }
    await tx.rows({ execute: upgrade } as unknown as RawBuilder<unknown>)
  })
}

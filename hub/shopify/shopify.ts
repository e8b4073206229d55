import { oneAtATime } from '../../shared/turns.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { reconcileExceptions } from '../checks/exceptions.ts'
import { type Db, type ReadDb, transaction } from '../db/db.ts'
import type { Lease } from '../db/lease.ts'
import type { SendRecord } from '../generation/generation.ts'
import { expireUncollected } from '../pickups/expire.ts'
import { openReservedTeller } from '../pickups/reserved.ts'
import { nextHeldWrite } from '../pickups/write-plan.ts'
import type { Signals } from '../signals.ts'
import { forgetLostLevels } from '../stock/lost-levels.ts'
import { readPlaces } from '../stock/places.ts'
import type { Capability } from './api/capabilities.ts'
import { openShopifyClient, type ShopifyClient } from './api/client.ts'
import { openAppRights } from './app-rights.ts'
import { lookUpItems, syncCatalogue } from './catalogue/catalogue.ts'
import { checkLocations, readLocations } from './catalogue/locations.ts'
import { type Loop, startLoop } from './loop.ts'
import { openOrderFollowing } from './orders/follow-orders.ts'
import { intakeTurns } from './orders/intake-turns.ts'
import { openOrderPoll } from './orders/order-poll.ts'
import { runPickupWrites } from './pickups/pickup-worker.ts'
import { type ShopSettings, shopDefaults } from './shop-settings.ts'
import { lookAgain } from './stock/look-again.ts'
import { openLocation } from './stock/open-location.ts'
import { watchLoops } from './watch-loops.ts'
import { openLevelMarks } from './webhooks/level-marks.ts'
import { storeWebhook, type WebhookHeaders, webhookForeign } from './webhooks/receive.ts'
import { keepSubscriptions } from './webhooks/subscriptions.ts'
import { addressProblem, reportSubscribed } from './webhooks/webhook-state.ts'
import { pruneWebhooks, runWebhooks } from './webhooks/webhook-worker.ts'
import { gatherWrites } from './write-scope.ts'
import { runStockWrites } from './write-worker.ts'

const HOUR_MS = 3_600_000
const OPEN_PICKUPS_MS = 5 * 60_000
const ITEMS_MS = 60_000
const LEVELS_MS = 60_000
const RESERVED_MS = 60_000
/** How often the app's scopes are compared while one is missing; else hourly. */
const ACCESS_MS = 5 * 60_000
const KEEP_WEBHOOKS_MS = 14 * 86_400_000

/** The hub's connection to Shopify, for its first page. */
export interface ShopifyState {
  readonly state: 'connected' | 'unreachable' | 'refused' | 'not-configured'
  readonly shop: string | null
  /** Plain words when something is wrong. */
  readonly problem: string | null
}

export interface Shopify extends AsyncDisposable {
  state(): ShopifyState
  /** See `storeWebhook`. */
  receiveWebhook(headers: WebhookHeaders, rawBody: Uint8Array): Promise<void>
  /** Does everything once, in order: locations, catalogue, orders, webhooks, writes. Throws what failed. */
  syncNow(): Promise<void>
}

type Required = 'domain' | 'access' | 'webhookSecrets'

/** What a shop must say; the rest has defaults. */
export type ShopifySettings = Pick<ShopSettings, Required> & Partial<Omit<ShopSettings, Required>>

export interface ShopifyParts {
  readonly db: Db
  readonly world: World
  /** Only one hub on a database works with Shopify. */
  readonly lease: Lease
  readonly signals: Signals
  /** Notes outside the database what is sent. */
  readonly sends: SendRecord
  /** Null: no shop is configured; the rest of the hub works without. */
  readonly settings: ShopifySettings | null
}

/**
 * Starts all work with Shopify: catalogue and locations, orders for pickup, webhooks, and the writes. An outage at
 * Shopify stops nothing: each part continues when Shopify answers again.
 * @throws SHOP_DOMAIN_REFUSED for an address that the token must not go to
 */
export async function startShopify(parts: ShopifyParts): Promise<Shopify> {
  if (parts.settings === null) return notConfigured()
  const settings: ShopSettings = { ...shopDefaults, ...parts.settings }
  const { lease, signals, sends } = parts
  const db = lease.fenced
  const world: World = { ...parts.world, log: parts.world.log.child({ part: 'shopify' }) }
  const now = () => world.clock.now()
  const turns = intakeTurns()
  const reportTurn = oneAtATime()
  let isDenied = false
  let wasRefused = false
  const client = openShopifyClient({
    settings,
    world,
    onChange() {
      signals.say('now')
      const { state } = client.reachability()
      if (state === 'connected' && wasRefused) letInAgain()
      wasRefused = state === 'refused' || (wasRefused && state !== 'connected')
      reportTurn(async () => {
        await reportClient(db, client, settings, now())
        await rights.report()
      }).catch((error: unknown) =>
        world.log.error({ problem: String(error) }, 'the state of Shopify could not be noted'),
      )
    },
    onDenied: () => compareSoon(),
  })
  const rights = openAppRights({ db, client, now })
  const compareSoon = () => {
    isDenied = true
    loops.access.wake()
  }
  /** An app that was removed and is installed again has lost its webhooks, and may have other scopes. */
  const letInAgain = () => {
    compareSoon()
    loops.subscriptions.wake()
  }
  const catalogueWork = { db, client, now }
  const orderWork = { db, client, signals, turns, now }
  const levels = openLevelMarks({ db: parts.db, world })
  const poll = openOrderPoll(orderWork, settings.pollOverlapMs)
  const following = openOrderFollowing({ ...orderWork, world, can: rights.can }, settings.pollOverlapMs)

  const syncLocations = async () => checkLocations(db, await readLocations(client), now())
  const openLocations = async () => {
    await transaction(db, tx => forgetLostLevels(tx, 'all'))
    const { places } = await readPlaces(db)
    for (const place of places) await openLocation({ db, client, turns, now }, place)
  }
  let hasCatalogue = false
  const syncItems = async () => {
    await syncCatalogue(catalogueWork)
    hasCatalogue = true
    await openLocations()
    signals.say('stock')
    signals.say('now')
  }
  /** The first look at all levels follows the catalogue. */
  const sweep = async () => {
    if (hasCatalogue) await openLocations()
  }
  const lookUp = async () => {
    await lookUpItems(catalogueWork)
    signals.say('stock')
  }
  const scopeOfWrites = gatherWrites(now, settings.pollWorkMs)
  const held = wakeAtTime(world, () => signals.say('pickup-writes'))
  const writeStock = async () => {
    const stores = scopeOfWrites.take()
    try {
      if (rights.can('items')) await lookUpNewItems(db, () => lookUpItems(catalogueWork))
      await runStockWrites({ db, client, world, signals, turns, sends }, stores, scopeOfWrites.heard)
    } catch (error) {
      scopeOfWrites.takeEverythingNext()
      throw error
    }
  }
  const writePickups = async () => {
    await runPickupWrites({ db, client, world, signals })
    held.wakeAt(await nextHeldWrite(db, now()))
  }
  const applyWebhooks = () =>
    runWebhooks({
      ...orderWork,
      world,
      onLocations: syncLocations,
      onItems: () => loops.items.wake(),
      onApp: compareSoon,
    })
  const subscribe = async () => {
    const { webhookUrl: url } = settings
    if (url !== null) {
      const wrong = addressProblem(url, client.address.loopback)
      const outcome = wrong ?? (await keepSubscriptions(client, url, rights.can))
      await reportSubscribed({ db, log: world.log, now: now() }, settings, outcome)
    }
    await pruneWebhooks(db, now() - KEEP_WEBHOOKS_MS)
  }

  const expire = async () => {
    const afterDays = settings.expireAfterDays
    if (afterDays === null) return
    for (const store of await expireUncollected(db, { afterDays, now: now() })) {
      signals.say('commands', store)
      signals.say('now', store)
    }
  }

  const reserved = openReservedTeller({ db, signals, now })
  const watched = watchLoops({ db, world, client })
  /** Work that needs a capability whose scope is missing waits; that scope has its exception. */
  const loop = (name: string, everyMs: number, work: () => Promise<void>, ...needs: Capability[]) =>
    startLoop({
      world,
      name,
      everyMs,
      retryMs: settings.retryBaseMs,
      work: async () => {
        if (lease.isHeld()) await watched(name, rights.can(...needs) ? work : async () => undefined)
      },
    })
  const compareScopes = async () => {
    if (rights.isComplete(HOUR_MS) && !isDenied) return
    isDenied = false
    if (!(await rights.compare())) return
    scopeOfWrites.takeEverythingNext()
    wakeAll()
  }
  const loops = {
    access: loop('access', ACCESS_MS, compareScopes),
    locations: loop('locations', HOUR_MS, syncLocations, 'locations'),
    catalogue: loop('catalogue', settings.syncCatalogueMs, syncItems, 'items', 'stock', 'locations'),
    items: loop('items', ITEMS_MS, lookUp, 'items', 'stock'),
    levels: loop('levels', LEVELS_MS, () => lookAgain({ db, client, now }), 'items', 'stock', 'locations'),
    sweep: loop('sweep of levels', HOUR_MS, sweep, 'items', 'stock', 'locations'),
    orders: loop('orders', settings.pollOrdersMs, poll.poll, 'orders', 'locations'),
    goods: loop(
      'goods of orders',
      settings.pollOrdersMs,
      following.follow,
      'orders',
      'items',
      'stock',
      'locations',
    ),
    openPickups: loop('open pickups', OPEN_PICKUPS_MS, poll.checkOpen, 'orders', 'locations'),
    webhooks: loop('webhooks', settings.pollWorkMs, applyWebhooks),
    subscriptions: loop('subscriptions', HOUR_MS, subscribe),
    pickupWrites: loop('pickup writes', settings.pollWorkMs, writePickups, 'hand-overs', 'orders'),
    writes: loop('writes', settings.pollWorkMs, writeStock, 'stock', 'locations'),
    expiry: loop('expiry', HOUR_MS, expire),
    reserved: loop('reserved units', RESERVED_MS, reserved.tell),
  } satisfies Record<string, Loop>
  const wakeAll = () => {
    for (const one of Object.values(loops)) one.wake()
  }
  wakeAll()
  const silence = [
    signals.on('stock', store => {
      scopeOfWrites.stockChanged(store)
      loops.writes.wake()
      reserved.heard(store)
      loops.reserved.wake()
    }),
    signals.on('commands', store => {
      reserved.heard(store)
      loops.reserved.wake()
    }),
    signals.on('pickup-writes', () => loops.pickupWrites.wake()),
    signals.on('webhooks', () => loops.webhooks.wake()),
    lease.onGained(wakeAll),
  ]

  return {
    state() {
      if (!lease.isHeld()) return { state: 'unreachable', shop: settings.domain, problem: standsBy(lease) }
      const { state, problem } = client.reachability()
      return { state, shop: settings.domain, problem }
    },
    receiveWebhook: (headers, rawBody) =>
      storeWebhook(
        { db: parts.db, settings, address: client.address, signals, levels, now },
        headers,
        rawBody,
      ),
    async syncNow() {
      const { access: scopes, locations, catalogue, orders, goods, openPickups, webhooks } = loops
      const { pickupWrites, writes } = loops
      scopeOfWrites.takeEverythingNext()
      isDenied = true
      const all = [scopes, locations, catalogue, orders, goods, openPickups, webhooks, pickupWrites, writes]
      for (const one of all) await one.run()
    },
    async [Symbol.asyncDispose]() {
      for (const stop of silence) stop()
      held.stop()
      client[Symbol.dispose]()
      await Promise.all(Object.values(loops).map(one => one.stop()))
      await levels[Symbol.asyncDispose]()
      await reportTurn(async () => undefined)
    },
  }
}

function standsBy(lease: Lease): string {
  return `Another hub (${lease.holder() ?? 'not known yet'}) works with Shopify. This one takes over when that one stops.`
}

/** A sale of an item never seen is looked up before the writes are planned, not at the next round. */
async function lookUpNewItems(db: ReadDb, lookUp: () => Promise<void>): Promise<void> {
  const fresh = await db
    .selectFrom('item as i')
    .select('i.sku')
    .where('i.state', '=', 'unchecked')
    .where(e => e.exists(e.selectFrom('due as d').select('d.item').whereRef('d.item', '=', 'i.id')))
    .executeTakeFirst()
  if (fresh !== undefined) await lookUp()
}

/** Opens or closes what IT must know of how Shopify answers. */
async function reportClient(
  db: Db,
  client: ShopifyClient,
  settings: ShopSettings,
  at: number,
): Promise<void> {
  const { state, problem } = client.reachability()
  const answered = client.otherVersion()
  const subject = settings.domain
  const asked = settings.apiVersion
  const base = { subject, store: null }
  const refused = {
    ...base,
    code: 'shopify-refuses',
    fields: { problem: problem ?? '' },
    evidence: { shop: subject, problem },
  } as const
  const version = { answered: answered ?? '', asked }
  const scope = { subjects: [subject] }
  await transaction(db, async tx => {
    // while Shopify cannot be reached it says nothing about our access
    if (state === 'refused' || state === 'connected') {
      const found = state === 'refused' ? [refused] : []
      await reconcileExceptions(tx, { kind: 'shopify-refuses', scope, found, at, seen: 'again' })
    }
    const found =
      answered === null
        ? []
        : [{ ...base, code: 'shopify-version', fields: version, evidence: version } as const]
    await reconcileExceptions(tx, { kind: 'shopify-version', scope, found, at, seen: 'again' })
  })
}

function notConfigured(): Shopify {
  return {
    state: () => ({ state: 'not-configured', shop: null, problem: null }),
    receiveWebhook: async () => {
      throw webhookForeign({ shop: null, topic: null })
    },
    syncNow: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

/** Says once, at the time that was given last, that something is due. */
function wakeAtTime({ clock, timers }: World, wake: () => void) {
  let cancel: Cancel | null = null
  const stop = () => {
    cancel?.()
    cancel = null
  }
  return {
    stop,
    wakeAt(time: number | null): void {
      stop()
      if (time !== null) cancel = timers.after(Math.max(0, time - clock.now()), wake)
    },
  }
}

import type { ReturnAnswer, ReturnQuestion } from '../../shared/returns.ts'
import type { World } from '../../shared/world.ts'
import type { Db } from '../db/db.ts'
import type { Lease } from '../db/lease.ts'
import type { SendRecord } from '../generation/generation.ts'
import type { CustomerLinks } from '../pickups/customer-choice/links.ts'
import { openReservedTeller } from '../pickups/reserved.ts'
import type { Signals } from '../signals.ts'
import type { LiveTill } from '../stock/heard-till.ts'
import { isAllTold, type ToBeTold } from '../stock/silence.ts'
import { FRESH_FOR_MONEY_MS, openWordWatch } from '../stock/word-watch.ts'
import type { Capability } from './api/capabilities.ts'
import { type Loop, startLoop } from './loop.ts'
import { hasNoPickupWrites, hasNoReturnWrites, hasNoStock, hasNoWebhooks } from './open-work.ts'
import { openOrderFollowing } from './orders/follow-orders.ts'
import { intakeTurns } from './orders/intake-turns.ts'
import { openOrderPoll } from './orders/order-poll.ts'
import { type Rest, restBetween } from './rest.ts'
import { answerReturn, noShopForReturns } from './returns/answer-return.ts'
import { openShopClient } from './shop-client.ts'
import { type ShopSettings, shopDefaults } from './shop-settings.ts'
import { catalogueWork, expirePickups, webhookWork, writeWork } from './shop-work.ts'
import { holdBack } from './stock/hold-back-work.ts'
import { lookAgain } from './stock/look-again.ts'
import { followTransfers } from './transfers/follow-transfers.ts'
import { watchLoops } from './watch-loops.ts'
import { openLevelMarks } from './webhooks/level-marks.ts'
import { storeWebhook, type WebhookHeaders, webhookForeign } from './webhooks/receive.ts'

const HOUR_MS = 3_600_000
const OPEN_PICKUPS_MS = 5 * 60_000
const TRANSFERS_MS = 5 * 60_000
const ITEMS_MS = 60_000
const LEVELS_MS = 60_000
const HOLD_BACK_MS = 60_000
const RESERVED_MS = 60_000
/** How often the app's scopes are compared while one is missing; else hourly. */
const ACCESS_MS = 5 * 60_000

/** What `syncNow` does, one after the other. */
const inOrder = [
  'access',
  'locations',
  'catalogue',
  'orders',
  'goods',
  'openPickups',
  'webhooks',
  'pickupWrites',
  'returnWrites',
  'writes',
] as const

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
  /** Answers what staff of a store look up for a return. Never throws: what stops it is in the answer. */
  answerReturn(store: string, question: ReturnQuestion): Promise<ReturnAnswer>
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
  /** The tills that are connected to this process; left out, or null: it takes none yet. */
  readonly tills?: () => ReadonlyMap<string, LiveTill> | null
  /** Makes the links under which customers choose what becomes of missing items. */
  readonly links: CustomerLinks
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
  const { lease, signals, sends, links } = parts
  const db = lease.fenced
  const world: World = { ...parts.world, log: parts.world.log.child({ part: 'shopify' }) }
  const now = () => world.clock.now()
  const startedAt = now()
  const words = openWordWatch()
  let isDenied = false
  const compareSoon = () => {
    isDenied = true
    loops.access.wake()
  }
  /** An app that was removed and is installed again has lost its webhooks, and may have other scopes. */
  const letIn = () => {
    compareSoon()
    loops.subscriptions.wake()
  }
  const shop = openShopClient({ db, world, settings, signals, now }, { denied: compareSoon, letIn })
  const { client, rights } = shop
  const turns = intakeTurns()
  const told = openWordWatch(FRESH_FOR_MONEY_MS)
  const allTold = async (of: ToBeTold) => {
    const live = parts.tills?.() ?? null
    return live !== null && (await isAllTold(db, of, { live, words: told }, now()))
  }
  const work = { db, world, client, rights, settings, signals, turns, sends, now, isAllTold: allTold, links }
  const catalogue = catalogueWork(work)
  const writes = writeWork(work)
  const webhooks = webhookWork(work, {
    locations: catalogue.locations,
    items: () => loops.items.wake(),
    app: compareSoon,
  })
  const levels = openLevelMarks({ db: parts.db, world })
  const poll = openOrderPoll(work, settings.pollOverlapMs)
  const following = openOrderFollowing({ ...work, can: rights.can }, settings.pollOverlapMs)
  const reserved = openReservedTeller({ db, signals, now })
  const watched = watchLoops({ db, world, client })
  /** Work that needs a capability whose scope is missing waits; that scope has its exception. */
  const loop = (
    name: string,
    everyMs: number,
    given: (() => Promise<void>) | Rest,
    ...needs: Capability[]
  ) => {
    const { round, isDue }: Rest = typeof given === 'function' ? { round: given, isDue: () => false } : given
    return startLoop({
      world,
      name,
      everyMs,
      retryMs: settings.retryBaseMs,
      rests: isDue,
      work: async () => {
        if (lease.isHeld()) await watched(name, rights.can(...needs) ? round : async () => undefined)
      },
    })
  }
  const resting = (given: () => Promise<void>, hasNothing: (db: Db) => Promise<boolean>) =>
    restBetween({ db, clock: world.clock }, given, () => hasNothing(db))
  const compareScopes = async () => {
    if (rights.isComplete(HOUR_MS) && !isDenied) return
    isDenied = false
    if (!(await rights.compare())) return
    writes.scope.takeEverythingNext()
    wakeAll()
  }
  const loops = {
    access: loop('access', ACCESS_MS, compareScopes),
    locations: loop('locations', HOUR_MS, catalogue.locations, 'locations'),
    catalogue: loop('catalogue', settings.syncCatalogueMs, catalogue.items, 'items', 'stock', 'locations'),
    items: loop('items', ITEMS_MS, catalogue.lookUp, 'items', 'stock'),
    levels: loop('levels', LEVELS_MS, () => lookAgain({ db, client, now }), 'items', 'stock', 'locations'),
    holdBack: loop(
      'hold-back',
      HOLD_BACK_MS,
      () => holdBack({ db, client, world, sends, live: parts.tills ?? (() => null), startedAt, words }),
      'items',
      'stock',
      'locations',
    ),
    sweep: loop('sweep of levels', HOUR_MS, catalogue.sweep, 'items', 'stock', 'locations'),
    allLevels: loop('all levels', HOUR_MS, catalogue.allLevels, 'items', 'stock', 'locations'),
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
    transfers: loop(
      'transfers',
      TRANSFERS_MS,
      () => followTransfers({ db, client, signals, turns, now }),
      'transfers',
      'items',
      'stock',
      'locations',
    ),
    openPickups: loop('open pickups', OPEN_PICKUPS_MS, poll.checkOpen, 'orders', 'locations'),
    webhooks: loop('webhooks', settings.pollWorkMs, resting(webhooks.apply, hasNoWebhooks)),
    subscriptions: loop('subscriptions', HOUR_MS, webhooks.subscribe),
    pickupWrites: loop(
      'pickup writes',
      settings.pollWorkMs,
      resting(writes.pickups, hasNoPickupWrites),
      'hand-overs',
      'orders',
    ),
    returnWrites: loop(
      'return writes',
      settings.pollWorkMs,
      resting(writes.returns, hasNoReturnWrites),
      'till-returns',
      'orders',
    ),
    writes: loop('writes', settings.pollWorkMs, resting(writes.stock, hasNoStock), 'stock', 'locations'),
    expiry: loop('expiry', HOUR_MS, () => expirePickups(work)),
    reserved: loop('reserved units', RESERVED_MS, reserved.tell),
  } satisfies Record<string, Loop>
  const wakeAll = () => {
    for (const one of Object.values(loops)) one.wake()
  }
  wakeAll()
  const silence = [
    signals.on('stock', store => {
      writes.scope.stockChanged(store)
      loops.writes.wake()
      reserved.heard(store)
      loops.reserved.wake()
    }),
    signals.on('commands', store => {
      reserved.heard(store)
      loops.reserved.wake()
    }),
    signals.on('pickup-writes', () => loops.pickupWrites.wake()),
    signals.on('return-writes', () => loops.returnWrites.wake()),
    signals.on('webhooks', () => loops.webhooks.wake()),
    lease.onGained(turns.regained),
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
    answerReturn: (store, question) => answerReturn({ db: parts.db, client, rights, world }, store, question),
    async syncNow() {
      writes.scope.takeEverythingNext()
      isDenied = true
      for (const name of inOrder) await loops[name].run()
    },
    async [Symbol.asyncDispose]() {
      for (const stop of silence) stop()
      writes.stop()
      client[Symbol.dispose]()
      await Promise.all(Object.values(loops).map(one => one.stop()))
      await levels[Symbol.asyncDispose]()
      await shop.noted()
    },
  }
}

function standsBy(lease: Lease): string {
  return `Another hub (${lease.holder() ?? 'not known yet'}) works with Shopify. This one takes over when that one stops.`
}

function notConfigured(): Shopify {
  return {
    state: () => ({ state: 'not-configured', shop: null, problem: null }),
    receiveWebhook: async () => {
      throw webhookForeign({ shop: null, topic: null })
    },
    answerReturn: async () => noShopForReturns(),
    syncNow: async () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

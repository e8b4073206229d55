import type { Clock, Random, Timers } from '../../../shared/world.ts'
import { changeScopes, installApp, uninstallApp } from './app/installation.ts'
import { createFaults, type Fault } from './faults.ts'
import { allScopes } from './graphql/access.ts'
import { type BucketSize, costBucket } from './graphql/cost-bucket.ts'
import {
  actByName,
  cancelByName,
  control,
  holdByAnotherApp,
  orderNamed,
  orderView,
  stateView,
} from './http/control-api.ts'
import { type Fetch, inProcessFetch } from './http/in-process.ts'
import type { ShopRequest, ShopResponse } from './http/messages.ts'
import { requestHandler } from './http/routes.ts'
import type { OrderActionInput } from './orders/action-schema.ts'
import { placeStorefrontOrder, type StorefrontOrder } from './orders/storefront-order.ts'
import type { Shop } from './shop.ts'
import { shopClock } from './state/clock.ts'
import { type ShopSeed, seedShop } from './state/seed.ts'
import { openStore, type Store } from './state/store.ts'
import { upgradeCatalogue, upgradeOrders } from './state/upgrade.ts'
import { type Switches, switchDefaults } from './switches.ts'
import { deliveryRun } from './webhooks/deliver.ts'
import { webhookOutbox } from './webhooks/outbox.ts'
import { startWorker } from './work.ts'

/** What a shop is, and what it was told to be like. A switch left out is as `switchDefaults` has it. */
export interface ShopOptions extends Partial<Switches> {
  /** The state file. Without one the shop forgets everything when it closes. */
  readonly file?: string
  readonly seed: ShopSeed
  readonly accessToken: string
  /** Signs the webhooks, and gets tokens together with the client id. */
  readonly clientSecret: string
  readonly clientId?: string
  /** Where clients reach the shop. Its myshopify domain when left out. */
  readonly origin?: () => string
  readonly costBucket?: BucketSize
  /** What the app was granted. Everything Tillbridge asks for when left out. */
  readonly scopes?: readonly string[]
}

/** Everything the shop has that is not computation. A simulator passes its own. */
export interface ShopWorld {
  readonly clock: Pick<Clock, 'now'>
  readonly timers: Timers
  readonly random: Pick<Random, 'bytes'>
  /** Carries the webhooks out. */
  readonly fetch: Fetch
  /** For a clock that jumps without telling the timers: what waits is looked at again at least this often. */
  readonly lookAgainMs?: number
}

type OrderView = ReturnType<typeof orderView>
type StateView = ReturnType<typeof stateView>

/** A shop without a socket: requests are handed to it, webhooks leave by the world's `fetch`. */
export interface SandboxShop extends AsyncDisposable {
  /** The myshopify domain, as webhooks name it. */
  readonly shop: string
  readonly accessToken: string
  readonly clientId: string
  readonly clientSecret: string
  /** Answers one HTTP request. Rejects with `ConnectionBroken` where a fault breaks the line. */
  handle(request: ShopRequest): Promise<ShopResponse>
  /** The same as a `fetch`, for a client in this process; the host in the URL does not matter. */
  readonly fetch: Fetch
  /** The control API, without HTTP. Throws `HttpProblem` where that would answer an error. */
  control(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): unknown
  readonly faults: {
    set(fault: Fault): void
    clear(): void
    active(): readonly Fault[]
  }
  readonly switches: {
    now(): Switches
    turn(switches: Partial<Switches>): void
  }
  /** Places a paid pickup order. Throws when the shop has not enough and `oversell` is not set. */
  createOrder(order: StorefrontOrder): OrderView
  /** The customer cancels; restocked unless said otherwise. */
  cancelOrder(name: string, wish?: { readonly reason?: string; readonly restock?: boolean }): OrderView
  /** What a customer or the staff do to an order in the online store or the admin: pay, edit, refund, return, move and so on. */
  act(name: string, action: OrderActionInput): OrderView
  /** Another app holds the order's open fulfilment orders. */
  holdOrder(name: string): OrderView
  order(name: string): OrderView
  /** What the merchant does with the app. */
  readonly app: {
    uninstall(): void
    install(): void
    changeScopes(scopes: readonly string[]): void
  }
  /** Moves the shop's time on; what became due is done. */
  advanceClock(ms: number): void
  state(): StateView
  readonly webhooks: {
    /** Resolves once nothing is due: routed, cancelled, delivered. Retries that wait for their time stay. */
    settled(): Promise<void>
    pending(): StateView['deliveries']
    subscriptions(): StateView['subscriptions']
  }
  close(): Promise<void>
}

/** Opens a shop, from its state file or from the seed. Time and chance come from `world` alone. */
export function openSandboxShopify(options: ShopOptions, world: ShopWorld): SandboxShop {
  const { store, shop, worker } = openShopParts(options, world)
  const { accessToken, clientSecret, clientId = sandboxClientId } = options
  const handle = requestHandler({
    shop,
    credentials: { accessToken, clientId, clientSecret },
    bucket: costBucket(options.costBucket ?? developmentBucket, shop.clock.now),
    busyKeys: new Map(),
  })
  const close = async (): Promise<void> => {
    await worker.stop()
    store.close()
  }
  worker.wake() // what the last run left due
  return {
    shop: options.seed.domain,
    accessToken,
    clientId,
    clientSecret,
    handle,
    fetch: inProcessFetch(handle),
    control: (method, path, body = {}) => control(shop, method, path, body).body,
    faults: shop.faults,
    switches: { now: () => shop.settings, turn: shop.turn },
    createOrder(order) {
      const placed = placeStorefrontOrder(shop, order)
      worker.wake()
      return orderView(shop, placed)
    },
    cancelOrder: (name, wish = {}) =>
      orderView(
        shop,
        cancelByName(shop, name, { reason: wish.reason ?? 'CUSTOMER', restock: wish.restock ?? true }),
      ),
    act: (name, action) => orderView(shop, actByName(shop, name, action)),
    holdOrder: name => orderView(shop, holdByAnotherApp(shop, name)),
    order: name => orderView(shop, orderNamed(shop, name)),
    app: {
      uninstall: () => uninstallApp(shop),
      install: () => installApp(shop),
      changeScopes: scopes => changeScopes(shop, scopes),
    },
    advanceClock(ms) {
      shop.clock.advance(ms)
      worker.wake()
    },
    state: () => stateView(shop),
    webhooks: {
      settled: () => worker.settled(),
      pending: () => stateView(shop).deliveries,
      subscriptions: () => stateView(shop).subscriptions,
    },
    close,
    [Symbol.asyncDispose]: close,
  }
}

const sandboxClientId = 'sandbox-client-id'
const developmentBucket: BucketSize = { maximumAvailable: 2000, restoreRate: 100 }

function openShopParts(options: ShopOptions, world: ShopWorld) {
  const store = openStore(options.file)
  seedShop(store, options.seed, world.clock.now())
  store.transaction(() => {
    upgradeOrders(store)
    upgradeCatalogue(store)
  })
  const clock = shopClock(store, world.clock.now)
  const faults = createFaults()
  let settings = switchesOf(options)
  const shop: Shop = {
    store,
    clock,
    timers: world.timers,
    chance: world.random,
    faults,
    get settings() {
      return settings
    },
    turn(switches) {
      settings = { ...settings, ...switches }
      worker.wake()
    },
    get scopes() {
      return scopesOf(store, options)
    },
    profile: options.seed,
    origin: options.origin ?? (() => `https://${options.seed.domain}`),
    emit: webhookOutbox({ store, clock, chance: world.random, faults }),
    wake: () => worker.wake(),
  }
  const run = deliveryRun(shop, options.clientSecret, world.fetch)
  const worker = startWorker(shop, run, world.lookAgainMs ?? Number.POSITIVE_INFINITY)
  return { store, shop, worker }
}

const scopeSets = new WeakMap<readonly string[], ReadonlySet<string>>()

function scopesOf(store: Store, options: ShopOptions): ReadonlySet<string> {
  const handles = store.need('meta', 'meta').scopes ?? options.scopes ?? allScopes
  const known = scopeSets.get(handles) ?? new Set(handles)
  scopeSets.set(handles, known)
  return known
}

function switchesOf(options: ShopOptions): Switches {
  const given = Object.entries(options).filter(
    ([name, value]) => Object.hasOwn(switchDefaults, name) && value !== undefined,
  )
  return { ...switchDefaults, ...Object.fromEntries(given) }
}

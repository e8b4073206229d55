import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createFaults, type Fault } from './faults.ts'
import { allScopes } from './graphql/access.ts'
import { type BucketSize, costBucket } from './graphql/cost-bucket.ts'
import type { AdminApi } from './http/admin-api.ts'
import { cancelByName, holdByAnotherApp, orderNamed, orderView, stateView } from './http/control-api.ts'
import { requestHandler } from './http/routes.ts'
import { type PickupOrder, placePickupOrder } from './orders/storefront-order.ts'
import type { Shop, ShopSettings } from './shop.ts'
import { shopClock } from './state/clock.ts'
import { type ShopSeed, seedShop } from './state/seed.ts'
import { openStore } from './state/store.ts'
import { deliveryRun } from './webhooks/deliver.ts'
import { webhookOutbox } from './webhooks/outbox.ts'
import { startWorker } from './work.ts'

export type { ShopSeed } from './state/seed.ts'

export interface SandboxShopifyOptions extends Partial<ShopSettings> {
  /** 0 or nothing: any free port. */
  readonly port?: number
  readonly host?: '127.0.0.1'
  /** The state file. Without one the shop forgets everything when it closes. */
  readonly file?: string
  readonly seed: ShopSeed
  readonly accessToken: string
  /** Signs the webhooks. */
  readonly clientSecret: string
  readonly now?: () => number
  readonly costBucket?: BucketSize
  /** What the app was granted. Everything Tillbridge asks for when left out. */
  readonly scopes?: readonly string[]
}

type OrderView = ReturnType<typeof orderView>
type StateView = ReturnType<typeof stateView>

export interface SandboxShopify extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`. */
  readonly url: string
  /** The myshopify domain, as webhooks name it. */
  readonly shop: string
  readonly accessToken: string
  readonly clientSecret: string
  readonly faults: {
    set(fault: Fault): void
    clear(): void
    active(): readonly Fault[]
  }
  /** Places a paid pickup order. Throws when the shop has not enough and `oversell` is not set. */
  createOrder(order: PickupOrder): OrderView
  /** The customer cancels; restocked unless said otherwise. */
  cancelOrder(name: string, wish?: { readonly reason?: string; readonly restock?: boolean }): OrderView
  /** Another app holds the order's open fulfilment orders. */
  holdOrder(name: string): OrderView
  order(name: string): OrderView
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

const defaults: ShopSettings = {
  routingDelayMs: 0,
  cancelDelayMs: 0,
  webhookRetryMs: [100, 200, 400, 800, 1600, 3200, 6400, 12_800],
  webhookTimeoutMs: 5000,
  customerData: true,
}

const developmentBucket: BucketSize = { maximumAvailable: 2000, restoreRate: 100 }

/** Starts a shop, from its state file or from the seed. */
export async function startSandboxShopify(options: SandboxShopifyOptions): Promise<SandboxShopify> {
  await using building = new AsyncDisposableStack()
  const store = building.adopt(openStore(options.file), one => one.close())
  const now = options.now ?? Date.now
  seedShop(store, options.seed, now())
  const clock = shopClock(store, now)
  const faults = createFaults()
  const shop: Shop = {
    store,
    clock,
    faults,
    settings: settingsOf(options),
    scopes: new Set(options.scopes ?? allScopes),
    profile: options.seed,
    emit: webhookOutbox({ store, clock, faults }),
    wake: () => worker.wake(),
  }
  const worker = startWorker(shop, deliveryRun(shop, options.clientSecret))
  building.defer(() => worker.stop())

  const api: AdminApi = {
    shop,
    accessToken: options.accessToken,
    bucket: costBucket(options.costBucket ?? developmentBucket, clock.now),
    busyKeys: new Map(),
  }
  const server = createServer(requestHandler(api))
  building.defer(
    () =>
      new Promise<void>(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  )
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, options.host ?? '127.0.0.1', resolve)
  })
  worker.wake() // what the last run left due
  const parts = building.move()
  const close = (): Promise<void> => parts.disposeAsync()
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    shop: options.seed.domain,
    accessToken: options.accessToken,
    clientSecret: options.clientSecret,
    faults,
    createOrder(order) {
      const placed = placePickupOrder(shop, order)
      worker.wake()
      return orderView(shop, placed)
    },
    cancelOrder: (name, wish = {}) =>
      orderView(
        shop,
        cancelByName(shop, name, { reason: wish.reason ?? 'CUSTOMER', restock: wish.restock ?? true }),
      ),
    holdOrder: name => orderView(shop, holdByAnotherApp(shop, name)),
    order: name => orderView(shop, orderNamed(shop, name)),
    advanceClock(ms) {
      clock.advance(ms)
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

function settingsOf(options: SandboxShopifyOptions): ShopSettings {
  return {
    routingDelayMs: options.routingDelayMs ?? defaults.routingDelayMs,
    cancelDelayMs: options.cancelDelayMs ?? defaults.cancelDelayMs,
    webhookRetryMs: options.webhookRetryMs ?? defaults.webhookRetryMs,
    webhookTimeoutMs: options.webhookTimeoutMs ?? defaults.webhookTimeoutMs,
    customerData: options.customerData ?? defaults.customerData,
  }
}

import { expect, test } from 'vitest'
import { closeByHand } from '../../hub/checks/exceptions.ts'
import { stockWriteStuck } from '../../hub/checks/stock-write-stuck.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import type { Lease } from '../../hub/db/lease.ts'
import { noRecord } from '../../hub/generation/generation.ts'
import { type Capability, capabilityList, missingScopes } from '../../hub/shopify/api/capabilities.ts'
import { judgeDenials } from '../../hub/shopify/api/denials.ts'
import { judge } from '../../hub/shopify/api/response.ts'
import { openWithheld } from '../../hub/shopify/api/withheld.ts'
import { openAppRights } from '../../hub/shopify/app-rights.ts'
import { readOrder } from '../../hub/shopify/orders/read-order.ts'
import { type Shopify, startShopify } from '../../hub/shopify/shopify.ts'
import { topics } from '../../hub/shopify/webhooks/subscriptions.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { allScopes } from '../sandbox/shopify/graphql/access.ts'
import {
  look,
  openExceptions,
  type ShopAndHub,
  secret,
  sell,
  shopAndHub,
  shopLevel,
  token,
  writesOf,
} from './shop-and-hub.ts'

const sku = 'MUG-BLU'
const order = { location: 'HAR', lines: [{ sku, quantity: 1 }], customer: { name: 'Ada Byron' } }
const without = (...scopes: readonly string[]) => allScopes.filter(scope => !scopes.includes(scope))
/** Points enough that nothing waits. */
const costBucket = { maximumAvailable: 100_000, restoreRate: 5_000 }

/** Without a scope, and without the write scope that would include it. */
const lacking = (scope: string) => without(scope, scope.replace('read_', 'write_'))

function aloneOn(db: Db): Lease {
  return {
    isHeld: () => true,
    holder: () => 'hub',
    fenced: db,
    onGained: () => () => undefined,
    [Symbol.asyncDispose]: async () => undefined,
  }
}

function start(hub: ShopAndHub): Promise<Shopify> {
  const { db, world, signals, links } = hub
  const settings = {
    domain: hub.shop.url,
    access: { token: () => token },
    webhookSecrets: () => [secret],
    retryBaseMs: 5,
  }
  return startShopify({ db, world, lease: aloneOn(db), signals, sends: noRecord, links, settings })
}

const pickups = (hub: ShopAndHub) => hub.db.selectFrom('pickup').select(['state', 'body_json']).execute()
const scopeExceptions = async (hub: ShopAndHub) =>
  (await openExceptions(hub)).filter(({ kind }) => kind.startsWith('shopify-'))

const scopes = capabilityList().flatMap(([, { scopes, without }]) =>
  scopes.map(scope => [scope, without] as const),
)

test('each missing scope is one exception that names it, and ends when it is granted', async () => {
  await using hub = await shopAndHub({ sandbox: { costBucket } })
  const access = openAppRights({ db: hub.db, client: hub.client, now: hub.world.clock.now })
  for (const [scope, stops] of scopes) {
    hub.shop.app.changeScopes(lacking(scope))
    await access.compare()
    await access.compare()
    const kind = stops === 'stops' ? 'shopify-scope-missing' : 'shopify-scope-limited'
    expect((await scopeExceptions(hub)).filter(({ subject }) => subject === scope)).toMatchObject([
      { kind, count: 1, sentence: expect.stringContaining(scope) },
    ])
    hub.shop.app.changeScopes(allScopes)
    await access.compare()
    expect(await scopeExceptions(hub)).toEqual([])
  }
})

test('the scope for paying back is asked for while a contract agrees on it, and not after that', async () => {
  await using hub = await shopAndHub({ sandbox: { scopes: without('write_orders'), costBucket } })
  const access = openAppRights({ db: hub.db, client: hub.client, now: hub.world.clock.now })
  const rule = async (notCollected: 'ask' | 'refund') => {
    const agreed = { store: 'HAR', terms: { notCollected }, by: 'Kim', why: 'test' }
    await transaction(hub.db, tx => agree(tx, agreed, hub.world.clock.now()))
    await access.compare()
  }
  await access.compare()
  expect(await scopeExceptions(hub)).toEqual([])
  await rule('refund')
  expect(await scopeExceptions(hub)).toMatchObject([
    { kind: 'shopify-scope-limited', subject: 'write_orders' },
  ])
  await rule('ask')
  expect(await scopeExceptions(hub)).toEqual([])
  // Shopify has denied one before
  const denied = new Map([
    ...hub.client.withheld(),
    ['refunds', 'Access denied for orderCancel field.'] as const,
  ])
  Object.assign(hub.client, { withheld: () => denied })
  await access.report()
  expect(await scopeExceptions(hub)).toEqual([])
  hub.shop.app.changeScopes(allScopes)
  await rule('refund')
  expect(await scopeExceptions(hub)).toMatchObject([{ subject: 'refunds' }])
  await rule('ask')
  expect(await scopeExceptions(hub)).toEqual([])
})

test.each(['read_locations', 'read_merchant_managed_fulfillment_orders'])(
  'without %s the rest goes on without flapping, and all is caught up once it is granted',
  async scope => {
    await using hub = await shopAndHub({ sandbox: { scopes: lacking(scope), costBucket } })
    await using shopify = await start(hub)
    const states = new Set<string>()
    hub.signals.on('now', () => states.add(shopify.state().state))
    hub.shop.createOrder(order)
    for (let round = 0; round < 2; round += 1) await shopify.syncNow()
    expect((await scopeExceptions(hub)).map(({ kind, count }) => [kind, count])).toContainEqual([
      'shopify-scope-missing',
      1,
    ])
    expect((await scopeExceptions(hub)).filter(one => !one.kind.startsWith('shopify-scope'))).toEqual([])
    expect(shopify.state()).toMatchObject({ state: 'connected', problem: null })
    hub.shop.app.changeScopes(allScopes)
    await shopify.syncNow()
    expect(await scopeExceptions(hub)).toEqual([])
    expect(await pickups(hub)).toMatchObject([{ state: 'received' }])
    await sell(hub, 'HAR', sku, 2)
    await shopify.syncNow()
    expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(178)
    states.delete('unreachable') // before the first call
    expect([...states]).toEqual(['connected'])
  },
)

test('a merchant who withholds a scope that is not needed closes its exception once', async () => {
  await using hub = await shopAndHub({ sandbox: { scopes: without('read_customers'), costBucket } })
  const rights = openAppRights({ db: hub.db, client: hub.client, now: hub.world.clock.now })
  await rights.compare()
  const [open] = await scopeExceptions(hub)
  await transaction(hub.db, tx => closeByHand(tx, open?.id ?? 0, 'we do not want it', 1))
  await rights.compare()
  expect(await scopeExceptions(hub)).toEqual([])
})

test('what is withheld because of a scope that is missing is said once', async () => {
  await using hub = await shopAndHub({ sandbox: { scopes: lacking('read_products'), costBucket } })
  const rights = openAppRights({ db: hub.db, client: hub.client, now: hub.world.clock.now })
  await rights.compare()
  await readOrder(hub.client, hub.shop.createOrder(order).id)
  expect(hub.client.withheld().get('item-details')).toContain('read_products')
  await rights.report()
  expect((await scopeExceptions(hub)).map(({ subject }) => subject)).toEqual(['read_products'])
})

test('an app that has its scopes and is denied orders all the same is one urgent exception', async () => {
  await using hub = await shopAndHub({ sandbox: { costBucket } })
  const words = 'This app is not approved to access the Order object.'
  const told = new Map<Capability, string | null>([['orders', words]])
  const client = { ...hub.client, withheld: () => told }
  const rights = openAppRights({ db: hub.db, client, now: hub.world.clock.now })
  await rights.compare()
  await rights.report()
  expect(await scopeExceptions(hub)).toMatchObject([
    { code: 'shopify-scope-missing.withheld', severity: 'urgent', sentence: expect.stringContaining(words) },
  ])
  told.set('orders', null)
  await rights.report()
  expect(await scopeExceptions(hub)).toEqual([])
})

test('what one operation is denied is not ended by another one that is answered', () => {
  const changes: (string | null | undefined)[] = []
  const withheld = openWithheld(() => changes.push(withheld.now().get('orders')))
  withheld.note('ChangedOrders', new Map([['orders', null]]))
  withheld.note('Order', new Map([['orders', 'no']]))
  withheld.note('ChangedOrders', new Map([['orders', null]]))
  withheld.note('Order', new Map([['orders', 'no, in other words']]))
  expect(changes).toEqual([null, 'no'])
  withheld.note('Order', new Map([['orders', null]]))
  expect(changes).toEqual([null, 'no', null])
})

test('an app that was removed and installed again gets its webhooks back at once', async () => {
  await using hub = await shopAndHub({ sandbox: { costBucket } })
  const { db, world, signals, links } = hub
  const settings = {
    domain: hub.shop.url,
    access: { token: () => token },
    webhookSecrets: () => [secret],
    webhookUrl: 'http://127.0.0.1:9/webhooks/shopify',
    retryBaseMs: 5,
  }
  await using shopify = await startShopify({
    db,
    world,
    lease: aloneOn(db),
    signals,
    sends: noRecord,
    links,
    settings,
  })
  const count = () => hub.shop.webhooks.subscriptions().length
  await shopify.syncNow()
  await expect.poll(count).toBe(topics.length)
  hub.shop.app.uninstall()
  await expect(shopify.syncNow()).rejects.toMatchObject({ code: 'SHOPIFY_REFUSES' })
  hub.shop.app.install()
  expect(count()).toBe(0)
  await shopify.syncNow()
  await expect.poll(count).toBe(topics.length)
})

test('stock that waits for a scope is sent once it is granted, and is not called stuck meanwhile', async () => {
  await using hub = await shopAndHub({ sandbox: { scopes: without('write_inventory'), costBucket } })
  await using shopify = await start(hub)
  await shopify.syncNow()
  await sell(hub, 'HAR', sku, 2)
  await shopify.syncNow()
  hub.advance(3_600_000)
  await shopify.syncNow()
  expect(await look(hub, stockWriteStuck)).toEqual([])
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(180)
  hub.shop.app.changeScopes(allScopes)
  await shopify.syncNow()
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(178)
})

test.each([false, 'without-fields'] as const)(
  'an app that is approved for customer data %s gets every order, and one exception says what is missing',
  async customerData => {
    await using hub = await shopAndHub({ sandbox: { customerData, costBucket } })
    await using shopify = await start(hub)
    hub.shop.createOrder(order)
    hub.shop.createOrder({ ...order, location: 'MKT' })
    for (let round = 0; round < 2; round += 1) await shopify.syncNow()
    expect(await pickups(hub)).toHaveLength(2)
    expect(await scopeExceptions(hub)).toMatchObject([
      {
        kind: 'shopify-scope-limited',
        subject: 'customers',
        count: 1,
        sentence: expect.stringMatching(/not approved/),
      },
    ])
    hub.shop.switches.turn({ customerData: true })
    hub.shop.createOrder(order)
    await shopify.syncNow()
    expect(await scopeExceptions(hub)).toEqual([])
  },
)

test('an order keeps what was answered when the pictures and barcodes of its items are denied', async () => {
  await using hub = await shopAndHub({ sandbox: { scopes: lacking('read_products') } })
  const { id } = hub.shop.createOrder(order)
  const read = await readOrder(hub.client, id)
  expect(read?.pickups[0]?.lines).toMatchObject([{ sku, barcode: null, total: 1 }])
})

test('an order whose location is denied is not taken for one without a store', async () => {
  await using hub = await shopAndHub({ sandbox: { scopes: lacking('read_locations') } })
  const { id } = hub.shop.createOrder(order)
  await expect(readOrder(hub.client, id)).rejects.toMatchObject({
    code: 'SHOPIFY_DENIES',
    message: expect.stringContaining('read_locations'),
  })
  expect(hub.client.reachability().state).toBe('connected')
})

test('a write whose answer is denied in part was carried out, and is not sent again', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  hub.shop.app.changeScopes(lacking('read_locations'))
  await sell(hub, 'HAR', sku, 2)
  hub.shop.faults.set({ kind: 'ignore-idempotency-keys', times: 'always' })
  await hub.write()
  hub.advance(3_600_000)
  await hub.write()
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(178)
  expect((await writesOf(hub)).map(({ attempts }) => attempts)).toEqual([1])
})

test('a write that is denied as a whole is not carried out and stays', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  hub.shop.app.changeScopes(without('write_inventory'))
  await sell(hub, 'HAR', sku, 2)
  await hub.write()
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(180)
  hub.shop.app.changeScopes(allScopes)
  await hub.writeAll()
  expect(shopLevel(hub, sku, 'HAR').on_hand).toBe(178)
})

const answered = (body: object) =>
  judge({ status: 200, headers: new Headers(), body: JSON.stringify(body) }).outcome
const denied = (...path: readonly (string | number)[]) => ({
  message: 'Access denied',
  path,
  extensions: { code: 'ACCESS_DENIED' },
})

test('what an answer with errors means', () => {
  const some = { a: { b: null } }
  expect(answered({ data: some, errors: [denied('a', 'b')] })).toMatchObject({
    kind: 'answered',
    denials: [{ path: ['a', 'b'] }],
  })
  expect(answered({ data: { a: null }, errors: [denied('a')] })).toMatchObject({
    kind: 'denied',
    belowRoot: false,
  })
  expect(answered({ data: null, errors: [denied('a', 'b')] })).toMatchObject({
    kind: 'denied',
    belowRoot: true,
  })
  expect(
    answered({ errors: [{ message: 'This app is not approved to use the phone field.' }] }),
  ).toMatchObject({
    kind: 'denied',
  })
  const fault = { message: 'oops', extensions: { code: 'INTERNAL_SERVER_ERROR' } }
  expect(answered({ data: some, errors: [denied('a', 'b'), fault] })).toMatchObject({ kind: 'unknown' })
  expect(answered({ data: some, errors: [{ message: 'Something else' }] })).toMatchObject({ kind: 'unknown' })
})

const spares = { 'order.customer': 'customers', 'order.parts.nodes.variant': 'items' } as const

test.each<[string, unknown, readonly (string | number)[], readonly string[]]>([
  ['a field', { order: { customer: null } }, ['order', 'customer'], ['customers']],
  ['a field of it', { order: { customer: { phone: null } } }, ['order', 'customer', 'phone'], ['customers']],
  [
    'a field in a list',
    { order: { parts: { nodes: [{ variant: null }] } } },
    ['order', 'parts', 'nodes', 0, 'variant', 'x'],
    ['items'],
  ],
])('%s that can be done without', (_, data, path, capabilities) => {
  const { needed, withheld } = judgeDenials(data, [{ path, message: 'no' }], spares)
  expect(needed).toEqual([])
  expect([...withheld]).toEqual(capabilities.map(one => [one, 'no']))
})

test('without a path, a denial is of the field that its words name', () => {
  const data = { order: { customer: null } }
  const judged = (message: string) => judgeDenials(data, [{ path: [], message }], spares)
  const named = 'This app is not approved to access the Customer object.'
  expect(judged(named)).toEqual({ needed: [], withheld: new Map([['customers', named]]) })
  expect(judged('Access denied for location field.').needed).toHaveLength(1)
})

test.each<[string, unknown, readonly (string | number)[]]>([
  ['another field', { order: { customer: {}, name: null } }, ['order', 'name']],
  ['a field that took its parent along', { order: null }, ['order', 'customer']],
  ['a field that took its list along', { order: { parts: null } }, ['order', 'parts', 'nodes', 0, 'variant']],
  ['no path, and the field is there', { order: { customer: {} } }, []],
])('%s is needed', (_, data, path) => {
  expect(judgeDenials(data, [{ path, message: 'no' }], spares).needed).toHaveLength(1)
})

test('a write scope includes its read scope; each scope belongs to one capability', () => {
  const all = capabilityList().flatMap(([, needs]) => needs.scopes)
  expect(new Set(all).size).toBe(all.length)
  expect(missingScopes(all.filter(scope => scope !== 'read_inventory'))).toEqual(new Map())
  expect([...missingScopes(all.filter(scope => !scope.endsWith('_inventory')))]).toEqual([
    ['stock', ['read_inventory', 'write_inventory']],
  ])
})

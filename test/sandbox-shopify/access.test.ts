import { expect, test } from 'vitest'
import { allScopes } from '../sandbox/shopify/graphql/access.ts'
import {
  accessToken,
  at,
  clientSecret,
  handClock,
  harbour,
  openReceiver,
  openShop,
  SUBSCRIBE,
  subscribe,
  type TestShop,
} from './harness.ts'

const ada = { name: 'Ada Byron', email: 'ada@example.com', phone: '+4940123' }
const oneMug = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: ada }
const CUSTOMER = '{ orders(first: 1) { nodes { name email customer { firstName phone } } } }'

const without = (...scopes: readonly string[]): readonly string[] =>
  allScopes.filter(scope => !scopes.includes(scope))

test('without read_customers the order comes with a null customer beside one ACCESS_DENIED', async () => {
  await using shop = await openShop({ scopes: without('read_customers') })
  shop.sandbox.createOrder(oneMug)
  const { body } = await shop.post(CUSTOMER)
  expect(body.data).toEqual({
    orders: { nodes: [{ name: '#1001', email: 'ada@example.com', customer: null }] },
  })
  expect(body.errors).toMatchObject([
    {
      message: 'Access denied for customer field. Required access: `read_customers` access scope.',
      path: ['orders', 'nodes', 0, 'customer'],
      extensions: { code: 'ACCESS_DENIED' },
    },
  ])
})

test('a scope counts wherever its type appears in an answer, in the answer to a write too', async () => {
  await using shop = await openShop({
    scopes: without('read_locations', 'write_locations', 'read_products', 'write_products'),
  })
  shop.sandbox.createOrder(oneMug)
  const { body } = await shop.post(
    `{ orders(first: 1) { nodes { name lineItems(first: 1) { nodes { sku variant { id } } }
      fulfillmentOrders(first: 1) { nodes { status assignedLocation { name location { id } } } } } } }`,
  )
  expect(body.data).toMatchObject({
    orders: {
      nodes: [
        {
          lineItems: { nodes: [{ sku: 'MUG-BLU', variant: null }] },
          fulfillmentOrders: { nodes: [{ assignedLocation: { name: 'Harbour Street', location: null } }] },
        },
      ],
    },
  })
  expect(body.errors?.map(({ path }) => path?.at(-1)).toSorted()).toEqual(['location', 'variant'])
  const item = await shop.item('MUG-BLU')
  const written = await shop.post(
    `mutation($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) @idempotent(key: "k") {
      inventoryAdjustmentGroup { changes { delta location { id } } } userErrors { message } } }`,
    {
      input: {
        name: 'available',
        reason: 'correction',
        changes: [{ inventoryItemId: item, locationId: harbour, delta: -1, changeFromQuantity: null }],
      },
    },
  )
  // Carried out, though an error came beside it.
  expect(written.body.data).toMatchObject({
    inventoryAdjustQuantities: { inventoryAdjustmentGroup: { changes: [{ delta: -1, location: null }, {}] } },
  })
  expect(written.body.errors).toMatchObject([{ extensions: { code: 'ACCESS_DENIED' } }, {}])
})

test('an app that was not approved gets no customer; one approved without fields gets no name', async () => {
  await using shop = await openShop({ customerData: false })
  shop.sandbox.createOrder(oneMug)
  const none = await shop.post(CUSTOMER)
  expect(none.body.data).toEqual({ orders: { nodes: [{ name: '#1001', email: null, customer: null }] } })
  expect(none.body.errors?.map(({ message }) => message.split('. See')[0])).toEqual([
    'This app is not approved to use the email field',
    'This app is not approved to access the Customer object',
  ])
  expect(none.body.errors?.every(error => error.extensions === undefined)).toBe(true)

  shop.sandbox.switches.turn({ customerData: 'without-fields' })
  const some = await shop.post(CUSTOMER)
  expect(some.body.data).toMatchObject({
    orders: { nodes: [{ email: null, customer: { firstName: null, phone: null } }] },
  })
  expect(some.body.errors?.map(({ path }) => path?.at(-1))).toEqual(['email', 'firstName', 'phone'])

  shop.sandbox.switches.turn({ customerData: false, deniedCustomerData: 'null' })
  const silent = await shop.post(CUSTOMER)
  expect(silent.body.errors).toBeUndefined()
  expect(silent.body.data).toMatchObject({ orders: { nodes: [{ customer: { firstName: null } }] } })
})

async function grant(shop: TestShop, fields: Readonly<Record<string, string>> = {}) {
  const response = await fetch(`${shop.sandbox.url}/admin/oauth/access_token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: shop.sandbox.clientId,
      client_secret: clientSecret,
      ...fields,
    }),
  })
  return { status: response.status, body: (await response.json()) as Readonly<Record<string, unknown>> }
}

async function statusWith(shop: TestShop, token: unknown): Promise<number> {
  return (await shop.post('{ shop { name } }', {}, { 'X-Shopify-Access-Token': String(token) })).status
}

test('a token of the client credentials lives for a day of the shop’s clock', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now, staticToken: false })
  const first = await grant(shop)
  expect(first).toMatchObject({ status: 200, body: { expires_in: 86_399, scope: allScopes.join(',') } })
  const token = first.body['access_token']
  expect(token).toMatch(/^shpat_[0-9a-f]{32}$/)
  expect(await statusWith(shop, token)).toBe(200)
  expect(await statusWith(shop, accessToken)).toBe(401)
  clock.advance(24 * 3_600_000 - 1)
  expect(await statusWith(shop, token)).toBe(200)
  // A second token does not end the first.
  const second = await grant(shop)
  expect(await statusWith(shop, token)).toBe(200)
  clock.advance(1)
  expect(await statusWith(shop, token)).toBe(401)
  expect(await statusWith(shop, second.body['access_token'])).toBe(200)
})

test('wrong credentials, and other grants, are refused; a token can end before its time', async () => {
  await using shop = await openShop()
  expect(await grant(shop, { client_secret: 'guess' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_client' },
  })
  expect(await grant(shop, { grant_type: 'authorization_code' })).toMatchObject({ status: 400 })
  shop.sandbox.faults.set({ kind: 'token-refused' })
  expect((await grant(shop)).status).toBe(503)
  const { body } = await grant(shop)
  shop.sandbox.faults.set({ kind: 'token-expired' })
  expect(await statusWith(shop, body['access_token'])).toBe(401)
  expect(await statusWith(shop, body['access_token'])).toBe(401)
  expect(await statusWith(shop, (await grant(shop)).body['access_token'])).toBe(200)
})

test('an uninstalled app is told once, then nothing: no token, no webhook; installed again it starts afresh', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'APP_UNINSTALLED', 'ORDERS_CREATE')
  const { body } = await grant(shop)
  shop.sandbox.app.uninstall()
  shop.sandbox.createOrder(oneMug)
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks).toMatchObject([
    { topic: 'app/uninstalled', body: { myshopify_domain: 'small.myshopify.com' } },
  ])
  expect(await statusWith(shop, accessToken)).toBe(401)
  expect(await grant(shop)).toMatchObject({ status: 400, body: { error: 'shop_not_permitted' } })
  expect((await shop.control('POST', '/sandbox/app/uninstall')).status).toBe(409)
  expect(await shop.control('POST', '/sandbox/app/install')).toMatchObject({ body: { installed: true } })
  expect(await statusWith(shop, accessToken)).toBe(200)
  expect(await statusWith(shop, body['access_token'])).toBe(401)
  expect(shop.sandbox.webhooks.subscriptions()).toEqual([])
})

test('changed scopes count at once, are listed, and are told', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'APP_SCOPES_UPDATE')
  const changed = await shop.control('POST', '/sandbox/app/scopes', { scopes: ['read_orders'] })
  expect(changed.body).toEqual({ installed: true, scopes: ['read_orders'] })
  expect(await shop.data('{ currentAppInstallation { accessScopes { handle } } }')).toEqual({
    currentAppInstallation: { accessScopes: [{ handle: 'read_orders' }] },
  })
  expect((await shop.post('{ locations(first: 1) { nodes { id } } }')).body.errors).toHaveLength(1)
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks).toMatchObject([
    { topic: 'app/scopes_update', body: { previous: [...allScopes], current: ['read_orders'] } },
  ])
})

test('a webhook topic needs its scope and, for orders, the approval for customer data; http can be refused', async () => {
  await using shop = await openShop({ scopes: ['read_orders'] })
  const messages = async (topic: string, uri = 'https://127.0.0.1/hooks'): Promise<unknown> => {
    const data = await shop.data(SUBSCRIBE, { topic, uri })
    return (at(data, 'webhookSubscriptionCreate', 'userErrors') as { message: string }[]).map(
      ({ message }) => message.split('. ')[0],
    )
  }
  expect(await messages('PRODUCTS_UPDATE')).toEqual([
    'You do not have permission to create or update webhooks with products/update topic',
  ])
  expect(await messages('ORDERS_CREATE')).toEqual([])
  shop.sandbox.switches.turn({ customerData: false })
  expect(await messages('ORDERS_UPDATED')).toEqual([
    'This app is not approved to subscribe to webhook topics containing protected customer data',
  ])
  expect(await messages('BULK_OPERATIONS_FINISH', 'http://127.0.0.1/hooks')).toEqual([])
  shop.sandbox.switches.turn({ webhookScheme: 'https' })
  expect(await messages('APP_UNINSTALLED', 'http://127.0.0.1/hooks')).toEqual([
    'Address protocol http:// is not supported',
  ])
  expect(await messages('APP_UNINSTALLED', 'https://hub.example/hooks')).toHaveLength(1)
  shop.sandbox.switches.turn({ webhookHosts: 'any' })
  expect(await messages('APP_UNINSTALLED', 'https://hub.example/hooks')).toEqual([])
})

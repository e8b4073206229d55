import { createAdminApiClient } from '@shopify/admin-api-client'
import { expect, test } from 'vitest'
import { accessToken, at, handClock, harbour, openShop, type TestShop } from './harness.ts'

const cost = (body: object): unknown => at(body, 'extensions', 'cost')

test('a wrong token is 401, a right one is answered with the version and a request id', async () => {
  await using shop = await openShop()
  const wrong = await shop.post('{ shop { name } }', {}, { 'X-Shopify-Access-Token': 'shpat_other' })
  expect(wrong.status).toBe(401)
  const right = await shop.post('{ shop { name myshopifyDomain currencyCode ianaTimezone } }')
  expect(right.body.data).toEqual({
    shop: {
      name: 'Small shop',
      myshopifyDomain: 'small.myshopify.com',
      currencyCode: 'EUR',
      ianaTimezone: 'Europe/Berlin',
    },
  })
  expect(right.headers.get('x-shopify-api-version')).toBe('2026-10')
  expect(right.headers.get('x-request-id')).toMatch(/^[0-9a-f-]{36}$/)
})

test('what the schema has and the sandbox does not says so, beside what it does have', async () => {
  await using shop = await openShop()
  const { status, body } = await shop.post('{ shop { name } giftCards(first: 1) { nodes { id } } }')
  expect(status).toBe(200)
  expect(body.errors).toMatchObject([{ path: ['giftCards'], extensions: { code: 'NOT_SIMULATED' } }])
  const field = await shop.post(`{ location(id: "${harbour}") { name isPrimary } }`)
  expect(field.body.errors).toMatchObject([
    { message: 'Location.isPrimary is not simulated by the Tillbridge sandbox' },
  ])
})

test('the real schema is executed: unknown fields and arguments are errors with HTTP 200', async () => {
  await using shop = await openShop()
  for (const query of ['{ shop { turnover } }', '{ shop(id: 1) { name } }', '{ shop { name }']) {
    const { status, body } = await shop.post(query)
    expect(status).toBe(200)
    expect(body.data).toBeUndefined()
    expect(body.errors).toHaveLength(1)
  }
})

test('pages and input lists end at 250, and a connection must say how long a page it wants', async () => {
  await using shop = await openShop()
  const codes = async (query: string, variables?: object): Promise<unknown> =>
    (await shop.post(query, variables)).body.errors?.map(error => error.extensions?.['code'])
  expect(await codes('{ orders(first: 251) { nodes { id } } }')).toEqual(['MAX_PAGE_SIZE_EXCEEDED'])
  expect(await codes('query($n: Int) { orders(first: $n) { nodes { id } } }', { n: 300 })).toEqual([
    'MAX_PAGE_SIZE_EXCEEDED',
  ])
  expect(await codes('{ orders { nodes { id } } }')).toEqual(['BAD_REQUEST'])
  const ids = Array.from({ length: 251 }, (_, index) => `gid://shopify/Order/${index}`)
  expect(await codes('query($ids: [ID!]!) { nodes(ids: $ids) { id } }', { ids })).toEqual([
    'MAX_INPUT_SIZE_EXCEEDED',
  ])
})

test('a query costs what it could return and is refunded to what it did', async () => {
  const clock = handClock()
  await using shop = await openShop({
    now: clock.now,
    costBucket: { maximumAvailable: 2000, restoreRate: 100 },
  })
  const { body } = await shop.post('{ products(first: 20) { edges { node { title } } } }')
  expect(cost(body)).toEqual({
    requestedQueryCost: 22,
    actualQueryCost: 6, // four products
    throttleStatus: { maximumAvailable: 2000, currentlyAvailable: 1994, restoreRate: 100 },
  })
  const nested = await shop.post(
    '{ products(first: 10) { nodes { variants(first: 5) { nodes { inventoryItem { id } } } } } }',
  )
  expect(cost(nested.body)).toMatchObject({ requestedQueryCost: 2 + 10 * (1 + 2 + 5 * 2) })
  const mutation = await shop.post(
    'mutation { webhookSubscriptionDelete(id: "gid://shopify/WebhookSubscription/1") { userErrors { message } } }',
  )
  expect(cost(mutation.body)).toMatchObject({ requestedQueryCost: 10, actualQueryCost: 10 })
})

test('more than 1000 points is refused whatever the bucket holds', async () => {
  await using shop = await openShop()
  const { status, body } = await shop.post(
    '{ products(first: 250) { nodes { variants(first: 10) { nodes { id } } } } }',
  )
  expect(status).toBe(200)
  expect(body.errors).toMatchObject([
    {
      message: 'Query cost is 3252, which exceeds the single query max cost limit (1000).',
      extensions: { code: 'MAX_COST_EXCEEDED', cost: 3252, maxCost: 1000 },
    },
  ])
})

test('an empty bucket throttles with HTTP 200 and no data, and refills as time passes', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now, costBucket: { maximumAvailable: 40, restoreRate: 2 } })
  const query = '{ productVariants(first: 30) { nodes { id } } }' // 32 requested, 7 used
  const statuses = []
  for (let send = 0; send < 3; send += 1) statuses.push(await shop.post(query))
  expect(statuses.map(({ status }) => status)).toEqual([200, 200, 200])
  const [, , throttled] = statuses.map(({ body }) => body)
  expect(throttled).toEqual({
    errors: [
      {
        message: 'Throttled',
        extensions: { code: 'THROTTLED', documentation: 'https://shopify.dev/api/usage/rate-limits' },
      },
    ],
    extensions: {
      cost: {
        requestedQueryCost: 32,
        actualQueryCost: null,
        throttleStatus: { maximumAvailable: 40, currentlyAvailable: 26, restoreRate: 2 },
      },
    },
  })
  clock.advance(2500)
  expect((await shop.post(query)).body.errors).toHaveLength(1)
  clock.advance(500)
  expect((await shop.post(query)).body.errors).toBeUndefined()
})

test('what is not a global id refuses the whole request; one of another kind is an error of its field', async () => {
  await using shop = await openShop()
  const item = await shop.item('MUG-BLU')
  const level = `query($id: ID!, $at: ID!) { shop { name } inventoryItem(id: $id) { inventoryLevel(locationId: $at) { id } } }`
  const malformed = await shop.post(level, { id: item, at: '101' })
  expect(malformed.body).not.toHaveProperty('data')
  expect(malformed.body.errors).toMatchObject([
    {
      message: 'Variable $at of type ID! was provided invalid value',
      extensions: {
        code: 'INVALID_VARIABLE',
        value: '101',
        problems: [{ path: [], explanation: "Invalid global id '101'" }],
      },
    },
  ])
  const nested = await shop.post(
    'mutation($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) @idempotent(key: "k") { userErrors { code } } }',
    {
      input: {
        name: 'available',
        reason: 'correction',
        changes: [{ inventoryItemId: item, locationId: 'HAR', delta: -1, changeFromQuantity: null }],
      },
    },
  )
  expect(nested.body).not.toHaveProperty('data')
  expect(nested.body.errors).toMatchObject([
    { extensions: { problems: [{ path: ['changes', 0, 'locationId'] }] } },
  ])
  const literal = await shop.post('{ location(id: "HAR") { name } }')
  expect(literal.body.errors).toMatchObject([
    { message: "Invalid global id 'HAR'", extensions: { code: 'argumentLiteralsIncompatible' } },
  ])
  const other = await shop.post(level, { id: item, at: item })
  expect(other.body.data).toEqual({ shop: { name: 'Small shop' }, inventoryItem: { inventoryLevel: null } })
  expect(other.body.errors).toMatchObject([{ path: ['inventoryItem', 'inventoryLevel'] }])
  const unknown = await shop.post(level, { id: item, at: 'gid://shopify/Location/999' })
  expect(unknown.body.errors).toBeUndefined()
  expect(unknown.body.data).toMatchObject({ inventoryItem: { inventoryLevel: null } })
})

test('the actual cost is never above the requested one, whatever lists came', async () => {
  await using shop = await openShop()
  const item = await shop.item('MUG-BLU')
  const change = { inventoryItemId: item, locationId: harbour, delta: 1, changeFromQuantity: null }
  const sent: readonly (readonly [query: string, variables: object])[] = [
    [
      `mutation($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) @idempotent(key: "k") {
        inventoryAdjustmentGroup { changes { item { id sku } location { id } } } userErrors { code } } }`,
      {
        input: {
          name: 'available',
          reason: 'correction',
          changes: Array.from({ length: 40 }, () => change),
        },
      },
    ],
    [
      `query($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryItem { inventoryLevels(first: 5) { nodes {
        quantities(names: ["available", "on_hand", "committed", "damaged"]) { name quantity } } } } } }`,
      { ids: Array.from({ length: 30 }, () => item) },
    ],
    ['{ inventoryProperties { quantityNames { name } } }', {}],
    [
      '{ node(id: "gid://shopify/Location/101") { id ... on Location { inventoryLevels(first: 9) { edges { node { item { variants(first: 3) { nodes { id } } } } } } } } }',
      {},
    ],
    [
      '{ products(first: 50) { edges { cursor node { variants(first: 5) { nodes { id product { id } } edges { cursor } } } } } }',
      {},
    ],
    ['{ currentAppInstallation { accessScopes { handle } } }', {}],
  ]
  for (const quantityCost of ['list', 'each'] as const) {
    shop.sandbox.switches.turn({ quantityCost, idempotencyKeys: 'ignored' })
    for (const [query, variables] of sent) {
      const { body } = await shop.post(query, variables)
      expect(body.errors).toBeUndefined()
      const { requestedQueryCost, actualQueryCost } = cost(body) as Readonly<Record<string, number>>
      expect(actualQueryCost, query).toBeGreaterThan(0)
      expect(actualQueryCost, query).toBeLessThanOrEqual(requestedQueryCost ?? 0)
    }
  }
})

test('pages follow their cursors in both directions', async () => {
  await using shop = await openShop()
  const page = async (args: string) => {
    const data = await shop.data(
      `{ productVariants(${args}) { edges { cursor node { sku } } pageInfo { hasNextPage hasPreviousPage endCursor startCursor } } }`,
    )
    return at(data, 'productVariants') as {
      edges: readonly { cursor: string; node: { sku: string } }[]
      pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; endCursor: string; startCursor: string }
    }
  }
  const seen: string[] = []
  let after = ''
  for (let more = true; more; ) {
    const { edges, pageInfo } = await page(`first: 2${after}`)
    seen.push(...edges.map(({ node }) => node.sku))
    more = pageInfo.hasNextPage
    after = `, after: "${pageInfo.endCursor}"`
  }
  expect(seen).toEqual(['MUG-BLU', 'MUG-OAT', 'PLATE', 'SET', 'WRAP'])
  const last = await page('last: 2')
  expect(last.edges.map(({ node }) => node.sku)).toEqual(['SET', 'WRAP'])
  expect(last.pageInfo).toMatchObject({ hasPreviousPage: true, hasNextPage: false })
  const before = await page(`last: 2, before: "${last.pageInfo.startCursor}"`)
  expect(before.edges.map(({ node }) => node.sku)).toEqual(['MUG-OAT', 'PLATE'])
  const reversed = await page('first: 1, reverse: true')
  expect(reversed.edges.map(({ node }) => node.sku)).toEqual(['WRAP'])
})

test.each([
  ["sku:'MUG-BLU'", ['MUG-BLU']],
  ['sku:mug', ['MUG-BLU', 'MUG-OAT']],
  ['barcode:9520110000024', ['MUG-OAT']],
  ['sku:PLATE OR sku:WRAP', ['PLATE', 'WRAP']],
  ['sku:MUG AND NOT sku:MUG-OAT', ['MUG-BLU']],
  ['sku:MUG -sku:MUG-OAT', ['MUG-BLU']],
  ['(sku:PLATE OR sku:MUG) barcode:9520110000017', ['MUG-BLU']],
  ['sku:"NO-SUCH"', []],
  ['location_id:102 sku:PLATE', []],
])('variants are searched with %s', async (q, skus) => {
  await using shop = await openShop()
  const data = await shop.data(
    'query($q: String) { productVariants(first: 10, query: $q) { nodes { sku } } }',
    { q },
  )
  expect(at(data, 'productVariants', 'nodes')).toEqual(skus.map(sku => ({ sku })))
})

test('an unknown filter is an error, not an unfiltered list', async () => {
  await using shop = await openShop()
  const { body } = await shop.post('{ orders(first: 1, query: "chargeback_status:won") { nodes { id } } }')
  expect(body.errors).toMatchObject([{ extensions: { code: 'NOT_SIMULATED' } }])
})

test('a missing scope denies its field and keeps the rest; fulfilment orders are cut in silence', async () => {
  await using shop = await openShop({ scopes: ['read_orders', 'read_products'] })
  shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'PLATE', quantity: 1 }],
    customer: { name: 'Ada' },
  })
  const { body } = await shop.post(
    '{ orders(first: 1) { nodes { name fulfillmentOrders(first: 5) { nodes { id } } } } inventoryItems(first: 1) { nodes { id } } currentAppInstallation { accessScopes { handle } } }',
  )
  expect(body.errors).toMatchObject([{ path: ['inventoryItems'], extensions: { code: 'ACCESS_DENIED' } }])
  const scopes = await shop.data(
    '{ currentAppInstallation { accessScopes { handle } } orders(first: 1) { nodes { fulfillmentOrders(first: 5) { nodes { id } } } } }',
  )
  expect(scopes).toEqual({
    currentAppInstallation: { accessScopes: [{ handle: 'read_orders' }, { handle: 'read_products' }] },
    orders: { nodes: [{ fulfillmentOrders: { nodes: [] } }] },
  })
  const write = await shop.post(
    `mutation { inventoryItemUpdate(id: "gid://shopify/InventoryItem/1", input: {}) { userErrors { message } } }`,
  )
  expect(write.body.errors).toMatchObject([{ extensions: { code: 'ACCESS_DENIED' } }])
})

test('locations show whether they offer pickup, and it can be turned on', async () => {
  await using shop = await openShop()
  const query =
    '{ locations(first: 5) { nodes { id name isActive localPickupSettingsV2 { pickupTime instructions } } } }'
  const nodes = at(await shop.data(query), 'locations', 'nodes')
  expect(nodes).toMatchObject([{ name: 'Harbour Street', isActive: true }, { name: 'Market Square' }])
  const data = await shop.data(
    `mutation { locationLocalPickupEnable(localPickupSettings: { locationId: "${harbour}", pickupTime: ONE_HOUR, instructions: "Ring the bell" }) {
      localPickupSettings { pickupTime instructions } userErrors { code } } }`,
  )
  expect(at(data, 'locationLocalPickupEnable', 'userErrors')).toEqual([])
  expect(at(await shop.data(query), 'locations', 'nodes', 0, 'localPickupSettingsV2')).toEqual({
    pickupTime: 'ONE_HOUR',
    instructions: 'Ring the bell',
  })
  expect(await pickupError(shop)).toEqual([{ code: 'ACTIVE_LOCATION_NOT_FOUND' }])
})

async function pickupError(shop: TestShop): Promise<unknown> {
  const data = await shop.data(
    'mutation { locationLocalPickupEnable(localPickupSettings: { locationId: "gid://shopify/Location/9", pickupTime: ONE_HOUR }) { userErrors { code } } }',
  )
  return at(data, 'locationLocalPickupEnable', 'userErrors')
}

test('nodes answers by type, null for what is gone', async () => {
  await using shop = await openShop()
  const item = await shop.item('PLATE')
  const data = await shop.data(
    'query($ids: [ID!]!) { nodes(ids: $ids) { __typename ... on InventoryItem { sku } ... on Location { name } } }',
    {
      ids: [item, harbour, 'gid://shopify/InventoryItem/5'],
    },
  )
  expect(at(data, 'nodes')).toEqual([
    { __typename: 'InventoryItem', sku: 'PLATE' },
    { __typename: 'Location', name: 'Harbour Street' },
    null,
  ])
})

test("Shopify's own client talks to it, and a retired version is served by the one there is", async () => {
  await using shop = await openShop()
  const client = createAdminApiClient({
    storeDomain: shop.sandbox.url,
    apiVersion: '2026-10',
    accessToken,
    retries: 0,
    logger: () => {},
    customFetchApi: (url, init) => fetch(String(url).replace(/^https:/, 'http:'), init),
  })
  const good = await client.request('query($id: ID!) { location(id: $id) { name } }', {
    variables: { id: harbour },
  })
  expect(good).toMatchObject({
    data: { location: { name: 'Harbour Street' } },
    extensions: { cost: { requestedQueryCost: 1 } },
  })
  const bad = await client.request('query($id: ID!) { location(id: $id) { name } }', { variables: {} })
  expect(bad.errors?.graphQLErrors).toMatchObject([{ extensions: { code: 'INVALID_VARIABLE' } }])

  const old = await fetch(`${shop.sandbox.url}/admin/api/2024-01/graphql.json`, {
    method: 'POST',
    headers: { 'X-Shopify-Access-Token': accessToken },
    body: JSON.stringify({ query: '{ shop { name } }' }),
  })
  expect(old.headers.get('x-shopify-api-version')).toBe('2026-10')
})

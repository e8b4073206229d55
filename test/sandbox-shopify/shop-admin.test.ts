import { expect, test } from 'vitest'
import { hardSeed } from '../sandbox/shopify/catalogue-seed.ts'
import {
  ADJUST,
  adjustment,
  at,
  fulfillmentOrders,
  harbour,
  levels,
  market,
  openReceiver,
  openShop,
  subscribe,
  type TestShop,
} from './harness.ts'

/** What people, other apps and time do to a shop's products, places and stock. */

const oneMug = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: { name: 'Ada' } }

const VARIANTS = `query($q: String) { productVariants(first: 50, query: $q) { nodes {
  id sku requiresComponents inventoryItem { id } product { id title status }
  productVariantComponents(first: 5) { nodes { quantity productVariant { sku } } } } } }`

interface VariantView {
  readonly id: string
  readonly sku: string
  readonly requiresComponents: boolean
  readonly inventoryItem: { readonly id: string }
  readonly product: { readonly id: string; readonly title: string; readonly status: string }
  readonly productVariantComponents: { readonly nodes: readonly object[] }
}

async function variants(shop: TestShop, q: string | null = null): Promise<readonly VariantView[]> {
  return at(await shop.data(VARIANTS, { q }), 'productVariants', 'nodes') as readonly VariantView[]
}

test('a product is archived and drafted; its variants are still found, with their status', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'PRODUCTS_UPDATE')
  const [plate] = await variants(shop, 'sku:PLATE')
  const update = `mutation($product: ProductUpdateInput!) { productUpdate(product: $product) {
    product { status title } userErrors { field message } } }`
  const id = plate?.product.id
  expect(await shop.data(update, { product: { id, status: 'ARCHIVED' } })).toEqual({
    productUpdate: { product: { status: 'ARCHIVED', title: 'Plate' }, userErrors: [] },
  })
  expect((await variants(shop, 'sku:PLATE')).map(({ product }) => product.status)).toEqual(['ARCHIVED'])
  expect(await variants(shop, 'sku:PLATE product_status:active')).toEqual([])
  const products = async (status: string): Promise<unknown> =>
    at(
      await shop.data('query($q: String) { products(first: 9, query: $q) { nodes { title } } }', {
        q: `status:${status}`,
      }),
      'products',
      'nodes',
    )
  expect(await products('archived')).toEqual([{ title: 'Plate' }])
  expect(await products('draft,archived')).toEqual([{ title: 'Plate' }])
  const tags = await shop.data(update, { product: { id, tags: ['x'] } })
  expect(at(tags, 'productUpdate', 'userErrors')).toMatchObject([{ field: ['tags'] }])
  const changed = await shop.control('POST', '/sandbox/products/plate/update', { status: 'DRAFT' })
  expect(changed).toMatchObject({ status: 200, body: { status: 'DRAFT', skus: ['PLATE'] } })
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks.map(({ body }) => at(body, 'status'))).toEqual(['archived', 'draft'])
})

test('a deleted product is gone by id, by list and for writes; its order keeps the line without the variant', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'PRODUCTS_DELETE', 'INVENTORY_ITEMS_DELETE')
  const order = shop.sandbox.createOrder(oneMug)
  const [blue] = await variants(shop, "sku:'MUG-BLU'")
  if (blue === undefined) throw new Error('The seed has a blue mug')
  const gone = await shop.data(
    'mutation($id: ID!) { productDelete(input: { id: $id }) { deletedProductId userErrors { message } } }',
    { id: blue.product.id },
  )
  expect(gone).toEqual({ productDelete: { deletedProductId: blue.product.id, userErrors: [] } })
  expect(await variants(shop, 'sku:MUG')).toEqual([])
  const byId = await shop.data(
    `query($p: ID!, $v: ID!, $i: ID!, $o: ID!) { product(id: $p) { id } productVariant(id: $v) { id }
      inventoryItem(id: $i) { id } nodes(ids: [$p, $v, $i]) { id }
      order(id: $o) { lineItems(first: 1) { nodes { sku title variant { id } product { id } } } } }`,
    { p: blue.product.id, v: blue.id, i: blue.inventoryItem.id, o: order.id },
  )
  expect(byId).toEqual({
    product: null,
    productVariant: null,
    inventoryItem: null,
    nodes: [null, null, null],
    order: { lineItems: { nodes: [{ sku: 'MUG-BLU', title: 'Mug', variant: null, product: null }] } },
  })
  const written = await shop.data(ADJUST, { input: adjustment(blue.inventoryItem.id, 1), key: 'k' })
  expect(at(written, 'inventoryAdjustQuantities', 'userErrors')).toMatchObject([
    { code: 'INVALID_INVENTORY_ITEM' },
  ])
  const atHarbour = await shop.data(
    `{ location(id: "${harbour}") { inventoryLevels(first: 50, includeInactive: true) { nodes { item { sku } } } } }`,
  )
  expect(at(atHarbour, 'location', 'inventoryLevels', 'nodes')).not.toContainEqual({
    item: { sku: 'MUG-BLU' },
  })
  // The order can still be handed over.
  const [fo] = await fulfillmentOrders(shop, order.name)
  const handed = await shop.data(
    'mutation($id: ID!) { fulfillmentCreate(fulfillment: { lineItemsByFulfillmentOrder: [{ fulfillmentOrderId: $id }] }) { userErrors { message } } }',
    { id: fo?.id },
  )
  expect(at(handed, 'fulfillmentCreate', 'userErrors')).toEqual([])
  await shop.sandbox.webhooks.settled()
  expect(receiver.topics().toSorted()).toEqual([
    'inventory_items/delete',
    'inventory_items/delete',
    'products/delete',
  ])
  expect(receiver.hooks.find(({ topic }) => topic === 'products/delete')?.body).toEqual({
    id: Number(blue.product.id.split('/').at(-1)),
  })
})

test('one variant of several is deleted; the last one cannot be', async () => {
  await using shop = await openShop()
  const [blue] = await variants(shop, "sku:'MUG-BLU'")
  const remove = async (ids: readonly (string | undefined)[]): Promise<unknown> =>
    at(
      await shop.data(
        `mutation($p: ID!, $ids: [ID!]!) { productVariantsBulkDelete(productId: $p, variantsIds: $ids) { userErrors { code } } }`,
        { p: blue?.product.id, ids },
      ),
      'productVariantsBulkDelete',
      'userErrors',
    )
  expect(await remove([blue?.id])).toEqual([])
  const left = await variants(shop, 'sku:MUG')
  expect(left.map(({ sku }) => sku)).toEqual(['MUG-OAT'])
  expect(await remove(left.map(({ id }) => id))).toEqual([{ code: 'CANNOT_DELETE_LAST_VARIANT' }])
})

test('a season starts again: the duplicate has the same SKU, and shoppers get the one on sale', async () => {
  await using shop = await openShop()
  const [plate] = await variants(shop, 'sku:PLATE')
  const copied = await shop.data(
    `mutation($id: ID!) { productDuplicate(productId: $id, newTitle: "Plate 2027") { newProduct { title status } userErrors { message } } }`,
    { id: plate?.product.id },
  )
  expect(at(copied, 'productDuplicate', 'newProduct')).toEqual({ title: 'Plate 2027', status: 'ACTIVE' })
  await shop.control('POST', '/sandbox/products/plate/update', { status: 'ARCHIVED' })
  const twins = await variants(shop, 'sku:PLATE')
  expect(twins.map(({ product }) => product.status)).toEqual(['ARCHIVED', 'ACTIVE'])
  const counts = await shop.data(
    'query($ids: [ID!]!) { nodes(ids: $ids) { ... on InventoryItem { duplicateSkuCount } } }',
    { ids: twins.map(({ inventoryItem }) => inventoryItem.id) },
  )
  expect(at(counts, 'nodes')).toEqual([{ duplicateSkuCount: 1 }, { duplicateSkuCount: 1 }])
  await shop.control('POST', '/sandbox/stock/set', { sku: 'PLATE', location: 'HAR', quantity: 4 })
  expect(shop.sandbox.state().levels['PLATE']).toMatchObject({ HAR: { available: 4 } })
})

test('a bundle names its parts, refuses writes, and is as available as its scarcest part', async () => {
  await using shop = await openShop({ seed: hardSeed() })
  const all = await variants(shop)
  const [bundle] = all.filter(({ requiresComponents }) => requiresComponents)
  expect(bundle?.productVariantComponents.nodes).toHaveLength(2)
  const data = await shop.data('query($id: ID!) { productVariant(id: $id) { inventoryQuantity } }', {
    id: bundle?.id,
  })
  expect(at(data, 'productVariant', 'inventoryQuantity')).toBeGreaterThan(0)
  const bySku = Map.groupBy(all, ({ sku }) => sku)
  const twins = [...bySku.values()].filter(found => found.length > 1)
  expect(twins.map(found => found.map(({ product }) => product.status).toSorted())).toEqual([
    ['ACTIVE', 'ARCHIVED'],
    ['ACTIVE', 'DRAFT'],
    ['ACTIVE', 'ACTIVE'],
  ])
})

const DEACTIVATE = `mutation($id: ID!, $to: ID, $key: String!) {
  locationDeactivate(locationId: $id, destinationLocationId: $to) @idempotent(key: $key) {
    location { isActive } locationDeactivateUserErrors { code } } }`

test('a location is deactivated once its orders are done and its stock has somewhere to go', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(
    shop,
    receiver,
    'LOCATIONS_DEACTIVATE',
    'LOCATIONS_ACTIVATE',
    'LOCATIONS_UPDATE',
    'INVENTORY_LEVELS_DISCONNECT',
  )
  const codes = async (to: string | null, key: string): Promise<unknown> =>
    at(
      await shop.data(DEACTIVATE, { id: harbour, to, key }),
      'locationDeactivate',
      'locationDeactivateUserErrors',
    )
  const { name } = shop.sandbox.createOrder(oneMug)
  expect(await codes(market, 'a')).toEqual([{ code: 'HAS_FULFILLMENT_ORDERS_ERROR' }])
  shop.sandbox.cancelOrder(name)
  expect(await codes(null, 'b')).toEqual([{ code: 'HAS_ACTIVE_INVENTORY_ERROR' }])
  expect(await codes(harbour, 'c')).toEqual([{ code: 'DESTINATION_LOCATION_IS_THE_SAME_LOCATION' }])
  expect(await codes(market, 'd')).toEqual([])
  expect(await codes(market, 'd')).toEqual([])
  expect(await levels(shop, 'MUG-BLU', market)).toMatchObject({ available: 30 })
  expect(await levels(shop, 'MUG-BLU', harbour)).toBeNull()
  expect(await levels(shop, 'MUG-BLU', harbour, true)).toMatchObject({ isActive: false, available: 0 })
  const list = async (query: string): Promise<unknown> => at(await shop.data(query), 'locations', 'nodes')
  expect(await list('{ locations(first: 9) { nodes { name } } }')).toEqual([{ name: 'Market Square' }])
  expect(await list('{ locations(first: 9, includeInactive: true) { nodes { isActive } } }')).toHaveLength(2)
  const written = await shop.data(ADJUST, {
    input: adjustment(await shop.item('MUG-BLU'), 1),
    key: 'w',
  })
  expect(at(written, 'inventoryAdjustQuantities', 'userErrors')).toMatchObject([{ code: 'INVALID_LOCATION' }])
  expect((await shop.control('POST', '/sandbox/locations/MKT/deactivate')).status).toBe(409)

  const back = await shop.control('POST', '/sandbox/locations/HAR/activate')
  expect(back.body).toMatchObject({ isActive: true })
  expect(await levels(shop, 'MUG-BLU', harbour)).toBeNull()
  await shop.control('POST', '/sandbox/locations/HAR/rename', { name: 'Harbour' })
  await shop.sandbox.webhooks.settled()
  expect(receiver.topics().filter(topic => topic.startsWith('locations/'))).toEqual([
    'locations/deactivate',
    'locations/activate',
    'locations/update',
  ])
  expect(receiver.topics().filter(topic => topic === 'inventory_levels/disconnect')).toHaveLength(5)
})

test('a store opens, and a level ends', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'LOCATIONS_CREATE', 'INVENTORY_LEVELS_DISCONNECT')
  const opened = await shop.control('POST', '/sandbox/locations', { code: 'AIR', name: 'Airport' })
  expect(opened).toMatchObject({ status: 201, body: { code: 'AIR', isActive: true, pickup: false } })
  const level = await shop.data(
    'query($id: ID!, $at: ID!) { inventoryItem(id: $id) { inventoryLevel(locationId: $at) { id } } }',
    { id: await shop.item('PLATE'), at: harbour },
  )
  const ended = await shop.data(
    'mutation($id: ID!) { inventoryDeactivate(inventoryLevelId: $id) { userErrors { message } } }',
    { id: at(level, 'inventoryItem', 'inventoryLevel', 'id') },
  )
  expect(ended).toEqual({ inventoryDeactivate: { userErrors: [] } })
  expect(await levels(shop, 'PLATE', harbour)).toBeNull()
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks.map(({ topic }) => topic)).toEqual([
    'locations/create',
    'inventory_levels/disconnect',
  ])
  expect(receiver.hooks[0]?.body).toMatchObject({ name: 'Airport', active: true })
})

test('staff, another app and Shopify POS change stock; the group says whose change it was', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(shop, receiver, 'INVENTORY_LEVELS_UPDATE')
  const mug = { sku: 'MUG-BLU', location: 'HAR' }
  const change = async (what: string, body: object) => {
    const answer = await shop.control('POST', `/sandbox/stock/${what}`, { ...mug, ...body })
    expect(answer.status).toBe(200)
    return answer.body as { readonly group: string; readonly quantities: object }
  }
  expect(await change('adjust', { delta: -2 })).toMatchObject({ quantities: { available: 8, on_hand: 8 } })
  const moved = await change('move', { by: 'other-app', from: 'available', to: 'reserved', quantity: 3 })
  expect(moved.quantities).toMatchObject({ available: 5, reserved: 3, on_hand: 8 })
  expect(await change('count', { counted: 10 })).toMatchObject({ quantities: { available: 7, on_hand: 10 } })
  expect(await change('set', { quantity: 1, by: 'other-app' })).toMatchObject({
    quantities: { available: 1 },
  })
  for (const state of ['damaged', 'quality_control', 'safety_stock']) {
    await change('adjust', { delta: 1, state })
  }
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ on_hand: 7, damaged: 1 })
  const group = await shop.data(
    `query($id: ID!) { node(id: $id) { ... on InventoryAdjustmentGroup { reason app { id title } staffMember { name }
      changes { name delta } } } }`,
    { id: moved.group },
  )
  expect(at(group, 'node')).toMatchObject({
    reason: 'other',
    app: { title: 'Another app' },
    staffMember: null,
    changes: [
      { name: 'available', delta: -3 },
      { name: 'reserved', delta: 3 },
    ],
  })
  await shop.sandbox.webhooks.settled()
  expect(receiver.hooks).toHaveLength(4) // those that moved available
  expect(
    (await shop.control('POST', '/sandbox/stock/adjust', { ...mug, location: 'XXX', delta: 1 })).status,
  ).toBe(422)
  expect(
    (await shop.control('POST', '/sandbox/stock/adjust', { sku: 'NONE', location: 'HAR', delta: 1 })).status,
  ).toBe(422)
  expect((await shop.control('POST', '/sandbox/stock/burn', mug)).status).toBe(404)
})

test('a sale on Shopify POS takes stock at once and is an order of that store, handed over and paid', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop({ routingDelayMs: 5000 })
  await subscribe(shop, receiver, 'ORDERS_CREATE', 'FULFILLMENTS_CREATE', 'INVENTORY_LEVELS_UPDATE')
  const lines = [{ sku: 'MUG-BLU', quantity: 12 }]
  const sold = await shop.control('POST', '/sandbox/pos/sales', { location: 'HAR', lines, receipt: 'R-7' })
  expect(sold).toMatchObject({ status: 201, body: { name: '#1001' } })
  expect(shop.sandbox.order('#1001')).toMatchObject({
    financialStatus: 'PAID',
    fulfillmentStatus: 'FULFILLED',
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: -2, committed: 0, on_hand: -2 })
  const data = await shop.data(
    `{ orders(first: 5, query: "source_name:pos") { nodes { sourceName sourceIdentifier retailLocation { name }
      fulfillmentOrders(first: 5) { nodes { deliveryMethod { methodType } } } } } }`,
  )
  expect(at(data, 'orders', 'nodes')).toEqual([
    {
      sourceName: 'pos',
      sourceIdentifier: 'R-7',
      retailLocation: { name: 'Harbour Street' },
      fulfillmentOrders: { nodes: [{ deliveryMethod: { methodType: 'RETAIL' } }] },
    },
  ])
  await shop.sandbox.webhooks.settled()
  expect(new Set(receiver.topics())).toEqual(
    new Set(['orders/create', 'fulfillments/create', 'inventory_levels/update']),
  )
  const unknown = [{ sku: 'NONE', quantity: 1 }]
  expect((await shop.control('POST', '/sandbox/pos/sales', { location: 'HAR', lines: unknown })).status).toBe(
    422,
  )
})

test('a bundle is ordered as its parts, and they are what the store picks and Shopify counts', async () => {
  const seed = hardSeed()
  await using shop = await openShop({ seed })
  const parts = seed.products
    .flatMap(({ variants: all }) => all)
    .find(({ components }) => components)?.components
  const before = parts?.map(({ sku }) => at(shop.sandbox.state().levels, sku, 'HAR', 'available')) as number[]
  const order = shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'GIFT-SET', quantity: 2 }],
    customer: { name: 'Ada' },
  })
  const wanted = parts?.map(({ sku, quantity }) => ({ sku, quantity: 2 * quantity })) ?? []
  expect(order.lines.map(({ sku, quantity }) => ({ sku, quantity }))).toEqual(wanted)
  expect(wanted.map(({ sku }) => at(shop.sandbox.state().levels, sku, 'HAR', 'available'))).toEqual(
    wanted.map(({ quantity }, index) => (before[index] ?? 0) - quantity),
  )
})

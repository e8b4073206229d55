import { expect, test } from 'vitest'
import {
  ADJUST,
  adjustment,
  at,
  handClock,
  harbour,
  levels,
  market,
  openReceiver,
  openShop,
  subscribe,
  type TestShop,
} from './harness.ts'

/** Where no source says what Shopify does, a switch decides. Here is each setting of each switch. */

interface Adjusted {
  readonly inventoryAdjustmentGroup: { readonly changes: readonly object[] } | null
  readonly userErrors: readonly { readonly code: string; readonly field: readonly string[] }[]
}

async function adjust(shop: TestShop, input: object, key: string): Promise<Adjusted> {
  return at(await shop.data(ADJUST, { input, key }), 'inventoryAdjustQuantities') as Adjusted
}

/** Mugs fall by one; the blue one's expected quantity is wrong, and so is the plate's location. */
async function oneRightTwoWrong(shop: TestShop): Promise<object> {
  const change = (inventoryItemId: string, more: object) => ({
    inventoryItemId,
    locationId: harbour,
    delta: -1,
    changeFromQuantity: null,
    ...more,
  })
  return {
    name: 'available',
    reason: 'correction',
    changes: [
      change(await shop.item('MUG-BLU'), { changeFromQuantity: 9 }),
      change(await shop.item('MUG-OAT'), {}),
      change(await shop.item('PLATE'), { locationId: 'gid://shopify/Location/999' }),
    ],
  }
}

test('userErrors: all of them, or the first alone', async () => {
  await using shop = await openShop()
  const input = await oneRightTwoWrong(shop)
  const codes = async (key: string): Promise<unknown> =>
    (await adjust(shop, input, key)).userErrors.map(({ code }) => code)
  expect(await codes('a')).toEqual(['CHANGE_FROM_QUANTITY_STALE', 'INVALID_LOCATION'])
  shop.sandbox.switches.turn({ userErrors: 'first' })
  expect(await codes('b')).toEqual(['CHANGE_FROM_QUANTITY_STALE'])
})

test('partlyApplied: the right change is carried out beside the errors of the wrong ones, once', async () => {
  await using shop = await openShop({ partlyApplied: true })
  const input = await oneRightTwoWrong(shop)
  const { inventoryAdjustmentGroup, userErrors } = await adjust(shop, input, 'a')
  expect(inventoryAdjustmentGroup?.changes).toMatchObject([
    { name: 'available', delta: -1 },
    { name: 'on_hand' },
  ])
  expect(userErrors.map(({ field }) => field[2])).toEqual(['0', '2'])
  expect(await adjust(shop, input, 'a')).toEqual({ inventoryAdjustmentGroup, userErrors })
  expect(await levels(shop, 'MUG-OAT', harbour)).toMatchObject({ available: 4 })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 10 })
  // What is wrong with the call as a whole refuses the whole of it.
  const wrongReason = await adjust(shop, { ...input, reason: 'sold' }, 'b')
  expect(wrongReason.inventoryAdjustmentGroup).toBeNull()
  shop.sandbox.switches.turn({ partlyApplied: false })
  expect((await adjust(shop, input, 'c')).inventoryAdjustmentGroup).toBeNull()
  expect(await levels(shop, 'MUG-OAT', harbour)).toMatchObject({ available: 4 })
})

test('keyReplay: a resent call answers as the first did, or is compared first and found stale', async () => {
  await using shop = await openShop()
  const input = adjustment(await shop.item('MUG-BLU'), -2, { changeFromQuantity: 10 })
  const first = await adjust(shop, input, 'k')
  expect(await adjust(shop, input, 'k')).toEqual(first)
  shop.sandbox.switches.turn({ keyReplay: 'after-compare' })
  expect((await adjust(shop, input, 'k')).userErrors).toMatchObject([{ code: 'CHANGE_FROM_QUANTITY_STALE' }])
  const free = adjustment(await shop.item('MUG-BLU'), -1)
  const unchecked = await adjust(shop, free, 'free')
  expect(await adjust(shop, free, 'free')).toEqual(unchecked)
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7 })
})

test('idempotencyKeys: ignored, a resent call is carried out again', async () => {
  await using shop = await openShop({ idempotencyKeys: 'ignored' })
  const input = adjustment(await shop.item('MUG-BLU'), -1)
  await adjust(shop, input, 'k')
  await adjust(shop, input, 'k')
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 8 })
})

test('keyAfterUserErrors: a refused call has used its key up, or leaves it free', async () => {
  await using shop = await openShop()
  const input = adjustment(await shop.item('MUG-BLU'), -1, { changeFromQuantity: 9 })
  const codes = async (key: string): Promise<unknown> =>
    (await adjust(shop, input, key)).userErrors.map(({ code }) => code)
  expect([await codes('a'), await codes('a')]).toEqual([
    ['CHANGE_FROM_QUANTITY_STALE'],
    ['IDEMPOTENCY_PREVIOUS_ATTEMPT_FAILED'],
  ])
  shop.sandbox.switches.turn({ keyAfterUserErrors: 'free' })
  expect([await codes('b'), await codes('b')]).toEqual([
    ['CHANGE_FROM_QUANTITY_STALE'],
    ['CHANGE_FROM_QUANTITY_STALE'],
  ])
})

test('keyScope: a key is the shop’s, or each mutation has its own', async () => {
  await using shop = await openShop()
  const item = await shop.item('MUG-BLU')
  await adjust(shop, adjustment(item, -1), 'k')
  const set = async (): Promise<unknown> => {
    const data = await shop.data(
      `mutation($input: InventorySetQuantitiesInput!) { inventorySetQuantities(input: $input) @idempotent(key: "k") {
        userErrors { code } } }`,
      {
        input: {
          name: 'available',
          reason: 'correction',
          quantities: [{ inventoryItemId: item, locationId: harbour, quantity: 3, changeFromQuantity: null }],
        },
      },
    )
    return at(data, 'inventorySetQuantities', 'userErrors')
  }
  expect(await set()).toEqual([{ code: 'IDEMPOTENCY_KEY_PARAMETER_MISMATCH' }])
  shop.sandbox.switches.turn({ keyScope: 'mutation' })
  expect(await set()).toEqual([])
})

test('onHandUpdatedAt: moved by its own number, or by any change of the level', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now })
  const onHandAt = async (): Promise<unknown> => {
    const data = await shop.data(
      `query($id: ID!, $at: ID!) { inventoryItem(id: $id) { inventoryLevel(locationId: $at) {
        quantities(names: ["on_hand"]) { updatedAt } } } }`,
      { id: await shop.item('MUG-BLU'), at: harbour },
    )
    return at(data, 'inventoryItem', 'inventoryLevel', 'quantities', 0, 'updatedAt')
  }
  // An order moves available and committed; on_hand stays what it was.
  const order = { location: 'HAR', lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: { name: 'Ada' } }
  shop.sandbox.createOrder(order)
  expect(await onHandAt()).toBeNull()
  shop.sandbox.switches.turn({ onHandUpdatedAt: 'any-change' })
  clock.advance(60_000)
  shop.sandbox.createOrder(order)
  expect(await onHandAt()).toBe('2026-11-03T09:01:00Z')
})

test('unknownSearchTerm: an error, or ignored as Shopify ignores it', async () => {
  await using shop = await openShop({ unknownSearchTerm: 'ignore' })
  const found = async (q: string): Promise<unknown> => {
    const data = await shop.data(
      'query($q: String) { productVariants(first: 9, query: $q) { nodes { sku } } }',
      {
        q,
      },
    )
    return (at(data, 'productVariants', 'nodes') as { sku: string }[]).map(({ sku }) => sku)
  }
  expect(await found('colour:blue')).toHaveLength(5)
  expect(await found('colour:blue sku:PLATE')).toEqual(['PLATE'])
  expect(await found('colour:blue OR sku:PLATE')).toEqual(['PLATE'])
  expect(await found('NOT colour:blue')).toHaveLength(5)
  expect(await found('(colour:blue OR size:L) AND sku:WRAP')).toEqual(['WRAP'])
})

test('forgottenSearchFields: a field this shop does not know is ignored, so the list answers too much', async () => {
  await using shop = await openShop()
  const order = { lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: { name: 'Ada' } }
  shop.sandbox.createOrder({ ...order, location: 'HAR', name: 'pickup' })
  shop.sandbox.createOrder({ ...order, location: 'ship', name: 'shipped' })
  const found = async (): Promise<unknown> =>
    at(
      await shop.data(
        '{ orders(first: 9, query: "delivery_method:pick-up status:open") { nodes { name } } }',
      ),
      'orders',
      'nodes',
    )
  expect(await found()).toEqual([{ name: 'pickup' }])
  shop.sandbox.switches.turn({ forgottenSearchFields: ['delivery_method'] })
  expect(await found()).toEqual([{ name: 'pickup' }, { name: 'shipped' }])
})

test('indexLagMs: every list with a query trails behind, levels too; reading by id does not', async () => {
  const clock = handClock()
  await using shop = await openShop({ now: clock.now })
  const item = await shop.item('MUG-BLU')
  clock.advance(60_000)
  shop.sandbox.switches.turn({ indexLagMs: 3000 })
  await shop.data(ADJUST, { input: adjustment(item, -1), key: 'k' })
  const changed = async (): Promise<number> => {
    const data = await shop.data(
      `{ location(id: "${harbour}") { inventoryLevels(first: 9, query: "updated_at:>='2026-11-03T09:01:00Z'") { nodes { id } } } }`,
    )
    return (at(data, 'location', 'inventoryLevels', 'nodes') as unknown[]).length
  }
  expect(await changed()).toBe(0)
  const read = await shop.data(
    'query($id: ID!, $at: ID!) { inventoryItem(id: $id) { inventoryLevel(locationId: $at) { quantities(names: ["available"]) { quantity } } } }',
    { id: item, at: harbour },
  )
  expect(at(read, 'inventoryItem', 'inventoryLevel', 'quantities', 0, 'quantity')).toBe(9)
  clock.advance(3000)
  expect(await changed()).toBe(1)
})

test('quantityCost: a list of quantities costs one object, or one for each name', async () => {
  await using shop = await openShop()
  const query = `{ location(id: "${market}") { inventoryLevels(first: 10) { nodes { id
    quantities(names: ["available", "on_hand", "committed"]) { quantity } } } } }`
  const requested = async (): Promise<unknown> =>
    at((await shop.post(query)).body, 'extensions', 'cost', 'requestedQueryCost')
  expect(await requested()).toBe(1 + 2 + 10 * (1 + 1))
  shop.sandbox.switches.turn({ quantityCost: 'each' })
  expect(await requested()).toBe(1 + 2 + 10 * (1 + 3))
})

test('answerListCost: what an answer lists costs one item, or as many as the request has; what came is charged', async () => {
  await using shop = await openShop()
  const query = `mutation ($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) @idempotent(key: "k") {
    inventoryAdjustmentGroup { id changes { item { id } } } userErrors { message } } }`
  const cost = async (count: number): Promise<unknown> => {
    const changes = Array.from({ length: count }, (_, item) => ({
      inventoryItemId: `gid://shopify/InventoryItem/${item + 1}`,
      locationId: market,
      delta: 1,
      changeFromQuantity: null,
    }))
    const input = { name: 'available', reason: 'correction', changes }
    return at((await shop.post(query, { input })).body, 'extensions', 'cost', 'requestedQueryCost')
  }
  expect(await cost(40)).toBe(10)
  shop.sandbox.switches.turn({ answerListCost: 'as-request' })
  expect(await cost(40)).toBe(2 + 40 * 2 + 40)
})

test('subscriptionEnds: eight failures in a row end it whichever webhooks they were of', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop({
    subscriptionEnds: 'eight-failures-in-a-row',
    webhookRetryMs: [3_600_000],
  })
  await subscribe(shop, receiver, 'ORDERS_CREATE')
  receiver.answerWith(...Array.from({ length: 20 }, () => 500))
  const order = { location: 'MKT', lines: [{ sku: 'MUG-BLU', quantity: 1 }], customer: { name: 'Ada' } }
  for (let sent = 0; sent < 7; sent += 1) {
    shop.sandbox.createOrder(order)
    await shop.sandbox.webhooks.settled()
  }
  expect(shop.sandbox.webhooks.subscriptions()).toHaveLength(1)
  shop.sandbox.createOrder(order)
  await shop.sandbox.webhooks.settled()
  expect(shop.sandbox.webhooks.subscriptions()).toEqual([])
  expect(receiver.hooks).toHaveLength(8)
})

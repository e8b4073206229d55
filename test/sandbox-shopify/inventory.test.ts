import { expect, test } from 'vitest'
import { ADJUST, adjustment, at, harbour, levels, market, openShop, type TestShop } from './harness.ts'

const SET = `mutation($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id changes { name delta quantityAfterChange } }
    userErrors { code field message }
  }
}`
const MOVE = `mutation($input: InventoryMoveQuantitiesInput!, $key: String!) {
  inventoryMoveQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { changes { name delta quantityAfterChange ledgerDocumentUri } }
    userErrors { code field message }
  }
}`
const ACTIVATE = `mutation($item: ID!, $location: ID!, $available: Int, $key: String!) {
  inventoryActivate(inventoryItemId: $item, locationId: $location, available: $available) @idempotent(key: $key) {
    inventoryLevel { isActive quantities(names: ["available"]) { quantity } } userErrors { field message }
  }
}`

let keys = 0
function key(): string {
  keys += 1
  return `key-${keys}`
}

/** The codes of a mutation's user errors, and that nothing was recorded. */
async function codes(shop: TestShop, document: string, field: string, input: object): Promise<unknown> {
  const data = await shop.data(document, { input, key: key() })
  const errors = at(data, field, 'userErrors') as readonly { code: string; field: readonly string[] }[]
  if (errors.length > 0) expect(at(data, field, 'inventoryAdjustmentGroup')).toBeNull()
  return errors.map(error => error.code)
}

test('an adjustment of available moves on_hand too and is found again by its id', async () => {
  await using shop = await openShop()
  const data = await shop.data(ADJUST, { input: adjustment(await shop.item('MUG-BLU'), -3), key: key() })
  const group = at(data, 'inventoryAdjustQuantities', 'inventoryAdjustmentGroup') as { id: string }
  expect(group).toMatchObject({
    reason: 'correction',
    referenceDocumentUri: 'gid://tillbridge/Receipt/1',
    changes: [
      { name: 'available', delta: -3, quantityAfterChange: 7 },
      { name: 'on_hand', delta: -3, quantityAfterChange: 7 },
    ],
  })
  const again = await shop.data(
    'query($id: ID!) { node(id: $id) { __typename ... on InventoryAdjustmentGroup { reason changes(quantityNames: ["available"]) { delta item { sku } location { id } } } } }',
    { id: group.id },
  )
  expect(again).toEqual({
    node: {
      __typename: 'InventoryAdjustmentGroup',
      reason: 'correction',
      changes: [{ delta: -3, item: { sku: 'MUG-BLU' }, location: { id: harbour } }],
    },
  })
})

test('on_hand is the sum of its states, and incoming is outside', async () => {
  await using shop = await openShop()
  const item = await shop.item('MUG-BLU')
  const ledgerDocumentUri = 'gid://tillbridge/Ledger/1'
  for (const name of ['damaged', 'reserved', 'safety_stock', 'quality_control', 'incoming']) {
    expect(
      await codes(
        shop,
        ADJUST,
        'inventoryAdjustQuantities',
        adjustment(item, 2, { ledgerDocumentUri }, { name }),
      ),
    ).toEqual([])
  }
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({
    available: 10,
    damaged: 2,
    reserved: 2,
    on_hand: 18,
  })
})

test.each([
  ['INVALID_QUANTITY_NAME', {}, { name: 'committed' }],
  ['INVALID_QUANTITY_NAME', {}, { name: 'on_hand' }],
  ['INVALID_REASON', {}, { reason: 'sold' }],
  ['INVALID_REFERENCE_DOCUMENT', {}, { referenceDocumentUri: 'receipt 7' }],
  ['INVALID_INVENTORY_ITEM', { inventoryItemId: 'gid://shopify/InventoryItem/1' }, {}],
  ['INVALID_LOCATION', { locationId: 'gid://shopify/Location/999' }, {}],
  ['INVALID_AVAILABLE_DOCUMENT', { ledgerDocumentUri: 'gid://tillbridge/Ledger/1' }, {}],
  ['INVALID_QUANTITY_DOCUMENT', {}, { name: 'damaged' }],
  ['INVALID_LEDGER_DOCUMENT', { ledgerDocumentUri: 'nothing' }, { name: 'damaged' }],
  ['INTERNAL_LEDGER_DOCUMENT', { ledgerDocumentUri: 'gid://shopify/Order/1' }, { name: 'damaged' }],
  ['INVALID_QUANTITY_TOO_HIGH', { delta: 2_000_000_000 }, {}],
  ['INVALID_QUANTITY_TOO_LOW', { delta: -2_000_000_011 }, {}],
  ['CHANGE_FROM_QUANTITY_STALE', { changeFromQuantity: 9 }, {}],
])('an adjustment is refused with %s', async (code, change, input) => {
  await using shop = await openShop()
  const item = await shop.item('MUG-BLU')
  expect(await codes(shop, ADJUST, 'inventoryAdjustQuantities', adjustment(item, -1, change, input))).toEqual(
    [code],
  )
})

test('a bundle parent refuses writes', async () => {
  await using shop = await openShop()
  const item = await shop.item('SET')
  expect(await codes(shop, ADJUST, 'inventoryAdjustQuantities', adjustment(item, 1))).toEqual([
    'NON_MUTABLE_INVENTORY_ITEM',
  ])
})

test('two ledger documents in one adjustment are one too many', async () => {
  await using shop = await openShop()
  const change = { inventoryItemId: await shop.item('MUG-BLU'), delta: 1, changeFromQuantity: null }
  const changes = [harbour, market].map((locationId, index) => ({
    ...change,
    locationId,
    ledgerDocumentUri: `gid://tillbridge/Ledger/${index}`,
  }))
  const input = { name: 'damaged', reason: 'damaged', changes }
  expect(await codes(shop, ADJUST, 'inventoryAdjustQuantities', input)).toEqual(['MAX_ONE_LEDGER_DOCUMENT'])
})

test('changeFromQuantity must be present, null included, and lacking it changes nothing', async () => {
  await using shop = await openShop()
  const [change] = adjustment(await shop.item('MUG-BLU'), -1).changes
  const { changeFromQuantity: _, ...without } = change ?? {}
  const { status, body } = await shop.post(ADJUST, {
    input: { name: 'available', reason: 'correction', changes: [without] },
    key: key(),
  })
  expect(status).toBe(200)
  expect(body.data).toEqual({ inventoryAdjustQuantities: null })
  expect(body.errors).toMatchObject([
    {
      message: 'InventoryChangeInput must include the following argument: changeFromQuantity.',
      path: ['inventoryAdjustQuantities'],
      extensions: { code: 'INVALID_FIELD_ARGUMENTS' },
    },
  ])
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 10 })
})

test('one stale change refuses the whole call', async () => {
  await using shop = await openShop()
  const quantities = [
    { inventoryItemId: await shop.item('MUG-BLU'), locationId: harbour, quantity: 4, changeFromQuantity: 10 },
    { inventoryItemId: await shop.item('MUG-OAT'), locationId: harbour, quantity: 4, changeFromQuantity: 6 },
  ]
  const data = await shop.data(SET, {
    input: { name: 'available', reason: 'correction', quantities },
    key: key(),
  })
  expect(data).toMatchObject({
    inventorySetQuantities: {
      inventoryAdjustmentGroup: null,
      userErrors: [
        { code: 'CHANGE_FROM_QUANTITY_STALE', field: ['input', 'quantities', '1', 'changeFromQuantity'] },
      ],
    },
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 10 })
})

test('setting on_hand moves available by the difference', async () => {
  await using shop = await openShop()
  shop.sandbox.createOrder({
    location: 'HAR',
    lines: [{ sku: 'MUG-BLU', quantity: 2 }],
    customer: { name: 'Ada' },
  })
  const quantities = [
    {
      inventoryItemId: await shop.item('MUG-BLU'),
      locationId: harbour,
      quantity: 15,
      changeFromQuantity: 10,
    },
  ]
  expect(
    await codes(shop, SET, 'inventorySetQuantities', { name: 'on_hand', reason: 'correction', quantities }),
  ).toEqual([])
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 13, committed: 2, on_hand: 15 })
})

test.each([
  ['INVALID_NAME', { name: 'damaged' }, {}],
  ['INVALID_QUANTITY_NEGATIVE', {}, { quantity: -1 }],
  ['INVALID_QUANTITY_TOO_HIGH', {}, { quantity: 1_000_000_001 }],
])('setting is refused with %s', async (code, input, quantity) => {
  await using shop = await openShop()
  const base = {
    inventoryItemId: await shop.item('MUG-BLU'),
    locationId: harbour,
    quantity: 1,
    changeFromQuantity: null,
  }
  const wanted = { name: 'available', reason: 'correction', quantities: [{ ...base, ...quantity }], ...input }
  expect(await codes(shop, SET, 'inventorySetQuantities', wanted)).toEqual([code])
})

test('an item and location may be set once a call', async () => {
  await using shop = await openShop()
  const one = {
    inventoryItemId: await shop.item('MUG-BLU'),
    locationId: harbour,
    quantity: 1,
    changeFromQuantity: null,
  }
  const input = { name: 'available', reason: 'correction', quantities: [one, one] }
  expect(await codes(shop, SET, 'inventorySetQuantities', input)).toEqual([
    'NO_DUPLICATE_INVENTORY_ITEM_ID_GROUP_ID_PAIR',
  ])
})

test('a move between states keeps on_hand and needs a ledger document for the state that is not available', async () => {
  await using shop = await openShop()
  const inventoryItemId = await shop.item('MUG-BLU')
  const from = { locationId: harbour, name: 'available', changeFromQuantity: 10 }
  const to = { locationId: harbour, name: 'damaged', changeFromQuantity: null }
  const input = (target: object) => ({
    reason: 'damaged',
    referenceDocumentUri: 'gid://tillbridge/Damage/1',
    changes: [{ inventoryItemId, quantity: 3, from, to: target }],
  })
  expect(await codes(shop, MOVE, 'inventoryMoveQuantities', input(to))).toEqual(['INVALID_QUANTITY_DOCUMENT'])
  const ledgerDocumentUri = 'gid://tillbridge/Ledger/1'
  expect(
    await codes(
      shop,
      MOVE,
      'inventoryMoveQuantities',
      input({ ...to, locationId: market, ledgerDocumentUri }),
    ),
  ).toEqual(['DIFFERENT_LOCATIONS'])
  expect(await codes(shop, MOVE, 'inventoryMoveQuantities', input({ ...to, name: 'available' }))).toEqual([
    'SAME_QUANTITY_NAME',
  ])
  expect(await codes(shop, MOVE, 'inventoryMoveQuantities', input({ ...to, ledgerDocumentUri }))).toEqual([])
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, damaged: 3, on_hand: 10 })
  const again = input({ ...to, ledgerDocumentUri })
  const data = await shop.data(MOVE, {
    input: {
      ...again,
      changes: again.changes.map(change => ({ ...change, from: { ...from, changeFromQuantity: 7 } })),
    },
    key: key(),
  })
  expect(at(data, 'inventoryMoveQuantities', 'inventoryAdjustmentGroup', 'changes')).toEqual([
    { name: 'available', delta: -3, quantityAfterChange: 4, ledgerDocumentUri: null },
    { name: 'damaged', delta: 3, quantityAfterChange: 6, ledgerDocumentUri },
  ])
})

test('a write to an unstocked item succeeds on an inactive level, which activation makes visible', async () => {
  await using shop = await openShop()
  const item = await shop.item('PLATE')
  expect(await levels(shop, 'PLATE', market)).toBeNull()
  expect(
    await codes(shop, ADJUST, 'inventoryAdjustQuantities', adjustment(item, 4, { locationId: market })),
  ).toEqual([])
  expect(await levels(shop, 'PLATE', market)).toBeNull()
  expect(await levels(shop, 'PLATE', market, true)).toMatchObject({ isActive: false, available: 4 })

  const activated = await shop.data(ACTIVATE, { item, location: market, available: null, key: key() })
  expect(activated).toEqual({
    inventoryActivate: { inventoryLevel: { isActive: true, quantities: [{ quantity: 4 }] }, userErrors: [] },
  })
  const again = await shop.data(ACTIVATE, { item, location: market, available: 9, key: key() })
  expect(at(again, 'inventoryActivate', 'inventoryLevel')).toBeNull()
  expect(await levels(shop, 'PLATE', market)).toMatchObject({ available: 4 })
})

test('an order does not count what is not tracked; turned on, it does', async () => {
  await using shop = await openShop()
  const order = { location: 'HAR', lines: [{ sku: 'WRAP', quantity: 2 }], customer: { name: 'Ada' } }
  shop.sandbox.createOrder(order)
  expect(await levels(shop, 'WRAP', harbour)).toMatchObject({ available: 0, committed: 0 })
  const data = await shop.data(
    'mutation($id: ID!) { inventoryItemUpdate(id: $id, input: { tracked: true }) { inventoryItem { tracked } userErrors { message } } }',
    { id: await shop.item('WRAP') },
  )
  expect(data).toEqual({ inventoryItemUpdate: { inventoryItem: { tracked: true }, userErrors: [] } })
  expect(() => shop.sandbox.createOrder(order)).toThrow('0 left at Harbour Street')
})

import { expect, test } from 'vitest'
import { at, harbour, levels, market, openReceiver, openShop, subscribe, type TestShop } from './harness.ts'

const READY = `mutation($input: InventoryTransferCreateAsReadyToShipInput!, $key: String!) {
  inventoryTransferCreateAsReadyToShip(input: $input) @idempotent(key: $key) {
    inventoryTransfer { id name status totalQuantity origin { name } lineItems(first: 5) { nodes { shippableQuantity } } }
    userErrors { code } } }`
const SHIP = `mutation($input: InventoryShipmentCreateInput!, $key: String!) {
  inventoryShipmentCreateInTransit(input: $input) @idempotent(key: $key) {
    inventoryShipment { id status lineItems(first: 5) { nodes { id quantity unreceivedQuantity } } }
    userErrors { code } } }`
const RECEIVE = `mutation($id: ID!, $lines: [InventoryShipmentReceiveItemInput!], $all: InventoryShipmentReceiveLineItemReason, $key: String!) {
  inventoryShipmentReceive(id: $id, lineItems: $lines, bulkReceiveAction: $all) @idempotent(key: $key) {
    inventoryShipment { status totalAcceptedQuantity totalRejectedQuantity } userErrors { code } } }`
const LOOK = `query($id: ID!) { inventoryTransfer(id: $id) { status receivedQuantity shipments(first: 5) { nodes { status } } } }`

async function quantities(shop: TestShop) {
  const level = async (place: string): Promise<unknown> => {
    const data = await shop.data(
      `query($id: ID!, $at: ID!) { inventoryItem(id: $id) { inventoryLevel(locationId: $at) {
        quantities(names: ["available", "reserved", "incoming", "on_hand"]) { quantity } } } }`,
      { id: await shop.item('MUG-BLU'), at: place },
    )
    const found = at(data, 'inventoryItem', 'inventoryLevel', 'quantities') as { quantity: number }[]
    return found.map(({ quantity }) => quantity)
  }
  return { harbour: await level(harbour), market: await level(market) }
}

let keys = 0
const key = (): string => {
  keys += 1
  return `key-${keys}`
}

async function readyTransfer(shop: TestShop, quantity: number, more: object = {}) {
  const input = {
    originLocationId: harbour,
    destinationLocationId: market,
    lineItems: [{ inventoryItemId: await shop.item('MUG-BLU'), quantity }],
    ...more,
  }
  const data = await shop.data(READY, { input, key: key() })
  return at(data, 'inventoryTransferCreateAsReadyToShip') as {
    inventoryTransfer: { id: string } | null
    userErrors: readonly { code: string }[]
  }
}

test('a transfer reserves, travels and arrives; what is rejected is gone', async () => {
  await using receiver = await openReceiver()
  await using shop = await openShop()
  await subscribe(
    shop,
    receiver,
    'INVENTORY_TRANSFERS_READY_TO_SHIP',
    'INVENTORY_SHIPMENTS_MARK_IN_TRANSIT',
    'INVENTORY_SHIPMENTS_RECEIVE_ITEMS',
    'INVENTORY_TRANSFERS_COMPLETE',
  )
  const { inventoryTransfer } = await readyTransfer(shop, 4)
  expect(inventoryTransfer).toMatchObject({
    name: '#T0001',
    status: 'READY_TO_SHIP',
    origin: { name: 'Harbour Street' },
    lineItems: { nodes: [{ shippableQuantity: 4 }] },
  })
  expect(await quantities(shop)).toEqual({ harbour: [6, 4, 0, 10], market: [20, 0, 0, 20] })

  const shipment = {
    movementId: inventoryTransfer?.id,
    lineItems: [{ inventoryItemId: await shop.item('MUG-BLU'), quantity: 4 }],
  }
  const shipKey = key()
  const shipped = await shop.data(SHIP, { input: shipment, key: shipKey })
  expect(await shop.data(SHIP, { input: shipment, key: shipKey })).toEqual(shipped)
  const sent = at(shipped, 'inventoryShipmentCreateInTransit', 'inventoryShipment') as {
    id: string
    status: string
  }
  expect(sent.status).toBe('IN_TRANSIT')
  expect(await quantities(shop)).toEqual({ harbour: [6, 0, 0, 6], market: [20, 0, 4, 20] })
  const again = await shop.data(SHIP, { input: shipment, key: key() })
  expect(at(again, 'inventoryShipmentCreateInTransit', 'userErrors')).toEqual([{ code: 'INVALID_QUANTITY' }])

  const lineId = at(sent, 'lineItems', 'nodes', 0, 'id')
  const receive = async (lines: readonly object[] | null, all: string | null): Promise<unknown> =>
    at(await shop.data(RECEIVE, { id: sent.id, lines, all, key: key() }), 'inventoryShipmentReceive')
  const tooMany = [{ shipmentLineItemId: lineId, quantity: 5, reason: 'ACCEPTED' }]
  expect(await receive(tooMany, null)).toMatchObject({ userErrors: [{ code: 'INVALID_QUANTITY' }] })
  const two = [{ shipmentLineItemId: lineId, quantity: 2, reason: 'ACCEPTED' }]
  expect(await receive(two, null)).toMatchObject({ inventoryShipment: { status: 'PARTIALLY_RECEIVED' } })
  expect(await quantities(shop)).toEqual({ harbour: [6, 0, 0, 6], market: [22, 0, 2, 22] })
  const one = [{ shipmentLineItemId: lineId, quantity: 1, reason: 'REJECTED' }]
  expect(await receive(one, 'ACCEPTED')).toEqual({
    inventoryShipment: { status: 'RECEIVED', totalAcceptedQuantity: 3, totalRejectedQuantity: 1 },
    userErrors: [],
  })
  expect(await quantities(shop)).toEqual({ harbour: [6, 0, 0, 6], market: [23, 0, 0, 23] })
  expect(await shop.data(LOOK, { id: inventoryTransfer?.id })).toEqual({
    inventoryTransfer: {
      status: 'TRANSFERRED',
      receivedQuantity: 4,
      shipments: { nodes: [{ status: 'RECEIVED' }] },
    },
  })
  await shop.sandbox.webhooks.settled()
  expect(receiver.topics()).toEqual([
    'inventory_transfers/ready_to_ship',
    'inventory_shipments/mark_in_transit',
    'inventory_shipments/receive_items',
    'inventory_shipments/receive_items',
    'inventory_transfers/complete',
  ])
})

test('a draft changes no stock until it is ready, and a cancelled transfer gives its goods back', async () => {
  await using shop = await openShop()
  const input = {
    originLocationId: harbour,
    destinationLocationId: market,
    lineItems: [{ inventoryItemId: await shop.item('MUG-BLU'), quantity: 3 }],
  }
  const draft = await shop.data(
    `mutation($input: InventoryTransferCreateInput!) { inventoryTransferCreate(input: $input) @idempotent(key: "d") {
      inventoryTransfer { id status } userErrors { code } } }`,
    { input },
  )
  const id = at(draft, 'inventoryTransferCreate', 'inventoryTransfer', 'id')
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 10, reserved: 0 })
  const step = async (name: string): Promise<unknown> =>
    at(
      await shop.data(
        `mutation($id: ID!) { ${name}(id: $id) { inventoryTransfer { status } userErrors { code } } }`,
        { id },
      ),
      name,
    )
  expect(await step('inventoryTransferMarkAsReadyToShip')).toMatchObject({ userErrors: [] })
  expect(await step('inventoryTransferMarkAsReadyToShip')).toMatchObject({
    userErrors: [{ code: 'INVALID_TRANSFER_STATUS' }],
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 7, reserved: 3 })
  expect(await step('inventoryTransferCancel')).toEqual({
    inventoryTransfer: { status: 'CANCELED' },
    userErrors: [],
  })
  expect(await levels(shop, 'MUG-BLU', harbour)).toMatchObject({ available: 10, reserved: 0 })
})

test.each([
  ['LOCATION_NOT_FOUND', { originLocationId: 'gid://shopify/Location/9' }],
  ['LOCATION_REQUIRED', { originLocationId: null }],
  ['TRANSFER_ORIGIN_CANNOT_BE_THE_SAME_AS_DESTINATION', { destinationLocationId: harbour }],
  ['ITEMS_EMPTY', { lineItems: [] }],
  ['ITEM_NOT_FOUND', { lineItems: [{ inventoryItemId: 'gid://shopify/InventoryItem/9', quantity: 1 }] }],
])('a transfer is refused with %s', async (code, more) => {
  await using shop = await openShop()
  expect(await readyTransfer(shop, 1, more)).toMatchObject({
    inventoryTransfer: null,
    userErrors: [{ code }],
  })
})

test('a transfer with a shipment under way is not cancelled, and its bundle and untracked items are refused', async () => {
  await using shop = await openShop()
  for (const [sku, code] of [
    ['SET', 'BUNDLED_ITEM'],
    ['WRAP', 'UNTRACKED_ITEM'],
  ] as const) {
    const lineItems = [{ inventoryItemId: await shop.item(sku), quantity: 1 }]
    expect(await readyTransfer(shop, 1, { lineItems })).toMatchObject({ userErrors: [{ code }] })
  }
  const { inventoryTransfer } = await readyTransfer(shop, 2)
  const lineItems = [{ inventoryItemId: await shop.item('MUG-BLU'), quantity: 1 }]
  await shop.data(SHIP, { input: { movementId: inventoryTransfer?.id, lineItems }, key: key() })
  const cancelled = await shop.data(
    'mutation($id: ID!) { inventoryTransferCancel(id: $id) { userErrors { code } } }',
    { id: inventoryTransfer?.id },
  )
  expect(at(cancelled, 'inventoryTransferCancel', 'userErrors')).toEqual([{ code: 'SHIPMENT_EXISTS' }])
})

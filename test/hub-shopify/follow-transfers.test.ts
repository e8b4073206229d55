import { expect, test } from 'vitest'
import { z } from 'zod'
import { levelVariance } from '../../hub/checks/level-variance.ts'
import { transaction } from '../../hub/db/db.ts'
import { shopifyUnreachable } from '../../hub/shopify/api/client.ts'
import { syncCatalogue } from '../../hub/shopify/catalogue/catalogue.ts'
import { intakeTurns } from '../../hub/shopify/orders/intake-turns.ts'
import { lookAgain } from '../../hub/shopify/stock/look-again.ts'
import { followTransfers } from '../../hub/shopify/transfers/follow-transfers.ts'
import { traceShopMovements } from '../../hub/stock/trace-order.ts'
import { ledgerLevel, look, type ShopAndHub, shopAndHub, shopLevel, token } from './shop-and-hub.ts'

const SKU = 'MUG-BLU'
const MINUTE = 60_000
const harbour = 'gid://shopify/Location/70100000001'
const market = 'gid://shopify/Location/70100000002'
const lookWork = (hub: ShopAndHub) => ({
  db: hub.db,
  client: hub.client,
  now: () => hub.world.clock.now(),
})

const follow = (hub: ShopAndHub) =>
  followTransfers({ ...lookWork(hub), signals: hub.signals, turns: intakeTurns() })

async function minutes(hub: ShopAndHub, count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    hub.advance(MINUTE)
    if (minute % 5 === 0) await follow(hub)
    await lookAgain(lookWork(hub))
  }
}

const READY = `mutation($input: InventoryTransferCreateAsReadyToShipInput!, $key: String!) {
  inventoryTransferCreateAsReadyToShip(input: $input) @idempotent(key: $key) {
    inventoryTransfer { id } userErrors { code } } }`
const SHIP = `mutation($input: InventoryShipmentCreateInput!, $key: String!) {
  inventoryShipmentCreateInTransit(input: $input) @idempotent(key: $key) {
    inventoryShipment { id lineItems(first: 1) { nodes { id } } } userErrors { code } } }`
const RECEIVE = `mutation($id: ID!, $lines: [InventoryShipmentReceiveItemInput!], $key: String!) {
  inventoryShipmentReceive(id: $id, lineItems: $lines) @idempotent(key: $key) {
    inventoryShipment { id } userErrors { code } } }`

const Thing = z.object({
  id: z.string(),
  lineItems: z.object({ nodes: z.tuple([z.object({ id: z.string() })]) }).optional(),
})

let keys = 0
/** One mutation, as people make it in Shopify's admin. @returns the transfer or shipment that it is about */
async function admin(hub: ShopAndHub, query: string, variables: object) {
  keys += 1
  const response = await fetch(`${hub.shop.url}/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Shopify-Access-Token': token },
    body: JSON.stringify({ query, variables: { ...variables, key: `key-${keys}` } }),
  })
  const payload = z.record(z.string(), z.record(z.string(), z.unknown()))
  const { data } = z.object({ data: payload }).parse(await response.json())
  const [fields = {}] = Object.values(data)
  hub.advance(MINUTE)
  const { id, lineItems } = Thing.parse(fields['inventoryTransfer'] ?? fields['inventoryShipment'])
  return { id, line: lineItems?.nodes[0].id ?? '' }
}

async function transfersOf(hub: ShopAndHub) {
  const { inventory_item_id: item } = await hub.db
    .selectFrom('item')
    .select('inventory_item_id')
    .where('sku', '=', SKU)
    .executeTakeFirstOrThrow()
  return {
    async ready(quantity: number, from: string | null = harbour) {
      const lineItems = [{ inventoryItemId: item, quantity }]
      const input = { originLocationId: from, destinationLocationId: market, lineItems }
      return (await admin(hub, READY, { input })).id
    },
    ship: (transfer: string, quantity: number) =>
      admin(hub, SHIP, { input: { movementId: transfer, lineItems: [{ inventoryItemId: item, quantity }] } }),
    receive: (
      shipment: string,
      line: string,
      quantity: number,
      reason: 'ACCEPTED' | 'REJECTED' = 'ACCEPTED',
    ) => admin(hub, RECEIVE, { id: shipment, lines: [{ shipmentLineItemId: line, quantity, reason }] }),
  }
}

/** Both stores: the ledger is Shopify's, nothing differs, and nothing was sent to Shopify. */
async function explained(hub: ShopAndHub, levels: { HAR: number; MKT: number }): Promise<void> {
  await hub.sync()
  await minutes(hub, 12)
  for (const store of ['HAR', 'MKT'] as const) {
    expect(shopLevel(hub, SKU, store).on_hand).toBe(levels[store])
    expect(await ledgerLevel(hub, SKU, store)).toMatchObject({ onHand: levels[store] })
  }
  expect((await look(hub, levelVariance)).map(one => one.fields['items'])).toEqual([])
  expect(await hub.db.selectFrom('shopify_write').selectAll().execute()).toEqual([])
}

test('goods of a transfer leave one store and come to the other as they are received, each once', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await minutes(hub, 1)
  const shop = await transfersOf(hub)
  const [HAR, MKT] = [shopLevel(hub, SKU, 'HAR').on_hand, shopLevel(hub, SKU, 'MKT').on_hand]
  const transfer = await shop.ready(6)
  await explained(hub, { HAR, MKT }) // reserved goods are on hand
  const first = await shop.ship(transfer, 4)
  await explained(hub, { HAR: HAR - 4, MKT })
  await shop.receive(first.id, first.line, 1)
  await explained(hub, { HAR: HAR - 4, MKT: MKT + 1 })
  await shop.receive(first.id, first.line, 1, 'REJECTED')
  await shop.receive(first.id, first.line, 1)
  await explained(hub, { HAR: HAR - 4, MKT: MKT + 2 })
  const second = await shop.ship(transfer, 2)
  await shop.receive(first.id, first.line, 1)
  await shop.receive(second.id, second.line, 2)
  await explained(hub, { HAR: HAR - 6, MKT: MKT + 5 })
  await explained(hub, { HAR: HAR - 6, MKT: MKT + 5 })
  const arrived = await traceShopMovements(hub.db, 'MKT', first.id)
  expect(arrived.map(({ kind, units }) => [kind, units])).toEqual([
    ['transfer-received', 1],
    ['transfer-received', 1],
    ['transfer-received', 1],
  ])
  expect(await traceShopMovements(hub.db, 'HAR', first.id)).toMatchObject([
    { kind: 'transfer-sent', units: -4 },
  ])
  expect(await hub.db.selectFrom('followed_transfer').select('is_open').execute()).toEqual([{ is_open: 0 }])
})

test('a transfer from a location that no store has only arrives', async () => {
  await using hub = await shopAndHub()
  await transaction(hub.db, tx =>
    tx.updateTable('warehouse').set({ location_id: null }).where('store', '=', 'HAR').execute(),
  )
  await hub.sync()
  await minutes(hub, 1)
  const shop = await transfersOf(hub)
  const MKT = shopLevel(hub, SKU, 'MKT').on_hand
  const sent = await shop.ship(await shop.ready(3), 3)
  await shop.receive(sent.id, sent.line, 3)
  await minutes(hub, 12)
  expect(await ledgerLevel(hub, SKU, 'MKT')).toMatchObject({ onHand: MKT + 3 })
  expect(shopLevel(hub, SKU, 'MKT').on_hand).toBe(MKT + 3)
  expect(await hub.db.selectFrom('shop_movement').select(['store', 'units']).execute()).toEqual([
    { store: 'MKT', units: 3 },
  ])
})

test('a shipment that Shopify fails on is named and tried again, and other transfers are followed', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await minutes(hub, 1)
  const shop = await transfersOf(hub)
  const [HAR, MKT] = [shopLevel(hub, SKU, 'HAR').on_hand, shopLevel(hub, SKU, 'MKT').on_hand]
  const bad = await shop.ship(await shop.ready(2), 2)
  await shop.ship(await shop.ready(3), 3)
  const { read } = hub.client
  Object.assign(hub.client, {
    read: (...call: Parameters<typeof read>) => {
      if (JSON.stringify(call[1]).includes(`"${bad.id}"`))
        throw shopifyUnreachable({ operation: call[0].name, problem: 'INTERNAL_SERVER_ERROR' })
      return read(...call)
    },
  })
  await follow(hub)
  expect(await ledgerLevel(hub, SKU, 'HAR')).toMatchObject({ onHand: HAR - 3 })
  expect(await hub.db.selectFrom('trouble').select(['part', 'subject']).execute()).toEqual([
    { part: 'thing', subject: 'transfers' },
  ])
  Object.assign(hub.client, { read })
  await explained(hub, { HAR: HAR - 5, MKT })
  expect(await hub.db.selectFrom('trouble').select('part').execute()).toEqual([])
})

test('what left and arrived before the ledger began is in it already', async () => {
  await using hub = await shopAndHub()
  await syncCatalogue(lookWork(hub))
  const shop = await transfersOf(hub)
  const [HAR, MKT] = [shopLevel(hub, SKU, 'HAR').on_hand, shopLevel(hub, SKU, 'MKT').on_hand]
  const sent = await shop.ship(await shop.ready(5), 5)
  await shop.receive(sent.id, sent.line, 2)
  await hub.sync()
  await explained(hub, { HAR: HAR - 5, MKT: MKT + 2 })
  await shop.receive(sent.id, sent.line, 3)
  await explained(hub, { HAR: HAR - 5, MKT: MKT + 5 })
})

test('without the scope nothing is asked and the levels differ', async () => {
  await using hub = await shopAndHub()
  await hub.sync()
  await minutes(hub, 1)
  const shop = await transfersOf(hub)
  await shop.ship(await shop.ready(5), 5)
  await hub.sync()
  for (let minute = 0; minute < 12; minute += 1) {
    hub.advance(MINUTE)
    await lookAgain(lookWork(hub))
  }
  const HAR = shopLevel(hub, SKU, 'HAR').on_hand
  expect((await look(hub, levelVariance)).map(one => one.fields['items'])).toEqual([
    `${SKU} ${HAR + 5} → ${HAR}`,
  ])
})

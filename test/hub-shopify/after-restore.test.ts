import { sql } from 'kysely'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { COMMITTED, movementKinds } from '../../hub/stock/movement-kinds.ts'
import { writeMovements } from '../../hub/stock/movements.ts'
import { beginRecovery } from '../../hub/stock/recovery.ts'
import { units } from '../../shared/quantity.ts'
import { openExceptions, type ShopAndHub, shopAndHub, shopLevel, tills, warehouses } from './shop-and-hub.ts'

const [till, second] = tills

/** What the gateway leaves behind for one sold unit at a place in a till's stream. */
async function sold(
  hub: ShopAndHub,
  seq: number,
  sku = 'MUG-BLU',
  device: string = till.device,
): Promise<void> {
  await transaction(hub.db, async tx => {
    await writeMovements(tx, [
      {
        store: 'HAR',
        warehouse: warehouses.HAR,
        sku,
        kind: 'sale',
        cause: tills.findIndex(each => each.device === device),
        line: seq,
        revision: 0,
        quantity: -units(1),
        origin: { device, epoch: 1, seq },
        at: hub.world.clock.now(),
        posts: true,
      },
    ])
    await tx
      .insertInto('stream_in')
      .values({ device, epoch: 1, seq, hash: 'h' })
      .onConflict(c => c.column('device').doUpdateSet({ seq }))
      .execute()
  })
}

/** The database goes back to where nothing of these sales was known; the shop does not. */
async function loseDatabase(hub: ShopAndHub): Promise<void> {
  await transaction(hub.db, async tx => {
    await tx.deleteFrom('movement').where('kind', '=', movementKinds.sale).execute()
    await tx.rows(sql`UPDATE level SET quantity = (SELECT COALESCE(SUM(m.quantity), 0) FROM movement AS m
      WHERE m.store = level.store AND m.warehouse = level.warehouse AND m.item = level.item
        AND level.state = CASE WHEN m.kind > ${COMMITTED} THEN 1 ELSE 0 END)`)
    await tx.deleteFrom('posting').execute()
    await tx.deleteFrom('due_movement').execute()
    await tx.deleteFrom('due').execute()
    await tx.deleteFrom('shopify_write').execute()
    await tx.deleteFrom('stream_in').execute()
  })
  await hub.restart()
}
const begin = (hub: ShopAndHub, seq: number, device = till) =>
  transaction(hub.db, tx => beginRecovery(tx, device, { epoch: 1, seq }, hub.world.clock.now()))
const shown = (hub: ShopAndHub) => shopLevel(hub, 'MUG-BLU', 'HAR').on_hand

async function hubWithThreeSales() {
  const hub = await shopAndHub()
  await hub.sync()
  const before = shown(hub)
  for (const seq of [1, 2, 3]) await sold(hub, seq)
  return { hub, before }
}

test('what the lost hub had posted is not posted again, and new sales go on', async () => {
  const { hub, before } = await hubWithThreeSales()
  await using _ = hub
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 3)
  await loseDatabase(hub)
  await begin(hub, 3)
  await hub.write()
  for (const seq of [1, 2, 3, 4]) await sold(hub, seq)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 4)
  expect(await openExceptions(hub)).toEqual([])
  expect(await hub.db.selectFrom('recovery').selectAll().execute()).toEqual([])
})

test('what the lost hub had not posted is posted', async () => {
  const { hub, before } = await hubWithThreeSales()
  await using _ = hub
  await loseDatabase(hub)
  await begin(hub, 3)
  for (const seq of [1, 2, 3]) await sold(hub, seq)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 3)
})

test('nothing of the store is sent before its till has caught up', async () => {
  const { hub, before } = await hubWithThreeSales()
  await using _ = hub
  await hub.writeAll()
  await loseDatabase(hub)
  await begin(hub, 3)
  for (const seq of [1, 2]) await sold(hub, seq)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 3)
  await sold(hub, 3)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 3)
})

test('a level that tells neither is not guessed: it is named, and nothing is sent', async () => {
  const { hub, before } = await hubWithThreeSales()
  await using _ = hub
  await hub.writeAll()
  await loseDatabase(hub)
  // meanwhile head office booked a received box in Shopify
  await fetch(`${hub.shop.url}/admin/api/2026-10/graphql.json`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-shopify-access-token': hub.shop.accessToken },
    body: JSON.stringify({
      query: `mutation ($input: InventoryAdjustQuantitiesInput!) { inventoryAdjustQuantities(input: $input) @idempotent(key: "box") { userErrors { code } } }`,
      variables: {
        input: {
          name: 'available',
          reason: 'received',
          referenceDocumentUri: 'gid://head-office/Box/1',
          changes: [
            {
              inventoryItemId: await itemOf(hub),
              locationId: 'gid://shopify/Location/70100000001',
              delta: 10,
              changeFromQuantity: null,
            },
          ],
        },
      },
    }),
  })
  expect(shown(hub)).toBe(before + 7)
  await begin(hub, 3)
  for (const seq of [1, 2, 3]) await sold(hub, seq)
  await hub.writeAll()
  expect(shown(hub)).toBe(before + 7)
  const [named] = await openExceptions(hub)
  expect(named).toMatchObject({ kind: 'stock-write-unknown', subject: `HAR/${warehouses.HAR}/MUG-BLU` })
  expect(named?.sentence).toContain(String(before + 7))
})

test('writes planned in the backup, and what the other till had, are judged like the rest', async () => {
  const { hub, before } = await hubWithThreeSales()
  await using _ = hub
  await sold(hub, 1, 'MUG-BLU', second.device)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 4)
  // the backup was taken when all four were held and one write was planned
  await transaction(hub.db, async tx => {
    await tx
      .updateTable('shopify_write')
      .set({ state: 'planned', settled_at: null, first_sent_at: null, idempotency_key: 'older' })
      .execute()
  })
  await hub.restart()
  await begin(hub, 3)
  await hub.writeAll()
  expect(shown(hub)).toBe(before - 4)
  expect(await openExceptions(hub)).toEqual([])
})

async function itemOf(hub: ShopAndHub): Promise<string> {
  const row = await hub.db
    .selectFrom('item')
    .select('inventory_item_id')
    .where('sku', '=', 'MUG-BLU')
    .executeTakeFirst()
  return row?.inventory_item_id ?? ''
}

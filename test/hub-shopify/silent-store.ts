import { expect } from 'vitest'
import type { Terms } from '../../hub/contract/contract.ts'
import { codeFor } from '../../hub/db/codes.ts'
import { transaction } from '../../hub/db/db.ts'
import { noteSeen } from '../../hub/fleet/devices.ts'
import { itemNumbers } from '../../hub/items/item-table.ts'
import { holdBack } from '../../hub/shopify/stock/hold-back-work.ts'
import { moveQuantities, readSafetyLevels } from '../../hub/shopify/stock/hold-request.ts'
import { agree } from '../../hub/stock/go-live.ts'
import { allHeldBack } from '../../hub/stock/hold-back.ts'
import { openWordWatch } from '../../hub/stock/word-watch.ts'
import { EpochMs } from '../../shared/ids.ts'
import { type ShopAndHub, sell, shopAndHub, shopLevel, tills } from './shop-and-hub.ts'

/** A store of which the hub hears nothing, with an item of which few are left. */

export const SKU = 'MUG-BLU'
export const MINUTE = 60_000
/** So few are left that the store’s share matters. */
export const SOLD = 140
export const MOVE = 'inventoryMoveQuantities'
export const own = tills.filter(({ store }) => store === 'HAR').map(({ device }) => device)

/** Receipts of the last days, as the hub keeps them: so many units of the item a day. */
export async function soldBefore(hub: ShopAndHub, perDay: number, days = 10): Promise<void> {
  const now = hub.world.clock.now()
  await transaction(hub.db, async tx => {
    const store = await codeFor(tx, 'HAR')
    const warehouse = await codeFor(tx, 'WH-HARBOUR')
    const item = (await itemNumbers(tx, new Set([SKU]))).get(SKU) ?? 0
    for (let day = 1; day <= days; day += 1) {
      const at = now - day * 24 * 60 * MINUTE
      const date = Number(new Date(at).toISOString().slice(0, 10).replaceAll('-', ''))
      const sale = 100_000 + day
      await tx
        .insertInto('sale')
        .values({
          store,
          sale,
          source: store,
          receipt: Buffer.from(`receipt-${day}`),
          revision: 0,
          state: 'sold',
          fingerprint: Buffer.from('f'),
          receipt_number: String(day),
          till: store,
          staff: null,
          business_date: date,
          sold_at: at,
          currency: 'EUR',
          net: 0,
          tax: 0,
          tendered: 0,
          rounding: 0,
          unexplained: 0,
          device: store,
          epoch: 1,
          seq: day,
          received_at: at,
        })
        .execute()
      const line = { store, sale, revision: 0, line: 1, item, warehouse, net: 0, discount: null }
      await tx
        .insertInto('sale_line')
        .values({ ...line, quantity: perDay * 1000 })
        .execute()
    }
  })
}

const unreadable = {
  source: 'pos',
  state: 'unavailable',
  problem: 'locked',
  readUntil: null,
} as const

interface Connected {
  /** For how long the tills could not read their POS. */
  readonly unreadMs?: number
  readonly unsent?: number
  /** How far the tills have read their POS; null: not yet. */
  readonly readUntil?: number | null
  readonly only?: readonly string[]
}

/** One round of the hub, with no till connected, or with all of them. `client`: how it reaches the shop. */
export function round(hub: ShopAndHub, connected: Connected | null, client = hub.client): Promise<void> {
  const now = hub.world.clock.now()
  const { unsent = 0, unreadMs = null } = connected ?? {}
  const since = unreadMs === null ? [] : [EpochMs.parse(now - unreadMs)]
  const unread = since.map(unavailableSince => ({ ...unreadable, unavailableSince }))
  const { readUntil } = connected ?? {}
  const at = readUntil === undefined || readUntil === null ? null : EpochMs.parse(readUntil)
  const read = {
    source: 'pos',
    state: 'reading',
    problem: null,
    readUntil: at,
    unavailableSince: null,
  } as const
  const sources = readUntil === undefined ? unread : [read]
  const status = { unsent, sources, clock: EpochMs.parse(now) }
  const devices = connected === null ? [] : (connected.only ?? own)
  const live = new Map(devices.map(device => [device, { connectedAt: now, status, offsetMs: 0 }]))
  const { db, world, sends } = hub
  return holdBack({ db, client, world, sends, live: () => live, startedAt: 0, words: openWordWatch() })
}

export async function agreeOn(hub: ShopAndHub, terms: Partial<Terms>): Promise<void> {
  const now = hub.world.clock.now()
  await transaction(hub.db, tx => agree(tx, { store: 'HAR', terms, by: 'Kim', why: 'test' }, now))
}

export async function open(perDay = 96): Promise<ShopAndHub> {
  const hub = await shopAndHub()
  await hub.sync()
  await soldBefore(hub, perDay)
  await sell(hub, 'HAR', SKU, SOLD)
  await hub.writeAll()
  await agreeOn(hub, { goLive: hub.world.clock.now() - MINUTE, holdBack: 'follow' })
  await transaction(hub.db, tx => noteSeen(tx, own, hub.world.clock.now()))
  return hub
}

/** Another item was sold as often as the first one, and few of it are left, too. */
export async function alsoSells(hub: ShopAndHub, sku: string, sold: number): Promise<void> {
  await sell(hub, 'HAR', sku, sold)
  await hub.writeAll()
  await transaction(hub.db, async tx => {
    const other = (await itemNumbers(tx, new Set([sku]))).get(sku) ?? 0
    for (const line of await tx.selectFrom('sale_line').selectAll().execute())
      await tx
        .insertInto('sale_line')
        .values({ ...line, line: 2, item: other })
        .execute()
    await noteSeen(tx, own, hub.world.clock.now())
  })
}

export async function shown(hub: ShopAndHub) {
  const { available, on_hand } = shopLevel(hub, SKU, 'HAR')
  const { item, location } = await place(hub)
  const { levels } = await readSafetyLevels(hub.client, location, [item])
  return { available, onHand: on_hand, safety: levels.get(item)?.safety ?? 0 }
}

export async function place(hub: ShopAndHub) {
  const item = await hub.db
    .selectFrom('item')
    .select('inventory_item_id')
    .where('sku', '=', SKU)
    .executeTakeFirstOrThrow()
  const row = await hub.db
    .selectFrom('warehouse')
    .select('location_id')
    .where('store', '=', 'HAR')
    .executeTakeFirstOrThrow()
  return { item: item.inventory_item_id ?? '', location: row.location_id ?? '' }
}

/** Someone moves units from safety stock back to available in Shopify's admin. */
export async function giveBackByHand(hub: ShopAndHub, quantity: number): Promise<void> {
  const { item, location } = await place(hub)
  const at = { locationId: location, changeFromQuantity: null }
  const uri = 'gid://someone/Else/1'
  const from = { ...at, name: 'safety_stock', ledgerDocumentUri: uri }
  const to = { ...at, name: 'available', ledgerDocumentUri: null }
  const changes = [{ inventoryItemId: item, quantity, from, to }]
  const input = { reason: 'safety_stock', referenceDocumentUri: uri, changes }
  const moved = await hub.client.write(moveQuantities, { key: `by-hand-${quantity}`, input }, 'stock')
  expect(moved).toMatchObject({ kind: 'answered' })
}

export const held = async (hub: ShopAndHub) =>
  (await allHeldBack(hub.db)).map(({ sku, held: count, safety, unclear, by_hand }) => ({
    sku,
    held: count,
    safety,
    unclear,
    by_hand,
  }))

import { units } from '../../shared/quantity.ts'
import type { Reads, Tx } from '../db/db.ts'
import { mappedSkus } from '../items/item-table.ts'
import { isInBase } from './in-base.ts'
import { numberOfGid } from './movement-key.ts'
import { type MovementKind, movementKinds } from './movement-kinds.ts'
import { writeMovements } from './movements.ts'
import { readPlaces, type StockPlace } from './places.ts'

/** What Shopify can do to the stock of a place without the hub. */
export type ShopMovementKind = Extract<
  MovementKind,
  | 'shop-fulfillment'
  | 'shop-fulfillment-cancelled'
  | 'refund-restock'
  | 'return-restock'
  | 'order-removed'
  | 'transfer-sent'
  | 'transfer-received'
>

/** One change of on hand that Shopify made itself. Units are whole and signed. */
export interface ShopMovement {
  readonly kind: ShopMovementKind
  /** Shopify's id of what did it, such as a fulfilment, and of its line. */
  readonly cause: string
  readonly line: string
  readonly location: string
  readonly item: string
  readonly units: number
  /** Shopify's clock, ms. */
  readonly madeAt: number
  readonly order: { readonly id: string; readonly name: string } | null
  /** Tells apart what comes of one line by and by; left out: it comes once. See `movementKinds`. */
  readonly revision?: number
}

/**
 * Books what Shopify did to the stock of mapped places, each once by its ids, however often and in whatever order it is told.
 * The ledger follows; nothing is sent. What a level that the ledger was set to counts already moves nothing. No level that the ledger of
 * these items is opened with may be read before and written after it. @returns the stores whose stock changed
 */
export async function bookShopMovements(
  tx: Tx,
  told: readonly ShopMovement[],
  now: number,
): Promise<ReadonlySet<string>> {
  const stores = new Set<string>()
  if (told.length === 0) return stores
  const { places } = await readPlaces(tx)
  const skus = await mappedSkus(tx, [...new Set(told.map(({ item }) => item))])
  for (const one of told) {
    const place = places.find(({ location }) => location === one.location)
    const sku = skus.get(one.item)
    if (place === undefined || sku === undefined || one.units === 0) continue // not ours, or not counted by the hub
    if (await isBooked(tx, one)) continue
    await book(tx, place, sku, one, now)
    stores.add(place.store)
  }
  return stores
}

async function isBooked(db: Reads, { kind, cause, line }: ShopMovement): Promise<boolean> {
  const row = await db
    .selectFrom('shop_movement')
    .select('store')
    .where('kind', '=', movementKinds[kind])
    .where('cause', '=', cause)
    .where('line', '=', line)
    .executeTakeFirst()
  return row !== undefined
}

async function book(tx: Tx, place: StockPlace, sku: string, told: ShopMovement, now: number): Promise<void> {
  const { kind, cause, line, location, item, madeAt, order } = told
  const { store, warehouses } = place
  const [warehouse] = warehouses
  const isCounted = await isInBase(tx, place, { item, sku }, madeAt)
  await tx
    .insertInto('shop_movement')
    .values({
      kind: movementKinds[kind],
      cause,
      line,
      store,
      location,
      warehouse,
      item,
      sku,
      units: told.units,
      made_at: madeAt,
      noted_at: now,
      order_id: order?.id ?? null,
      order_name: order?.name ?? null,
      counted: isCounted ? 1 : 0,
    })
    .execute()
  if (isCounted) return
  const key = { kind, cause: numberOfGid(cause), line: numberOfGid(line), revision: told.revision ?? 0 }
  const quantity = units(told.units)
  await writeMovements(tx, [
    { ...key, store, warehouse, sku, quantity, origin: null, at: now, movedAt: madeAt, posts: false },
  ])
}

/** What has been booked of some causes, such as fulfilments: by kind. */
export async function bookedCauses(
  db: Reads,
  kind: ShopMovementKind,
  causes: readonly string[],
): Promise<readonly BookedShopMovement[]> {
  if (causes.length === 0) return []
  const rows = await db
    .selectFrom('shop_movement')
    .selectAll()
    .where('kind', '=', movementKinds[kind])
    .where('cause', 'in', causes)
    .execute()
  return rows.map(({ cause, line, location, item, units: count }) => ({
    cause,
    line,
    location,
    item,
    units: count,
  }))
}

export type BookedShopMovement = Pick<ShopMovement, 'cause' | 'line' | 'location' | 'item' | 'units'>

import { z } from 'zod'
import { variantOnSale } from '../catalogue/products.ts'
import { findLocation } from '../orders/storefront-order.ts'
import type { Shop } from '../shop.ts'
import { type AdjustmentGroup, storedStates } from '../state/entities.ts'
import { levelOf, quantityOf } from '../stock/ledger.ts'
import { adjustByOthers, moveByOthers, type OthersChange, setByOthers } from '../stock/others.ts'
import { type Controlled, type Controls, read } from './controlled.ts'
import { HttpProblem } from './messages.ts'

const State = z.enum(storedStates)
const at = {
  by: z.enum(['other-app', 'staff', 'shopify-pos']).default('staff'),
  /** An SKU of an active product, or the number of an inventory item. */
  sku: z.string().optional(),
  item: z.int().optional(),
  location: z.union([z.string(), z.number()]),
  reason: z.string().optional(),
}
const Adjust = z.strictObject({ ...at, delta: z.int(), state: State.default('available') })
const SetTo = z.strictObject({
  ...at,
  quantity: z.int(),
  state: z.enum(['available', 'on_hand']).default('available'),
})
const Count = z.strictObject({ ...at, counted: z.int().min(0) })
const Move = z.strictObject({ ...at, from: State, to: State, quantity: z.int().min(1) })

/** What other apps, staff and Shopify POS do to stock: `/sandbox/stock/…`. */
export const stockControls: Controls = {
  'POST stock :name'(shop, body, name) {
    switch (name) {
      case 'adjust': {
        const { delta, state, reason, ...where } = read(Adjust, body)
        const place = placeOf(shop, where)
        return view(shop, place, adjustByOthers(shop, place, { name: state, delta, reason }))
      }
      case 'set': {
        const { quantity, state, reason, ...where } = read(SetTo, body)
        const place = placeOf(shop, where)
        return view(shop, place, setByOthers(shop, place, { name: state, quantity, reason }))
      }
      case 'count': {
        const { counted, reason = 'cycle_count_available', ...where } = read(Count, body)
        const place = placeOf(shop, where)
        return view(shop, place, setByOthers(shop, place, { name: 'on_hand', quantity: counted, reason }))
      }
      case 'move': {
        const { from, to, quantity, reason, ...where } = read(Move, body)
        const place = placeOf(shop, where)
        return view(shop, place, moveByOthers(shop, place, { from, to, quantity, reason }))
      }
      default:
        throw new HttpProblem(404, `Stock cannot be told to ${name}.`)
    }
  },
}

function placeOf(
  shop: Shop,
  where: {
    readonly by: OthersChange['by']
    readonly sku?: string | undefined
    readonly item?: number | undefined
    readonly location: string | number
  },
): OthersChange {
  const location = findLocation(shop, where.location)
  if (location === undefined) throw new HttpProblem(422, `The shop has no location ${where.location}.`)
  const itemId = where.item ?? variantOnSale(shop, where.sku ?? '')?.itemId
  if (itemId === undefined || shop.store.get('item', itemId) === undefined) {
    throw new HttpProblem(422, `The shop has no item ${where.item ?? where.sku}.`)
  }
  return { by: where.by, itemId, locationId: location.id }
}

function view(shop: Shop, { itemId, locationId }: OthersChange, group: AdjustmentGroup | null): Controlled {
  const level = levelOf(shop, itemId, locationId)
  const quantities = level === undefined ? {} : { ...level.quantities, on_hand: quantityOf(level, 'on_hand') }
  return {
    status: 200,
    body: { group: group === null ? null : `gid://shopify/InventoryAdjustmentGroup/${group.id}`, quantities },
  }
}

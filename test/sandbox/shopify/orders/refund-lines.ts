import { idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { Order, RefundLine, RestockType } from '../state/entities.ts'
import type { PlainUserError } from '../stock/activate.ts'
import { lineAmount } from './totals.ts'
import { openUnits, pickFulfilled, type TakenUnits } from './units.ts'

export interface RefundLineInput {
  readonly lineItemId: string
  readonly quantity: number
  readonly restockType?: string | null
  readonly locationId?: string | null
}

/** What a refund takes off an order, sorted by what has to happen with the goods. */
export interface RefundLines {
  readonly taken: readonly Omit<RefundLine, 'id'>[]
  /** Units that were not handed over. */
  readonly open: readonly TakenUnits[]
  /** Units that come back to stock from the customer. */
  readonly returned: readonly {
    readonly lineId: number
    readonly quantity: number
    readonly locationId: number
  }[]
}

type Read = { readonly [K in keyof RefundLines]: RefundLines[K][number][] }

/** Checks the lines of a refund against the order, all of them before anything is done. */
export function readRefundLines(
  shop: Shop,
  order: Order,
  input: readonly RefundLineInput[],
): RefundLines | PlainUserError {
  const read: Read = { taken: [], open: [], returned: [] }
  for (const [index, wanted] of input.entries()) {
    const field = ['input', 'refundLineItems', String(index)]
    const line = order.lines.find(one => one.id === idOf(wanted.lineItemId, 'LineItem'))
    if (line === undefined) return { field: [...field, 'lineItemId'], message: 'Line item does not exist' }
    if (read.taken.some(one => one.lineId === line.id))
      return { field, message: 'Refund line items must name each line item once' }
    if (wanted.quantity < 1 || wanted.quantity > line.currentQuantity)
      return {
        field: [...field, 'quantity'],
        message: 'Quantity cannot refund more items than were purchased',
      }
    const restockType = wanted.restockType ?? 'NO_RESTOCK'
    // "This value is not accepted when creating new refunds": Shopify's own words on it.
    if (restockType === 'LEGACY_RESTOCK')
      return { field: [...field, 'restockType'], message: 'Restock type is not accepted for new refunds' }
    const locationId = wanted.locationId == null ? null : (idOf(wanted.locationId, 'Location') ?? -1)
    if (locationId !== null && shop.store.get('location', locationId)?.isActive !== true)
      return { field: [...field, 'locationId'], message: 'Location does not exist or is not active' }
    const problem = readOne(shop, order, line, { ...wanted, restockType, locationId }, read)
    if (problem !== undefined) return { field: [...field, 'quantity'], message: problem }
  }
  return read
}

interface One {
  readonly quantity: number
  readonly restockType: string
  readonly locationId: number | null
}

function readOne(
  shop: Shop,
  order: Order,
  line: Order['lines'][number],
  { quantity, restockType, locationId }: One,
  read: Read,
): string | undefined {
  const amountMinor =
    lineAmount(line, line.currentQuantity) - lineAmount(line, line.currentQuantity - quantity)
  const base = { lineId: line.id, quantity, amountMinor }
  const there = openUnits(shop, order, line.id)
  if (restockType === 'CANCEL') {
    if (quantity > there) return 'Quantity cannot cancel items that are fulfilled'
    const restock = locationId === null ? 'where-promised' : { locationId }
    read.open.push({ lineId: line.id, quantity, restock })
    read.taken.push({ ...base, restockType, locationId, fulfilled: [] })
    return undefined
  }
  // Goods that do not go back to stock leave the open units first; a tip has neither.
  const fromOpen = restockType === 'RETURN' ? 0 : Math.min(quantity, there)
  const fromFulfilled = line.kind === 'tip' ? 0 : quantity - fromOpen
  const picked = pickFulfilled(shop, order, line.id, fromFulfilled)
  if (picked === undefined) return 'Quantity cannot return items that are not fulfilled or already returned'
  const type: RestockType = restockType === 'RETURN' ? 'RETURN' : 'NO_RESTOCK'
  if (fromOpen > 0) read.open.push({ lineId: line.id, quantity: fromOpen, restock: 'lost' })
  if (type === 'RETURN') {
    if (hasReturn(shop, order))
      return 'Items of an order with a return are refunded by processing the return, not by a restocking refund'
    for (const one of picked)
      read.returned.push({
        lineId: line.id,
        quantity: one.quantity,
        locationId: locationId ?? one.locationId,
      })
  }
  const back = type === 'RETURN' ? (locationId ?? picked[0]?.locationId ?? null) : null
  read.taken.push({ ...base, restockType: type, locationId: back, fulfilled: picked })
  return undefined
}

function hasReturn(shop: Shop, order: Order): boolean {
  return order.returnIds
    .map(id => shop.store.need('return', id).status)
    .some(status => status === 'OPEN' || status === 'CLOSED')
}

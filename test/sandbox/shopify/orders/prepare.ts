import { idOf } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { FulfillmentOrder } from '../state/entities.ts'
import { isWorkable, touchFulfillmentOrder, touchOrder } from './touch.ts'

export interface PrepareInput {
  readonly lineItemsByFulfillmentOrder: readonly { readonly fulfillmentOrderId: string }[]
}

export interface CodedUserError {
  readonly code: string | null
  readonly field: readonly string[] | null
  readonly message: string
}

/**
 * `fulfillmentOrderLineItemsPreparedForPickup`: "ready". Whole fulfilment orders, no undo, and no field of
 * the fulfilment order shows it afterwards: the webhook is the only proof.
 */
export function prepareForPickup(shop: Shop, input: PrepareInput): { userErrors: readonly CodedUserError[] } {
  const orders: FulfillmentOrder[] = []
  for (const [index, { fulfillmentOrderId }] of input.lineItemsByFulfillmentOrder.entries()) {
    const field = ['input', 'lineItemsByFulfillmentOrder', String(index), 'fulfillmentOrderId']
    const order = shop.store.get('fulfillmentOrder', idOf(fulfillmentOrderId, 'FulfillmentOrder') ?? -1)
    if (order === undefined || !isWorkable(order) || order.methodType !== 'PICK_UP') {
      const message = 'The fulfillment order is invalid.'
      return { userErrors: [{ code: 'FULFILLMENT_ORDER_INVALID', field, message }] }
    }
    if (order.preparedAt !== null) {
      const code = 'NO_LINE_ITEMS_TO_PREPARE_FOR_FULFILLMENT_ORDER'
      const message = 'The fulfillment order does not have any line items to prepare.'
      return { userErrors: [{ code, field, message }] }
    }
    orders.push(order)
  }
  for (const order of orders) {
    touchFulfillmentOrder(shop, { ...order, status: 'IN_PROGRESS', preparedAt: shop.clock.stamp() })
    touchOrder(shop, shop.store.need('order', order.orderId))
    shop.emit('FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP', { kind: 'fulfillmentOrder', id: order.id })
  }
  return { userErrors: [] }
}

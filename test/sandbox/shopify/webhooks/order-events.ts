import { gid } from '../graphql/gid.ts'
import { decimal } from '../graphql/money.ts'
import { containedTax } from '../orders/totals.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Order, OrderEdit, Refund, Return, Transaction, WebhookSubject } from '../state/entities.ts'

/** What happened to an order, as opposed to the order itself. */
export type OrderEvent = Extract<
  WebhookSubject,
  { readonly kind: 'refund' | 'return' | 'edit' | 'transaction' | 'disposed' | 'merged' | 'hold' }
>

/** The webhook bodies of refunds, returns, edits, payments, holds and merges. */
export function orderEventBody(shop: Shop, event: OrderEvent): object | undefined {
  const { store } = shop
  switch (event.kind) {
    case 'refund':
      return refundBody(shop, store.need('refund', event.id))
    case 'return':
      return returnBody(shop, store.need('return', event.id))
    case 'edit':
      return { order_edit: editBody(store.need('edit', event.id)) }
    case 'transaction': {
      const order = store.need('order', event.orderId)
      const made = order.transactions.find(one => one.id === event.id)
      return made === undefined ? undefined : transactionBody(shop, order, made)
    }
    case 'disposed':
      return disposedBody(shop, event.reverseFulfillmentOrderId)
    case 'merged': {
      const { status } = store.need('fulfillmentOrder', event.id)
      const id = gid('FulfillmentOrder', event.id)
      const intents = [event.id, ...event.mergedIds].map(one => ({
        fulfillment_order_id: gid('FulfillmentOrder', one),
      }))
      return {
        fulfillment_order_merges: [
          { fulfillment_order: { id, status: status.toLowerCase() }, merge_intents: intents },
        ],
      }
    }
    case 'hold': {
      const held = store.need('fulfillmentOrder', event.fulfillmentOrderId)
      const hold = held.holds.find(one => one.id === event.holdId)
      return {
        fulfillment_order: { id: gid('FulfillmentOrder', held.id), status: held.status.toLowerCase() },
        fulfillment_hold: {
          id: gid('FulfillmentHold', event.holdId),
          reason: hold?.reason.toLowerCase() ?? null,
          handle: hold?.ours === true ? hold.handle : null,
        },
      }
    }
  }
}

function refundBody(shop: Shop, refund: Refund): object {
  const order = shop.store.need('order', refund.orderId)
  return {
    id: refund.id,
    admin_graphql_api_id: gid('Refund', refund.id),
    order_id: refund.orderId,
    created_at: dateTime(refund.createdAt),
    processed_at: dateTime(refund.processedAt),
    note: refund.note,
    return: refund.returnId === null ? null : { id: refund.returnId },
    restock: refund.lines.some(line => line.restockType !== 'NO_RESTOCK'),
    refund_line_items: refund.lines.map(line => ({
      id: line.id,
      line_item_id: line.lineId,
      quantity: line.quantity,
      location_id: line.locationId,
      restock_type: line.restockType.toLowerCase(),
      subtotal: decimal(line.amountMinor),
      total_tax: decimal(
        containedTax(line.amountMinor, order.lines.find(one => one.id === line.lineId)?.taxRate ?? 0),
      ),
    })),
    transactions: order.transactions
      .filter(one => refund.transactionIds.includes(one.id))
      .map(one => transactionBody(shop, order, one)),
    order_adjustments:
      refund.discrepancyMinor === 0
        ? []
        : [{ id: refund.id, kind: 'refund_discrepancy', amount: decimal(refund.discrepancyMinor) }],
  }
}

function returnBody(shop: Shop, one: Return): object {
  return {
    id: one.id,
    admin_graphql_api_id: gid('Return', one.id),
    name: one.name,
    status: one.status.toLowerCase(),
    order: { id: one.orderId, admin_graphql_api_id: gid('Order', one.orderId) },
    total_return_line_items: one.lines.length,
    return_line_items: one.lines.map(line => ({
      id: line.id,
      admin_graphql_api_id: gid('ReturnLineItem', line.id),
      quantity: line.quantity,
      processed_quantity: line.processed,
      return_reason: line.reason.toLowerCase(),
      return_reason_note: line.reasonNote,
      customer_note: line.customerNote,
      fulfillment_line_item: {
        id: line.fulfillmentLineId,
        admin_graphql_api_id: gid('FulfillmentLineItem', line.fulfillmentLineId),
        line_item: { id: line.lineId, admin_graphql_api_id: gid('LineItem', line.lineId) },
      },
    })),
    decline: one.decline,
    currency: shop.profile.currency,
  }
}

function editBody(edit: OrderEdit): object {
  const changes = (lines: OrderEdit['additions']) => lines.map(({ lineId: id, delta }) => ({ id, delta }))
  return {
    id: edit.id,
    order_id: edit.orderId,
    created_at: dateTime(edit.createdAt),
    committed_at: edit.committedAt === null ? null : dateTime(edit.committedAt),
    notify_customer: edit.notifyCustomer,
    staff_note: edit.staffNote,
    user_id: null,
    line_items: { additions: changes(edit.additions), removals: changes(edit.removals) },
    discounts: { line_item: { additions: [], removals: [] } },
    shipping_lines: { additions: [], removals: [] },
  }
}

function transactionBody(shop: Shop, order: Order, one: Transaction): object {
  return {
    id: one.id,
    admin_graphql_api_id: gid('OrderTransaction', one.id),
    order_id: order.id,
    kind: one.kind.toLowerCase(),
    status: 'success',
    gateway: one.gateway,
    amount: decimal(one.amountMinor),
    currency: shop.profile.currency,
    parent_id: one.parentId,
    created_at: dateTime(one.at),
    processed_at: dateTime(one.at),
    test: order.test,
  }
}

function disposedBody(shop: Shop, id: number): object {
  const held = shop.store.need('reverseFulfillmentOrder', id)
  return {
    id: held.id,
    admin_graphql_api_id: gid('ReverseFulfillmentOrder', held.id),
    status: held.status.toLowerCase(),
    return: { id: held.returnId, admin_graphql_api_id: gid('Return', held.returnId) },
    reverse_fulfillment_order_line_items: held.lines.map(line => ({
      id: line.id,
      admin_graphql_api_id: gid('ReverseFulfillmentOrderLineItem', line.id),
      total_quantity: line.total,
      dispositions: line.dispositions.map(one => ({
        type: one.type.toLowerCase(),
        quantity: one.quantity,
        location_id: one.locationId,
      })),
    })),
  }
}

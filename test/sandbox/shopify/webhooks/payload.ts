import { gid } from '../graphql/gid.ts'
import { levelGid } from '../graphql/level-gid.ts'
import { decimal } from '../graphql/money.ts'
import { financialStatus, outstanding } from '../orders/balance.ts'
import { displayStatus, fulfilledUnits } from '../orders/display-status.ts'
import { currentTotals, orderTotals } from '../orders/totals.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Fulfillment, FulfillmentOrder, Order, OrderLine, WebhookSubject } from '../state/entities.ts'
import { levelOf, quantityOf } from '../stock/ledger.ts'
import { orderEventBody } from './order-events.ts'

/** The body of a webhook, built from the state of this moment; undefined when its subject is gone. */
export function webhookPayload(shop: Shop, topic: string, subject: WebhookSubject): object | undefined {
  switch (subject.kind) {
    case 'order':
      return orderBody(shop, shop.store.need('order', subject.id))
    case 'product':
      return topic === 'PRODUCTS_DELETE' ? { id: subject.id } : productBody(shop, subject.id)
    case 'item':
      return itemBody(shop, topic, subject.id)
    case 'location':
      return locationBody(shop, subject.id)
    case 'fulfillment':
      return fulfillmentBody(shop, shop.store.need('fulfillment', subject.id))
    case 'level': {
      const level = levelOf(shop, subject.itemId, subject.locationId)
      if (level === undefined) return undefined
      return {
        inventory_item_id: level.itemId,
        location_id: level.locationId,
        available: quantityOf(level, 'available'),
        updated_at: dateTime(level.updatedAt),
        admin_graphql_api_id: levelGid(level),
      }
    }
    case 'fulfillmentOrder': {
      const order = shop.store.need('fulfillmentOrder', subject.id)
      if (topic !== 'FULFILLMENT_ORDERS_LINE_ITEMS_PREPARED_FOR_PICKUP')
        return { fulfillment_order: brief(order) }
      const delivery = { method_type: order.methodType.toLowerCase() }
      return { fulfillment_order: { ...brief(order), preparable: true, delivery_method: delivery } }
    }
    case 'moved': {
      const original = shop.store.need('fulfillmentOrder', subject.originalId)
      const moved = shop.store.need('fulfillmentOrder', subject.movedId)
      return {
        original_fulfillment_order: brief(original),
        moved_fulfillment_order: brief(moved),
        destination_location_id: gid('Location', moved.locationId),
        fulfillment_order_line_items_requested: [],
        source_location: { id: gid('Location', original.locationId), name: original.locationName },
      }
    }
    case 'refund':
    case 'return':
    case 'edit':
    case 'transaction':
    case 'disposed':
    case 'merged':
    case 'hold':
      return orderEventBody(shop, subject)
    case 'transfer':
      return { id: subject.id, admin_graphql_api_id: gid('InventoryTransfer', subject.id) }
    case 'shipment':
      return { id: subject.id, admin_graphql_api_id: gid('InventoryShipment', subject.id) }
    case 'bulk':
      return bulkBody(shop, subject.id)
    case 'shop':
      return { id: 68_000_000_001, name: shop.profile.name, myshopify_domain: shop.profile.domain }
    case 'scopes':
      return {
        id: gid('AppInstallation', 68_000_000_003),
        previous: subject.previous,
        current: [...shop.scopes],
        updated_at: new Date(shop.clock.now()).toISOString(),
      }
    case 'split':
      return {
        fulfillment_order: brief(shop.store.need('fulfillmentOrder', subject.originalId)),
        remaining_fulfillment_order: brief(shop.store.need('fulfillmentOrder', subject.remainingId)),
      }
  }
}

function itemBody(shop: Shop, topic: string, id: number): object {
  if (topic === 'INVENTORY_ITEMS_DELETE') return { id }
  const item = shop.store.need('item', id)
  return {
    id,
    admin_graphql_api_id: gid('InventoryItem', id),
    sku: item.sku,
    tracked: item.tracked,
    requires_shipping: true,
    created_at: dateTime(item.createdAt),
    updated_at: dateTime(item.updatedAt),
  }
}

function locationBody(shop: Shop, id: number): object {
  const location = shop.store.need('location', id)
  return {
    id,
    admin_graphql_api_id: gid('Location', id),
    name: location.name,
    active: location.isActive,
    address1: location.street,
    zip: location.postcode,
    city: location.city,
    country_code: location.country,
    created_at: dateTime(location.createdAt),
    updated_at: dateTime(location.updatedAt),
  }
}

function bulkBody(shop: Shop, id: number): object {
  const { status, errorCode, createdAt, completedAt } = shop.store.need('bulk', id)
  return {
    admin_graphql_api_id: gid('BulkOperation', id),
    type: 'query',
    status: status.toLowerCase(),
    error_code: errorCode?.toLowerCase() ?? null,
    created_at: dateTime(createdAt),
    completed_at: completedAt === null ? null : dateTime(completedAt),
  }
}

function brief(order: FulfillmentOrder): { readonly id: string; readonly status: string } {
  return { id: gid('FulfillmentOrder', order.id), status: order.status.toLowerCase() }
}

function orderBody(shop: Shop, order: Order): object {
  const { currency } = shop.profile
  const totals = orderTotals(order)
  const shown = shop.settings.customerData === true
  const customer = order.customerId === null ? undefined : shop.store.need('customer', order.customerId)
  return {
    id: order.id,
    admin_graphql_api_id: gid('Order', order.id),
    name: order.name,
    order_number: order.number,
    created_at: dateTime(order.createdAt),
    updated_at: dateTime(order.updatedAt),
    processed_at: dateTime(order.processedAt),
    cancelled_at: order.cancelledAt === null ? null : dateTime(order.cancelledAt),
    cancel_reason: order.cancelReason?.toLowerCase() ?? null,
    closed_at: order.closedAt === null ? null : dateTime(order.closedAt),
    confirmed: order.confirmed,
    currency,
    financial_status: financialStatus(shop, order).toLowerCase(),
    fulfillment_status: restStatus(shop, order),
    total_price: decimal(totals.total),
    current_total_price: decimal(currentTotals(order).total),
    total_outstanding: decimal(outstanding(order)),
    total_tax: decimal(totals.tax),
    taxes_included: true,
    test: order.test,
    source_name: order.sourceName,
    source_identifier: order.sourceIdentifier,
    note: order.note,
    note_attributes: order.customAttributes.map(({ key, value }) => ({ name: key, value })),
    tags: order.tags.join(', '),
    email: shown ? order.email : null,
    phone: shown ? order.phone : null,
    customer:
      customer === undefined
        ? null
        : {
            id: customer.id,
            admin_graphql_api_id: gid('Customer', customer.id),
            first_name: shown ? customer.firstName : null,
            last_name: shown ? customer.lastName : null,
            email: shown ? customer.email : null,
            phone: shown ? customer.phone : null,
          },
    shipping_lines: order.groups.flatMap(({ shipping }) =>
      shipping === null
        ? []
        : [{ title: shipping.title, code: shipping.code, price: decimal(shipping.priceMinor) }],
    ),
    line_items: order.lines.map(lineBody),
  }
}

/** A line item of REST's. */
export function lineBody(line: OrderLine): object {
  return {
    id: line.id,
    admin_graphql_api_id: gid('LineItem', line.id),
    variant_id: line.variantId,
    sku: line.sku,
    title: line.title,
    variant_title: line.variantTitle,
    name: line.variantTitle === null ? line.title : `${line.title} - ${line.variantTitle}`,
    quantity: line.quantity,
    current_quantity: line.currentQuantity,
    price: decimal(line.priceMinor),
  }
}

/** REST knows fewer states than GraphQL. */
function restStatus(shop: Shop, order: Order): string | null {
  const status = displayStatus(shop, order)
  if (status === 'RESTOCKED') return 'restocked'
  if (status === 'FULFILLED') return 'fulfilled'
  return fulfilledUnits(shop, order) > 0 ? 'partial' : null
}

function fulfillmentBody(shop: Shop, fulfillment: Fulfillment): object {
  const order = shop.store.need('order', fulfillment.orderId)
  return {
    id: fulfillment.id,
    admin_graphql_api_id: gid('Fulfillment', fulfillment.id),
    order_id: fulfillment.orderId,
    location_id: fulfillment.locationId,
    name: fulfillment.name,
    status: fulfillment.status.toLowerCase(),
    created_at: dateTime(fulfillment.createdAt),
    updated_at: dateTime(fulfillment.updatedAt),
    tracking_number: fulfillment.tracking?.number ?? null,
    line_items: fulfillment.lines.flatMap(({ lineId, quantity }) => {
      const line = order.lines.find(one => one.id === lineId)
      return line === undefined ? [] : [{ ...lineBody(line), quantity }]
    }),
  }
}

function productBody(shop: Shop, id: number): object {
  const product = shop.store.need('product', id)
  return {
    id: product.id,
    admin_graphql_api_id: gid('Product', product.id),
    title: product.title,
    handle: product.handle,
    status: product.status.toLowerCase(),
    updated_at: dateTime(product.updatedAt),
    variants: product.variantIds.map(variantId => {
      const variant = shop.store.need('variant', variantId)
      return {
        id: variant.id,
        admin_graphql_api_id: gid('ProductVariant', variant.id),
        inventory_item_id: variant.itemId,
        title: variant.title,
        sku: shop.store.need('item', variant.itemId).sku,
        barcode: variant.barcode,
        price: decimal(variant.priceMinor),
      }
    }),
  }
}

import { requireScope } from '../graphql/access.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import { notSimulated } from '../graphql/fields.ts'
import {
  anyTokenMatches,
  idMatches,
  indexedAt,
  isIndexed,
  search,
  type Term,
  timeMatches,
  wordMatches,
} from '../graphql/search.ts'
import { financialStatus } from '../orders/balance.ts'
import { displayStatus, returnStatus } from '../orders/display-status.ts'
import { orderTotals } from '../orders/totals.ts'
import type { Shop } from '../shop.ts'
import type { Order } from '../state/entities.ts'

type ListArguments = PageArguments & { readonly query?: string | null; readonly sortKey?: string | null }

const sixtyDaysMs = 60 * 24 * 60 * 60 * 1000

/** Without read_all_orders an app sees sixty days. */
export function isVisible(shop: Shop, order: Order): boolean {
  return shop.scopes.has('read_all_orders') || order.createdAt > shop.clock.now() - sixtyDaysMs
}

/** `orders`. Its default sort is PROCESSED_AT, not UPDATED_AT. */
export function orderList(shop: Shop, args: ListArguments, lagMs: number) {
  requireScope(shop, 'read_orders', 'orders')
  const now = shop.clock.now()
  const matches = search<Order>(
    args.query,
    {
      default: (order, term) => anyTokenMatches(searchedTexts(shop, order), term),
      id: (order, term) => idMatches(order.id, term, 'Order'),
      name: (order, term) => wordMatches(order.name, term) || wordMatches(order.name.replace(/^#/, ''), term),
      email: (order, term) => wordMatches(order.email, term),
      created_at: (order, term) => timeMatches(order.createdAt, term, now),
      processed_at: (order, term) => timeMatches(order.processedAt, term, now),
      updated_at: (order, term) => timeMatches(indexedAt(order, now, lagMs), term, now),
      status: statusMatches,
      delivery_method: (order, term) => deliveryMatches(shop, order, term),
      financial_status: (order, term) => wordMatches(financialStatus(shop, order), term),
      return_status: (order, term) => wordMatches(returnStatus(shop, order), term),
      fulfillment_status: (order, term) => fulfilmentMatches(shop, order, term),
      fulfillment_location_id: (order, term) =>
        order.fulfillmentOrderIds.some(id =>
          idMatches(shop.store.need('fulfillmentOrder', id).locationId, term, 'Location'),
        ),
      source_name: (order, term) => wordMatches(order.sourceName, term),
      source_identifier: (order, term) => wordMatches(order.sourceIdentifier, term),
      sku: (order, term) => order.lines.some(line => wordMatches(line.sku, term)),
      tag: (order, term) => order.tags.some(tag => wordMatches(tag, term)),
      test: (order, term) => String(order.test) === term.value,
    },
    shop.settings,
  )
  const shown = [...shop.store.all('order')].filter(
    order => isVisible(shop, order) && matches(order) && (args.query == null || isIndexed(order, now, lagMs)),
  )
  return connection(shown, args, order => ({
    value: sortValue(order, args.sortKey ?? 'PROCESSED_AT'),
    id: order.id,
  }))
}

/** What a word without a field's name is looked for in. */
function searchedTexts(shop: Shop, { name, email, customerId }: Order): readonly (string | null)[] {
  const customer = customerId === null ? undefined : shop.store.get('customer', customerId)
  return [name, email, customer?.firstName ?? null, customer?.lastName ?? null, customer?.email ?? null]
}

/** Which groups of a mixed order count is not known of Shopify: a switch. */
function deliveryMatches(shop: Shop, { groups }: Order, { value }: Term): boolean {
  const asked = shop.settings.deliveryMethodFilter === 'first-group' ? groups.slice(0, 1) : groups
  return asked.some(group => group.methodType.toLowerCase().replace('_', '-') === value.toLowerCase())
}

function statusMatches(order: Order, { value }: Term): boolean {
  const cancelled = order.cancelledAt !== null
  const closed = order.closedAt !== null
  switch (value.toLowerCase()) {
    case 'open':
      return !cancelled && !closed
    case 'closed':
      return closed
    case 'cancelled':
      return cancelled
    case 'not_closed':
      return !closed
    case 'any':
      return true
    default:
      return false
  }
}

function fulfilmentMatches(shop: Shop, order: Order, { value }: Term): boolean {
  const status = displayStatus(shop, order)
  switch (value.toLowerCase()) {
    case 'fulfilled':
    case 'shipped':
      return status === 'FULFILLED'
    case 'partial':
      return status === 'PARTIALLY_FULFILLED'
    case 'on_hold':
      return status === 'ON_HOLD'
    case 'unfulfilled':
    case 'unshipped':
      return status !== 'FULFILLED' && status !== 'PARTIALLY_FULFILLED' && status !== 'RESTOCKED'
    default:
      return false
  }
}

function sortValue(order: Order, sortKey: string): string | number {
  switch (sortKey) {
    case 'PROCESSED_AT':
      return order.processedAt
    case 'CREATED_AT':
      return order.createdAt
    case 'UPDATED_AT':
      return order.updatedAt
    case 'ID':
      return order.id
    case 'ORDER_NUMBER':
      return order.number
    case 'TOTAL_PRICE':
      return orderTotals(order).total
    default:
      throw notSimulated(`Sorting orders by ${sortKey}`)
  }
}

import { mayUse } from '../graphql/access.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import { type Fields, notSimulated } from '../graphql/fields.ts'
import { gid, idOf } from '../graphql/gid.ts'
import { loadByGid } from '../graphql/load-by-gid.ts'
import { moneyBag } from '../graphql/money.ts'
import { idMatches, indexedAt, isIndexed, search, timeMatches, wordMatches } from '../graphql/search.ts'
import type { HoldPayload } from '../orders/hold.ts'
import { mergeable } from '../orders/merge.ts'
import { canTake, hasProgress } from '../orders/move.ts'
import { isActive } from '../orders/touch.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { FulfillmentOrder, FulfillmentOrderLine, Hold, Location } from '../state/entities.ts'

export const fulfillmentOrderFields: Fields<FulfillmentOrder> = {
  id: one => gid('FulfillmentOrder', one.id),
  status: one => one.status,
  // A merchant's own store is never asked, so its request status never moves.
  requestStatus: () => 'UNSUBMITTED',
  order: (one, _, { shop }) => shop.store.need('order', one.orderId),
  orderId: one => gid('Order', one.orderId),
  orderName: (one, _, { shop }) => shop.store.need('order', one.orderId).name,
  orderProcessedAt: (one, _, { shop }) => dateTime(shop.store.need('order', one.orderId).processedAt),
  assignedLocation: (one, _, { shop }) => {
    const location = shop.store.need('location', one.locationId)
    return {
      location,
      name: one.locationName,
      address1: location.street,
      address2: null,
      city: location.city,
      zip: location.postcode,
      countryCode: location.country,
      province: null,
      phone: null,
    }
  },
  deliveryMethod: one => ({
    id: gid('DeliveryMethod', one.deliveryMethodId),
    methodType: one.methodType,
    presentedName: one.methodType === 'PICK_UP' ? one.locationName : null,
    serviceCode: null,
    sourceReference: null,
    additionalInformation: null,
    brandedPromise: null,
    minDeliveryDateTime: null,
    maxDeliveryDateTime: null,
  }),
  destination: () => null,
  fulfillAt: one => dateTime(one.fulfillAt),
  fulfillBy: () => null,
  fulfillmentHolds: one => one.holds,
  supportedActions: (one, _, { shop }) =>
    supportedActions(shop, one).map(action => ({ action, externalUrl: null })),
  lineItems: (one, args: PageArguments) =>
    connection(
      one.lines.map(line => ({ of: one, line })),
      args,
      ({ line }) => ({ value: line.id, id: line.id }),
    ),
  locationsForMove: (one, args: PageArguments & MoveFilter, { shop }) =>
    connection(
      [...shop.store.all('location')]
        .filter(({ id }) => id !== one.locationId)
        .filter(({ id }) => args.locationIds?.includes(gid('Location', id)) ?? true)
        .map(location => ({ of: one, location, lineItemIds: args.lineItemIds ?? [] })),
      args,
      ({ location }) => ({ value: location.name, id: location.id }),
    ),
  fulfillmentOrdersForMerge: (one, args: PageArguments, { shop }) =>
    connection(mergeable(shop, one), args, ({ id }) => ({ value: id, id })),
  fulfillments: (one, args: PageArguments, { shop }) => {
    const all = shop.store
      .need('order', one.orderId)
      .fulfillmentIds.map(id => shop.store.need('fulfillment', id))
    const own = all.filter(({ lines }) => lines.some(line => line.fulfillmentOrderId === one.id))
    return connection(own, args, ({ id }) => ({ value: id, id }))
  },
  createdAt: one => dateTime(one.createdAt),
  updatedAt: one => dateTime(one.updatedAt),
}

/** What Shopify lets one do next; clients ask instead of guessing. */
function supportedActions(shop: Shop, order: FulfillmentOrder): readonly string[] {
  const units = order.lines.reduce((sum, line) => sum + line.remaining, 0)
  const move = hasProgress(shop, order) ? [] : ['MOVE']
  const split = units > 1 ? ['SPLIT'] : []
  const merge = mergeable(shop, order).length > 0 ? ['MERGE'] : []
  const open = order.progressAt === null ? [] : ['MARK_AS_OPEN']
  switch (order.status) {
    case 'OPEN':
    case 'IN_PROGRESS':
      return ['CREATE_FULFILLMENT', ...open, ...move, 'HOLD', ...split, ...merge]
    case 'SCHEDULED':
      return ['MARK_AS_OPEN', ...move, 'HOLD', ...merge]
    case 'ON_HOLD':
      return ['RELEASE_HOLD', 'HOLD', ...move]
    case 'INCOMPLETE':
      return move
    case 'CLOSED':
    case 'CANCELLED':
      return []
  }
}

interface LineOf {
  readonly of: FulfillmentOrder
  readonly line: FulfillmentOrderLine
}

function ordered(shop: Shop, { of, line }: LineOf) {
  const order = shop.store.need('order', of.orderId)
  const found = order.lines.find(one => one.id === line.lineId)
  if (found === undefined) throw new Error(`Fulfilment order ${of.id} has a line its order does not`)
  return { order, line: found }
}

export const fulfillmentOrderLineFields: Fields<LineOf> = {
  id: ({ line }) => gid('FulfillmentOrderLineItem', line.id),
  totalQuantity: ({ line }) => line.total,
  remainingQuantity: ({ line }) => line.remaining,
  lineItem: (one, _, { shop }) => ordered(shop, one),
  sku: (one, _, { shop }) => ordered(shop, one).line.sku,
  productTitle: (one, _, { shop }) => ordered(shop, one).line.title,
  variantTitle: (one, _, { shop }) => ordered(shop, one).line.variantTitle,
  vendor: (_, __, { shop }) => shop.profile.name,
  variant: (one, _, { shop }) => {
    const { variantId } = ordered(shop, one).line
    return variantId === null ? null : shop.store.need('variant', variantId)
  },
  inventoryItemId: (one, _, { shop }) => {
    const { itemId } = ordered(shop, one).line
    return itemId === null ? null : gid('InventoryItem', itemId)
  },
  requiresShipping: () => true,
  image: () => null,
  warnings: () => [],
  originalUnitPriceSet: (one, _, { shop }) =>
    moneyBag(ordered(shop, one).line.priceMinor, shop.profile.currency),
}

interface MoveFilter {
  readonly lineItemIds?: readonly string[] | null
  readonly locationIds?: readonly string[] | null
}

interface MoveTarget {
  readonly of: FulfillmentOrder
  readonly location: Location
  readonly lineItemIds: readonly string[]
}

function movable(shop: Shop, { of, location, lineItemIds }: MoveTarget): boolean {
  const chosen = of.lines.filter(
    line =>
      lineItemIds.length === 0 || lineItemIds.some(id => idOf(id, 'FulfillmentOrderLineItem') === line.id),
  )
  const lineIds = chosen.filter(line => line.remaining > 0).map(line => line.lineId)
  return (
    isActive(of) &&
    !hasProgress(shop, of) &&
    canTake(shop, shop.store.need('order', of.orderId), lineIds, location.id)
  )
}

export const locationForMoveFields: Fields<MoveTarget> = {
  location: ({ location }) => location,
  movable: (target, _, { shop }) => movable(shop, target),
  message: (target, _, { shop }) =>
    movable(shop, target) ? null : 'This location does not stock all of the items.',
}

const holdReasons: Readonly<Record<string, string>> = {
  AWAITING_PAYMENT: 'Awaiting payment',
  AWAITING_RETURN_ITEMS: 'Awaiting return items',
  HIGH_RISK_OF_FRAUD: 'High risk of fraud',
  INCORRECT_ADDRESS: 'Incorrect address',
  INVENTORY_OUT_OF_STOCK: 'Inventory out of stock',
  UNKNOWN_DELIVERY_DATE: 'Unknown delivery date',
}

export const holdFields: Fields<Hold> = {
  id: hold => gid('FulfillmentHold', hold.id),
  reason: hold => hold.reason,
  displayReason: hold => holdReasons[hold.reason] ?? 'Other',
  reasonNotes: hold => hold.reasonNotes,
  handle: hold => (hold.ours ? hold.handle : null),
  heldByRequestingApp: hold => hold.ours,
  heldByApp: hold => (hold.ours ? {} : null),
}

export const holdPayloadFields: Fields<HoldPayload> = {
  fulfillmentHold: ({ fulfillmentHold }, _, { shop }) => {
    if (fulfillmentHold === null) return null
    const order = shop.store.need(
      'fulfillmentOrder',
      idOf(fulfillmentHold.fulfillmentOrder, 'FulfillmentOrder') ?? -1,
    )
    return order.holds.find(hold => hold.id === fulfillmentHold.hold) ?? null
  },
  fulfillmentOrder: ({ fulfillmentOrder }, _, { shop }) =>
    fulfillmentOrder === null ? null : loadByGid(shop, fulfillmentOrder),
  remainingFulfillmentOrder: ({ remainingFulfillmentOrder }, _, { shop }) =>
    remainingFulfillmentOrder === null ? null : loadByGid(shop, remainingFulfillmentOrder),
  userErrors: payload => payload.userErrors,
}

type ListArguments = PageArguments & {
  readonly query?: string | null
  readonly includeClosed?: boolean | null
  readonly sortKey?: string | null
}

/** `fulfillmentOrders`. Cut by scope in silence, as Shopify does it. */
export function fulfillmentOrderList(shop: Shop, args: ListArguments, lagMs: number) {
  const now = shop.clock.now()
  const matches = search<FulfillmentOrder>(
    args.query,
    {
      id: (one, term) => idMatches(one.id, term, 'FulfillmentOrder'),
      status: (one, term) => wordMatches(one.status, term),
      assigned_location_id: (one, term) => idMatches(one.locationId, term, 'Location'),
      updated_at: (one, term) => timeMatches(indexedAt(one, now, lagMs), term, now),
    },
    shop.settings,
  )
  const all = mayUse(shop, 'read_merchant_managed_fulfillment_orders')
    ? [...shop.store.all('fulfillmentOrder')]
    : []
  const shown = all.filter(
    one =>
      (isActive(one) || args.includeClosed === true) &&
      matches(one) &&
      (args.query == null || isIndexed(one, now, lagMs)),
  )
  const sortKey = args.sortKey ?? 'ID'
  if (sortKey !== 'ID' && sortKey !== 'UPDATED_AT')
    throw notSimulated(`Sorting fulfillmentOrders by ${sortKey}`)
  return connection(shown, args, one => ({ value: sortKey === 'ID' ? one.id : one.updatedAt, id: one.id }))
}

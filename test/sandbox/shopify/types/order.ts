import { customerField, customerObject, mayUse } from '../graphql/access.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid } from '../graphql/gid.ts'
import { decimal, moneyBag } from '../graphql/money.ts'
import { displayStatus, fulfilledUnits } from '../orders/display-status.ts'
import { currentTotals, orderTotals } from '../orders/totals.ts'
import { fulfillmentOrdersOf, isActive } from '../orders/touch.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Customer, Order, Transaction } from '../state/entities.ts'

const orNull = (at: number | null): string | null => (at === null ? null : dateTime(at))

export const orderFields: Fields<Order> = {
  id: order => gid('Order', order.id),
  legacyResourceId: order => String(order.id),
  name: order => order.name,
  number: order => order.number,
  note: order => order.note,
  tags: order => order.tags,
  test: order => order.test,
  email: (order, _, { shop }) => customerField(shop, 'email', () => order.email),
  phone: (order, _, { shop }) => customerField(shop, 'phone', () => order.phone),
  customer: (order, _, { shop }) =>
    customerObject(shop, () =>
      order.customerId === null ? null : shop.store.need('customer', order.customerId),
    ),
  customAttributes: order => order.customAttributes,
  sourceName: order => order.sourceName,
  sourceIdentifier: order => order.sourceIdentifier,
  currencyCode: (_, __, { shop }) => shop.profile.currency,
  presentmentCurrencyCode: (_, __, { shop }) => shop.profile.currency,
  taxesIncluded: () => true,
  confirmed: order => order.confirmed,
  edited: () => false,
  closed: order => order.closedAt !== null,
  closedAt: order => orNull(order.closedAt),
  cancelledAt: order => orNull(order.cancelledAt),
  cancelReason: order => order.cancelReason,
  cancellation: order => (order.cancelledAt === null ? null : { staffNote: null }),
  processedAt: order => dateTime(order.processedAt),
  createdAt: order => dateTime(order.createdAt),
  updatedAt: order => dateTime(order.updatedAt),
  displayFinancialStatus: order => order.financialStatus,
  displayFulfillmentStatus: (order, _, { shop }) => displayStatus(shop, order),
  fullyPaid: order => order.financialStatus !== 'PENDING',
  unpaid: order => order.financialStatus === 'PENDING',
  fulfillable: (order, _, { shop }) => fulfillmentOrdersOf(shop, order).some(isActive),
  returnStatus: () => 'NO_RETURN',
  retailLocation: () => null,
  requiresShipping: order => order.methodType === 'SHIPPING',
  shippingAddress: () => null,
  billingAddress: () => null,
  shippingLine: (order, _, { shop }) => shippingLine(shop, order),
  shippingLines: (order, args: PageArguments, { shop }) =>
    connection(
      [shippingLine(shop, order)].filter(line => line !== null),
      args,
      () => ({ value: 0, id: 0 }),
    ),
  lineItems: (order, args: PageArguments) =>
    connection(
      order.lines.map(line => ({ order, line })),
      args,
      ({ line }) => ({ value: line.id, id: line.id }),
    ),
  fulfillmentOrders: (order, args: PageArguments, { shop }) => {
    // Without the scope Shopify answers an empty list, not an error.
    const shown = mayUse(shop, 'read_merchant_managed_fulfillment_orders')
      ? fulfillmentOrdersOf(shop, order)
      : []
    return connection(shown, args, one => ({ value: one.id, id: one.id }))
  },
  fulfillments: (order, { first }: { readonly first?: number | null }, { shop }) =>
    order.fulfillmentIds.slice(0, first ?? undefined).map(id => shop.store.need('fulfillment', id)),
  transactions: (order, { first }: { readonly first?: number | null }) =>
    order.transactions.slice(0, first ?? undefined).map(transaction => ({ ...transaction, order })),
  subtotalLineItemsQuantity: order => order.lines.reduce((sum, line) => sum + line.quantity, 0),
  currentSubtotalLineItemsQuantity: order => order.lines.reduce((sum, line) => sum + line.currentQuantity, 0),
  totalPriceSet: (order, _, { shop }) => moneyBag(orderTotals(order).total, shop.profile.currency),
  subtotalPriceSet: (order, _, { shop }) => moneyBag(orderTotals(order).subtotal, shop.profile.currency),
  totalTaxSet: (order, _, { shop }) => moneyBag(orderTotals(order).tax, shop.profile.currency),
  totalShippingPriceSet: (order, _, { shop }) => moneyBag(orderTotals(order).shipping, shop.profile.currency),
  totalDiscountsSet: (_, __, { shop }) => moneyBag(0, shop.profile.currency),
  currentTotalPriceSet: (order, _, { shop }) => moneyBag(currentTotals(order).total, shop.profile.currency),
  currentSubtotalPriceSet: (order, _, { shop }) =>
    moneyBag(currentTotals(order).subtotal, shop.profile.currency),
  currentTotalTaxSet: (order, _, { shop }) => moneyBag(currentTotals(order).tax, shop.profile.currency),
  originalTotalPriceSet: (order, _, { shop }) => moneyBag(orderTotals(order).total, shop.profile.currency),
  totalReceivedSet: (order, _, { shop }) => moneyBag(summed(order, 'SALE'), shop.profile.currency),
  totalRefundedSet: (order, _, { shop }) => moneyBag(summed(order, 'REFUND'), shop.profile.currency),
  totalOutstandingSet: (order, _, { shop }) =>
    moneyBag(order.financialStatus === 'PENDING' ? currentTotals(order).total : 0, shop.profile.currency),
  totalCashRoundingAdjustment: (_, __, { shop }) => ({
    paymentSet: moneyBag(0, shop.profile.currency),
    refundSet: moneyBag(0, shop.profile.currency),
  }),
}

function summed(order: Order, kind: Transaction['kind']): number {
  return order.transactions.filter(one => one.kind === kind).reduce((sum, one) => sum + one.amountMinor, 0)
}

function shippingLine(shop: Shop, { id, shipping }: Order) {
  if (shipping === null) return null
  const price = moneyBag(shipping.priceMinor, shop.profile.currency)
  return {
    id: gid('ShippingLine', id),
    title: shipping.title,
    code: shipping.code,
    source: 'shopify',
    custom: false,
    isRemoved: false,
    carrierIdentifier: null,
    deliveryCategory: null,
    phone: null,
    originalPriceSet: price,
    discountedPriceSet: price,
    currentDiscountedPriceSet: price,
    taxLines: [],
  }
}

interface LineOf {
  readonly order: Order
  readonly line: Order['lines'][number]
}

export const lineFields: Fields<LineOf> = {
  id: ({ line }) => gid('LineItem', line.id),
  sku: ({ line }) => line.sku,
  title: ({ line }) => line.title,
  variantTitle: ({ line }) => line.variantTitle,
  name: ({ line }) => (line.variantTitle === null ? line.title : `${line.title} - ${line.variantTitle}`),
  vendor: (_, __, { shop }) => shop.profile.name,
  quantity: ({ line }) => line.quantity,
  currentQuantity: ({ line }) => line.currentQuantity,
  refundableQuantity: ({ line }) => line.currentQuantity,
  unfulfilledQuantity: ({ order, line }, _, { shop }) =>
    Math.max(0, line.currentQuantity - fulfilledUnits(shop, order, line.id)),
  nonFulfillableQuantity: () => 0,
  requiresShipping: () => true,
  restockable: ({ line }) => line.itemId !== null,
  taxable: ({ line }) => line.taxRate > 0,
  isGiftCard: () => false,
  customAttributes: () => [],
  variant: ({ line }, _, { shop }) =>
    line.variantId === null ? null : shop.store.need('variant', line.variantId),
  product: ({ line }, _, { shop }) =>
    line.variantId === null
      ? null
      : shop.store.need('product', shop.store.need('variant', line.variantId).productId),
  originalUnitPriceSet: ({ line }, _, { shop }) => moneyBag(line.priceMinor, shop.profile.currency),
  discountedUnitPriceSet: ({ line }, _, { shop }) => moneyBag(line.priceMinor, shop.profile.currency),
  originalTotalSet: ({ line }, _, { shop }) =>
    moneyBag(line.priceMinor * line.quantity, shop.profile.currency),
  discountedTotalSet: ({ line }, _, { shop }) =>
    moneyBag(line.priceMinor * line.quantity, shop.profile.currency),
  totalDiscountSet: (_, __, { shop }) => moneyBag(0, shop.profile.currency),
}

export const transactionFields: Fields<Transaction & { readonly order: Order }> = {
  id: one => gid('OrderTransaction', one.id),
  kind: one => one.kind,
  status: () => 'SUCCESS',
  gateway: one => one.gateway,
  formattedGateway: one => one.gateway,
  test: one => one.order.test,
  location: () => null,
  device: () => null,
  fees: () => [],
  parentTransaction: one =>
    one.kind === 'SALE'
      ? null
      : { ...one.order.transactions.find(other => other.kind === 'SALE'), order: one.order },
  amountSet: (one, _, { shop }) => moneyBag(one.amountMinor, shop.profile.currency),
  amountRoundingSet: (_, __, { shop }) => moneyBag(0, shop.profile.currency),
  amount: one => decimal(one.amountMinor),
  createdAt: one => dateTime(one.at),
  processedAt: one => dateTime(one.at),
  order: one => one.order,
}

export const customerFields: Fields<Customer> = {
  id: customer => gid('Customer', customer.id),
  legacyResourceId: customer => String(customer.id),
  firstName: (customer, _, { shop }) => customerField(shop, 'firstName', () => customer.firstName),
  lastName: (customer, _, { shop }) => customerField(shop, 'lastName', () => customer.lastName),
  // Its type allows no null: denied in silence, it is an empty text.
  displayName: (customer, _, { shop }) =>
    customerField(shop, 'displayName', () =>
      [customer.firstName, customer.lastName].filter(Boolean).join(' '),
    ) ?? '',
  email: (customer, _, { shop }) => customerField(shop, 'email', () => customer.email),
  phone: (customer, _, { shop }) => customerField(shop, 'phone', () => customer.phone),
  defaultEmailAddress: (customer, _, { shop }) =>
    customerField(shop, 'defaultEmailAddress', () =>
      customer.email === null ? null : { emailAddress: customer.email, validFormat: true },
    ),
  defaultPhoneNumber: (customer, _, { shop }) =>
    customerField(shop, 'defaultPhoneNumber', () =>
      customer.phone === null ? null : { phoneNumber: customer.phone },
    ),
  createdAt: customer => dateTime(customer.createdAt),
}

import { customerField, customerObject, mayUse } from '../graphql/access.ts'
import { connection, type PageArguments } from '../graphql/connection.ts'
import type { Fields } from '../graphql/fields.ts'
import { gid } from '../graphql/gid.ts'
import { decimal, moneyBag } from '../graphql/money.ts'
import { capturable, financialStatus, isExpired, outstanding, received, refunded } from '../orders/balance.ts'
import { displayStatus, returnStatus } from '../orders/display-status.ts'
import { canMarkAsPaid } from '../orders/payment.ts'
import { type SuggestedRefundArguments, suggestedRefund } from '../orders/suggested-refund.ts'
import {
  containedTax,
  currentTotals,
  lineAmount,
  lineDiscount,
  orderTotals,
  originalTotals,
} from '../orders/totals.ts'
import { fulfillmentOrdersOf, isActive } from '../orders/touch.ts'
import { openUnits } from '../orders/units.ts'
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
  customerLocale: (_, __, { shop }) => shop.settings.customerLocale,
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
  edited: order => order.edited,
  closed: order => order.closedAt !== null,
  closedAt: order => orNull(order.closedAt),
  cancelledAt: order => orNull(order.cancelledAt),
  cancelReason: order => order.cancelReason,
  cancellation: order => (order.cancelledAt === null ? null : { staffNote: null }),
  processedAt: order => dateTime(order.processedAt),
  createdAt: order => dateTime(order.createdAt),
  updatedAt: order => dateTime(order.updatedAt),
  displayFinancialStatus: (order, _, { shop }) => financialStatus(shop, order),
  canMarkAsPaid,
  capturable: (order, _, { shop }) => capturable(shop, order) > 0,
  totalCapturableSet: (order, _, { shop }) => moneyBag(capturable(shop, order), shop.profile.currency),
  displayFulfillmentStatus: (order, _, { shop }) => displayStatus(shop, order),
  fullyPaid: order => outstanding(order) <= 0,
  unpaid: order => received(order) === 0 && outstanding(order) > 0,
  fulfillable: (order, _, { shop }) => fulfillmentOrdersOf(shop, order).some(isActive),
  returnStatus: (order, _, { shop }) => returnStatus(shop, order),
  refundable: order => received(order) > refunded(order),
  restockable: order => order.lines.some(line => line.itemId !== null && line.currentQuantity > 0),
  merchantEditable: order => order.cancelledAt === null,
  merchantEditableErrors: order => (order.cancelledAt === null ? [] : ['Cancelled orders cannot be edited.']),
  discountCode: order => order.discountCode,
  discountCodes: order => (order.discountCode === null ? [] : [order.discountCode]),
  refunds: (order, { first }: { readonly first?: number | null }, { shop }) =>
    order.refundIds.slice(0, first ?? undefined).map(id => shop.store.need('refund', id)),
  returns: (order, args: PageArguments, { shop }) =>
    connection(
      order.returnIds.map(id => shop.store.need('return', id)),
      args,
      ({ id }) => ({ value: id, id }),
    ),
  taxLines: (order, _, { shop }) => taxLines(shop, order.lines, line => line.quantity),
  currentTaxLines: (order, _, { shop }) => taxLines(shop, order.lines, line => line.currentQuantity),
  retailLocation: (order, _, { shop }) => {
    const [group] = order.groups
    return order.sourceName === 'pos' && group !== undefined
      ? shop.store.need('location', group.locationId)
      : null
  },
  requiresShipping: order => order.groups.some(group => group.methodType === 'SHIPPING'),
  shippingAddress: () => null,
  billingAddress: () => null,
  shippingLine: (order, _, { shop }) => shippingLines(shop, order)[0] ?? null,
  shippingLines: (order, args: PageArguments, { shop }) =>
    connection(shippingLines(shop, order), args, ({ position }) => ({ value: position, id: position })),
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
  totalDiscountsSet: (order, _, { shop }) => moneyBag(orderTotals(order).discount, shop.profile.currency),
  currentTotalDiscountsSet: (order, _, { shop }) =>
    moneyBag(currentTotals(order).discount, shop.profile.currency),
  currentShippingPriceSet: (order, _, { shop }) =>
    moneyBag(currentTotals(order).shipping, shop.profile.currency),
  totalRefundedShippingSet: (order, _, { shop }) =>
    moneyBag(order.shippingRefundedMinor, shop.profile.currency),
  refundDiscrepancySet: (order, _, { shop }) => moneyBag(order.discrepancyMinor, shop.profile.currency),
  totalTipReceivedSet: (order, _, { shop }) => {
    const tips = order.lines.filter(line => line.kind === 'tip')
    return moneyBag(
      tips.reduce((sum, line) => sum + lineAmount(line, line.currentQuantity), 0),
      shop.profile.currency,
    )
  },
  suggestedRefund: (order, args: SuggestedRefundArguments, { shop }) => suggestedRefund(shop, order, args),
  netPaymentSet: (order, _, { shop }) => moneyBag(received(order) - refunded(order), shop.profile.currency),
  currentTotalPriceSet: (order, _, { shop }) => moneyBag(currentTotals(order).total, shop.profile.currency),
  currentSubtotalPriceSet: (order, _, { shop }) =>
    moneyBag(currentTotals(order).subtotal, shop.profile.currency),
  currentTotalTaxSet: (order, _, { shop }) => moneyBag(currentTotals(order).tax, shop.profile.currency),
  originalTotalPriceSet: (order, _, { shop }) => moneyBag(originalTotals(order).total, shop.profile.currency),
  totalReceivedSet: (order, _, { shop }) => moneyBag(received(order), shop.profile.currency),
  totalRefundedSet: (order, _, { shop }) => moneyBag(refunded(order), shop.profile.currency),
  totalOutstandingSet: (order, _, { shop }) => moneyBag(outstanding(order), shop.profile.currency),
  totalCashRoundingAdjustment: (_, __, { shop }) => ({
    paymentSet: moneyBag(0, shop.profile.currency),
    refundSet: moneyBag(0, shop.profile.currency),
  }),
}

/** Orders are taxed at the rates of their lines, tax included. */
function taxLines(
  shop: Shop,
  lines: Order['lines'],
  unitsOf: (line: Order['lines'][number]) => number,
): readonly object[] {
  const rates = Map.groupBy(
    lines.filter(line => line.taxRate > 0 && unitsOf(line) > 0),
    line => line.taxRate,
  )
  return [...rates].map(([rate, own]) => {
    const tax = own.reduce((sum, line) => sum + containedTax(lineAmount(line, unitsOf(line)), rate), 0)
    return {
      title: 'VAT',
      rate: rate / 100,
      ratePercentage: rate,
      source: 'Shopify',
      channelLiable: false,
      price: decimal(tax),
      priceSet: moneyBag(tax, shop.profile.currency),
    }
  })
}

function shippingLines(shop: Shop, { id, groups }: Order) {
  return groups.flatMap(({ shipping }, position) => {
    if (shipping === null) return []
    const price = moneyBag(shipping.priceMinor, shop.profile.currency)
    return [
      {
        position,
        id: gid('ShippingLine', id + position),
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
      },
    ]
  })
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
  image: () => null,
  name: ({ line }) => (line.variantTitle === null ? line.title : `${line.title} - ${line.variantTitle}`),
  vendor: (_, __, { shop }) => shop.profile.name,
  quantity: ({ line }) => line.quantity,
  currentQuantity: ({ line }) => line.currentQuantity,
  refundableQuantity: ({ line }) => line.currentQuantity,
  unfulfilledQuantity: ({ order, line }, _, { shop }) => openUnits(shop, order, line.id),
  nonFulfillableQuantity: ({ line }) => (line.kind === 'tip' ? line.currentQuantity : 0),
  requiresShipping: ({ line }) => line.kind === 'goods' || line.kind === 'custom',
  restockable: ({ line }) => line.itemId !== null,
  taxable: ({ line }) => line.taxRate > 0,
  isGiftCard: ({ line }) => line.kind === 'gift-card',
  merchantEditable: ({ order }) => order.cancelledAt === null,
  discountAllocations: () => [],
  taxLines: ({ line }, _, { shop }) => taxLines(shop, [line], ({ quantity }) => quantity),
  customAttributes: () => [],
  variant: ({ line }, _, { shop }) =>
    line.variantId === null ? null : shop.store.need('variant', line.variantId),
  product: ({ line }, _, { shop }) =>
    line.variantId === null
      ? null
      : shop.store.need('product', shop.store.need('variant', line.variantId).productId),
  originalUnitPriceSet: ({ line }, _, { shop }) => moneyBag(line.priceMinor, shop.profile.currency),
  discountedUnitPriceSet: ({ line }, _, { shop }) =>
    moneyBag(Math.round(lineAmount(line, line.quantity) / line.quantity), shop.profile.currency),
  discountedUnitPriceAfterAllDiscountsSet: ({ line }, _, { shop }) =>
    moneyBag(Math.round(lineAmount(line, line.quantity) / line.quantity), shop.profile.currency),
  originalTotalSet: ({ line }, _, { shop }) =>
    moneyBag(line.priceMinor * line.quantity, shop.profile.currency),
  discountedTotalSet: ({ line }, _, { shop }) =>
    moneyBag(lineAmount(line, line.quantity), shop.profile.currency),
  totalDiscountSet: ({ line }, _, { shop }) =>
    moneyBag(lineDiscount(line, line.quantity), shop.profile.currency),
}

export const transactionFields: Fields<Transaction & { readonly order: Order }> = {
  id: one => gid('OrderTransaction', one.id),
  kind: one => one.kind,
  status: one => one.status ?? 'SUCCESS',
  gateway: one => one.gateway,
  formattedGateway: one => one.gateway,
  test: one => one.order.test,
  location: () => null,
  device: () => null,
  fees: () => [],
  parentTransaction: one => {
    const parent = one.order.transactions.find(other => other.id === one.parentId)
    return parent === undefined ? null : { ...parent, order: one.order }
  },
  authorizationExpiresAt: one => orNull(one.expiresAt),
  manualPaymentGateway: one => one.gateway === 'manual',
  manuallyCapturable: (one, _, { shop }) => one.kind === 'AUTHORIZATION' && !isExpired(shop, one),
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

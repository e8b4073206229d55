import { log, type Shop } from '../shop.ts'
import type { Customer, DeliveryGroup, Order, OrderLine, PlannedUnits } from '../state/entities.ts'
import { type Movement, moveStock } from '../stock/ledger.ts'
import { allocate, refuseShortage } from './allocate.ts'
import { authorizationLastsMs } from './balance.ts'
import { bookTransactions, type NewTransaction } from './payment.ts'
import { routeOrder } from './route.ts'
import { orderTotals } from './totals.ts'

/** A line as ordered: a variant of the shop, or free text that moves no stock. */
export type DraftLine = Pick<
  OrderLine,
  'variantId' | 'itemId' | 'sku' | 'title' | 'variantTitle' | 'quantity' | 'priceMinor' | 'taxRate' | 'kind'
> & { readonly discountMinor?: number; readonly group?: number }

/** How an order is paid when it is placed. `part`: a deposit in minor units. */
export type Payment = 'paid' | 'pending' | 'authorized' | { readonly part: number }

export interface OrderDraft {
  readonly name?: string | undefined
  readonly groups: readonly DeliveryGroup[]
  readonly lines: readonly DraftLine[]
  readonly customer?: Omit<Customer, 'id' | 'createdAt'> | undefined
  readonly email?: string | null
  readonly phone?: string | null
  readonly note?: string | null
  readonly tags?: readonly string[]
  readonly customAttributes?: Order['customAttributes']
  readonly discountCode?: string | null
  readonly sourceName: string
  readonly sourceIdentifier?: string | null
  readonly payment: Payment
  readonly test: boolean
  readonly processedAt?: number | undefined
  /** `obey` refuses what is not there, `oversell` goes below zero, `bypass` leaves stock alone. */
  readonly stock: 'obey' | 'oversell' | 'bypass'
}

/**
 * Takes an order: its stock goes from available to committed at once, at the locations it will be routed to;
 * its fulfilment orders follow after the router's delay.
 */
export function placeOrder(shop: Shop, draft: OrderDraft): Order {
  const { store } = shop
  const id = store.nextId()
  const meta = store.need('meta', 'meta')
  store.put('meta', { ...meta, nextOrderNumber: meta.nextOrderNumber + 1 })
  const groups = withGiftCardGroup(draft)
  const lines = draft.lines.map(line => orderLine(shop, line, draft.stock, groups.length - 1))
  const plan = allocate(
    shop,
    groups.map(({ locationId, methodType }, index) => ({
      index,
      preferred: locationId,
      ships: methodType === 'SHIPPING' && draft.stock !== 'bypass',
    })),
    ({ index }) => lines.filter(line => line.group === index && line.kind !== 'tip'),
  )
  if (draft.stock === 'obey') refuseShortage(shop, lines, plan)
  const order = store.put('order', newOrder(shop, id, meta.nextOrderNumber, draft, { groups, lines, plan }))
  moveStock(
    shop,
    plan.flatMap(units => claim(lines, units)),
  )
  const paid = bookTransactions(shop, order, firstPayment(shop, order, draft.payment))
  shop.emit('ORDERS_CREATE', { kind: 'order', id })
  if (draft.payment === 'paid') shop.emit('ORDERS_PAID', { kind: 'order', id })
  const locationId = groups[0]?.locationId ?? null
  log(shop, 'order placed', { name: order.name, locationId, source: draft.sourceName })
  return shop.settings.routingDelayMs === 0 ? routeOrder(shop, paid) : paid
}

/** Gift cards travel by mail, whatever the rest of the order does. */
function withGiftCardGroup({ groups, lines }: OrderDraft): readonly DeliveryGroup[] {
  const [first] = groups
  if (first === undefined || !lines.some(line => line.kind === 'gift-card')) return groups
  return [...groups, { methodType: 'NONE', locationId: first.locationId, shipping: null, fulfillAt: null }]
}

function orderLine(shop: Shop, draft: DraftLine, stock: OrderDraft['stock'], lastGroup: number): OrderLine {
  const item = draft.itemId === null ? undefined : shop.store.need('item', draft.itemId)
  return {
    ...draft,
    id: shop.store.nextId(),
    currentQuantity: draft.quantity,
    orderedQuantity: draft.quantity,
    returned: 0,
    discountMinor: draft.discountMinor ?? 0,
    group: draft.kind === 'gift-card' ? lastGroup : (draft.group ?? 0),
    claimed: stock !== 'bypass' && item?.tracked === true && !item.bundle,
  }
}

function newOrder(
  shop: Shop,
  id: number,
  number: number,
  draft: OrderDraft,
  parts: Pick<Order, 'groups' | 'lines' | 'plan'>,
): Order {
  const at = shop.clock.stamp()
  return {
    id,
    number,
    name: draft.name ?? `#${number}`,
    customerId: draft.customer === undefined ? null : keepCustomer(shop, draft.customer).id,
    email: draft.email ?? draft.customer?.email ?? null,
    phone: draft.phone ?? draft.customer?.phone ?? null,
    note: draft.note ?? null,
    tags: draft.tags ?? [],
    customAttributes: draft.customAttributes ?? [],
    discountCode: draft.discountCode ?? null,
    sourceName: draft.sourceName,
    sourceIdentifier: draft.sourceIdentifier ?? null,
    ...parts,
    confirmed: draft.stock !== 'bypass',
    transactions: [],
    refundIds: [],
    returnIds: [],
    shippingRefundedMinor: 0,
    discrepancyMinor: 0,
    edited: false,
    fulfillmentOrderIds: [],
    fulfillmentIds: [],
    routeAt: shop.clock.now() + shop.settings.routingDelayMs,
    cancelledAt: null,
    cancelReason: null,
    restocked: false,
    closedAt: null,
    test: draft.test,
    processedAt: draft.processedAt ?? at,
    createdAt: at,
    updatedAt: at,
  }
}

function firstPayment(shop: Shop, order: Order, payment: Payment): readonly NewTransaction[] {
  const whole = orderTotals(order).total
  const base = { parentId: null, gateway: 'bogus' }
  if (payment === 'pending') return []
  if (payment === 'paid') return [{ ...base, kind: 'SALE', amountMinor: whole }]
  if (payment !== 'authorized') return [{ ...base, kind: 'SALE', amountMinor: Math.min(whole, payment.part) }]
  const expiresAt = shop.clock.stamp() + authorizationLastsMs
  return [{ ...base, kind: 'AUTHORIZATION', amountMinor: whole, expiresAt }]
}

function claim(lines: readonly OrderLine[], units: PlannedUnits): readonly Movement[] {
  const line = lines.find(one => one.id === units.lineId)
  if (line?.claimed !== true || line.itemId === null) return []
  const at = { itemId: line.itemId, locationId: units.locationId }
  return [
    { name: 'available', delta: -units.quantity, ...at },
    { name: 'committed', delta: units.quantity, ...at },
  ]
}

/** One customer per e-mail address, as Shopify keeps them; without one each order has its own. */
function keepCustomer(shop: Shop, wanted: Omit<Customer, 'id' | 'createdAt'>): Customer {
  if (wanted.email !== null) {
    for (const customer of shop.store.all('customer')) {
      if (customer.email?.toLowerCase() === wanted.email.toLowerCase()) return customer
    }
  }
  return shop.store.put('customer', { ...wanted, id: shop.store.nextId(), createdAt: shop.clock.stamp() })
}

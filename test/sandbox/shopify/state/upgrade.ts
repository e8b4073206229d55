import type { DeliveryGroup, FulfillmentOrder, Order, OrderLine, Transaction } from './entities.ts'
import type { Store } from './store.ts'

/** Orders as the sandbox kept them while an order had one way of delivery and was paid at once. */
interface EarlierOrder extends Omit<Order, 'groups'> {
  readonly groups?: Order['groups']
  readonly shipping: DeliveryGroup['shipping']
  readonly methodType: DeliveryGroup['methodType']
  readonly locationId: number
}

/** Fills in what orders of an earlier sandbox lack, so that a shop which `npm start` kept goes on. */
export function upgradeOrders(store: Store): void {
  for (const order of [...store.all('order')] as unknown as EarlierOrder[]) {
    if (order.groups !== undefined) continue
    const { methodType, locationId, shipping } = order
    store.put('order', {
      ...order,
      groups: [{ methodType, locationId, shipping, fulfillAt: null }],
      lines: order.lines.map(upgradedLine),
      plan: order.routeAt === null ? [] : order.lines.map(line => planned(line, locationId)),
      transactions: order.transactions.map(upgradedTransaction),
      discountCode: null,
      refundIds: [],
      returnIds: [],
      shippingRefundedMinor: order.cancelledAt === null ? 0 : (shipping?.priceMinor ?? 0),
      discrepancyMinor: 0,
      edited: false,
    })
    for (const id of order.fulfillmentOrderIds) upgradeFulfillmentOrder(store, id)
  }
}

function upgradedLine(line: OrderLine): OrderLine {
  const kind = line.variantId === null ? 'custom' : 'goods'
  return { ...line, orderedQuantity: line.quantity, returned: 0, discountMinor: 0, group: 0, kind }
}

function upgradedTransaction(one: Transaction): Transaction {
  return { ...one, parentId: null, expiresAt: null }
}

function planned({ id, quantity }: OrderLine, locationId: number): Order['plan'][number] {
  return { lineId: id, group: 0, locationId, quantity }
}

function upgradeFulfillmentOrder(store: Store, id: number): void {
  const held: FulfillmentOrder = store.need('fulfillmentOrder', id)
  const holds = held.holds.map(hold => ({ ...hold, externalId: null }))
  store.put('fulfillmentOrder', { ...held, group: 0, fulfillAt: held.createdAt, progressAt: null, holds })
}

/** The same for a catalogue in which everything was on sale, and for subscriptions that counted no failures. */
export function upgradeCatalogue(store: Store): void {
  for (const product of [...store.all('product')]) {
    if (product.status === undefined) store.put('product', { ...product, status: 'ACTIVE' })
  }
  for (const variant of [...store.all('variant')]) {
    if (variant.components === undefined) store.put('variant', { ...variant, components: [] })
  }
  for (const one of [...store.all('subscription')]) {
    if (one.failuresInRow === undefined) store.put('subscription', { ...one, failuresInRow: 0 })
  }
}

import { log, type Shop } from '../shop.ts'
import type { Customer, MethodType, Order, OrderLine } from '../state/entities.ts'
import { levelOf, type Movement, moveStock, quantityOf } from '../stock/ledger.ts'
import { routeOrder } from './route.ts'

/** A line as ordered: a variant of the shop, or free text that moves no stock. */
export type DraftLine = Omit<OrderLine, 'id' | 'currentQuantity' | 'claimed'>

export interface OrderDraft {
  readonly name?: string | undefined
  readonly locationId: number
  readonly methodType: MethodType
  readonly lines: readonly DraftLine[]
  readonly customer?: Omit<Customer, 'id' | 'createdAt'> | undefined
  readonly email?: string | null
  readonly phone?: string | null
  readonly note?: string | null
  readonly tags?: readonly string[]
  readonly customAttributes?: Order['customAttributes']
  readonly shipping: Order['shipping']
  readonly sourceName: string
  readonly sourceIdentifier?: string | null
  readonly paid: boolean
  readonly test: boolean
  readonly processedAt?: number | undefined
  /** `obey` refuses what is not there, `oversell` goes below zero, `bypass` leaves stock alone. */
  readonly stock: 'obey' | 'oversell' | 'bypass'
}

/** What a shopper is told when the shelf is empty. */
export class OutOfStock extends Error {
  override readonly name = 'OutOfStock'
}

/**
 * Takes an order: its stock goes from available to committed at once, at the location it will be routed to;
 * its fulfilment orders follow after the router's delay.
 */
export function placeOrder(shop: Shop, draft: OrderDraft): Order {
  if (draft.stock === 'obey') refuseWhatIsNotThere(shop, draft)
  const { store } = shop
  const at = shop.clock.stamp()
  const id = store.nextId()
  const meta = store.need('meta', 'meta')
  store.put('meta', { ...meta, nextOrderNumber: meta.nextOrderNumber + 1 })
  const lines = draft.lines.map((line): OrderLine => {
    const item = line.itemId === null ? undefined : store.need('item', line.itemId)
    const claimed = draft.stock !== 'bypass' && item?.tracked === true && !item.bundle
    return { ...line, id: store.nextId(), currentQuantity: line.quantity, claimed }
  })
  const total = lines.reduce(
    (sum, line) => sum + line.priceMinor * line.quantity,
    draft.shipping?.priceMinor ?? 0,
  )
  const order: Order = {
    id,
    number: meta.nextOrderNumber,
    name: draft.name ?? `#${meta.nextOrderNumber}`,
    customerId: draft.customer === undefined ? null : keepCustomer(shop, draft.customer).id,
    email: draft.email ?? draft.customer?.email ?? null,
    phone: draft.phone ?? draft.customer?.phone ?? null,
    note: draft.note ?? null,
    tags: draft.tags ?? [],
    customAttributes: draft.customAttributes ?? [],
    sourceName: draft.sourceName,
    sourceIdentifier: draft.sourceIdentifier ?? null,
    shipping: draft.shipping,
    methodType: draft.methodType,
    locationId: draft.locationId,
    confirmed: draft.stock !== 'bypass',
    lines,
    transactions: draft.paid
      ? [{ id: store.nextId(), kind: 'SALE', amountMinor: total, gateway: 'bogus', at }]
      : [],
    financialStatus: draft.paid ? 'PAID' : 'PENDING',
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
  store.put('order', order)
  moveStock(
    shop,
    lines.flatMap(line => claim(line, draft.locationId)),
  )
  shop.emit('ORDERS_CREATE', { kind: 'order', id })
  if (draft.paid) shop.emit('ORDERS_PAID', { kind: 'order', id })
  log(shop, 'order placed', { name: order.name, locationId: draft.locationId, source: draft.sourceName })
  return shop.settings.routingDelayMs === 0 ? routeOrder(shop, order) : order
}

function claim({ itemId, quantity, claimed }: OrderLine, locationId: number): readonly Movement[] {
  if (!claimed || itemId === null) return []
  return [
    { name: 'available', delta: -quantity, itemId, locationId },
    { name: 'committed', delta: quantity, itemId, locationId },
  ]
}

function refuseWhatIsNotThere(shop: Shop, draft: OrderDraft): void {
  const wanted = new Map<number, number>()
  for (const { itemId, quantity } of draft.lines) {
    if (itemId !== null) wanted.set(itemId, (wanted.get(itemId) ?? 0) + quantity)
  }
  for (const [itemId, quantity] of wanted) {
    const item = shop.store.need('item', itemId)
    const sellsOn = item.variantIds.some(id => shop.store.need('variant', id).policy === 'CONTINUE')
    if (!item.tracked || sellsOn) continue
    const level = levelOf(shop, itemId, draft.locationId)
    const available = level?.isActive === true ? quantityOf(level, 'available') : 0
    if (available < quantity) {
      const place = shop.store.need('location', draft.locationId).name
      throw new OutOfStock(
        `${item.sku ?? 'This item'}: ${Math.max(0, available)} left at ${place}, ${quantity} wanted.`,
      )
    }
  }
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

import { z } from 'zod'
import { itemsOnSale } from '../catalogue/products.ts'
import { faultKinds } from '../faults.ts'
import { ActionRefused, OrderAction } from '../orders/action-schema.ts'
import { actOnOrder } from '../orders/actions.ts'
import { OutOfStock } from '../orders/allocate.ts'
import { financialStatus, outstanding, received, refunded } from '../orders/balance.ts'
import { cancelOrder, whyNotCancel } from '../orders/cancel.ts'
import { displayStatus } from '../orders/display-status.ts'
import { addHold } from '../orders/hold.ts'
import { placeStorefrontOrder, UnknownInShop } from '../orders/storefront-order.ts'
import { currentTotals } from '../orders/totals.ts'
import { fulfillmentOrdersOf, isActive } from '../orders/touch.ts'
import type { Shop } from '../shop.ts'
import { dateTime } from '../state/clock.ts'
import type { Item, Order } from '../state/entities.ts'
import { quantityOf } from '../stock/ledger.ts'
import { Switches } from '../switches.ts'
import { appControls } from './app-controls.ts'
import { catalogueControls } from './catalogue-controls.ts'
import type { Controlled } from './controlled.ts'
import { read } from './controlled.ts'
import { HttpProblem } from './messages.ts'
import { posControls } from './pos-controls.ts'
import { stockControls } from './stock-controls.ts'

const Destination = z.union([z.string(), z.number()])
const OrderBody = z
  .strictObject({
    location: Destination.optional(),
    lines: z.array(z.strictObject({ sku: z.string(), quantity: z.int().min(1), to: Destination.optional() })),
    customItems: z
      .array(
        z.strictObject({
          title: z.string(),
          priceMinor: z.int().min(0),
          quantity: z.int().min(1),
          to: Destination.optional(),
        }),
      )
      .optional(),
    giftCardsMinor: z.array(z.int().min(1)).optional(),
    tipMinor: z.int().min(1).optional(),
    discount: z.strictObject({ code: z.string(), minor: z.int().min(0) }).optional(),
    shippingMinor: z.int().min(0).optional(),
    customer: z
      .strictObject({ name: z.string().min(1), email: z.string().optional(), phone: z.string().optional() })
      .optional(),
    payment: z
      .union([z.enum(['paid', 'pending', 'authorized']), z.strictObject({ part: z.int().min(1) })])
      .optional(),
    fulfillAt: z.int().optional(),
    test: z.boolean().optional(),
    name: z.string().optional(),
    note: z.string().optional(),
    oversell: z.boolean().optional(),
  })
  .refine(
    ({ location, lines, customItems = [] }) =>
      location !== undefined || [...lines, ...customItems].every(({ to }) => to !== undefined),
    'Without a location each line says where it goes: a location, or "ship".',
  )
const CancelBody = z.strictObject({
  reason: z.enum(['CUSTOMER', 'DECLINED', 'FRAUD', 'INVENTORY', 'OTHER', 'STAFF']).default('CUSTOMER'),
  restock: z.boolean().default(true),
})
const FaultBody = z.strictObject({
  kind: z.enum(faultKinds),
  times: z.union([z.int().min(1), z.literal('always')]).optional(),
  operation: z.string().optional(),
  ms: z.int().min(0).optional(),
  status: z.int().min(100).max(599).optional(),
})
const AdvanceBody = z.strictObject({ ms: z.int().min(0) })

/** One request to `/sandbox/…`; the README lists them. */
export function control(shop: Shop, method: string, path: string, body: unknown): Controlled {
  const [, , resource, name, action] = path.split('/').map(decodeURIComponent)
  const route = [method, resource, name === undefined ? undefined : ':name', action].filter(Boolean).join(' ')
  switch (route) {
    case 'POST orders':
      return { status: 201, body: orderView(shop, place(shop, read(OrderBody, body))) }
    case 'GET orders :name':
      return { status: 200, body: orderView(shop, orderNamed(shop, name)) }
    case 'POST orders :name cancel':
      return { status: 200, body: orderView(shop, cancelByName(shop, name, read(CancelBody, body))) }
    case 'POST orders :name actions':
      return { status: 200, body: orderView(shop, actByName(shop, name, body)) }
    case 'POST orders :name hold':
      return { status: 200, body: orderView(shop, holdByAnotherApp(shop, name)) }
    case 'GET faults':
      return { status: 200, body: { faults: shop.faults.active() } }
    case 'POST faults':
      shop.faults.set(defined(read(FaultBody, body)))
      return { status: 201, body: { faults: shop.faults.active() } }
    case 'DELETE faults':
      shop.faults.clear()
      return { status: 200, body: { faults: [] } }
    case 'GET switches':
      return { status: 200, body: shop.settings }
    case 'POST switches':
      shop.turn(given(read(Switches.partial(), body)))
      return { status: 200, body: shop.settings }
    case 'GET state':
      return { status: 200, body: stateView(shop) }
    case 'POST clock :name':
      if (name !== 'advance') break
      shop.clock.advance(read(AdvanceBody, body).ms)
      shop.wake()
      return { status: 200, body: { now: new Date(shop.clock.now()).toISOString() } }
  }
  const more = { ...appControls, ...catalogueControls, ...posControls, ...stockControls }[route]
  if (more !== undefined) return more(shop, body, name ?? '')
  throw new HttpProblem(
    404,
    `The sandbox has no ${method} ${path}. test/sandbox/shopify/README.md lists what it has.`,
  )
}

/** The switches that were named. */
function given(switches: Readonly<Record<string, unknown>>): Partial<Switches> {
  return Object.fromEntries(Object.entries(switches).filter(([, value]) => value !== undefined))
}

/** exactOptionalPropertyTypes: a key that is there must have a value. */
function defined(fault: z.infer<typeof FaultBody>) {
  const { kind, times, operation, ms, status } = fault
  return {
    kind,
    ...(times === undefined ? {} : { times }),
    ...(operation === undefined ? {} : { operation }),
    ...(ms === undefined ? {} : { ms }),
    ...(status === undefined ? {} : { status }),
  }
}

function place(shop: Shop, wanted: z.infer<typeof OrderBody>): Order {
  try {
    return placeStorefrontOrder(shop, wanted)
  } catch (error) {
    if (error instanceof OutOfStock || error instanceof UnknownInShop)
      throw new HttpProblem(422, error.message)
    throw error
  } finally {
    shop.wake()
  }
}

/** An order by its name, with or without the `#`. */
export function orderNamed(shop: Shop, name: string | undefined): Order {
  for (const order of shop.store.all('order')) {
    if (order.name === name || order.name === `#${name}`) return order
  }
  throw new HttpProblem(404, `The shop has no order ${name}.`)
}

/** Does what a customer or the staff would do in the online store or the admin. */
export function actByName(shop: Shop, name: string | undefined, action: unknown): Order {
  const wanted = read(OrderAction, action)
  try {
    return actOnOrder(shop, orderNamed(shop, name), wanted)
  } catch (error) {
    if (error instanceof ActionRefused) throw new HttpProblem(409, error.message)
    throw error
  }
}

/** What a customer does who changes their mind: cancelled and refunded at once. */
export function cancelByName(
  shop: Shop,
  name: string | undefined,
  wish: { readonly reason: string; readonly restock: boolean },
): Order {
  const order = orderNamed(shop, name)
  const why = whyNotCancel(shop, order)
  if (why !== undefined) throw new HttpProblem(409, `${order.name}: ${why}.`)
  const cancelled = shop.store.transaction(() => cancelOrder(shop, order, { ...wish, refund: true }))
  shop.wake()
  return cancelled
}

/** Another app, a fraud check say, stops the order's open fulfilment orders. */
export function holdByAnotherApp(shop: Shop, name: string | undefined): Order {
  const order = orderNamed(shop, name)
  const open = fulfillmentOrdersOf(shop, order).filter(isActive)
  if (open.length === 0) throw new HttpProblem(409, `${order.name} has no open fulfilment order.`)
  const hold = {
    reason: 'HIGH_RISK_OF_FRAUD',
    reasonNotes: 'Held by another app',
    handle: 'other',
    externalId: null,
    ours: false,
  }
  shop.store.transaction(() => {
    for (const one of open) addHold(shop, one.id, hold)
  })
  shop.wake()
  return orderNamed(shop, order.name)
}

/** An order as the control API shows it. */
export function orderView(shop: Shop, order: Order) {
  return {
    id: `gid://shopify/Order/${order.id}`,
    name: order.name,
    createdAt: dateTime(order.createdAt),
    updatedAt: dateTime(order.updatedAt),
    cancelledAt: order.cancelledAt === null ? null : dateTime(order.cancelledAt),
    financialStatus: financialStatus(shop, order),
    money: {
      total: currentTotals(order).total,
      received: received(order),
      refunded: refunded(order),
      outstanding: outstanding(order),
    },
    fulfillmentStatus: displayStatus(shop, order),
    lines: order.lines.map(({ id, sku, title, quantity, currentQuantity, returned }) => ({
      id,
      sku,
      title,
      quantity,
      currentQuantity,
      returned,
    })),
    fulfillmentOrders: fulfillmentOrdersOf(shop, order).map(one => ({
      id: `gid://shopify/FulfillmentOrder/${one.id}`,
      location: shop.store.need('location', one.locationId).code,
      method: one.methodType,
      status: one.status,
      prepared: one.preparedAt !== null,
      holds: one.holds.map(({ reason, ours }) => ({ reason, ours })),
      lines: one.lines.map(line => ({
        sku: order.lines.find(ordered => ordered.id === line.lineId)?.sku ?? null,
        total: line.total,
        remaining: line.remaining,
      })),
    })),
    fulfillments: order.fulfillmentIds
      .map(id => shop.store.need('fulfillment', id))
      .map(one => ({
        id: `gid://shopify/Fulfillment/${one.id}`,
        status: one.status,
        location: shop.store.need('location', one.locationId).code,
        lines: one.lines.map(({ quantity }) => quantity),
      })),
    returns: order.returnIds
      .map(id => shop.store.need('return', id))
      .map(({ id, name, status, lines }) => ({
        id,
        name,
        status,
        lines: lines.map(line => ({
          lineId: line.lineId,
          quantity: line.quantity,
          processed: line.processed,
        })),
      })),
    refunds: order.refundIds.map(id => shop.store.need('refund', id)).map(({ id, lines }) => ({ id, lines })),
  }
}

/** An item by its SKU; of twins, only the one on sale is called by the SKU alone. */
function levelNames(shop: Shop): (item: Item) => string {
  const onSale = new Set(itemsOnSale(shop).values())
  return ({ id, sku, deletedAt }) => {
    if (sku === null) return `item ${id}`
    if (deletedAt !== undefined) return `${sku} (deleted ${id})`
    return onSale.has(id) ? sku : `${sku} (item ${id})`
  }
}

/** Everything a test may want to check: levels by SKU, location and state, orders, deliveries and the log. */
export function stateView(shop: Shop) {
  const nameOf = levelNames(shop)
  const levels: Record<string, Record<string, object>> = {}
  for (const level of shop.store.all('level')) {
    const sku = nameOf(shop.store.need('item', level.itemId))
    const at = shop.store.need('location', level.locationId).code
    levels[sku] = {
      ...levels[sku],
      [at]: { ...level.quantities, on_hand: quantityOf(level, 'on_hand'), isActive: level.isActive },
    }
  }
  return {
    now: new Date(shop.clock.now()).toISOString(),
    levels,
    orders: [...shop.store.all('order')].map(order => orderView(shop, order)),
    subscriptions: [...shop.store.all('subscription')].map(({ id, topic, uri }) => ({ id, topic, uri })),
    deliveries: [...shop.store.all('delivery')].map(({ topic, attempts, dueAt }) => ({
      topic,
      attempts,
      dueAt: new Date(dueAt).toISOString(),
    })),
    faults: shop.faults.active(),
    log: [...shop.store.all('log')].map(({ at, what, detail }) => ({
      at: new Date(at).toISOString(),
      what,
      ...detail,
    })),
  }
}

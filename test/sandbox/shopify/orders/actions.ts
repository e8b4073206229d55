import type { z } from 'zod'
import { variantOnSale } from '../catalogue/products.ts'
import { gid } from '../graphql/gid.ts'
import type { Shop } from '../shop.ts'
import type { FulfillmentOrder, Order } from '../state/entities.ts'
import {
  type ActionOf,
  ActionRefused,
  type Lines,
  type OrderAction,
  orderLine,
  placeId,
} from './action-schema.ts'
import { outstanding } from './balance.ts'
import { cancelOrder, whyNotCancel } from './cancel.ts'
import { cancelFulfillment } from './cancel-fulfillment.ts'
import { addCustomItemToEdit, addVariantToEdit, beginEdit, setEditQuantity } from './edit.ts'
import { commitEdit } from './edit-commit.ts'
import { createFulfillment } from './fulfil.ts'
import {
  closeFulfillmentOrder,
  openFulfillmentOrder,
  reportProgress,
  rescheduleFulfillmentOrder,
} from './fulfillment-order-status.ts'
import { addHold, releaseHold } from './hold.ts'
import { mergeFulfillmentOrders } from './merge.ts'
import { moveFulfillmentOrder } from './move.ts'
import { createManualPayment, markAsPaid } from './payment.ts'
import { prepareForPickup } from './prepare.ts'
import { createRefund, repay } from './refund.ts'
import { returnActions } from './return-actions.ts'
import { splitFulfillmentOrders } from './split.ts'
import { lineAmount, shippingPrice } from './totals.ts'
import { fulfillmentOrdersOf, isActive, isWorkable } from './touch.ts'

type Answer = { readonly userErrors: readonly { readonly message: string }[] }
type Act<K extends OrderAction['do']> = (shop: Shop, order: Order, action: ActionOf<K>) => readonly Answer[]

/** Does one thing to an order, or nothing at all when the shop refuses a part of it. */
export function actOnOrder(shop: Shop, order: Order, action: OrderAction): Order {
  const done = shop.store.transaction(() => {
    const act = actions[action.do] as (shop: Shop, order: Order, action: OrderAction) => readonly Answer[]
    for (const { userErrors } of act(shop, order, action)) {
      const [first] = userErrors
      if (first !== undefined) throw new ActionRefused(first.message)
    }
    return shop.store.need('order', order.id)
  })
  shop.wake()
  return done
}

const actions: { readonly [K in OrderAction['do']]: Act<K> } = {
  ...returnActions,
  pay: (shop, { id }, { minor }) => [
    minor === undefined
      ? markAsPaid(shop, gid('Order', id))
      : createManualPayment(shop, {
          id: gid('Order', id),
          amount: { amount: (minor / 100).toFixed(2) },
          paymentMethodName: 'manual',
        }),
  ],
  edit: editOrder,
  refund: refundOrder,
  cancel: (shop, order, { do: _, ...wish }) => {
    const why = whyNotCancel(shop, order)
    if (why !== undefined) throw new ActionRefused(why)
    cancelOrder(shop, order, wish)
    return []
  },
  ready: (shop, order, { fulfilmentOrder }) => [
    prepareForPickup(shop, {
      lineItemsByFulfillmentOrder: chosen(
        shop,
        order,
        fulfilmentOrder,
        one => isWorkable(one) && one.methodType === 'PICK_UP' && one.preparedAt === null,
      ).map(({ id }) => ({ fulfillmentOrderId: gid('FulfillmentOrder', id) })),
    }),
  ],
  fulfil: (shop, order, { fulfilmentOrder, lines }) =>
    chosen(shop, order, fulfilmentOrder, isWorkable).map(held =>
      createFulfillment(shop, {
        lineItemsByFulfillmentOrder: [
          {
            fulfillmentOrderId: gid('FulfillmentOrder', held.id),
            fulfillmentOrderLineItems: lines === undefined ? null : heldLines(order, held, lines),
          },
        ],
      }),
    ),
  'cancel-fulfilment': (shop, _, { fulfilment }) => [cancelFulfillment(shop, gid('Fulfillment', fulfilment))],
  hold: (shop, order, { fulfilmentOrder, reason, notes }) => {
    for (const { id } of chosen(shop, order, fulfilmentOrder, isActive))
      addHold(shop, id, { reason, reasonNotes: notes, handle: 'other', externalId: null, ours: false })
    return []
  },
  release: (shop, order, { fulfilmentOrder }) =>
    chosen(shop, order, fulfilmentOrder, one => one.holds.length > 0).map(({ id }) =>
      releaseHold(shop, { id: gid('FulfillmentOrder', id) }),
    ),
  move: (shop, order, { fulfilmentOrder, to, lines }) => {
    const held = fulfilmentOrderOf(shop, order, fulfilmentOrder)
    return [
      moveFulfillmentOrder(shop, {
        id: gid('FulfillmentOrder', held.id),
        newLocationId: gid('Location', placeId(shop, to)),
        fulfillmentOrderLineItems: lines === undefined ? null : heldLines(order, held, lines),
      }),
    ]
  },
  split: (shop, order, { fulfilmentOrder, lines }) => {
    const held = fulfilmentOrderOf(shop, order, fulfilmentOrder)
    const fulfillmentOrderLineItems = heldLines(order, held, lines)
    const fulfillmentOrderId = gid('FulfillmentOrder', held.id)
    return [splitFulfillmentOrders(shop, [{ fulfillmentOrderId, fulfillmentOrderLineItems }])]
  },
  merge: (shop, _, { fulfilmentOrders }) => [
    mergeFulfillmentOrders(shop, [
      { mergeIntents: fulfilmentOrders.map(id => ({ fulfillmentOrderId: gid('FulfillmentOrder', id) })) },
    ]),
  ],
  close: (shop, _, { fulfilmentOrder }) => [
    closeFulfillmentOrder(shop, gid('FulfillmentOrder', fulfilmentOrder)),
  ],
  open: (shop, _, { fulfilmentOrder }) => [
    openFulfillmentOrder(shop, gid('FulfillmentOrder', fulfilmentOrder)),
  ],
  progress: (shop, _, { fulfilmentOrder }) => [
    reportProgress(shop, gid('FulfillmentOrder', fulfilmentOrder)),
  ],
  reschedule: (shop, _, { fulfilmentOrder, at }) => [
    rescheduleFulfillmentOrder(shop, {
      id: gid('FulfillmentOrder', fulfilmentOrder),
      fulfillAt: new Date(at).toISOString(),
    }),
  ],
}

function editOrder(shop: Shop, order: Order, action: ActionOf<'edit'>): readonly Answer[] {
  const begun = beginEdit(shop, gid('Order', order.id))
  const id = begun.calculatedOrder
  if (id === null) return [begun]
  const locationId = action.at === undefined ? null : gid('Location', placeId(shop, action.at))
  return [
    ...action.set.map(({ line, quantity }) =>
      setEditQuantity(shop, {
        id,
        lineItemId: gid('CalculatedLineItem', orderLine(order, line).id),
        quantity,
        restock: action.restock,
        locationId,
      }),
    ),
    ...action.add.map(({ sku, quantity }) => {
      const variantId = gid('ProductVariant', variantOf(shop, sku))
      return addVariantToEdit(shop, { id, variantId, quantity, locationId, allowDuplicates: true })
    }),
    ...action.custom.map(({ title, minor, quantity }) =>
      addCustomItemToEdit(shop, { id, title, quantity, price: { amount: (minor / 100).toFixed(2) } }),
    ),
    commitEdit(shop, { id, staffNote: null }),
  ]
}

function refundOrder(shop: Shop, order: Order, action: ActionOf<'refund'>): readonly Answer[] {
  const locationId = action.at === undefined ? null : gid('Location', placeId(shop, action.at))
  const input = {
    orderId: gid('Order', order.id),
    refundLineItems: action.lines.map(({ line, quantity }) => ({
      lineItemId: gid('LineItem', orderLine(order, line).id),
      quantity,
      restockType: action.restock,
      locationId,
    })),
    shipping: { fullRefund: action.shipping },
  }
  const minor = action.minor ?? dueFor(order, action)
  const transactions = repay(order, minor).map(one => ({
    parentId: one.parentId === null ? null : gid('OrderTransaction', one.parentId),
    kind: one.kind,
    gateway: one.gateway,
    amount: (one.amountMinor / 100).toFixed(2),
  }))
  return [createRefund(shop, { ...input, transactions })]
}

/** What `suggestedRefund` would say: what the units are worth, as far as it was paid. */
function dueFor(order: Order, { lines, shipping }: ActionOf<'refund'>): number {
  const goods = lines.reduce((sum, { line, quantity }) => {
    const own = orderLine(order, line)
    const now = own.currentQuantity
    return sum + lineAmount(own, now) - lineAmount(own, Math.max(0, now - quantity))
  }, 0)
  const worth = goods + (shipping ? shippingPrice(order) - order.shippingRefundedMinor : 0)
  return Math.max(0, Math.min(worth, worth - outstanding(order)))
}

function chosen(
  shop: Shop,
  order: Order,
  id: number | undefined,
  suits: (one: FulfillmentOrder) => boolean,
): readonly FulfillmentOrder[] {
  if (id !== undefined) return [fulfilmentOrderOf(shop, order, id)]
  const found = fulfillmentOrdersOf(shop, order).filter(suits)
  if (found.length === 0) throw new ActionRefused(`${order.name} has no fulfilment order for this.`)
  return found
}

function fulfilmentOrderOf(shop: Shop, order: Order, id: number): FulfillmentOrder {
  const held = fulfillmentOrdersOf(shop, order).find(one => one.id === id)
  if (held === undefined) throw new ActionRefused(`${order.name} has no fulfilment order ${id}.`)
  return held
}

function heldLines(order: Order, held: FulfillmentOrder, lines: z.infer<typeof Lines>) {
  return lines.map(({ line, quantity }) => {
    const lineId = orderLine(order, line).id
    const own = held.lines.find(one => one.lineId === lineId)
    if (own === undefined) throw new ActionRefused(`Fulfilment order ${held.id} has no line ${line}.`)
    return { id: gid('FulfillmentOrderLineItem', own.id), quantity }
  })
}

function variantOf(shop: Shop, sku: string): number {
  const variant = variantOnSale(shop, sku)
  if (variant === undefined) throw new ActionRefused(`The shop has no SKU ${sku}.`)
  return variant.id
}

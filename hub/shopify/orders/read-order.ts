import { z } from 'zod'
import { Currency, minor, minorFromDecimal } from '../../../shared/money.ts'
import {
  type Fulfillment,
  fulfillmentOrderStatuses,
  type OrderSnapshot,
} from '../../pickups/order-snapshot.ts'
import type { Operation, ShopifyClient } from '../api/client.ts'
import { FULFILLMENT_ORDER, ORDER } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'
import { FulfillmentIds, readFulfillments } from './read-fulfillments.ts'

const moment = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))

const MoneyBag = z.object({
  shopMoney: z.object({ amount: z.string().regex(/^-?\d{1,12}(\.\d+)?$/), currencyCode: Currency }),
})

const Part = z.object({
  id: z.string(),
  status: z.enum(fulfillmentOrderStatuses),
  updatedAt: moment,
  fulfillAt: moment.nullable(),
  deliveryMethod: z.object({ methodType: z.string(), maxDeliveryDateTime: moment.nullable() }).nullable(),
  assignedLocation: z.object({
    name: z.string(),
    location: z
      .object({
        id: z.string(),
        localPickupSettingsV2: z.object({ pickupTime: z.string() }).nullable(),
      })
      .nullable(),
  }),
})
type OrderPart = z.infer<typeof Part>

const OrderAnswer = z.object({
  order: z
    .object({
      id: z.string(),
      name: z.string(),
      createdAt: moment,
      updatedAt: moment,
      cancelledAt: moment.nullable(),
      /** Whether Shopify reserved stock for it. */
      confirmed: z.boolean(),
      test: z.boolean(),
      note: z.string().nullable(),
      phone: z.string().nullable(),
      totalOutstandingSet: MoneyBag,
      /** Authorised and not captured yet: the shop has it in hand. */
      totalCapturableSet: MoneyBag,
      customer: z
        .object({
          firstName: z.string().nullable(),
          lastName: z.string().nullable(),
          phone: z.string().nullable(),
        })
        .nullable(),
      fulfillmentOrders: page(Part),
    })
    .nullable(),
})
type OrderAnswer = z.infer<typeof OrderAnswer>
type Order = NonNullable<OrderAnswer['order']>

const orderById: Operation<OrderAnswer> = {
  name: 'Order',
  capability: 'orders',
  document: ORDER,
  answer: OrderAnswer,
  points: { fixed: 9, perRow: 6 },
  spares: {
    'order.customer': 'customers',
    'order.phone': 'customers',
    'order.note': 'customers',
    'order.fulfillmentOrders.nodes.deliveryMethod.maxDeliveryDateTime': 'pickup-times',
    'order.fulfillmentOrders.nodes.assignedLocation.location.localPickupSettingsV2': 'pickup-times',
  },
}

const Line = z.object({
  id: z.string(),
  lineItem: z.object({ id: z.string() }),
  sku: z.string().nullable(),
  inventoryItemId: z.string().nullable(),
  productTitle: z.string(),
  variantTitle: z.string().nullable(),
  totalQuantity: z.int(),
  remainingQuantity: z.int(),
  image: z.object({ url: z.string() }).nullable(),
  variant: z
    .object({ barcode: z.string().nullable(), inventoryItem: z.object({ tracked: z.boolean() }) })
    .nullable(),
})
type Line = z.infer<typeof Line>

const PartAnswer = z.object({
  fulfillmentOrder: z
    .object({
      id: z.string(),
      orderId: z.string(),
      status: z.enum(fulfillmentOrderStatuses),
      updatedAt: moment,
      fulfillments: FulfillmentIds,
      lineItems: page(Line),
    })
    .nullable(),
})
type PartAnswer = z.infer<typeof PartAnswer>

/** A fulfilment order with its lines, as writes and snapshots need it. */
export interface FulfillmentState {
  readonly orderId: string
  readonly status: (typeof fulfillmentOrderStatuses)[number]
  readonly lines: readonly Line[]
  /** Cancelled ones too. */
  readonly fulfillments: readonly Fulfillment[]
}

/** Null: Shopify does not have it, or hides it. Throws as `ShopifyClient.read` does. */
export async function readFulfillmentOrder(
  client: ShopifyClient,
  id: string,
): Promise<FulfillmentState | null> {
  let found: NonNullable<PartAnswer['fulfillmentOrder']> | null = null
  const list: List<PartAnswer, Line> = {
    operation: {
      name: 'FulfillmentOrder',
      capability: 'orders',
      document: FULFILLMENT_ORDER,
      answer: PartAnswer,
      points: { fixed: 10, perRow: 5 },
      spares: {
        'fulfillmentOrder.lineItems.nodes.image': 'item-details',
        'fulfillmentOrder.lineItems.nodes.variant': 'item-details',
        'fulfillmentOrder.lineItems.nodes.variantTitle': 'item-details',
      },
    },
    pick(answer) {
      found = answer.fulfillmentOrder
      return found?.lineItems ?? null
    },
    lane: 'order',
    most: 20, // most pickups fit, and a page costs what it could hold
  }
  const lines: Line[] = []
  for await (const nodes of pagesOf(client, list, { id })) lines.push(...nodes)
  return stateOf(client, found, lines)
}

async function stateOf(
  client: ShopifyClient,
  found: PartAnswer['fulfillmentOrder'],
  lines: readonly Line[],
): Promise<FulfillmentState | null> {
  if (found === null) return null
  const { id, orderId, status, fulfillments: first } = found
  const ordered = lines.map(line => ({
    id: line.id,
    orderLine: line.lineItem.id,
    total: line.totalQuantity,
    remaining: line.remainingQuantity,
  }))
  return {
    orderId,
    status,
    lines,
    fulfillments: await readFulfillments(client, { id, lines: ordered, first }),
  }
}

/** Reads an order with its fulfilment orders for pickup; null when there is none of this id. Throws as `read` does. */
export async function readOrder(client: ShopifyClient, id: string): Promise<OrderSnapshot | null> {
  const { order, parts } = await readWithParts(client, id)
  if (order === null) return null
  const pickups: OrderSnapshot['pickups'] = []
  for (const part of parts) {
    if (part.deliveryMethod?.methodType !== 'PICK_UP') continue
    const state = await readFulfillmentOrder(client, part.id)
    if (state === null) continue
    pickups.push({
      id: part.id,
      status: state.status,
      location: part.assignedLocation.location?.id ?? null,
      locationName: part.assignedLocation.name,
      scheduledFor: part.fulfillAt,
      promisedBy: promiseOf(order, part),
      fulfillments: [...state.fulfillments],
      lines: state.lines.map(line => ({
        id: line.id,
        orderLine: line.lineItem.id,
        sku: line.sku,
        barcode: line.variant?.barcode ?? null,
        title: line.productTitle,
        variantTitle: line.variantTitle,
        imageUrl: line.image?.url ?? null,
        tracked: order.confirmed && (line.variant?.inventoryItem.tracked ?? line.inventoryItemId !== null),
        total: line.totalQuantity,
        remaining: line.remainingQuantity,
      })),
    })
  }
  const { name, createdAt, cancelledAt, note, customer } = order
  return {
    id: order.id,
    name,
    createdAt,
    updatedAt: Math.max(order.updatedAt, ...parts.map(part => part.updatedAt)),
    cancelledAt,
    isTest: order.test,
    note,
    customer: {
      name: [customer?.firstName, customer?.lastName]
        .filter(part => part !== null && part !== undefined)
        .join(' '),
      phone: order.phone ?? customer?.phone ?? null,
    },
    outstanding: order.test ? null : outstandingOf(order), // its money is not real
    ...(!order.test && isOverpaid(order) ? { isOverpaid: true } : {}),
    routed: parts.length > 0,
    pickups,
  }
}

/**
 * An order, and all its fulfilment orders: moves, splits and cancellations leave ever more of them. It is the order of the
 * first page, so that a change while the others are read is seen as newer.
 */
async function readWithParts(client: ShopifyClient, id: string) {
  const read: { order: Order | null } = { order: null }
  const list: List<OrderAnswer, OrderPart> = {
    operation: orderById,
    pick({ order }) {
      read.order ??= order
      return order?.fulfillmentOrders ?? null
    },
    lane: 'order',
    most: 20, // few orders have more, and a page costs what it could hold
  }
  const parts: OrderPart[] = []
  for await (const nodes of pagesOf(client, list, { id })) parts.push(...nodes)
  return { order: read.order, parts }
}

/** More was received than it comes at now. */
function isOverpaid({ totalOutstandingSet }: Order): boolean {
  const { amount, currencyCode } = totalOutstandingSet.shopMoney
  return minorFromDecimal(amount, currencyCode, 'totalOutstandingSet') < 0
}

/** What is still to be paid, less what is authorised; null: nothing. */
function outstandingOf({ totalOutstandingSet, totalCapturableSet }: Order): OrderSnapshot['outstanding'] {
  const { amount, currencyCode: currency } = totalOutstandingSet.shopMoney
  const owed = minorFromDecimal(amount, currency, 'totalOutstandingSet')
  const authorised = minorFromDecimal(totalCapturableSet.shopMoney.amount, currency, 'totalCapturableSet')
  return owed > authorised ? { minor: minor(owed - authorised), currency } : null
}

const HOUR_MS = 3_600_000
/** The location's pickup time from Shopify's settings, taken at its latest. */
const promiseMs: Readonly<Record<string, number>> = {
  ONE_HOUR: HOUR_MS,
  TWO_HOURS: 2 * HOUR_MS,
  FOUR_HOURS: 4 * HOUR_MS,
  TWENTY_FOUR_HOURS: 24 * HOUR_MS,
  TWO_TO_FOUR_DAYS: 96 * HOUR_MS,
}

function promiseOf(order: Order, { deliveryMethod, assignedLocation }: OrderPart): number | null {
  if (deliveryMethod !== null && deliveryMethod.maxDeliveryDateTime !== null)
    return deliveryMethod.maxDeliveryDateTime
  const time = promiseMs[assignedLocation.location?.localPickupSettingsV2?.pickupTime ?? '']
  return time === undefined ? null : order.createdAt + time
}

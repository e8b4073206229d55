import { z } from 'zod'
import type { OrderGoods, OrderUnits } from '../../stock/order-goods.ts'
import type { BookedShopMovement } from '../../stock/shop-movements.ts'
import type { ShopifyClient } from '../api/client.ts'
import { ORDER_GOODS, ORDER_RETURNS, REFUND_GOODS, RETURNED_GOODS } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'
import { readFulfillment } from './read-fulfillments.ts'

const moment = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))
const Id = z.object({ id: z.string() })

const Line = z.object({
  id: z.string(),
  quantity: z.int(),
  currentQuantity: z.int(),
  unfulfilledQuantity: z.int(),
  variant: z.object({ inventoryItem: z.object({ id: z.string(), tracked: z.boolean() }) }).nullable(),
})
type Line = z.infer<typeof Line>

const GoodsAnswer = z.object({
  order: z
    .object({
      id: z.string(),
      name: z.string(),
      confirmed: z.boolean(),
      returnStatus: z.string(),
      fulfillments: z.array(
        z.object({
          id: z.string(),
          status: z.string(),
          createdAt: moment,
          updatedAt: moment,
          location: Id.nullable(),
        }),
      ),
      refunds: z.array(z.object({ id: z.string(), createdAt: moment.nullable(), return: Id.nullable() })),
      fulfillmentOrders: z.object({
        nodes: z.array(
          z.object({
            id: z.string(),
            updatedAt: moment,
            deliveryMethod: z.object({ methodType: z.string() }).nullable(),
            assignedLocation: z.object({ location: Id.nullable() }),
          }),
        ),
      }),
      lineItems: page(Line),
    })
    .nullable(),
})
type GoodsAnswer = z.infer<typeof GoodsAnswer>
type Order = NonNullable<GoodsAnswer['order']>
/** Shopify lists at most so many fulfilments, refunds or fulfilment orders of an order here. */
const MOST_PARTS = 40

/** Shopify's moments are whole seconds, and so is what is known of the difference of the clocks. */
const DOUBT_MS = 2_000

/** What the reader must know of the hub. */
export interface GoodsKnown {
  /** Locations that a store has. */
  readonly locations: ReadonlySet<string>
  /** Whether the app may read returns. */
  readonly canReadReturns: boolean
  /** What was booked of some fulfilments before. */
  booked(fulfillments: readonly string[]): Promise<readonly BookedShopMovement[]>
  /** Where the order's goods were seen until now, and of some refunds where theirs were: those that were read before. */
  promises(order: string, refunds: readonly string[]): Promise<Promises>
  /** What the order's pickups have booked of each fulfilment. */
  byPickups(order: string): Promise<ReadonlyMap<string, readonly OrderUnits[]>>
}

interface Promises {
  /** `since`: Shopify's clock in ms, null: not known. */
  readonly seen: { readonly location: string | null; readonly since: number | null } | null
  readonly ofRefunds: ReadonlyMap<string, string | null>
}

/** An order's goods as far as they concern the hub's places; null: Shopify has no such order, or hides it. */
export interface GoodsRead {
  readonly goods: OrderGoods
  /** Where its goods are promised now; null: at several locations, or that is not known. */
  readonly promisedAt: string | null
  /** Ask again: a pickup must book its part first, or goods of a return are still to come. */
  readonly again: boolean
}

/** Reads what an order did to stock. Throws as `ShopifyClient.read` does. */
export async function readOrderGoods(
  client: ShopifyClient,
  id: string,
  known: GoodsKnown,
): Promise<GoodsRead | null> {
  const read = await readHead(client, id)
  if (read === null) return null
  const { order, lines } = read
  const promisedAt = promisedNow(order)
  const own = order.refunds.flatMap(({ id: refund, createdAt, return: of }) =>
    createdAt !== null && of === null ? [{ id: refund, createdAt }] : [],
  )
  const promises = await known.promises(
    order.id,
    own.map(one => one.id),
  )
  const refunds: OrderGoods['refunds'][number][] = []
  for (const { id: refund, createdAt } of own) {
    const kept = promises.ofRefunds.get(refund)
    const then = kept === undefined ? promisedThen(order, promisedAt, promises, createdAt) : kept
    refunds.push({ id: refund, createdAt, promisedAt: then, lines: await readRefund(client, refund) })
  }
  const mustBeWhole = refunds.some(one => one.lines.some(({ restock }) => restock === 'NO_RESTOCK'))
  const parts = await readParts(client, order, known, mustBeWhole)
  const isMore = order.fulfillments.length >= MOST_PARTS
  const returns = await readReturns(client, order, known)
  return {
    promisedAt,
    goods: {
      id: order.id,
      name: order.name,
      confirmed: order.confirmed,
      lines: lines.map(line => ({
        id: line.id,
        item: line.variant?.inventoryItem.id ?? null,
        tracked: line.variant?.inventoryItem.tracked ?? false,
        quantity: line.quantity,
        current: line.currentQuantity,
        open: line.unfulfilledQuantity,
      })),
      fulfillments: parts.fulfillments,
      isWhole: mustBeWhole && !isMore && order.refunds.length < MOST_PARTS && returns !== null,
      refunds,
      restocked: returns?.restocked ?? [],
      returning: returns?.returning ?? new Set(),
    },
    again: parts.again || returns?.isOpen === true,
  }
}

/** The one location of all of an order's fulfilment orders. */
function promisedNow({ fulfillmentOrders: { nodes } }: Order): string | null {
  if (nodes.length >= MOST_PARTS) return null
  const [only = null, ...others] = new Set(nodes.map(one => one.assignedLocation.location?.id ?? null))
  return others.length > 0 ? null : only
}

/**
 * Where an order's goods were promised at a moment: where they are, if the hub has seen them there since before it, or if nothing has
 * been done with them since. Shopify does not tell where they were in between.
 */
function promisedThen(
  { fulfillmentOrders, fulfillments }: Order,
  now: string | null,
  { seen }: Promises,
  moment: number,
): string | null {
  if (now !== null && seen?.location === now && seen.since !== null && seen.since + DOUBT_MS <= moment)
    return now
  const isAsThen =
    fulfillmentOrders.nodes.every(one => one.updatedAt <= moment) &&
    fulfillments.every(one => one.createdAt < moment)
  return isAsThen ? now : null
}

async function readHead(client: ShopifyClient, id: string) {
  let found: GoodsAnswer['order'] = null
  const list: List<GoodsAnswer, Line> = {
    operation: {
      name: 'OrderGoods',
      capability: 'orders',
      document: ORDER_GOODS,
      answer: GoodsAnswer,
      points: { fixed: 330, perRow: 3 },
    },
    pick(answer) {
      found = answer.order
      return found?.lineItems ?? null
    },
    lane: 'read',
    most: 50,
  }
  const lines: Line[] = []
  for await (const nodes of pagesOf(client, list, { id })) lines.push(...nodes)
  return headOf(found, lines)
}

/** Told apart so that the type of what a callback has found is known. */
function headOf(order: GoodsAnswer['order'], lines: readonly Line[]) {
  return order === null ? null : { order, lines }
}

/** The fulfilments that left mapped locations, and the others where all must be known. */
async function readParts(client: ShopifyClient, order: Order, known: GoodsKnown, mustBeWhole: boolean) {
  const wanted = order.fulfillments.filter(
    one => mustBeWhole || (one.location !== null && known.locations.has(one.location.id)),
  )
  const nodes = order.fulfillmentOrders.nodes
  const isPickup = new Map(nodes.map(one => [one.id, one.deliveryMethod?.methodType === 'PICK_UP']))
  const isPickupOnly = nodes.length > 0 && [...isPickup.values()].every(Boolean)
  const booked = Map.groupBy(await known.booked(wanted.map(one => one.id)), one => one.cause)
  const byPickups = await known.byPickups(order.id)
  const fulfillments: OrderGoods['fulfillments'][number][] = []
  let again = false
  for (const { id, status, createdAt, updatedAt, location } of wanted) {
    const isCancelled = status !== 'SUCCESS'
    const before = booked.get(id)
    // one that never succeeded has moved nothing
    if (isCancelled && status !== 'CANCELLED' && before === undefined) continue
    if (!mustBeWhole && (isPickupOnly || (before !== undefined && !isCancelled))) continue
    const told = await readFulfillment(client, id, 'read')
    if (told === null) continue
    const all = [...told.units].map(([line, units]) => ({ line, units }))
    const pickups = told.fulfillmentOrders.filter(one => isPickup.get(one) === true)
    const others = told.fulfillmentOrders.filter(one => isPickup.get(one) === false)
    const taken = byPickups.get(id)
    const isMixed = pickups.length > 0 && others.length > 0
    if (isMixed && taken === undefined) again = true
    const isOurs = others.length > 0 && pickups.length + others.length === told.fulfillmentOrders.length
    const own =
      before !== undefined
        ? before.map(({ line, units }) => ({ line, units: -units }))
        : !isOurs || (isMixed && taken === undefined)
          ? []
          : less(all, taken ?? [])
    const at = { location: location?.id ?? null, createdAt, updatedAt }
    fulfillments.push({ id, isCancelled, ...at, own, all })
  }
  return { fulfillments, again }
}

/** Units less those that pickups have booked. */
function less(all: readonly OrderUnits[], taken: readonly OrderUnits[]): OrderUnits[] {
  return all.flatMap(({ line, units }) => {
    const theirs = taken.filter(one => one.line === line).reduce((sum, one) => sum + one.units, 0)
    return units > theirs ? [{ line, units: units - theirs }] : []
  })
}

const RefundLine = z.object({
  id: z.string().nullable(),
  quantity: z.int(),
  restockType: z.enum(['RETURN', 'CANCEL', 'NO_RESTOCK', 'LEGACY_RESTOCK']),
  location: Id.nullable(),
  lineItem: Id,
})
const RefundAnswer = z.object({ refund: z.object({ refundLineItems: page(RefundLine) }).nullable() })
const refundLines: List<z.infer<typeof RefundAnswer>, z.infer<typeof RefundLine>> = {
  operation: {
    name: 'RefundGoods',
    capability: 'orders',
    document: REFUND_GOODS,
    answer: RefundAnswer,
    points: { fixed: 3, perRow: 3 },
  },
  pick: answer => answer.refund?.refundLineItems ?? null,
  lane: 'read',
  most: 50,
}

async function readRefund(
  client: ShopifyClient,
  id: string,
): Promise<OrderGoods['refunds'][number]['lines']> {
  const lines: OrderGoods['refunds'][number]['lines'][number][] = []
  for await (const nodes of pagesOf(client, refundLines, { id }))
    for (const { id: own, quantity, restockType, location, lineItem } of nodes)
      lines.push({
        id: own ?? `${id}/${lineItem.id}`,
        line: lineItem.id,
        units: quantity,
        restock: restockType,
        location: location?.id ?? null,
      })
  return lines
}

const Return = z.object({
  id: z.string(),
  status: z.string(),
  reverseFulfillmentOrders: z.object({ nodes: z.array(Id) }),
})
const ReturnsAnswer = z.object({ order: z.object({ returns: page(Return) }).nullable() })
const returnsOf: List<z.infer<typeof ReturnsAnswer>, z.infer<typeof Return>> = {
  operation: {
    name: 'OrderReturns',
    capability: 'returns',
    document: ORDER_RETURNS,
    answer: ReturnsAnswer,
    points: { fixed: 3, perRow: 8 },
  },
  pick: answer => answer.order?.returns ?? null,
  lane: 'read',
  most: 20,
}

const Reverse = z.object({
  id: z.string(),
  fulfillmentLineItem: z.object({ lineItem: Id }).nullable(),
  dispositions: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      quantity: z.int(),
      createdAt: moment,
      location: Id.nullable(),
    }),
  ),
})
const ReverseAnswer = z.object({
  reverseFulfillmentOrder: z.object({ lineItems: page(Reverse) }).nullable(),
})
const reverseLines: List<z.infer<typeof ReverseAnswer>, z.infer<typeof Reverse>> = {
  operation: {
    name: 'ReturnedGoods',
    capability: 'returns',
    document: RETURNED_GOODS,
    answer: ReverseAnswer,
    points: { fixed: 3, perRow: 5 },
  },
  pick: answer => answer.reverseFulfillmentOrder?.lineItems ?? null,
  lane: 'read',
  most: 50,
}

/** Returns that more goods may come of without the order changing. */
const OPEN_RETURNS = new Set(['OPEN', 'REQUESTED'])

/** What came back by returns; null: the app may not read them. */
async function readReturns(client: ShopifyClient, order: Order, { canReadReturns }: GoodsKnown) {
  const restocked: OrderGoods['restocked'][number][] = []
  const returning = new Set<string>()
  if (order.returnStatus === 'NO_RETURN') return { restocked, returning, isOpen: false }
  if (!canReadReturns) return null
  let isOpen = false
  for await (const returns of pagesOf(client, returnsOf, { id: order.id }))
    for (const one of returns) {
      isOpen ||= OPEN_RETURNS.has(one.status)
      for (const reverse of one.reverseFulfillmentOrders.nodes)
        for await (const nodes of pagesOf(client, reverseLines, { id: reverse.id }))
          for (const { id, fulfillmentLineItem, dispositions } of nodes) {
            const line = fulfillmentLineItem?.lineItem.id
            if (line === undefined) continue
            returning.add(line)
            for (const { id: cause, type, quantity, createdAt, location } of dispositions)
              if (type === 'RESTOCKED' && location !== null)
                restocked.push({
                  id: cause,
                  reverseLine: id,
                  line,
                  units: quantity,
                  location: location.id,
                  createdAt,
                })
          }
    }
  return { restocked, returning, isOpen }
}

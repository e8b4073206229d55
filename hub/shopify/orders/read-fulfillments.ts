import { z } from 'zod'
import { type Fulfillment, fulfillmentStatuses } from '../../pickups/order-snapshot.ts'
import type { ShopifyClient } from '../api/client.ts'
import { FULFILLMENT, FULFILLMENTS_OF } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'
import type { Lane } from '../api/throttle.ts'

const Id = z.object({ id: z.string() })
export const FulfillmentIds = page(Id)
type FulfillmentIds = z.infer<typeof FulfillmentIds>

const ListAnswer = z.object({ fulfillmentOrder: z.object({ fulfillments: FulfillmentIds }).nullable() })
type ListAnswer = z.infer<typeof ListAnswer>
const listOf: List<ListAnswer, { id: string }> = {
  operation: {
    name: 'FulfillmentsOf',
    capability: 'orders',
    document: FULFILLMENTS_OF,
    answer: ListAnswer,
    points: { fixed: 3, perRow: 1 },
  },
  pick: answer => answer.fulfillmentOrder?.fulfillments ?? null,
  lane: 'order',
  most: 50,
}

const moment = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))
const Line = z.object({ quantity: z.int().nullable(), lineItem: Id })
type Line = z.infer<typeof Line>
const Answer = z.object({
  fulfillment: z
    .object({
      id: z.string(),
      status: z.enum(fulfillmentStatuses),
      createdAt: moment,
      updatedAt: moment,
      location: Id.nullable(),
      fulfillmentOrders: z.object({ nodes: z.array(Id) }),
      fulfillmentLineItems: page(Line),
    })
    .nullable(),
})
type Answer = z.infer<typeof Answer>

/** A fulfilment by the order's lines, as Shopify tells it. */
export interface FulfillmentTold {
  readonly id: string
  readonly status: Fulfillment['status']
  readonly createdAt: number
  readonly updatedAt: number
  readonly location: string | null
  /** Whether all of it is of the one fulfilment order that it was read for. */
  readonly isAlone: boolean
  /** The fulfilment orders that it is of. */
  readonly fulfillmentOrders: readonly string[]
  readonly units: ReadonlyMap<string, number>
}

/** What a fulfilment order's lines say, as far as it tells what was handed over. */
export interface OrderedLine {
  readonly id: string
  readonly orderLine: string
  readonly total: number
  readonly remaining: number
}

/**
 * Reads what was handed over of one fulfilment order, oldest first. `first`: the ids that came with it.
 * Throws as `ShopifyClient.read` does.
 */
export async function readFulfillments(
  client: ShopifyClient,
  of: { readonly id: string; readonly lines: readonly OrderedLine[]; readonly first: FulfillmentIds },
): Promise<readonly Fulfillment[]> {
  const ids = of.first.nodes.map(one => one.id)
  if (of.first.pageInfo.hasNextPage) {
    ids.length = 0
    for await (const nodes of pagesOf(client, listOf, { id: of.id })) ids.push(...nodes.map(one => one.id))
  }
  const told: FulfillmentTold[] = []
  for (const id of ids) {
    const one = await readFulfillment(client, id)
    if (one !== null) told.push(one)
  }
  return byFulfillmentOrderLine(told, of.lines)
}

/** Reads one fulfilment; null: Shopify does not have it, or hides it. Throws as `ShopifyClient.read` does. */
export async function readFulfillment(
  client: ShopifyClient,
  id: string,
  lane: Lane = 'order',
): Promise<FulfillmentTold | null> {
  let found: Answer['fulfillment'] = null
  const list: List<Answer, Line> = {
    operation: {
      name: 'Fulfillment',
      capability: 'orders',
      document: FULFILLMENT,
      answer: Answer,
      points: { fixed: 16, perRow: 2 },
    },
    pick(answer) {
      found = answer.fulfillment
      return found?.fulfillmentLineItems ?? null
    },
    lane,
    most: 20, // most pickups fit
  }
  const units = new Map<string, number>()
  for await (const nodes of pagesOf(client, list, { id }))
    for (const { quantity, lineItem } of nodes)
      units.set(lineItem.id, (units.get(lineItem.id) ?? 0) + (quantity ?? 0))
  return toldOf(found, units)
}

function toldOf(found: Answer['fulfillment'], units: ReadonlyMap<string, number>): FulfillmentTold | null {
  if (found === null) return null
  const { location, fulfillmentOrders, fulfillmentLineItems: _lines, ...told } = found
  const isAlone = fulfillmentOrders.nodes.length <= 1
  const ids = fulfillmentOrders.nodes.map(one => one.id)
  return { ...told, location: location?.id ?? null, isAlone, fulfillmentOrders: ids, units }
}

/**
 * Shopify tells a fulfilment by the order's lines, and one fulfilment may be of several fulfilment orders. Such a one has at
 * most as many units of this one's line as are not open there and in no other fulfilment.
 */
function byFulfillmentOrderLine(
  told: readonly FulfillmentTold[],
  lines: readonly OrderedLine[],
): readonly Fulfillment[] {
  const oldestFirst = told.toSorted((one, other) => one.createdAt - other.createdAt)
  const done = new Map(lines.map(line => [line.id, line.total - line.remaining]))
  const given = new Map<string, Map<string, number>>()
  for (const isAlone of [true, false])
    for (const one of oldestFirst) {
      if (one.isAlone !== isAlone) continue
      const own = new Map<string, number>()
      given.set(one.id, own)
      for (const [orderLine, units] of one.units) {
        const there = lines.filter(line => line.orderLine === orderLine)
        share(one, there, units, done, own)
      }
    }
  return oldestFirst.map(({ isAlone: _alone, units: _units, fulfillmentOrders: _of, ...one }) => ({
    ...one,
    lines: [...(given.get(one.id) ?? [])].map(([line, quantity]) => ({ line, quantity })),
  }))
}

/** Gives a fulfilment's units of one order line to the lines they can be of. */
function share(
  one: FulfillmentTold,
  there: readonly OrderedLine[],
  units: number,
  done: Map<string, number>,
  own: Map<string, number>,
): void {
  let left = units
  for (const [index, { id }] of there.entries()) {
    const free = Math.max(0, done.get(id) ?? 0)
    // a cancelled one's units are open again: what it was of is known from when it was booked
    const mayBeMore = one.status !== 'SUCCESS' || (one.isAlone && index === there.length - 1)
    const quantity = mayBeMore ? left : Math.min(left, free)
    if (quantity === 0) continue
    left -= quantity
    own.set(id, quantity)
    if (one.status === 'SUCCESS') done.set(id, free - quantity)
  }
}

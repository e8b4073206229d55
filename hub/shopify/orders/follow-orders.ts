import { z } from 'zod'
import { describeError } from '../../../shared/errors.ts'
import type { World } from '../../../shared/world.ts'
import { closeException, openException } from '../../checks/exceptions.ts'
import { type Db, insertRows, type Reads, type Tx, transaction } from '../../db/db.ts'
import { readSetting, writeSetting } from '../../db/setting.ts'
import { mappedSkus } from '../../items/item-table.ts'
import { fulfillmentsOfOrder } from '../../pickups/fulfillments.ts'
import type { Signals } from '../../signals.ts'
import { movementsOfOrder, type OrderUnits } from '../../stock/order-goods.ts'
import { readPlaces } from '../../stock/places.ts'
import { proveReturns } from '../../stock/same-returns.ts'
import { firstDifference } from '../../stock/seen-levels.ts'
import { bookedCauses, bookShopMovements } from '../../stock/shop-movements.ts'
import type { Capability } from '../api/capabilities.ts'
import type { ShopifyClient } from '../api/client.ts'
import { CHANGED_ORDERS, MOVED_ORDERS, MOVED_ORDERS_BY_ID } from '../api/documents.ts'
import { type List, page } from '../api/pages.ts'
import { failsOnThing } from '../one-thing.ts'
import { pagesApart } from '../read-apart.ts'
import type { IntakeTurns } from './intake-turns.ts'
import {
  forgetPromises,
  keepRefundPromises,
  knownPromises,
  notePromises,
  refundPromises,
  type SeenPromise,
} from './promised-places.ts'
import { type GoodsRead, readOrderGoods } from './read-order-goods.ts'

export interface FollowWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly signals: Signals
  readonly turns: IntakeTurns
  readonly now: () => number
  readonly world: Pick<World, 'log'>
  readonly can: (capability: Capability) => boolean
}

const WATERMARK = 'shopify.goods.watermark'
/** A hub that did not follow orders before looks for what explains a difference from so long before it was noticed. */
const BEFORE_DIFFERENCE_MS = 86_400_000
/** Goods of a return are disposed of without the order changing: orders with an open one are read again so often. */
const AGAIN_MS = 10 * 60_000
/** Of those, one run reads no more: there may be hundreds, and what has changed must not wait for them. */
const AGAIN_A_RUN = 10
/** Shopify's times are whole seconds: only a reading made after that second has seen all of a version. */
const WHOLE_MS = 2_000

const moment = z.iso.datetime({ offset: true }).transform(text => Date.parse(text))
const MovedOrder = z.object({
  id: z.string(),
  updatedAt: moment,
  returnStatus: z.string(),
  fulfillments: z.array(z.object({ id: z.string(), location: z.object({ id: z.string() }).nullable() })),
  refunds: z.array(z.object({ id: z.string() })),
  fulfillmentOrders: z.object({
    nodes: z.array(
      z.object({ assignedLocation: z.object({ location: z.object({ id: z.string() }).nullable() }) }),
    ),
  }),
})
type MovedOrder = z.infer<typeof MovedOrder>
const Moved = z.object({ orders: page(MovedOrder) })
const movedOrders: List<z.infer<typeof Moved>, MovedOrder> = {
  operation: {
    name: 'MovedOrders',
    capability: 'orders',
    document: MOVED_ORDERS,
    answer: Moved,
    points: { fixed: 2, perRow: 17 },
  },
  pick: answer => answer.orders,
  lane: 'read',
  most: 50,
}
const Ids = z.object({ orders: page(z.object({ id: z.string() })) })
const Nodes = z.object({ nodes: z.array(MovedOrder.nullable()) })
/** How that list is read where Shopify fails on one of its orders. */
const ordersApart = {
  ids: {
    operation: {
      name: 'ChangedOrders',
      capability: 'orders',
      document: CHANGED_ORDERS,
      answer: Ids,
      points: { fixed: 2, perRow: 1 },
    },
    pick: (answer: z.infer<typeof Ids>) => answer.orders,
  },
  nodes: {
    name: 'MovedOrdersById',
    capability: 'orders',
    document: MOVED_ORDERS_BY_ID,
    answer: Nodes,
    points: { fixed: 0, perRow: 17 },
  },
  found: (answer: z.infer<typeof Nodes>) => answer.nodes,
} as const
/** As many fulfilments as the list shows of an order: there may be more. */
const FULFILLMENTS_SHOWN = 4

/** Follows what Shopify does to the stock of the hub's places with orders: what is sent away, put back or taken off. */
export interface OrderFollowing {
  /** Reads every order that changed since the last run, less an overlap. Throws as `ShopifyClient.read` does. */
  follow(): Promise<void>
}

export function openOrderFollowing(work: FollowWork, overlapMs: number): OrderFollowing {
  const { db, client, now } = work
  /** When the round of orders that are read again began. */
  let round: number | null = null

  async function follow(): Promise<void> {
    const { places } = await readPlaces(db)
    const locations = new Set(places.map(place => place.location))
    if (locations.size === 0) return
    const watermark = (await readWatermark(db)) ?? (await firstLook(db, now()))
    const since = new Date(watermark - overlapMs).toISOString()
    const query = `updated_at:>='${since}'`
    for await (const { nodes, failing } of pagesApart(client, movedOrders, ordersApart, { query })) {
      const seenAt = now()
      // one that Shopify fails on is read as those that may concern the hub are
      for (const id of failing.keys()) await followOne(work, { id, updatedAt: watermark, seenAt }, locations)
      await transaction(db, tx => notePromises(tx, nodes.flatMap(seenPromise), seenAt))
      const fresh = await withoutKnown(db, nodes)
      for (const node of fresh.filter(one => mayConcern(one, locations)))
        await followOne(work, { ...node, seenAt }, locations)
      const newest = Math.max(watermark, ...nodes.map(node => node.updatedAt))
      await transaction(db, tx => writeSetting(tx, WATERMARK, String(newest)))
    }
    await askAgain(locations)
    const stores = await transaction(db, async tx => {
      await forgetOlder(tx, watermark - 2 * overlapMs)
      await forgetPromises(tx, now())
      return proveReturns(tx, now())
    })
    for (const store of stores) work.signals.say('stock', store)
  }

  async function askAgain(locations: ReadonlySet<string>): Promise<void> {
    const time = now()
    if (round === null || Math.abs(time - round) >= AGAIN_MS) round = time
    const rows = await db
      .selectFrom('followed_order')
      .select(['order_id', 'updated_at', 'since'])
      .where('again', '=', 1)
      .where('read_at', '<', round)
      .orderBy('read_at')
      .orderBy('order_id')
      .limit(AGAIN_A_RUN)
      .execute()
    for (const { order_id: id, updated_at: updatedAt, since: seenAt } of rows)
      await followOne(work, { id, updatedAt, seenAt }, locations)
  }

  return { follow }
}

/** Where the list shows that an order's goods are promised. It shows two fulfilment orders, and there may be more. */
function seenPromise({ id: order, fulfillmentOrders: { nodes } }: MovedOrder): SeenPromise[] {
  const [first, second] = nodes.map(one => one.assignedLocation.location?.id ?? null)
  if (first === undefined) return [] // Shopify makes them some seconds after the order
  if (second === undefined) return [{ order, location: first }]
  return second === first ? [] : [{ order, location: null }]
}

/** What may have changed stock at the hub's places; else an order costs no more than its line in the list. */
function mayConcern(
  { fulfillments, refunds, returnStatus }: MovedOrder,
  locations: ReadonlySet<string>,
): boolean {
  return (
    refunds.length > 0 ||
    returnStatus !== 'NO_RETURN' ||
    fulfillments.length >= FULFILLMENTS_SHOWN ||
    fulfillments.some(({ location }) => location !== null && locations.has(location.id))
  )
}

interface Version {
  readonly id: string
  readonly updatedAt: number
  /** When the hub first saw this version. */
  readonly seenAt: number
}

/**
 * One order after the other of those that a level is read with. One that can't be read is left, and its goods differ then; one
 * that can't be read is named, and read again with those of which a return is open.
 */
function followOne(work: FollowWork, order: Version, locations: ReadonlySet<string>): Promise<void> {
  const { db, signals, turns, now, world } = work
  return turns.ofOrder(order.id, async () => {
    let read: GoodsRead | null
    let problem: string | null = null
    try {
      read = await readGoods(work, order.id, locations)
    } catch (error) {
      if (!(await failsOnThing(work.client, error))) throw error
      const { sentence } = describeError(error)
      world.log.warn({ order: order.id, problem: sentence }, 'what an order did to stock could not be read')
      problem = sentence
      read = null
    }
    const readAt = now()
    const told = read === null ? [] : movementsOfOrder(read.goods)
    const stores = await turns.writing(async () => {
      turns.touch((await mappedSkus(db, [...new Set(told.map(({ item }) => item))])).values())
      return transaction(db, async tx => {
        await noteFollowed(tx, order, { readAt, again: read?.again ?? problem !== null })
        await nameUnread(tx, order.id, problem, readAt)
        if (read !== null) {
          await notePromises(tx, [{ order: order.id, location: read.promisedAt }], readAt)
          await keepRefundPromises(tx, read.goods.refunds, readAt)
        }
        return bookShopMovements(tx, told, readAt)
      })
    })
    for (const store of stores) signals.say('now', store)
  })
}

/** An order that can't be read is named until it can: it is tried again, however long that takes. */
async function nameUnread(tx: Tx, order: string, problem: string | null, now: number): Promise<void> {
  const subject = `goods/${order}`
  if (problem === null) {
    await closeException(tx, 'order-unreadable', subject, now)
    return
  }
  const fields = { order, problem }
  const evidence = { order }
  await openException(tx, { code: 'order-unreadable.goods', subject, store: null, fields, evidence }, now)
}

function readGoods({ db, client, can }: FollowWork, id: string, locations: ReadonlySet<string>) {
  return readOrderGoods(client, id, {
    locations,
    canReadReturns: can('returns'),
    async promises(order, refunds) {
      const seen = (await knownPromises(db, [order])).get(order)
      const ahead = client.clockAheadMs()
      return {
        seen:
          seen === undefined
            ? null
            : { location: seen.location, since: ahead === null ? null : seen.since - ahead },
        ofRefunds: await refundPromises(db, refunds),
      }
    },
    booked: fulfillments => bookedCauses(db, 'shop-fulfillment', fulfillments),
    async byPickups(order) {
      const rows = await fulfillmentsOfOrder(db, order)
      return new Map(
        [...Map.groupBy(rows, row => row.fulfillment)].map(([fulfillment, own]) => [
          fulfillment,
          own
            .flatMap(({ lines }) => lines)
            .flatMap(({ orderLine, quantity }): OrderUnits[] =>
              orderLine === null ? [] : [{ line: orderLine, units: quantity }],
            ),
        ]),
      )
    },
  })
}

async function readWatermark(db: Reads): Promise<number | null> {
  const value = await readSetting(db, WATERMARK)
  return value === null ? null : Number(value)
}

/** What is not in a difference is in the openings already. */
async function firstLook(db: Reads, now: number): Promise<number> {
  const differs = await firstDifference(db)
  return differs === null ? now : Math.min(now, differs - BEFORE_DIFFERENCE_MS)
}

async function withoutKnown(db: Reads, nodes: readonly MovedOrder[]): Promise<readonly MovedOrder[]> {
  if (nodes.length === 0) return nodes
  const rows = await db
    .selectFrom('followed_order')
    .selectAll()
    .where(
      'order_id',
      'in',
      nodes.map(node => node.id),
    )
    .execute()
  const known = new Map(rows.map(row => [row.order_id, row]))
  return nodes.filter(({ id, updatedAt }) => {
    const row = known.get(id)
    return row?.updated_at !== updatedAt || row.read_at - row.since < WHOLE_MS
  })
}

async function noteFollowed(
  tx: Tx,
  { id, updatedAt, seenAt }: Version,
  { readAt, again }: { readonly readAt: number; readonly again: boolean },
): Promise<void> {
  const before = await tx
    .selectFrom('followed_order')
    .select(['updated_at', 'since'])
    .where('order_id', '=', id)
    .executeTakeFirst()
  const since = before?.updated_at === updatedAt ? before.since : seenAt
  const row = { order_id: id, updated_at: updatedAt, since, read_at: readAt, again: again ? 1 : 0 }
  await insertRows(tx, 'followed_order', [row], {
    key: ['order_id'],
    replace: ['updated_at', 'since', 'read_at', 'again'],
  })
}

/** Orders that the overlap shows no more, except those that are to be read again. */
async function forgetOlder(tx: Tx, before: number): Promise<void> {
  await tx.deleteFrom('followed_order').where('updated_at', '<', before).where('again', '=', 0).execute()
}

import { z } from 'zod'
import { type BackOff, doubledMs, isDue } from '../../../shared/back-off.ts'
import { noteFoundByPolling } from '../../checks/webhooks-silent.ts'
import type { Db, Reads, Tx } from '../../db/db.ts'
import { readSetting, writeSetting } from '../../db/setting.ts'
import { endedStates } from '../../pickups/counts.ts'
import { pickupsWaitedFor } from '../../pickups/move-log.ts'
import { takeSetAside } from '../../pickups/set-aside.ts'
import { readPlaces } from '../../stock/places.ts'
import { type Operation, shopifyInvalid } from '../api/client.ts'
import { CHANGED_ORDERS, FULFILLMENT_ORDER_STATES, ORDER_TIMES } from '../api/documents.ts'
import { type List, page, pagesOf } from '../api/pages.ts'
import { isAboutOneThing } from '../one-thing.ts'
import { readApart } from '../read-apart.ts'
import { type OrderWork, takeInOrders } from './order-intake.ts'

const WATERMARK = 'shopify.orders.watermark'
const UNFINISHED = 'shopify.orders.unfinished'
/** The first poll of a shop looks back this far; without read_all_orders Shopify shows sixty days. */
const FIRST_LOOK_MS = 60 * 86_400_000
/** Longer than any router takes; what has no fulfilment order by then never gets one for pickup. */
const UNFINISHED_MS = 3 * 86_400_000

/** One that Shopify fails on is asked for again, less and less often. */
const FAILING: BackOff = { firstMs: 60_000, longestMs: 10 * 60_000 }

/** How often pickups that were handed over are asked about again, and for how long after. */
const ENDED_EVERY_MS = 3_600_000
const ENDED_WITHIN_MS = 3 * 86_400_000

const Changed = z.object({
  orders: page(
    z.object({
      id: z.string(),
      updatedAt: z.iso.datetime({ offset: true }).transform(text => Date.parse(text)),
    }),
  ),
})
type Changed = z.infer<typeof Changed>
const changedOrders: List<Changed, { id: string; updatedAt: number }> = {
  operation: {
    name: 'ChangedOrders',
    capability: 'orders',
    document: CHANGED_ORDERS,
    answer: Changed,
    points: { fixed: 2, perRow: 1 },
  },
  pick: answer => answer.orders,
  lane: 'order',
  most: 100,
}

const Unfinished = z.array(z.object({ id: z.string(), since: z.int() }))

/** A version of an order: when polls first saw it, and when it was last read. Hub clock. */
interface Seen {
  readonly updatedAt: number
  readonly since: number
  readonly readAt: number
}

/**
 * Shopify's times are whole seconds: an order may change again within the second of its `updatedAt`. Only a reading
 * made after that second is over has seen all of that version.
 */
function isKnown(seen: Seen | undefined, updatedAt: number): boolean {
  return seen?.updatedAt === updatedAt && seen.readAt - seen.since >= 2_000
}

/** What polls of one process remember: which version of an order they have taken in. */
export interface OrderPoll {
  /**
   * Takes in every pickup order that changed since the watermark, less an overlap, and those that were not complete
   * last time. The watermark commits with the last effects. Throws as `ShopifyClient.read` does.
   */
  poll(): Promise<void>
  /** Asks how it is with the pickups that we hold open or handed over lately, and takes in those that changed unseen. */
  checkOpen(): Promise<void>
}

export function openOrderPoll(work: OrderWork, overlapMs: number): OrderPoll {
  const { db, client, now } = work
  /** What was taken in of each order: the overlap shows most of them again, unchanged. */
  const seen = new Map<string, Seen>()

  async function poll(): Promise<void> {
    const before = await readNumber(db, WATERMARK)
    const isPolledBefore = before !== null
    const watermark = before ?? now() - FIRST_LOOK_MS
    const since = new Date(watermark - overlapMs).toISOString()
    const query = `updated_at:>='${since}' AND delivery_method:pick-up`
    const waiting = await readUnfinished(db)
    const held = await heldOrders(db, waiting, now())
    await takeIn(
      waiting.map(one => one.id).filter(id => !held.has(id)),
      watermark,
    )
    for await (const nodes of pagesOf(client, changedOrders, { query })) {
      const readAt = now()
      const changed = nodes.filter(node => !held.has(node.id) && !isKnown(seen.get(node.id), node.updatedAt))
      const newest = Math.max(watermark, ...nodes.map(node => node.updatedAt))
      const again = await takeIn(
        changed.map(node => node.id),
        newest,
        newest > watermark && isPolledBefore,
      )
      for (const { id, updatedAt } of changed) {
        const before = seen.get(id)
        const since = before?.updatedAt === updatedAt ? before.since : readAt
        if (!again.includes(id)) seen.set(id, { updatedAt, since, readAt })
      }
    }
    for (const [id, { updatedAt }] of seen) if (updatedAt < watermark - 2 * overlapMs) seen.delete(id)
  }

  function takeIn(ids: readonly string[], watermark: number, isNews = false): Promise<readonly string[]> {
    return takeInOrders(work, ids, async (tx, again) => {
      await noteUnfinished(tx, ids, again, now())
      if (isNews) await noteFoundByPolling(tx, now())
      await writeSetting(tx, WATERMARK, String(watermark))
    })
  }

  /** The last pickup of each till whose order was asked for. */
  let askedOf: ReadonlyMap<string, string> = new Map()
  /** The orders of pickups that staff have moved and this hub does not know. */
  async function ordersWaitedFor(): Promise<readonly string[]> {
    const { pickups, last } = await pickupsWaitedFor(db, now(), askedOf)
    const orders: string[] = []
    for (let start = 0; start < pickups.length; ) {
      const some = pickups.slice(start, start + client.rowsThatFit(states, 100))
      start += some.length
      orders.push(...(await ordersOf(some)))
    }
    askedOf = last
    return orders
  }

  /** A till made these ids up, or did not: one that Shopify takes offence at is asked for alone, and left out. */
  async function ordersOf(pickups: readonly string[]): Promise<readonly string[]> {
    try {
      const { nodes } = await client.read(states, { ids: pickups }, 'read')
      return nodes.flatMap(node => node?.orderId ?? [])
    } catch (failure) {
      if (!shopifyInvalid.is(failure) && !(await isAboutOneThing(client, failure))) throw failure
      if (pickups.length === 1) return []
      const half = Math.ceil(pickups.length / 2)
      return [...(await ordersOf(pickups.slice(0, half))), ...(await ordersOf(pickups.slice(half)))]
    }
  }

  let lastAskedOfEnded: number | null = null
  /** Orders that changed since they were read, of pickups handed over lately: now and then, for that is seldom cancelled. */
  async function changedAfterTheEnd(): Promise<readonly string[]> {
    const time = now()
    if (lastAskedOfEnded !== null && Math.abs(time - lastAskedOfEnded) < ENDED_EVERY_MS) return []
    lastAskedOfEnded = time
    const rows = await db
      .selectFrom('pickup')
      .select(e => ['order_id', e.fn.min('shopify_updated_at').as('read_at')])
      .where('state', '=', 'collected')
      .where('updated_at', '>', time - ENDED_WITHIN_MS)
      .groupBy('order_id')
      .execute()
    const changed: string[] = []
    for (let start = 0; start < rows.length; ) {
      const some = rows.slice(start, start + client.rowsThatFit(orderTimes, 100))
      start += some.length
      const times = new Map<string, number>()
      const failing = await readApart(
        client,
        some.map(row => row.order_id),
        async ids => {
          const { nodes } = await client.read(orderTimes, { ids }, 'read')
          for (const [index, id] of ids.entries()) times.set(id, nodes[index]?.updatedAt ?? 0)
        },
      )
      for (const { order_id, read_at } of some)
        if (failing.has(order_id) || (times.get(order_id) ?? 0) > Number(read_at)) changed.push(order_id)
    }
    return changed
  }

  return {
    poll,
    async checkOpen() {
      const open = await db
        .selectFrom('pickup')
        .select(['pickup', 'store', 'order_id', 'shopify_updated_at'])
        .where('state', 'not in', endedStates)
        .execute()
      const { places } = await readPlaces(db)
      const storeOf = new Map(places.map(place => [place.location, place.store]))
      const changed = new Set(await changedAfterTheEnd())
      for (let start = 0; start < open.length; ) {
        const some = open.slice(start, start + client.rowsThatFit(states, 100))
        start += some.length
        const found = new Map<string, z.infer<typeof States>['nodes'][number]>()
        // the order of one that Shopify fails on is taken in, or named
        await readApart(
          client,
          some.map(row => row.pickup),
          async ids => {
            const { nodes } = await client.read(states, { ids }, 'order')
            for (const [index, id] of ids.entries()) found.set(id, nodes[index] ?? null)
          },
        )
        for (const row of some) {
          const node = found.get(row.pickup) ?? null
          const store = storeOf.get(node?.assignedLocation.location?.id ?? '')
          // a payment changes the order alone
          const newest = node === null ? null : Math.max(node.updatedAt, node.order.updatedAt)
          if (node === null || newest === null || newest > row.shopify_updated_at) changed.add(row.order_id)
          else if (node.status === 'CANCELLED' || node.status === 'CLOSED' || store !== row.store)
            changed.add(row.order_id)
        }
      }
      await takeInOrders(work, [...changed])
      await takeInOrders(work, [...new Set(await ordersWaitedFor())])
      for (const [store, hints] of await takeSetAside(db, now()))
        for (const hint of hints) work.signals.say(hint, store)
    },
  }
}

const States = z.object({
  nodes: z.array(
    z
      .object({
        id: z.string(),
        orderId: z.string(),
        status: z.string(),
        updatedAt: z.iso.datetime({ offset: true }).transform(text => Date.parse(text)),
        order: z.object({
          updatedAt: z.iso.datetime({ offset: true }).transform(text => Date.parse(text)),
        }),
        assignedLocation: z.object({ location: z.object({ id: z.string() }).nullable() }),
      })
      .nullable(),
  ),
})
const states: Operation<z.infer<typeof States>> = {
  name: 'FulfillmentOrderStates',
  capability: 'orders',
  document: FULFILLMENT_ORDER_STATES,
  answer: States,
  points: { fixed: 0, perRow: 4 },
}

const Times = z.object({
  nodes: z.array(
    z.object({ updatedAt: z.iso.datetime({ offset: true }).transform(text => Date.parse(text)) }).nullable(),
  ),
})
const orderTimes: Operation<z.infer<typeof Times>> = {
  name: 'OrderTimes',
  capability: 'orders',
  document: ORDER_TIMES,
  answer: Times,
  points: { fixed: 0, perRow: 1 },
}

async function readNumber(db: Db, key: string): Promise<number | null> {
  const value = await readSetting(db, key)
  return value === null ? null : Number(value)
}

async function readUnfinished(db: Reads): Promise<z.infer<typeof Unfinished>> {
  const value = await readSetting(db, UNFINISHED)
  return value === null ? [] : Unfinished.parse(JSON.parse(value))
}

/** Of remembered orders, those that have an open exception: Shopify fails on them. */
async function failingOrders(db: Reads, ids: readonly string[]) {
  if (ids.length === 0) return []
  return db
    .selectFrom('exception')
    .select(['subject', 'count', 'last_seen'])
    .where('kind', '=', 'order-unreadable')
    .where('subject', 'in', ids)
    .where('closed_at', 'is', null)
    .execute()
}

/** Remembered orders that Shopify failed on too lately to be asked for again. */
async function heldOrders(
  db: Reads,
  remembered: z.infer<typeof Unfinished>,
  now: number,
): Promise<ReadonlySet<string>> {
  const failing = await failingOrders(
    db,
    remembered.map(({ id }) => id),
  )
  const held = failing.filter(
    ({ count, last_seen }) => !isDue(last_seen + doubledMs(count - 1, FAILING), now, FAILING.longestMs),
  )
  return new Set(held.map(({ subject }) => subject))
}

/** Remembers orders to ask for again, across restarts: those asked leave the list unless they need asking again. */
export async function noteUnfinished(
  tx: Tx,
  asked: readonly string[],
  again: readonly string[],
  now: number,
): Promise<void> {
  if (asked.length === 0) return
  const before = await readUnfinished(tx)
  const kept = before.filter(one => !asked.includes(one.id) || again.includes(one.id))
  const fresh = again.filter(id => !kept.some(one => one.id === id)).map(id => ({ id, since: now }))
  const all = [...kept, ...fresh]
  // one that Shopify fails on was never taken in: it is remembered for as long as that lasts
  const failing = await failingOrders(
    tx,
    all.map(({ id }) => id),
  )
  const isFailing = new Set(failing.map(({ subject }) => subject))
  const after = all.filter(one => now - one.since < UNFINISHED_MS || isFailing.has(one.id))
  await writeSetting(tx, UNFINISHED, JSON.stringify(after))
}

import { describeError } from '../../../shared/errors.ts'
import type { Turn } from '../../../shared/turns.ts'
import { closeException, openException } from '../../checks/exceptions.ts'
import { type Db, type Tx, transaction } from '../../db/db.ts'
import { isDataFault } from '../../db/errors.ts'
import { takeInOrder } from '../../pickups/intake.ts'
import type { OrderSnapshot } from '../../pickups/order-snapshot.ts'
import { withoutRedacted } from '../../redactions/redacted-orders.ts'
import type { Signals } from '../../signals.ts'
import { type ShopifyClient, shopifyAnswerUnreadable, shopifyInvalid } from '../api/client.ts'
import { readOrder } from './read-order.ts'

export interface OrderWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly signals: Signals
  readonly turn: Turn
  readonly now: () => number
}

/**
 * Reads orders and brings our pickups in line with them; `also` commits with the effects. Reading and writing happen in
 * one turn, so that an older reading never comes after a newer one. An order that cannot be applied is named in
 * `order-unreadable`; the others go on.
 * @returns the orders to ask for again soon. Throws as `ShopifyClient.read` does, with nothing written.
 */
export function takeInOrders(
  work: OrderWork,
  ids: readonly string[],
  also: Also = async () => undefined,
): Promise<readonly string[]> {
  const { db, signals, turn, now } = work
  return turn(async () => {
    const orders: OrderSnapshot[] = []
    for (const id of ids) {
      const order = await readOrNameIt(work, id)
      if (order !== null) orders.push(order)
    }
    const { stores, writes, again } = await writeOrders(db, orders, also, now())
    for (const store of writes) {
      signals.say('pickup-writes', store)
      signals.say('stock', store)
    }
    for (const store of stores) {
      signals.say('commands', store)
      signals.say('now', store)
    }
    return again
  })
}

async function readOrNameIt({ db, client, now }: OrderWork, id: string): Promise<OrderSnapshot | null> {
  try {
    return await readOrder(client, id)
  } catch (error) {
    if (!shopifyAnswerUnreadable.is(error) && !shopifyInvalid.is(error)) throw error
    await transaction(db, tx => nameUnreadable(tx, { id, name: id, order: null }, error, now()))
    return null
  }
}

type Also = (tx: Tx, again: readonly string[]) => Promise<void>

/** All in one transaction; when one order breaks it, one by one, so that only that one is left out. */
async function writeOrders(db: Db, orders: readonly OrderSnapshot[], also: Also, now: number) {
  try {
    return await transaction(db, tx => takeInAll(tx, orders, also, now))
  } catch (error) {
    if (orders.length === 0 || !isDataFault(error)) throw error
    const stores = new Set<string>()
    const writes = new Set<string>()
    const again: string[] = []
    for (const order of orders) {
      const one = await takeInOrNameIt(db, order, now)
      for (const store of one.stores) stores.add(store)
      for (const store of one.writes) writes.add(store)
      again.push(...one.again)
    }
    await transaction(db, tx => also(tx, again))
    return { stores, writes, again }
  }
}

async function takeInAll(tx: Tx, orders: readonly OrderSnapshot[], also: Also, now: number) {
  const stores = new Set<string>()
  const writes = new Set<string>()
  const again: string[] = []
  for (const order of orders) {
    const result = await takeInOrder(tx, await withoutRedacted(tx, order), now)
    await closeException(tx, 'order-unreadable', order.id, now)
    for (const store of result.stores) stores.add(store)
    for (const store of result.writes) writes.add(store)
    if (result.again) again.push(order.id)
  }
  await also(tx, again)
  return { stores, writes, again }
}

async function takeInOrNameIt(db: Db, order: OrderSnapshot, now: number) {
  try {
    return await transaction(db, tx => takeInAll(tx, [order], async () => undefined, now))
  } catch (error) {
    if (!isDataFault(error)) throw error
    await transaction(db, tx => nameUnreadable(tx, { id: order.id, name: order.name, order }, error, now))
    return { stores: new Set<string>(), writes: new Set<string>(), again: [] }
  }
}

async function nameUnreadable(
  tx: Tx,
  what: { id: string; name: string; order: OrderSnapshot | null },
  error: unknown,
  now: number,
): Promise<void> {
  const { code, sentence: why } = describeError(error)
  const fields = { order: what.name, problem: why }
  const order = what.order === null ? null : await withoutRedacted(tx, what.order)
  const evidence = { code, order }
  await openException(tx, { code: 'order-unreadable', subject: what.id, store: null, fields, evidence }, now)
}

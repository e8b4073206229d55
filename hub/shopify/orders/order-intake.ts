import { describeError } from '../../../shared/errors.ts'
import { closeException, openException } from '../../checks/exceptions.ts'
import { type Db, type ReadDb, type Tx, transaction } from '../../db/db.ts'
import { isDataFault } from '../../db/errors.ts'
import { takeInOrder } from '../../pickups/intake.ts'
import type { OrderSnapshot } from '../../pickups/order-snapshot.ts'
import { readablePickup } from '../../pickups/pickup-row.ts'
import { withoutRedacted } from '../../redactions/redacted-orders.ts'
import type { Signals } from '../../signals.ts'
import { type ShopifyClient, shopifyAnswerUnreadable, shopifyInvalid } from '../api/client.ts'
import { isAboutOneThing } from '../one-thing.ts'
import type { IntakeTurns } from './intake-turns.ts'
import { readOrder } from './read-order.ts'

export interface OrderWork {
  readonly db: Db
  readonly client: ShopifyClient
  readonly signals: Signals
  readonly turns: IntakeTurns
  readonly now: () => number
}

/**
 * Reads orders one after the other and brings our pickups in line with each; `also` commits with the effects of the last
 * one. One order is read and written in one turn of its own, so that an older reading never comes after a newer one. An
 * order that cannot be applied, or that Shopify alone fails on, is named in `order-unreadable`; the others go on.
 * @returns the orders to ask for again soon. Throws as `ShopifyClient.read` does; orders before the one that failed are taken in.
 */
export async function takeInOrders(
  work: OrderWork,
  ids: readonly string[],
  also: Also = async () => undefined,
): Promise<readonly string[]> {
  const again: string[] = []
  for (const id of ids.slice(0, -1)) again.push(...(await takeInOne(work, id, async () => undefined)))
  const last = ids.at(-1)
  if (last === undefined) await transaction(work.db, tx => also(tx, []))
  else again.push(...(await takeInOne(work, last, (tx, its) => also(tx, [...again, ...its]))))
  return again
}

function takeInOne(work: OrderWork, id: string, also: Also): Promise<readonly string[]> {
  const { db, signals, turns, now } = work
  return turns.ofOrder(id, async () => {
    const read = await readOrNameIt(work, id)
    const isFailing = read === 'fails'
    const order = isFailing ? null : read
    const { stores, writes, again } = await turns.writing(async () => {
      turns.touch(await skusOfOrder(db, id, order))
      return writeOrder(db, order, (tx, its) => also(tx, isFailing ? [id] : its), now())
    })
    for (const store of writes) {
      signals.say('pickup-writes', store)
      signals.say('stock', store)
    }
    for (const store of stores) {
      signals.say('commands', store)
      signals.say('now', store)
    }
    return isFailing ? [id] : again
  })
}

/** The SKUs that an order is about, or was as it was taken in last. */
async function skusOfOrder(db: ReadDb, id: string, order: OrderSnapshot | null): Promise<readonly string[]> {
  const held = await db.selectFrom('pickup').selectAll().where('order_id', '=', id).execute()
  const lines = [
    ...(order?.pickups.flatMap(pickup => pickup.lines) ?? []),
    ...held.flatMap(row => readablePickup(row)?.lines.lines ?? []), // one that is damaged is named when the order is applied
  ]
  return lines.flatMap(({ sku }) => sku ?? [])
}

/** @returns null: it can't be read as it is; `fails`: Shopify fails on it alone, and it is to be asked for again */
async function readOrNameIt(
  { db, client, now }: OrderWork,
  id: string,
): Promise<OrderSnapshot | 'fails' | null> {
  try {
    const order = await readOrder(client, id)
    if (order === null) await transaction(db, tx => closeException(tx, 'order-unreadable', id, now()))
    return order
  } catch (error) {
    const fails = await isAboutOneThing(client, error)
    if (!fails && !shopifyAnswerUnreadable.is(error) && !shopifyInvalid.is(error)) throw error
    await transaction(db, tx => nameUnreadable(tx, { id, name: id, order: null }, error, now()))
    return fails ? 'fails' : null
  }
}

type Also = (tx: Tx, again: readonly string[]) => Promise<void>

interface Taken {
  readonly stores: ReadonlySet<string>
  readonly writes: ReadonlySet<string>
  readonly again: readonly string[]
}
const nothing: Taken = { stores: new Set(), writes: new Set(), again: [] }

/** The order with `also` in one transaction; when it breaks that, it is named, and `also` goes alone. */
async function writeOrder(db: Db, order: OrderSnapshot | null, also: Also, now: number): Promise<Taken> {
  if (order !== null) {
    try {
      return await transaction(db, async tx => {
        const taken = await applyOrder(tx, order, now)
        await also(tx, taken.again)
        return taken
      })
    } catch (error) {
      if (!isDataFault(error)) throw error
    }
  }
  const taken = order === null ? nothing : await applyOrNameIt(db, order, now)
  await transaction(db, tx => also(tx, taken.again))
  return taken
}

async function applyOrder(tx: Tx, order: OrderSnapshot, now: number): Promise<Taken> {
  const { stores, writes, again } = await takeInOrder(tx, await withoutRedacted(tx, order), now)
  await closeException(tx, 'order-unreadable', order.id, now)
  return { stores, writes, again: again ? [order.id] : [] }
}

async function applyOrNameIt(db: Db, order: OrderSnapshot, now: number): Promise<Taken> {
  try {
    return await transaction(db, tx => applyOrder(tx, order, now))
  } catch (error) {
    if (!isDataFault(error)) throw error
    await transaction(db, tx => nameUnreadable(tx, { id: order.id, name: order.name, order }, error, now))
    return nothing
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

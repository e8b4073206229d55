import { describeError } from '../../shared/errors.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'
import { takeInOrder } from '../pickups/intake.ts'
import type { OrderSnapshot } from '../pickups/order-snapshot.ts'
import type { Signals } from '../signals.ts'
import type { ShopifyClient } from './client.ts'
import { readOrder } from './orders.ts'
import type { Turn } from './waiting.ts'

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
  also: (tx: Tx, again: readonly string[]) => Promise<void> = async () => undefined,
): Promise<readonly string[]> {
  const { db, client, signals, turn, now } = work
  return turn(async () => {
    const orders: OrderSnapshot[] = []
    for (const id of ids) {
      const order = await readOrder(client, id)
      if (order !== null) orders.push(order)
    }
    const touched = new Set<string>()
    const again: string[] = []
    for (const order of orders) {
      const result = await takeInOne(db, order, now())
      for (const store of result.stores) touched.add(store)
      if (result.again) again.push(order.id)
    }
    await transaction(db, tx => also(tx, again))
    for (const store of touched) signals.say('commands', store)
    if (touched.size > 0) signals.say('now')
    return again
  })
}

/** One transaction an order: what one of them breaks must not undo the others. */
async function takeInOne(db: Db, order: OrderSnapshot, now: number) {
  try {
    return await transaction(db, async tx => {
      const result = await takeInOrder(tx, order, now)
      await closeException(tx, 'order-unreadable', order.id, now)
      return result
    })
  } catch (error) {
    const { code, sentence } = describeError(error)
    if (isDatabaseFault(error)) throw error
    await transaction(db, tx =>
      openException(
        tx,
        {
          kind: 'order-unreadable',
          subject: order.id,
          store: null,
          sentence: `Order ${order.name} could not be taken in (${sentence}). Look at it in Shopify and hand it over from there; report this, other orders go on.`,
          evidence: { code, order },
        },
        now,
      ),
    )
    return { stores: new Set<string>(), again: false }
  }
}

/** A full disk or a lost file is nobody's order's fault: trying again is right. */
function isDatabaseFault(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  return code.startsWith('SQLITE_') && !code.startsWith('SQLITE_CONSTRAINT')
}

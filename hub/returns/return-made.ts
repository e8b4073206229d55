import type { ReturnMade } from '../../shared/events.ts'
import { openException } from '../checks/exceptions.ts'
import { contractOf } from '../contract/contract.ts'
import type { Reads, Tx } from '../db/db.ts'
import { planWrite } from '../outbox/writes.ts'
import { heldUntil } from '../pickups/hold.ts'
import { readPickup } from '../pickups/pickup-row.ts'
import { type RefusedBecause, refusedReturn } from './refused-return.ts'
import { isReturnKnown, nothingYet, putReturn, type StoreReturn, waitingReturns } from './store-return.ts'

/** Where a return was recorded. The device is bound to its store, whatever the event says. `now`: hub clock, ms. */
export interface ReturnOrigin {
  readonly store: string
  readonly device: string
  readonly now: number
}

/** No till takes back so much before Shopify has the first of it, but for one that sends what it should not. */
const MOST_WAITING = 200
/** Shopify's orders are named so. Its ids are whole numbers below 2^63. */
const ORDER_OF_SHOPIFY = /^gid:\/\/shopify\/Order\/[1-9]\d{0,17}$/
const PICKUP_OF_SHOPIFY = /^gid:\/\/shopify\/FulfillmentOrder\/[1-9]\d{0,17}$/

/**
 * A till took goods of an online order back, in the transaction that stores its event. Whatever Shopify says of it later, it is kept
 * once: sent again, under another position too, it has no second effect. @returns the hints to send for its store after the commit
 */
export async function applyReturnMade(
  tx: Tx,
  at: ReturnOrigin,
  event: ReturnMade,
): Promise<readonly ('commands' | 'return-writes')[]> {
  if (await isReturnKnown(tx, event.returnId)) return []
  const order = await orderOf(tx, event)
  const rule = (await contractOf(tx, at.store))?.terms.returns ?? 'none'
  const problem = await problemOf(tx, at, { event, order: order?.id ?? null, rule })
  const made: ReturnMade = { ...event, lines: order?.lines ?? event.lines }
  const one: StoreReturn = {
    row: {
      return_id: event.returnId,
      store: at.store,
      device: at.device,
      order_id: order?.id ?? null,
      rule,
      state: problem === null ? 'waiting' : 'refused',
      body_json: JSON.stringify(made),
      outcome_json: JSON.stringify({ ...nothingYet, problem }),
      noted_at: at.now,
      changed_at: at.now,
    },
    made,
    outcome: { ...nothingYet, problem },
  }
  await putReturn(tx, one)
  if (problem !== null) {
    await openException(tx, refusedReturn(one, problem), at.now)
    return ['commands']
  }
  await planWrite(tx, {
    kind: 'return',
    store: at.store,
    subject: event.returnId,
    key: `return/${event.returnId}`,
    request: { return: event.returnId },
    now: at.now,
    dueAt: await heldUntil(tx, at, event),
  })
  return ['commands', 'return-writes']
}

async function problemOf(
  tx: Tx,
  { device }: ReturnOrigin,
  {
    event,
    order,
    rule,
  }: { readonly event: ReturnMade; readonly order: string | null; readonly rule: string },
): Promise<RefusedBecause | null> {
  if (rule === 'none') return 'not-agreed'
  // a pickup that the hub does not know, as after a restore, is asked for at Shopify
  if (order === null && !PICKUP_OF_SHOPIFY.test(event.pickup ?? '')) return 'order-unknown'
  return (await waitingReturns(tx, device)) >= MOST_WAITING ? 'too-many' : null
}

/** The order and its own lines; null: the hub does not know which they are. */
async function orderOf(
  db: Reads,
  { orderId, pickup, lines }: ReturnMade,
): Promise<{ readonly id: string; readonly lines: ReturnMade['lines'] } | null> {
  if (pickup === null)
    return orderId !== null && ORDER_OF_SHOPIFY.test(orderId) ? { id: orderId, lines } : null
  const known = await readPickup(db, pickup)
  if (known === null) return null
  const orderLineOf = new Map(known.lines.lines.map(({ id, orderLine }) => [id, orderLine]))
  const own = lines.flatMap(line => {
    const orderLine = orderLineOf.get(line.orderLine)
    return orderLine === undefined ? [] : [{ ...line, orderLine }]
  })
  return own.length === lines.length ? { id: known.row.order_id, lines: own } : null
}

import type { RefundHindrance } from '../../pickups/refund-hindrances.ts'
import type { PlannedRefund } from '../../pickups/write-plan.ts'
import type { ShopifyClient } from '../api/client.ts'
import { readFulfillmentOrder } from '../orders/read-order.ts'
import type { OrderStanding } from './order-standing.ts'

/** The hub's clock and Shopify's differ by a little. */
const CLOCKS_APART_MS = 2 * 60_000

/** A part of an order that is to be paid back: an expired pickup, and what was due of it then. */
export interface ExpiredPart {
  readonly pickup: string
  readonly store: string
  readonly lines: NonNullable<PlannedRefund['lines']>
  /** What its customer was still to pay then; minor units. */
  readonly owed: number
  /** When it expired; hub clock, ms. */
  readonly since: number
  /** Shopify has had it on hold since. */
  readonly wasHeld: boolean
}

/**
 * Whether Shopify shows of an order just what has expired: each part open, not on hold, with the same units of each line, and no unit besides.
 * @returns what speaks against it; null: nothing. Throws as `ShopifyClient.read` does
 */
export async function hindranceShown(
  client: ShopifyClient,
  parts: readonly ExpiredPart[],
  { unfulfilled, owed, receivedAt }: Pick<OrderStanding, 'unfulfilled' | 'owed' | 'receivedAt'>,
): Promise<RefundHindrance | null> {
  let seen = 0
  for (const { pickup, lines } of parts) {
    const state = await readFulfillmentOrder(client, pickup)
    if (state?.status === 'ON_HOLD') return 'The order is on hold.'
    if (state?.status !== 'OPEN' && state?.status !== 'IN_PROGRESS')
      return 'The order was changed after it had expired.'
    const left = new Map(lines.map(({ id, quantity }) => [id, quantity]))
    const open = state.lines.filter(line => line.remainingQuantity > 0)
    if (open.length !== left.size || open.some(line => left.get(line.id) !== line.remainingQuantity))
      return 'The order was changed after it had expired.'
    seen += open.reduce((sum, line) => sum + line.remainingQuantity, 0)
  }
  if (seen !== unfulfilled) return 'The order has units that Shopify does not show.'
  if (parts.some(part => part.wasHeld)) return 'The order was on hold after it had expired.'
  if (owed < 0) return 'Shopify owes money of the order.'
  // an authorisation that has lapsed, or an edit that the hub had not read
  if (parts.every(part => part.owed < owed)) return 'More is to be paid of it than when it expired.'
  const isOwed = parts.every(part => part.owed === owed)
  if (!isOwed) return 'What is to be paid of it has changed since it expired.'
  const since = Math.min(...parts.map(part => part.since)) - CLOCKS_APART_MS
  return receivedAt !== null && receivedAt >= since ? 'Money was received since it expired.' : null
}

import { isEnded } from '../../shared/pickup-moves.ts'
import { knownNotice } from '../../shared/pickup-notices.ts'
import type { Tx } from '../db/db.ts'
import type { LineUnits } from './fulfillments.ts'
import { dueUnits } from './line-counts.ts'
import { type Pickup, parsePickup } from './pickup-row.ts'

/** A pickup in which goods of another one continue, and what of a hand-over is of it. */
export interface Continued {
  readonly pickup: Pickup
  readonly lines: readonly LineUnits[]
}

/**
 * Finds where the goods of a pickup that Shopify has regrouped are due now: a till that did not know of it handed them over.
 * @returns null when it was not regrouped, or not all of these units are due in the store as other pickups of the order
 */
export async function continuedIn(
  tx: Tx,
  { row, body, lines }: Pickup,
  handed: readonly LineUnits[],
): Promise<readonly Continued[] | null> {
  if (body.notice === null || knownNotice(body.notice)?.code !== 'continues') return null
  const left = new Map<string, number>()
  for (const { line, quantity } of handed) {
    const orderLine = lines.lines.find(({ id }) => id === line)?.orderLine
    if (orderLine === undefined) return null
    left.set(orderLine, (left.get(orderLine) ?? 0) + quantity)
  }
  const rows = await tx
    .selectFrom('pickup')
    .selectAll()
    .where('order_id', '=', row.order_id)
    .where('store', '=', row.store)
    .where('pickup', '<>', row.pickup)
    .orderBy('pickup')
    .execute()
  const open = rows.map(parsePickup).filter(other => !isEnded(other.body.state))
  const parts = open.map(pickup => ({
    pickup,
    lines: pickup.lines.lines.flatMap(line => {
      const wanted = left.get(line.orderLine ?? '') ?? 0
      const quantity = Math.min(wanted, dueUnits(line))
      left.set(line.orderLine ?? '', wanted - quantity)
      return quantity > 0 ? [{ line: line.id, quantity }] : []
    }),
  }))
  const isAll = [...left.values()].every(units => units === 0)
  return isAll ? parts.filter(part => part.lines.length > 0) : null
}

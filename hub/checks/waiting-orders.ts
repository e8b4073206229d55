import { z } from 'zod'
import { isEnded, pickupStates } from '../../shared/pickup-moves.ts'
import type { Reads } from '../db/db.ts'

const MOST_NAMED = 10
const openStates = pickupStates.filter(state => !isEnded(state))

/** What is still to be handed over of a pickup, and of it what lies packed. */
const Lines = z.object({
  lines: z.array(z.object({ sku: z.string().nullable(), quantity: z.int(), packed: z.int().optional() })),
})

/** The orders that wait for each of these items, by `store/sku`: those of which units are not packed yet, oldest first. */
export async function ordersWaitingFor(
  db: Reads,
  items: readonly { readonly store: string; readonly sku: string }[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const waiting = new Map<string, string[]>(items.map(({ store, sku }) => [`${store}/${sku}`, []]))
  if (items.length === 0) return waiting
  const rows = await db
    .selectFrom('pickup')
    .select(['store', 'order_name', 'lines_json'])
    .where('store', 'in', [...new Set(items.map(({ store }) => store))])
    .where('state', 'in', openStates)
    .orderBy('placed_at')
    .execute()
  for (const row of rows)
    for (const { sku, quantity, packed = 0 } of Lines.parse(JSON.parse(row.lines_json)).lines) {
      const names = waiting.get(`${row.store}/${sku}`)
      const isWaiting = quantity > packed && names?.includes(row.order_name) === false
      if (isWaiting && names.length < MOST_NAMED) names.push(row.order_name)
    }
  return waiting
}

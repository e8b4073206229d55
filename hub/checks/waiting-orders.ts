import { z } from 'zod'
import { isEnded, pickupStates } from '../../shared/pickup-moves.ts'
import type { Reads } from '../db/db.ts'

const MOST_NAMED = 10

/** What a pickup's row says of its goods. */
const Goods = z.object({
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
    .selectAll()
    .where('store', 'in', [...new Set(items.map(({ store }) => store))])
    .where('state', 'not in', pickupStates.filter(isEnded))
    .orderBy('placed_at')
    .execute()
  for (const row of rows)
    for (const { sku, quantity, packed = 0 } of Goods.parse(JSON.parse(row.lines_json)).lines) {
      const names = waiting.get(`${row.store}/${sku}`)
      const isWaiting = quantity > packed && names?.includes(row.order_name) === false
      if (isWaiting && names.length < MOST_NAMED) names.push(row.order_name)
    }
  return waiting
}

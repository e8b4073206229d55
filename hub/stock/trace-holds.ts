import { z } from 'zod'
import type { Reads } from '../db/db.ts'
import { allHeldBack, HOLD_REFERENCES } from './hold-back.ts'

const Request = z.object({
  location: z.string(),
  changes: z.array(z.object({ sku: z.string(), units: z.int() })),
})

/** Units of an item that a request moved, or was to move, from sale online to safety stock; back when negative. */
export interface TracedHold {
  readonly sku: string
  readonly location: string
  readonly units: number
  readonly state: 'planned' | 'sent' | 'confirmed' | 'refused' | 'unknown'
  /** Shopify shows it with the move. */
  readonly reference: string
  /** Hub clock. */
  readonly plannedAt: number
  readonly problem: string | null
}

/** What is held of an item at a location now. Hub clock. */
export interface TracedHeld {
  readonly location: string
  readonly units: number
  readonly unclear: number
  readonly since: number
}

/**
 * What was held back of an item of a store, and given back, oldest first, and what is held now. Requests that were packed, after a day or so, are
 * left out.
 * @param name the item's SKU, or the reference that Shopify shows with a move
 */
export async function traceHolds(
  db: Reads,
  store: string,
  name: string,
): Promise<{ readonly holds: readonly TracedHold[]; readonly held: readonly TracedHeld[] }> {
  const rows = await db
    .selectFrom('shopify_write')
    .select(['subject', 'state', 'request_json', 'planned_at', 'problem'])
    .where('subject', '>=', HOLD_REFERENCES.from)
    .where('subject', '<', HOLD_REFERENCES.until)
    .where('kind', '=', 'hold')
    .where('store', '=', store)
    .orderBy('id')
    .execute()
  const holds = rows.flatMap(row => {
    const { location, changes } = Request.parse(JSON.parse(row.request_json))
    const { subject: reference, state, planned_at: plannedAt, problem } = row
    return changes
      .filter(({ sku }) => sku === name || reference === name)
      .map(({ sku, units }): TracedHold => ({ sku, location, units, state, reference, plannedAt, problem }))
  })
  const held = (await allHeldBack(db, store))
    .filter(({ sku, held, unclear }) => sku === name && held + unclear > 0)
    .map(({ location, held, unclear, held_since }) => ({ location, units: held, unclear, since: held_since }))
  return { holds, held }
}

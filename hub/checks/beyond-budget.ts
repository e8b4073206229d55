import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

/** UTF-16 units of bodies that the hub keeps of one till although it cannot use them, at once and in a day. */
export const BUDGET_CHARACTERS = 64 * 1024 * 1024

/** Tills that sent more than fits since a moment, and how many records did not fit; see streams/device-budget.ts. */
export async function beyondBudget(
  db: Reads,
  what: Schema['device_budget']['what'],
  since: number,
  now: number,
) {
  return db
    .selectFrom('device_budget')
    .innerJoin('device', 'device.device', 'device_budget.device')
    .select(['device.device', 'device.store', 'device.till', 'device_budget.beyond'])
    .where('what', '=', what)
    .where('device.state', '=', 'active')
    .where('beyond_at', '>', since)
    .where('beyond_at', '<=', now)
    .orderBy('device.device')
    .execute()
}

import { defineError } from '../../shared/errors.ts'
import { BUDGET_CHARACTERS } from '../checks/beyond-budget.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'

/**
 * How much a till may have the hub keep that the hub cannot use: a bucket that fills with what comes and empties over a
 * day. No honest day fills it; a till that floods fills its own and no other.
 */

/** `aside`: records that the hub can't read. `refused`: the content of rows that the till's source refused. */
export type BudgetKind = Schema['device_budget']['what']

const DAY_MS = 24 * 3_600_000
/** What a small record costs the hub all the same. */
const LEAST_CHARACTERS = 1024

export const setAsideFull = defineError(
  'SET_ASIDE_FULL',
  (f: { device: string }) =>
    `Device ${f.device} sends more records that this hub can't read than it takes from one till in a day. The till keeps them and what is behind them, and the hub takes them slowly. Nothing is lost.`,
)

type Budget = Schema['device_budget']

/** What is still in the bucket. One filled by a clock that was ahead counts from now. */
export function usedNow({ used, at }: Pick<Budget, 'used' | 'at'>, now: number): number {
  const passed = Math.max(0, now - at)
  return Math.max(0, Math.floor(used - (passed / DAY_MS) * BUDGET_CHARACTERS))
}

/**
 * Takes bodies of these lengths from a device's budget, in their order, and notes how many did not fit.
 * @returns how many fit; an empty budget lets at least one through, however long it is
 */
export async function takeFromBudget(
  tx: Tx,
  of: { readonly device: string; readonly what: BudgetKind },
  lengths: readonly number[],
  now: number,
): Promise<number> {
  const row = await readBudget(tx, of)
  const before = row === undefined ? 0 : usedNow(row, now)
  let used = before
  let fit = 0
  for (const length of lengths) {
    const cost = Math.max(LEAST_CHARACTERS, length)
    if (used > 0 && used + cost > BUDGET_CHARACTERS) break
    used += cost
    fit += 1
  }
  const beyond = lengths.length - fit
  const counted = row === undefined || !isBeyond(row, now) ? 0 : row.beyond
  const next = {
    used,
    at: now,
    beyond: beyond === 0 ? (row?.beyond ?? 0) : counted + beyond,
    beyond_at: beyond === 0 ? (row?.beyond_at ?? null) : now,
  }
  await tx
    .insertInto('device_budget')
    .values({ ...of, ...next })
    .onConflict(c => c.columns(['device', 'what']).doUpdateSet(next))
    .execute()
  return fit
}

function readBudget(db: Reads, { device, what }: { device: string; what: BudgetKind }) {
  return db
    .selectFrom('device_budget')
    .selectAll()
    .where('device', '=', device)
    .where('what', '=', what)
    .executeTakeFirst()
}

/** Whether something did not fit within the last day. A time ahead of the clock is an old one. */
function isBeyond({ beyond_at }: Pick<Budget, 'beyond_at'>, now: number): boolean {
  return beyond_at !== null && beyond_at > now - DAY_MS && beyond_at <= now
}

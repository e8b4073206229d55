import { sql } from 'kysely'
import { isEnded, type PickupState, pickupStates } from '../../shared/pickup-moves.ts'
import type { ReadDb } from '../db/db.ts'

/** States after which nothing more happens. */
export const endedStates: readonly PickupState[] = pickupStates.filter(isEnded)

/** As literals: a partial index is used only for a condition that the planner can compare with its own. */
const endedLiterals = endedStates.map(state => sql.lit(state))

/** Pickups that staff still have to work on. A ready one waits for the customer. */
const waitsForStaff: readonly PickupState[] = ['received', 'accepted', 'picking', 'short']

/** Pickups by store: `open` are not ended; `late` are not ready though promised by now. */
export async function openPickupCounts(
  db: ReadDb,
  now: number,
): Promise<Map<string, { open: number; late: number }>> {
  const rows = await db
    .selectFrom('pickup')
    .select(e => ['store', 'state', 'promised_by', e.fn.countAll<number | string>().as('count')])
    .where('state', 'not in', endedLiterals)
    .groupBy(['store', 'state', 'promised_by'])
    .execute()
  const counts = new Map<string, { open: number; late: number }>()
  for (const row of rows) {
    const count = counts.get(row.store) ?? { open: 0, late: 0 }
    const isLate =
      row.promised_by !== null && row.promised_by < now && waitsForStaff.some(state => state === row.state)
    count.open += Number(row.count)
    if (isLate) count.late += Number(row.count)
    counts.set(row.store, count)
  }
  return counts
}

/** The first moment of the day that `now` lies in, in a zone; to the minute. */
export function startOfToday(now: number, zone: string): number {
  const time = new Intl.DateTimeFormat('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  })
  const parts = time.formatToParts(now)
  const of = (type: 'hour' | 'minute') => Number(parts.find(part => part.type === type)?.value ?? 0)
  const minute = Math.floor(now / 60_000) * 60_000
  return minute - (of('hour') * 60 + of('minute')) * 60_000
}

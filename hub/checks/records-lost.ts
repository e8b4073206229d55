import type { Selectable } from 'kysely'
import { isDue } from '../../shared/back-off.ts'
import { shownMinute } from '../../shared/shown-minute.ts'
import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { defineCheck } from './check.ts'

type LostHistory = Selectable<Schema['lost_history']>

/** How long records of a till are awaited before a person is told: it may be switched off. */
const AWAITED_MS = 24 * 3_600_000
/** As long, where another PC has replaced it: its own may be gone, and connects only when a person starts it. */
const REPLACED_MS = 10 * 60_000

/**
 * Records that the hub held before it was restored, and that no till has any more, or that have not come back in time; until
 * a person has dealt with them.
 */
export const recordsLost = defineCheck({
  kind: 'records-lost',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 1,
  async find(db, now) {
    const { lost, overdue } = await namedLost(db, now)
    return [
      ...byDevice(lost).map(one => ({ ...one, code: 'records-lost' as const })),
      ...byDevice(overdue).map(one => ({
        ...one,
        code: 'records-lost.awaited' as const,
        subject: `${one.subject}/awaited`,
      })),
    ]
  },
})

function byDevice(of: readonly LostHistory[]) {
  return [...Map.groupBy(of, ({ device }) => device)].flatMap(([device, rows]) => {
    const [first] = rows
    if (first === undefined) return []
    const { store, till } = first
    const since = Math.min(...rows.map(row => row.since))
    const until = Math.max(...rows.map(row => row.until))
    const ranges = rows.map(({ epoch, from_seq, to_seq }) => `${epoch}/${from_seq}-${to_seq}`)
    return {
      subject: device,
      store,
      fields: {
        store,
        till,
        records: countRecords(rows),
        since: shownMinute(since),
        until: shownMinute(until),
      },
      evidence: { device, ranges, since, until },
    }
  })
}

/** What no till has any more or may send any more, and what has been awaited for too long, by store and device. */
export async function namedLost(
  db: Reads,
  now: number,
): Promise<{ readonly lost: readonly LostHistory[]; readonly overdue: readonly LostHistory[] }> {
  const rows = await db
    .selectFrom('lost_history as l')
    .leftJoin('device as d', 'd.device', 'l.device')
    .selectAll('l')
    .select('d.state as right')
    .orderBy('l.store')
    .orderBy('l.device')
    .orderBy('l.epoch')
    .orderBy('l.to_seq')
    .orderBy('l.hash')
    .execute()
  const isLost = ({ state, right }: (typeof rows)[number]) => state === 'lost' || right !== 'active'
  return {
    lost: rows.filter(isLost),
    overdue: rows.filter(row => !isLost(row) && isOverdue(row, now)),
  }
}

function isOverdue({ until, ends }: LostHistory, now: number): boolean {
  const ms = ends === null ? AWAITED_MS : REPLACED_MS
  return isDue(until + ms, now, ms)
}

export const countRecords = (rows: readonly Pick<LostHistory, 'from_seq' | 'to_seq'>[]) =>
  rows.reduce((records, { from_seq, to_seq }) => records + to_seq - from_seq + 1, 0)

import type { Selectable } from 'kysely'
import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { defineCheck } from './check.ts'

type LostHistory = Selectable<Schema['lost_history']>

/** Records that the hub held before it was restored, and that no till has any more; until a person has dealt with them. */
export const recordsLost = defineCheck({
  kind: 'records-lost',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 1,
  async find(db) {
    const byDevice = Map.groupBy(await lostForGood(db), ({ device }) => device)
    return [...byDevice].flatMap(([device, rows]) => {
      const [first] = rows
      if (first === undefined) return []
      const { store, till, since, until } = first
      const records = countRecords(rows)
      const ranges = rows.map(({ epoch, from_seq, to_seq }) => `${epoch}/${from_seq}-${to_seq}`)
      return {
        code: 'records-lost' as const,
        subject: device,
        store,
        fields: { store, till, records, since: minuteOf(since), until: minuteOf(until) },
        evidence: { device, ranges, since, until },
      }
    })
  },
})

const minuteOf = (at: number) => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`

/** What no till has any more or may send any more, by store and device. */
export function lostForGood(db: Reads): Promise<LostHistory[]> {
  return db
    .selectFrom('lost_history as l')
    .leftJoin('device as d', 'd.device', 'l.device')
    .selectAll('l')
    .where(e => e.or([e('l.state', '=', 'lost'), e('d.state', 'is', null), e('d.state', '<>', 'active')]))
    .orderBy('l.store')
    .orderBy('l.device')
    .orderBy('l.epoch')
    .execute()
}

export const countRecords = (rows: readonly Pick<LostHistory, 'from_seq' | 'to_seq'>[]) =>
  rows.reduce((records, { from_seq, to_seq }) => records + to_seq - from_seq + 1, 0)

import { defineCheck } from './check.ts'
import { allHours, isOpenFor } from './opening-hours.ts'
import type { SubjectProblem } from './problem.ts'

const HOUR_MS = 3_600_000
/** Where no hours are set. Longer than from Saturday evening to Monday morning. */
const SILENT_MS = 48 * HOUR_MS
/** A till was last seen so far ahead of now only while the hub's clock was wrong. */
const AHEAD_MS = HOUR_MS

/**
 * Tills that were not connected, since they were last seen or since they were enrolled: for some of their store's opening hours, or for two days where no
 * hours are set. While they are connected the gateway notes that they are, so a hub that was killed in the meantime
 * makes no difference.
 */
export const deviceSilent = defineCheck({
  kind: 'device-silent',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 5,
  async find(db, now) {
    const hours = await allHours(db)
    const rows = await db
      .selectFrom('device')
      .select([
        'device',
        'store',
        'till',
        'last_seen_at',
        'enrolled_at',
        'connected_at',
        'disconnected_at',
        'unsent',
      ])
      .where('state', '=', 'active')
      .orderBy('device')
      .execute()
    return rows.flatMap((row): SubjectProblem[] => {
      const { device, store, till, last_seen_at, unsent } = row
      const since = last_seen_at ?? row.enrolled_at
      const about = { subject: device, store, evidence: { since, unsent } }
      const own = hours.get(store)
      if (own === undefined) {
        const isSilent = since < now - SILENT_MS || since > now + AHEAD_MS
        return isSilent ? [{ code: 'device-silent', ...about, fields: { till, store } }] : []
      }
      // of a till that is connected the database is told every hour
      const isConnected = (row.connected_at ?? 0) > (row.disconnected_at ?? 0)
      const heard = isConnected ? since + HOUR_MS : since
      if (since <= now + AHEAD_MS && !isOpenFor(own.hours, own.zone, heard, now)) return []
      const fields = { till, store, minutes: own.hours.afterMinutes }
      return [{ code: 'device-silent.hours', ...about, fields }]
    })
  },
})

import { defineCheck } from './check.ts'

const HOUR_MS = 3_600_000
/** Longer than from Saturday evening to Monday morning. */
const SILENT_MS = 48 * HOUR_MS

/**
 * Tills that have been in use and were not connected for two days. While they are connected the gateway notes that they
 * are, so a hub that was killed in the meantime makes no difference.
 */
export const deviceSilent = defineCheck({
  kind: 'device-silent',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 60,
  async find(db, now) {
    const rows = await db
      .selectFrom('device')
      .select(['device', 'store', 'till', 'last_seen_at', 'unsent'])
      .where('state', '=', 'active')
      .where('last_seen_at', '<', now - SILENT_MS)
      .execute()
    return rows.map(({ device, store, till, last_seen_at: since, unsent }) => ({
      code: 'device-silent' as const,
      subject: device,
      store,
      fields: { till, store },
      evidence: { since, unsent },
    }))
  },
})

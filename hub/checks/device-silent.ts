import { defineCheck } from './check.ts'

const HOUR_MS = 3_600_000
/** Longer than from Saturday evening to Monday morning. */
const SILENT_MS = 48 * HOUR_MS

/** Tills that have been in use and have not connected for two days. */
export const deviceSilent = defineCheck({
  kind: 'device-silent',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 60,
  async find(db, now) {
    const rows = await db
      .selectFrom('device')
      .select(['device', 'store', 'till', 'disconnected_at', 'unsent'])
      .where('state', '=', 'active')
      .where('disconnected_at', '<', now - SILENT_MS)
      .where(e => e('connected_at', '<=', e.ref('disconnected_at')))
      .execute()
    return rows.map(({ device, store, till, disconnected_at: since, unsent }) => ({
      code: 'device-silent' as const,
      subject: device,
      store,
      fields: { till, store },
      evidence: { since, unsent },
    }))
  },
})

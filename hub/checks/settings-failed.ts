import { sql } from 'kysely'
import { defineCheck } from './check.ts'

/** Tills that could not keep the settings that head office set for them, and run with those before. */
export const settingsFailed = defineCheck({
  kind: 'settings-failed',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 1,
  async find(db) {
    const rows = await db
      .selectFrom('settings_outcome as o')
      .innerJoin('settings_version as v', 'v.version', 'o.version')
      .innerJoin('device as d', 'd.device', 'o.device')
      .select(['o.device', 'd.store', 'd.till', 'o.version', 'o.why', 'o.agent'])
      .where('o.outcome', '=', sql.lit('failed')) // as the index has it
      .where('v.state', '<>', 'dropped')
      .whereRef('o.attempt', '=', 'v.attempt')
      .whereRef('o.agent', '=', 'd.version')
      .where('d.state', '=', 'active')
      .orderBy('o.device')
      .orderBy('o.version', 'desc')
      .execute()
    const newest = new Map(rows.toReversed().map(row => [row.device, row]))
    return [...newest.values()].map(({ device, store, till, version, why, agent }) => ({
      code: 'settings-failed' as const,
      subject: device,
      store,
      fields: { till, store, version, why: why ?? '' },
      evidence: { device, version, agent, why },
    }))
  },
})

import { sql } from 'kysely'
import { TAKES_NONE, versionsNamed } from '../../shared/settings-name.ts'
import type { Reads } from '../db/db.ts'
import { defineCheck } from './check.ts'
import { saidWhy } from './words/said-by-till.ts'

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
      .where('v.state', 'not in', ['dropped', 'replaced'])
      .whereRef('o.attempt', '=', 'v.attempt')
      .whereRef('o.agent', '=', 'd.version')
      .where('d.state', '=', 'active')
      .orderBy('o.device')
      .orderBy('o.version', 'desc')
      .execute()
    const newest = new Map([...(await wentBack(db)), ...rows.toReversed()].map(row => [row.device, row]))
    return [...newest.values()].map(({ device, store, till, version, why, agent }) => ({
      code: 'settings-failed' as const,
      subject: device,
      store,
      fields: { till, store, version, why: saidWhy(why) },
      evidence: { device, version, agent, why },
    }))
  },
})

/** Tills that could not go back to settings that once worked there: that says nothing against the version, so no outcome is noted. */
async function wentBack(db: Reads) {
  const rows = await db
    .selectFrom('settings_report as r')
    .innerJoin('device as d', 'd.device', 'r.device')
    .select(['r.device', 'd.store', 'd.till', 'r.told', 'r.sentence as why', 'd.version as agent'])
    .where('d.state', '=', 'active')
    .where('r.state', 'in', ['refused', 'rolled-back'])
    .where(e => e.or([e('r.code', 'is', null), e('r.code', '<>', TAKES_NONE)]))
    .execute()
  const found = []
  for (const { told, agent, ...row } of rows) {
    const named = versionsNamed(told).map(({ version }) => version)
    const version = named.at(-1)
    const outcomes = await db
      .selectFrom('settings_outcome')
      .select(['version', 'outcome'])
      .where('device', '=', row.device)
      .execute()
    const worked = new Set(outcomes.filter(one => one.outcome === 'healthy').map(one => one.version))
    if (version !== undefined && named.every(one => worked.has(one)))
      found.push({ ...row, version, agent: agent ?? '' })
  }
  return found
}

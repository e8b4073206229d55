import { defineCheck } from './check.ts'
import { saidWhy } from './words/said-by-till.ts'

/** Tills that go on with settings that worked before, because their agent.json can't be used. */
export const ownSettingsBroken = defineCheck({
  kind: 'own-settings-broken',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 1,
  async find(db) {
    const rows = await db
      .selectFrom('settings_report as r')
      .innerJoin('device as d', 'd.device', 'r.device')
      .select(['r.device', 'd.store', 'd.till', 'r.own_problem'])
      .where('d.state', '=', 'active')
      .where('r.own_problem', 'is not', null)
      .orderBy('r.device')
      .execute()
    return rows.map(({ device, store, till, own_problem }) => ({
      code: 'own-settings-broken' as const,
      subject: device,
      store,
      device,
      fields: { till, store, why: saidWhy(own_problem) },
      evidence: { why: own_problem },
    }))
  },
})

import type { Reads } from '../db/db.ts'
import { defineCheck } from './check.ts'
import { saidWhy } from './words/said-by-till.ts'

/** Tills that go on with settings that worked before, because their agent.json can't be used. */
export const ownSettingsBroken = defineCheck({
  kind: 'own-settings-broken',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 1,
  find: db => brokenTills(db, 'own-settings-broken', 0),
})

/** @param readsNone 1: only those whose former settings name no source; 0: only the others */
export async function brokenTills(
  db: Reads,
  code: 'own-settings-broken' | 'reads-no-sales',
  readsNone: 0 | 1,
) {
  const rows = await db
    .selectFrom('settings_report as r')
    .innerJoin('device as d', 'd.device', 'r.device')
    .select(['r.device', 'd.store', 'd.till', 'r.own_problem'])
    .where('d.state', '=', 'active')
    .where('r.own_problem', 'is not', null)
    .where('r.reads_no_sales', '=', readsNone)
    .orderBy('r.device')
    .execute()
  return rows.map(({ device, store, till, own_problem }) => ({
    code,
    subject: device,
    store,
    device,
    fields: { till, store, why: saidWhy(own_problem) },
    evidence: { why: own_problem },
  }))
}

import { defineCheck } from './check.ts'
import { brokenTills } from './own-settings-broken.ts'

/** Tills that can't use their agent.json, and whose settings that worked before name no source: nothing sold there is read. */
export const readsNoSales = defineCheck({
  kind: 'reads-no-sales',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 1,
  find: db => brokenTills(db, 'reads-no-sales', 1),
})

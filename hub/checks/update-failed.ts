import { defineCheck } from './check.ts'
import { saidWhy } from './words/said-by-till.ts'

/** Tills that could not keep the release that they are offered, or wait for room for it, and went on with the version before. */
export const updateFailed = defineCheck({
  kind: 'update-failed',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 1,
  async find(db) {
    const rows = await db
      .selectFrom('release_outcome as o')
      .innerJoin('release as r', 'r.version', 'o.version')
      .innerJoin('device as d', 'd.device', 'o.device')
      .select(['o.device', 'd.store', 'd.till', 'o.version', 'o.why', 'd.version as runs'])
      .where('o.outcome', 'in', ['failed', 'offered'])
      .where(of => of.or([of('o.outcome', '=', 'failed'), of('o.why', 'is not', null)])) // offered, and it has no room
      .where('r.state', '<>', 'withdrawn')
      .whereRef('o.attempt', '=', 'r.attempt')
      .where('d.state', '=', 'active')
      .orderBy('o.device')
      .execute()
    return rows.map(({ device, store, till, version, why, runs }) => ({
      code: 'update-failed' as const,
      subject: device,
      store,
      fields: { till, store, version, runs: runs ?? '', why: saidWhy(why) },
      evidence: { device, version, runs, why },
    }))
  },
})

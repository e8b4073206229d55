import { defineCheck } from './check.ts'

/** Roll-outs that stopped on their own, as tills could not keep the update. */
export const releaseStopped = defineCheck({
  kind: 'release-stopped',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 1,
  async find(db) {
    const rows = await db
      .selectFrom('release')
      .select(['version', 'stage', 'why'])
      .where('state', '=', 'stopped')
      .orderBy('version')
      .execute()
    return rows.map(({ version, stage, why }) => ({
      code: 'release-stopped' as const,
      subject: version,
      store: null,
      fields: { version, why: why ?? '' },
      evidence: { version, stage, why },
    }))
  },
})

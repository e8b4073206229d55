import { sql } from 'kysely'
import { defineCheck } from './check.ts'

/** Settings of tills whose roll-out stopped on its own, as tills could not keep them. */
export const settingsStopped = defineCheck({
  kind: 'settings-stopped',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 1,
  async find(db) {
    const rows = await db
      .selectFrom('settings_version')
      .select(['version', 'level', 'target', 'changed_by', 'why', 'reason'])
      .where('state', '=', sql.lit('stopped')) // as the index has it
      .orderBy('version')
      .execute()
    return rows.map(({ version, level, target, changed_by, why, reason }) => ({
      code: 'settings-stopped' as const,
      subject: String(version),
      store: level === 'store' ? target : level === 'till' ? (target.split('/')[0] ?? null) : null,
      fields: { version, by: changed_by, what: why, why: reason ?? '' },
      evidence: { version, level, target, changedBy: changed_by, why, reason },
    }))
  },
})

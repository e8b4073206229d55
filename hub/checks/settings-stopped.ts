import { sql } from 'kysely'
import { defineCheck } from './check.ts'

/** Why a version is paused of which a restored hub can't know whether it is still right. */
export const PAUSED_BY_RESTORE = 'the hub was put back from a backup; offer it again if it is still right'

/** Settings of tills whose roll-out stopped on its own, as tills could not keep them, or because the hub was restored. */
export const settingsStopped = defineCheck({
  kind: 'settings-stopped',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 1,
  async find(db) {
    const versions = db
      .selectFrom('settings_version')
      .select(['version', 'level', 'target', 'state', 'changed_by', 'why', 'reason'])
      .orderBy('version')
    const rows = [
      // states as the indexes have them
      ...(await versions.where('state', '=', sql.lit('stopped')).execute()),
      ...(await versions
        .where('state', '=', sql.lit('paused'))
        .where('reason', '=', PAUSED_BY_RESTORE)
        .execute()),
    ]
    return rows.map(({ version, level, target, state, changed_by, why, reason }) => ({
      code: state === 'stopped' ? ('settings-stopped' as const) : ('settings-stopped.restored' as const),
      subject: String(version),
      store: level === 'store' ? target : level === 'till' ? (target.split('/')[0] ?? null) : null,
      fields: { version, by: changed_by, what: why, why: reason ?? '' },
      evidence: { version, level, target, changedBy: changed_by, why, reason },
    }))
  },
})

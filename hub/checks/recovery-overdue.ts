import { isDue } from '../../shared/back-off.ts'
import type { Reads } from '../db/db.ts'
import { defineCheck } from './check.ts'
import { waitingRecoveries } from './recovery-waits.ts'

const HOUR_MS = 3_600_000

/** Recoveries that a person must help along: they have been waiting for more than an hour. */
export const recoveryOverdue = defineCheck({
  kind: 'recovery-overdue',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 5,
  async find(db, now) {
    const overdue = await overdueRecoveries(db, now)
    return overdue.map(({ store, waiting, evidence }) => ({
      code: 'recovery-overdue' as const,
      subject: store,
      store,
      fields: { store, waiting },
      evidence,
    }))
  },
})

/** The recoveries that have been waiting for more than an hour. */
export async function overdueRecoveries(db: Reads, now: number) {
  return (await waitingRecoveries(db)).filter(({ begunAt }) => isDue(begunAt + HOUR_MS, now, HOUR_MS))
}

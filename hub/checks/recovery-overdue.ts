import { isDue } from '../../shared/back-off.ts'
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
    const waiting = await waitingRecoveries(db)
    return waiting
      .filter(({ begunAt }) => isDue(begunAt + HOUR_MS, now, HOUR_MS))
      .map(({ store, waiting, evidence }) => ({
        code: 'recovery-overdue' as const,
        subject: store,
        store,
        fields: { store, waiting },
        evidence,
      }))
  },
})

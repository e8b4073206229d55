import { defineCheck } from './check.ts'
import type { SubjectProblem } from './problem.ts'
import { type WaitingRecovery, waitingRecoveries } from './recovery-waits.ts'

/** The database is older than it was; open for each store until its recovery has ended. */
export const hubRestored = defineCheck({
  kind: 'hub-restored',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 1,
  find: async db => (await waitingRecoveries(db)).map(problemOf),
})

function problemOf({ store, cause, waiting, evidence }: WaitingRecovery): SubjectProblem {
  const code = cause === 'other-hub' ? 'no-record' : cause
  return {
    code: `hub-restored.${code}` as const,
    subject: store,
    store,
    fields: { store, waiting },
    evidence: { cause, ...evidence },
  }
}

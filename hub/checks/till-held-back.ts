import { BUDGET_CHARACTERS, beyondBudget } from './beyond-budget.ts'
import { defineCheck } from './check.ts'

const HOUR_MS = 3_600_000
const MIB = 1024 * 1024

/** Tills that send more unreadable records than the hub takes from one till, so that what is behind them waits. */
export const tillHeldBack = defineCheck({
  kind: 'till-held-back',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 5,
  async find(db, now) {
    const tills = await beyondBudget(db, 'aside', now - HOUR_MS, now)
    return tills.map(({ device, store, till }) => ({
      code: 'till-held-back' as const,
      subject: device,
      store,
      fields: { till, store, limit: BUDGET_CHARACTERS / MIB },
      evidence: { device },
    }))
  },
})

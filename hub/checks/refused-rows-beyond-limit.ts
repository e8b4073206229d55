import { BUDGET_CHARACTERS, beyondBudget } from './beyond-budget.ts'
import { defineCheck } from './check.ts'

const DAY_MS = 24 * 3_600_000
const MIB = 1024 * 1024

/** Tills that report so many refused rows that the hub no longer keeps what the rows hold. */
export const refusedRowsBeyondLimit = defineCheck({
  kind: 'refused-rows-beyond-limit',
  owner: 'it',
  severity: 'warning',
  everyMinutes: 15,
  async find(db, now) {
    const tills = await beyondBudget(db, 'refused', now - DAY_MS, now)
    return tills.map(({ device, store, till, beyond }) => ({
      code: 'refused-rows-beyond-limit' as const,
      subject: device,
      store,
      fields: { till, store, limit: BUDGET_CHARACTERS / MIB, more: beyond },
      evidence: { device, more: beyond },
    }))
  },
})

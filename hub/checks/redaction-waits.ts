import { isDue } from '../../shared/back-off.ts'
import { waitedFor } from '../redactions/redaction-waits.ts'
import { defineCheck } from './check.ts'

const DAY_MS = 86_400_000
/** Shopify wants a redaction within 30 days, so whoever must act has 16 of them left. */
const AFTER_MS = 14 * DAY_MS
const WITHIN_MS = 30 * DAY_MS

/** Tills that have not taken the redaction of a customer for two weeks. */
export const redactionWaits = defineCheck({
  kind: 'redaction-waits',
  owner: 'ops',
  severity: 'warning',
  everyMinutes: 60,
  async find(db, now) {
    const waiting = await waitedFor(db)
    return waiting
      .filter(({ since }) => isDue(since + AFTER_MS, now, AFTER_MS + DAY_MS))
      .map(({ device, till, store, orders, since }) => ({
        code: 'redaction-waits' as const,
        subject: device,
        store,
        fields: {
          till,
          store,
          device,
          orders,
          until: new Date(since + WITHIN_MS).toISOString().slice(0, 10),
        },
        evidence: { device, orders, since },
      }))
  },
})

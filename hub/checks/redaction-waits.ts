import { isDue } from '../../shared/back-off.ts'
import type { Reads } from '../db/db.ts'
import { defineCheck } from './check.ts'

const DAY_MS = 86_400_000
/** Shopify wants a redaction within 30 days, so 16 of them are left to act. */
const AFTER_MS = 14 * DAY_MS
const WITHIN_MS = 30 * DAY_MS

/** Tills that have not taken the redaction of a customer for two weeks. */
export const redactionWaits = defineCheck({
  kind: 'redaction-waits',
  owner: 'ops',
  severity: 'warning',
  everyMinutes: 60,
  async find(db, now) {
    const waiting = await tillsWaitedFor(db)
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

/** The tills that have not taken redactions, each with the oldest. One that was revoked since is not waited for. */
async function tillsWaitedFor(db: Reads) {
  const rows = await db
    .selectFrom('redaction_wait as w')
    .innerJoin('device as d', 'd.device', 'w.device')
    .select(e => [
      'd.device',
      'd.till',
      'd.store',
      e.fn.countAll<number | string>().as('orders'),
      e.fn.min('w.since').as('since'),
    ])
    .where('d.state', '=', 'active')
    .groupBy(['d.device', 'd.till', 'd.store'])
    .orderBy('d.device')
    .execute()
  return rows.map(({ orders, since, ...till }) => ({ ...till, orders: Number(orders), since: Number(since) }))
}

import { defineCheck } from './check.ts'

/** Longer than it takes to read an order from Shopify again. */
const WAITS_MS = 3_600_000
/** As long as the move waits for its order. */
const GIVEN_UP_MS = 30 * 86_400_000

/** Hand-overs whose order the hub does not know: a restored hub learns it within minutes, so this one needs a person. */
export const handedOverUnknown = defineCheck({
  kind: 'handed-over-unknown',
  owner: 'e-commerce',
  severity: 'urgent',
  everyMinutes: 15,
  async find(db, now) {
    const rows = await db
      .selectFrom('pickup_move')
      .select(['pickup', 'store', 'device', 'staff', 'till', 'made_at', 'body_json'])
      .where('state', '=', 'waiting')
      .where('move', '=', 'collect')
      // one ahead of the clock was received while it was wrong
      .where(e => e.or([e('received_at', '<', now - WAITS_MS), e('received_at', '>', now)]))
      .where('received_at', '>', now - GIVEN_UP_MS)
      .execute()
    return rows.map(({ pickup, store, device, staff, till, made_at, body_json }) => ({
      code: 'handed-over-unknown' as const,
      subject: pickup,
      store,
      device,
      fields: { pickup, store, staff, till },
      evidence: { madeAt: made_at, event: JSON.parse(body_json) },
    }))
  },
})

import { isDue } from '../../../shared/back-off.ts'
import { inParallel } from '../../../shared/turns.ts'
import { type Db, transaction } from '../../db/db.ts'
import { countAsSent, openWrite, openWrites, pickupWriteKinds, type Write } from '../../outbox/writes.ts'
import { recoveries } from '../../stock/recovery.ts'
import { LONGEST_WAIT_MS, orPutOff } from '../guarded-write.ts'
import { sendPickupWrite } from './pickup-writes.ts'
import { refundedOrder } from './refund-write.ts'
import type { PickupWriteWork } from './write-steps.ts'

/** Calls under way at once; the throttle paces them. */
const WIDTH = 8

/**
 * Carries what Shopify is to hear of pickups as far as it goes now, different pickups side by side. A hand-over of a part, and a
 * payback of an order, wait until the earlier ones of the same pickup or order have ended: what Shopify has by then says which of
 * them it is. All its memory is the database: it may be killed at any point and run again.
 * @throws SHOPIFY_UNREACHABLE, SHOPIFY_REFUSES when Shopify cannot be worked with at all
 */
export async function runPickupWrites(work: PickupWriteWork): Promise<void> {
  const rows = await openWrites(work.db, { kinds: pickupWriteKinds })
  const now = work.world.clock.now()
  const open = rows.toSorted((one, other) => one.id - other.id)
  const isDueNow = (row: Write) => isDue(row.due_at, now, LONGEST_WAIT_MS)
  await countAllAsSent(work, open.filter(isDueNow))
  const together = [...Map.groupBy(open, turnOf).values()]
  await inParallel(together, WIDTH, async writes => {
    for (const [index, write] of writes.entries()) {
      if (!isDueNow(write) || (await waitsForEarlier(work.db, write, writes.slice(0, index)))) continue
      await orPutOff(work, write.id, () => sendPickupWrite(work, write.id))
    }
  })
}

/** What goes one after the other: the requests of a pickup, and those that pay an order back, whichever of its pickups they are of. */
const turnOf = (write: Write): string => (write.kind === 'refund' ? refundedOrder(write) : write.subject)

/** Of two hand-overs, what the second one had Shopify take would pass for the first one; a second cancellation is refused. */
async function waitsForEarlier(
  db: Db,
  { kind }: Pick<Write, 'kind'>,
  earlier: readonly Write[],
): Promise<boolean> {
  if (kind !== 'collected' && kind !== 'refund') return false
  for (const one of earlier) if (one.kind === kind && (await openWrite(db, one.id)) !== null) return true
  return false
}

/** During a recovery a hub that was lost may have sent it: Shopify is asked before it goes again. */
async function countAllAsSent({ db, world }: PickupWriteWork, writes: readonly Write[]): Promise<void> {
  const underWay = (await recoveries(db)).filter(({ ended_at }) => ended_at === null)
  const recovering = new Set(underWay.map(({ store }) => store))
  for (const write of writes)
    if (recovering.has(write.store) && write.first_sent_at === null)
      await transaction(db, tx => countAsSent(tx, write, world.clock.now()))
}

import { isDue } from '../../../shared/back-off.ts'
import { inParallel } from '../../../shared/turns.ts'
import { transaction } from '../../db/db.ts'
import { markSent, openWrites, pickupWriteKinds, type Write } from '../../outbox/writes.ts'
import { recoveries } from '../../stock/recovery.ts'
import { LONGEST_WAIT_MS, orPutOff } from '../guarded-write.ts'
import { sendPickupWrite } from './pickup-writes.ts'
import type { PickupWriteWork } from './write-steps.ts'

/** Calls under way at once; the throttle paces them. */
const WIDTH = 8

/**
 * Carries what Shopify is to hear of pickups as far as it goes now. The writes of one pickup go in order, those of different
 * pickups side by side. All its memory is the database: it may be killed at any point and run again.
 * @throws SHOPIFY_UNREACHABLE, SHOPIFY_REFUSES when Shopify cannot be worked with at all
 */
export async function runPickupWrites(work: PickupWriteWork): Promise<void> {
  const rows = await openWrites(work.db, { kinds: pickupWriteKinds })
  const now = work.world.clock.now()
  const due = rows
    .filter(row => isDue(row.due_at, now, LONGEST_WAIT_MS))
    .toSorted((one, other) => one.id - other.id)
  await countAsSent(work, due)
  const bySubject = [...Map.groupBy(due, row => row.subject).values()]
  await inParallel(bySubject, WIDTH, async writes => {
    for (const { id } of writes) await orPutOff(work, id, () => sendPickupWrite(work, id))
  })
}

/** During a recovery a hub that was lost may have sent it: Shopify is asked before it goes again. */
async function countAsSent({ db, world }: PickupWriteWork, writes: readonly Write[]): Promise<void> {
  const underWay = (await recoveries(db)).filter(({ ended_at }) => ended_at === null)
  const recovering = new Set(underWay.map(({ store }) => store))
  for (const { id, store, first_sent_at } of writes)
    if (recovering.has(store) && first_sent_at === null)
      await transaction(db, tx => markSent(tx, id, world.clock.now()))
}

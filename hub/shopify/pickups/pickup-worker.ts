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
  const turns = await turnsOf(work.db, open)
  const together = [...Map.groupBy(open, turns).values()]
  await inParallel(together, WIDTH, async writes => {
    for (const [index, write] of writes.entries()) {
      if (!isDueNow(write) || (await waitsForOther(work.db, write, writes, index))) continue
      await orPutOff(work, write.id, () => sendPickupWrite(work, write.id))
    }
  })
}

/**
 * What goes one after the other: the requests of a pickup, those that pay an order back, whichever of its pickups they are of, and all of an
 * order whose customer has chosen something.
 */
async function turnsOf(db: Db, open: readonly Write[]): Promise<(write: Write) => string> {
  const orders = await ordersOfChoices(db, open)
  return write =>
    write.kind === 'refund' ? refundedOrder(write) : (orders.get(write.subject) ?? write.subject)
}

/** The order of each pickup of the orders whose customers' choices are to be carried out. */
async function ordersOfChoices(db: Db, open: readonly Write[]): Promise<ReadonlyMap<string, string>> {
  const parts = open.flatMap(({ kind, subject }) => (kind === 'choice' ? [subject] : []))
  if (parts.length === 0) return new Map()
  const asked = await db
    .selectFrom('customer_question')
    .select(['order_id', 'part'])
    .where('part', 'in', parts)
    .execute()
  const orders = [...new Set(asked.map(one => one.order_id))]
  const pickups =
    orders.length === 0
      ? []
      : await db.selectFrom('pickup').select(['pickup', 'order_id']).where('order_id', 'in', orders).execute()
  return new Map([
    ...pickups.map(one => [one.pickup, one.order_id] as const),
    ...asked.map(one => [one.part, one.order_id] as const),
  ])
}

/** Of two hand-overs, what the second one had Shopify take would pass for the first one; a second cancellation is refused. */
async function waitsForOther(
  db: Db,
  { id, kind }: Pick<Write, 'id' | 'kind'>,
  writes: readonly Write[],
  index: number,
): Promise<boolean> {
  if (kind === 'choice') return waitsForSentChoice(db, id, writes)
  if (kind !== 'collected' && kind !== 'refund') return false
  for (const one of writes.slice(0, index))
    if (one.kind === kind && (await openWrite(db, one.id)) !== null) return true
  return false
}

/** While Shopify may be at work on one choice of an order, what it has then would pass for another one. */
async function waitsForSentChoice(db: Db, id: number, writes: readonly Write[]): Promise<boolean> {
  const isSent = (await openWrite(db, id))?.first_sent_at != null
  for (const one of writes) {
    if (one.kind !== 'choice' || one.id === id) continue
    const other = await openWrite(db, one.id)
    if (other !== null && other.first_sent_at !== null && (!isSent || one.id < id)) return true
  }
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

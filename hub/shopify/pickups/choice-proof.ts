import { isExceptionOpen } from '../../checks/exceptions.ts'
import { isOpenAbout } from '../../checks/open-about.ts'
import { contractOf } from '../../contract/contract.ts'
import type { Reads } from '../../db/db.ts'
import type { ChoiceHindrance } from '../../pickups/customer-choice/ask.ts'
import { isPutBackSince, PUT_BACK } from '../../pickups/customer-choice/put-back.ts'
import { type CustomerQuestion, FOUND } from '../../pickups/customer-choice/questions.ts'
import { isNotFound } from '../../pickups/customer-choice/show.ts'
import { mayBeGone } from '../../pickups/may-be-gone.ts'
import { namesOfOrder } from '../../pickups/named-order.ts'
import { isNamedByReceipt } from '../../pickups/order-sale-row.ts'
import { parsePickup, readPickup } from '../../pickups/pickup-row.ts'
import { hasMovesUntaken, storesTold } from '../../pickups/stores-told.ts'
import { isJudged } from '../../stock/recovery.ts'
import type { PickupWriteWork } from './write-steps.ts'

/** Why a choice is not carried out now: it waits, or head office has to do it. */
export type ChoiceDoubt =
  | { readonly next: 'wait'; readonly for: 'tills' | 'unseen' }
  | { readonly next: 'leave'; readonly why: ChoiceHindrance }

/**
 * What the hub knows against carrying out a choice, whichever it is, once it has all that the tills did. Null: nothing. Whether the items are
 * held, the caller has read in Shopify.
 */
export async function proveChoice(
  work: Pick<PickupWriteWork, 'db' | 'isAllTold'>,
  question: CustomerQuestion,
): Promise<ChoiceDoubt | null> {
  const said = await whatHubSays(work.db, question)
  if (said !== null) return said
  return (await isHeard(work, question)) ? null : { next: 'wait', for: 'tills' }
}

/**
 * What the hub's own rows say against it: the items must be missing, also where staff look for them again, and nothing may say that goods are
 * elsewhere. Null: nothing.
 */
export async function whatHubSays(db: Reads, question: CustomerQuestion): Promise<ChoiceDoubt | null> {
  const { row } = question
  const { order_id: order, order_name: name, part, store } = row
  const leaveAs = (why: ChoiceHindrance) => ({ next: 'leave', why }) as const
  if ((await contractOf(db, store))?.terms.shortLines !== 'ask') return leaveAs('It is not agreed any more.')
  if (await isPutBackSince(db, question)) return leaveAs(PUT_BACK)
  const held = await readPickup(db, part)
  if (held === null) return { next: 'wait', for: 'unseen' }
  if (!isNotFound(held)) return leaveAs(FOUND)
  const rows = await db.selectFrom('pickup').selectAll().where('order_id', '=', order).execute()
  for (const one of rows)
    if ((await mayBeGone(db, parsePickup(one))) !== null)
      return leaveAs('The customer may have the goods already.')
  const pickups = rows.map(({ pickup }) => pickup)
  const names = namesOfOrder(name, pickups)
  if (await isNamedByReceipt(db, { names, pickups })) return leaveAs('A receipt names the order.')
  // a store that gives the held items back does not look for them any more: what the customer chose goes on
  const others = pickups.filter(pickup => pickup !== part)
  const isAsked =
    (await isOpenAbout(db, { order, names, pickups }, ['pickup-short', 'pickup-refused'])) ||
    (await isAnyRefused(db, others))
  return isAsked ? leaveAs('Another exception about the order is open.') : null
}

async function isAnyRefused(db: Reads, pickups: readonly string[]): Promise<boolean> {
  for (const pickup of pickups) if (await isExceptionOpen(db, 'pickup-refused', pickup)) return true
  return false
}

/** Whether the items are missing at their store by the hub's rows, and not with the customer. */
export async function isStillMissing(db: Reads, { row }: CustomerQuestion): Promise<boolean> {
  const held = await readPickup(db, row.part)
  return held !== null && isNotFound(held) && (await mayBeGone(db, held)) === null
}

/** Whether the hub has all that the tills did of each store that was ever told of the order: one may have found the items and handed them over. */
async function isHeard(
  { db, isAllTold }: Pick<PickupWriteWork, 'db' | 'isAllTold'>,
  { row }: CustomerQuestion,
): Promise<boolean> {
  const placed = await db
    .selectFrom('pickup')
    .select('placed_at')
    .where('order_id', '=', row.order_id)
    .orderBy('placed_at')
    .limit(1)
    .executeTakeFirst()
  const since = placed?.placed_at ?? 0
  const stores = await storesTold(db, row.order_id, since)
  const readFrom = row.chosen_at ?? row.asked_at
  for (const store of stores)
    if ((await isJudged(db, store)) || !(await isAllTold({ store, since, readFrom }))) return false
  return !(await hasMovesUntaken(db, stores, since))
}

import { isEnded } from '../../shared/pickup-moves.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import type { FieldValue } from '../checks/words/message.ts'
import type { Reads, Tx } from '../db/db.ts'
import { endOverQuestions, isChoiceLeft } from './customer-choice/show.ts'
import type { LineUnits } from './fulfillments.ts'
import { goodsOf } from './goods-text.ts'
import { missingUnits } from './line-counts.ts'
import { type Pickup, parsePickup } from './pickup-row.ts'

/** What staff could not find of a pickup. */
export function missingOf({ lines }: Pick<Pickup, 'lines'>): readonly LineUnits[] {
  return lines.lines.flatMap(line => {
    const quantity = missingUnits(line)
    return quantity > 0 ? [{ line: line.id, quantity }] : []
  })
}

/** The customer, as exceptions name them. */
export function customerOf({ body }: Pickup): FieldValue {
  return body.customer.name === '' ? { phrase: 'phrase.no-name' } : body.customer.name
}

/** Opens `pickup-short` for an order of which a part was not found: head office decides about that part, once for each order. */
export async function nameShort(
  tx: Tx,
  pickup: Pickup,
  what: { readonly staff: string; readonly evidence: Readonly<Record<string, unknown>> },
  now: number,
): Promise<void> {
  const { row } = pickup
  const { staff, evidence } = what
  const fields = {
    order: row.order_name,
    store: row.store,
    staff,
    items: goodsOf(pickup, missingOf(pickup)),
    customer: customerOf(pickup),
  }
  const { order_id: subject, store } = row
  await openException(tx, { code: 'pickup-short.rest', subject, store, device: null, fields, evidence }, now)
}

/**
 * Closes `pickup-short` of an order once nothing that is due of it is missing: it was found, refunded, edited away or moved. A choice that
 * was left to head office keeps it open until the store has nothing of it to hand over. Its customer is then not asked about it any more. @returns the stores whose tills are told that: say `commands` for each after commit
 */
export async function closeShortWhenFound(tx: Tx, order: string, now: number): Promise<readonly string[]> {
  if ((await isShort(tx, order)) || (await isChoiceLeft(tx, order))) return []
  await closeException(tx, 'pickup-short', order, now)
  return endOverQuestions(tx, order, now)
}

/** Whether something that is due of an order is missing. */
export async function isShort(db: Reads, order: string): Promise<boolean> {
  const rows = await db.selectFrom('pickup').selectAll().where('order_id', '=', order).execute()
  return rows
    .map(parsePickup)
    .some(pickup => pickup.lines.committed && !isLetGo(pickup) && missingOf(pickup).length > 0)
}

/** It was handed over, and what was missing of it then waits for Shopify's word: it is due until that says otherwise. */
function isLetGo({ body }: Pickup): boolean {
  return isEnded(body.state) && body.state !== 'collected'
}

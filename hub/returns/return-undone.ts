import type { ReturnUndone } from '../../shared/events.ts'
import { closeException, openException } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import { goodsText } from '../checks/words/returned-goods.ts'
import type { Tx } from '../db/db.ts'
import { wasSent } from '../outbox/writes.ts'
import type { ReturnOrigin } from './return-made.ts'
import { changeReturn, readStoreReturn, type StoreReturn } from './store-return.ts'

/**
 * Staff of a till took a return back within seconds, in the transaction that stores their event. As long as Shopify has not heard of
 * it, it is dropped when its turn comes, where Shopify is asked once more; else people put it right.
 * @returns the hints to send for its store after the commit
 */
export async function applyReturnUndone(
  tx: Tx,
  at: ReturnOrigin,
  event: ReturnUndone,
): Promise<readonly ('commands' | 'return-writes')[]> {
  const one = await readStoreReturn(tx, event.returnId)
  if (one === null || one.row.store !== at.store || one.outcome.isUndone) return []
  if (one.row.state === 'refused') {
    await closeException(tx, 'return-refused', one.row.return_id, at.now)
    await changeReturn(tx, event.returnId, { outcome: { isUndone: true, problem: 'undone' } }, at.now)
    return ['commands']
  }
  if (one.row.state === 'waiting' && !(await isHeardOf(tx, one))) {
    await changeReturn(tx, event.returnId, { outcome: { isUndone: true } }, at.now)
    return ['return-writes']
  }
  await sayTooLate(tx, event.returnId, at.now)
  return ['commands']
}

/** A hub that was put back may have found a return in Shopify that it has sent nothing of. */
async function isHeardOf(tx: Tx, { row, outcome }: StoreReturn): Promise<boolean> {
  return outcome.shopifyReturn !== null || (await wasSent(tx, 'return', row.return_id))
}

/** Shopify has a return that staff took back: the customer keeps goods that are paid back. After commit, say `commands`. */
export async function sayTooLate(tx: Tx, id: string, now: number): Promise<StoreReturn> {
  const outcome = { isUndone: true, isUndoTooLate: true }
  const after = await changeReturn(tx, id, { outcome }, now)
  await openException(tx, notUndone(after), now)
  return after
}

function notUndone({ row, made }: StoreReturn): SubjectProblem {
  const { return_id: subject, store, device } = row
  const fields = { staff: made.staff, store, order: made.orderName, items: goodsText(made.lines) }
  const evidence = { till: made.till, madeAt: made.at, order: row.order_id, lines: made.lines }
  return { code: 'return-not-undone', subject, store, device, fields, evidence }
}

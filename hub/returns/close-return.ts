import { epochMs } from '../../shared/ids.ts'
import type { ReturnMoney } from '../../shared/returns.ts'
import { closeException, openException, withoutClosedByHand } from '../checks/exceptions.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import { goodsText } from '../checks/words/returned-goods.ts'
import type { Tx } from '../db/db.ts'
import { confirmWrite, postpone, refuseWrite, retryWrite } from '../outbox/writes.ts'
import { sendToStore } from '../streams/command-log.ts'
import { type RefusedBecause, refusedReturn } from './refused-return.ts'
import { changeReturn, isDropped, returnNow, type StoreReturn } from './store-return.ts'

/** Where a return is at Shopify. */
export type ReturnStanding =
  /** The goods are booked, and so is the money that was due. */
  | { readonly is: 'done'; readonly due: ReturnMoney | null; readonly refunded: ReturnMoney | null }
  /** The goods are booked; the customer is still to be paid. */
  | { readonly is: 'owed'; readonly due: ReturnMoney; readonly refunded: ReturnMoney | null }
  /** It will not be carried out. */
  | { readonly is: 'refused'; readonly why: RefusedBecause }
  /** Staff took it back before Shopify heard of it. */
  | { readonly is: 'undone' }
  /** Shopify did not take a step of it, which is tried again at `dueAt`. */
  | { readonly is: 'stuck'; readonly problem: string; readonly dueAt: number }

/** Shopify is asked about money that head office owes so often. */
const OWED_EVERY_MS = 3_600_000

/** Keeps how far a return is, with its request to Shopify and its exceptions. After commit, say `commands`. */
export async function closeReturn(
  tx: Tx,
  write: number,
  id: string,
  standing: ReturnStanding,
  now: number,
): Promise<void> {
  const one = await returnNow(tx, id)
  if (standing.is !== 'stuck') await closeException(tx, 'return-stuck', id, now)
  if (standing.is !== 'owed') await closeException(tx, 'refund-owed', id, now)
  switch (standing.is) {
    case 'done': {
      const { due, refunded } = standing
      await confirmWrite(tx, write, { proof: { by: 'read-back', due, refunded }, now })
      await booked(tx, one, { state: 'done', due, refunded }, now)
      return
    }
    case 'owed': {
      const { due, refunded } = standing
      // a person says that it was paid in another way
      if ((await withoutClosedByHand(tx, [owedProblem(one, due)])).length === 0)
        return closeReturn(tx, write, id, { ...standing, is: 'done' }, now)
      const problem = 'Head office is still to pay the customer.'
      await postpone(tx, write, { dueAt: now + OWED_EVERY_MS, problem, firstSendFailed: false })
      await booked(tx, one, { state: 'owed', due, refunded }, now)
      await openException(tx, owedProblem(one, due), now)
      return
    }
    case 'refused':
      // what staff took back meanwhile is asked about no longer
      if (isDropped(one)) return closeReturn(tx, write, id, { is: 'undone' }, now)
      await refuseWrite(tx, write, { problem: standing.why, now })
      await changeReturn(tx, id, { state: 'refused', outcome: { problem: standing.why } }, now)
      await openException(tx, refusedReturn(one, standing.why), now)
      return
    case 'undone':
      await refuseWrite(tx, write, { problem: 'undone', now })
      await changeReturn(tx, id, { state: 'refused', outcome: { problem: 'undone' } }, now)
      return
    case 'stuck':
      await retryWrite(tx, write, standing)
      await nameStuck(tx, one, standing.problem, now)
  }
}

/** The goods are in Shopify's books. The first time, the store's POS is told of those that are for sale again. */
async function booked(
  tx: Tx,
  one: StoreReturn,
  to: {
    readonly state: 'done' | 'owed'
    readonly due: ReturnMoney | null
    readonly refunded: ReturnMoney | null
  },
  now: number,
): Promise<void> {
  const isFirst = one.row.state === 'waiting'
  const { state, due, refunded } = to
  const outcome = { due, isDueKnown: true, refunded }
  const { row, made } = await changeReturn(tx, one.row.return_id, { state, outcome }, now)
  const sellable = backInStock(made.lines, one.outcome.restocked)
  if (!isFirst || sellable.length === 0) return
  await sendToStore(tx, row.store, {
    kind: 'return.restocked',
    at: epochMs(now),
    returnId: made.returnId,
    order: made.orderName,
    lines: sellable.map(({ sku, barcode, units }) => ({ sku, barcode, units })),
  })
}

/** Of what staff put back on sale, the units that Shopify has back in the store's stock. */
function backInStock(
  lines: StoreReturn['made']['lines'],
  restocked: StoreReturn['outcome']['restocked'],
): StoreReturn['made']['lines'] {
  const left = new Map(Object.entries(restocked ?? {}))
  return lines.flatMap(line => {
    if (line.condition !== 'sellable') return []
    const units = restocked === null ? line.units : Math.min(line.units, left.get(line.orderLine) ?? 0)
    left.set(line.orderLine, (left.get(line.orderLine) ?? 0) - units)
    return units === 0 ? [] : [{ ...line, units }]
  })
}

function owedProblem({ row, made }: StoreReturn, due: ReturnMoney): SubjectProblem {
  const { return_id: subject, store, device } = row
  const amount = { money: due.minor, currency: due.currency }
  const fields = { staff: made.staff, store, order: made.orderName, items: goodsText(made.lines), amount }
  const evidence = { order: row.order_id, rule: row.rule }
  return { code: 'refund-owed', subject, store, device, fields, evidence }
}

async function nameStuck(tx: Tx, { row, made }: StoreReturn, problem: string, now: number): Promise<void> {
  const { return_id: subject, store, device } = row
  const fields = { staff: made.staff, store, order: made.orderName, items: goodsText(made.lines), problem }
  const evidence = { problem, order: row.order_id }
  await openException(tx, { code: 'return-stuck', subject, store, device, fields, evidence }, now)
}

import type { ReturnProblem } from '../../shared/returns.ts'
import type { SubjectProblem } from '../checks/problem.ts'
import { goodsText } from '../checks/words/returned-goods.ts'
import type { StoreReturn } from './store-return.ts'

/** What staff undo themselves opens none. */
export type RefusedBecause = Exclude<ReturnProblem, 'undone'>

/** The exception of a return that will not be carried out: the goods are in the store, and people decide about the money. */
export function refusedReturn({ row, made }: StoreReturn, why: RefusedBecause): SubjectProblem {
  const { return_id: subject, store, device } = row
  const fields = { staff: made.staff, store, order: made.orderName, items: goodsText(made.lines) }
  const evidence = { till: made.till, madeAt: made.at, order: row.order_id, lines: made.lines }
  const about = { subject, store, device, fields, evidence }
  return { code: `return-refused.${why}`, ...about }
}

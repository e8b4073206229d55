import { isDue } from '../../shared/back-off.ts'
import { ReturnMade } from '../../shared/events.ts'
import { defineCheck } from './check.ts'
import { isScopeMissing } from './missing-scopes.ts'
import type { SubjectProblem } from './problem.ts'
import { STUCK_MS } from './stock-write-stuck.ts'
import { goodsText } from './words/returned-goods.ts'

/**
 * Goods that a till took back and that are not carried out after ten minutes, whatever they wait for. What Shopify refuses is named
 * at once; it stays open until the return is carried out or refused.
 */
export const returnStuck = defineCheck({
  kind: 'return-stuck',
  owner: 'e-commerce',
  severity: 'warning',
  everyMinutes: 1,
  async find(db, now) {
    const waiting = await db
      .selectFrom('shopify_write as w')
      .innerJoin('till_return as r', 'r.return_id', 'w.subject')
      .leftJoin('exception as e', join =>
        join
          .onRef('e.subject', '=', 'w.subject')
          .on('e.kind', '=', 'return-stuck')
          .on('e.closed_at', 'is', null),
      )
      .select([
        'w.planned_at',
        'w.problem',
        'r.return_id',
        'r.store',
        'r.device',
        'r.order_id',
        'r.body_json',
      ])
      .select('e.id as named')
      .where('w.settled_at', 'is', null)
      .where('w.kind', '=', 'return')
      .where('r.state', '=', 'waiting')
      .orderBy('w.id')
      .execute()
    const stuck = waiting.filter(one => one.named !== null || isDue(one.planned_at + STUCK_MS, now, STUCK_MS))
    if (stuck.length === 0) return []
    const isDenied = await isScopeMissing(db, ['till-returns', 'write_returns'])
    return stuck.map(({ return_id: subject, store, device, order_id: order, body_json, ...write }) => {
      const made = ReturnMade.parse(JSON.parse(body_json))
      const phrase = isDenied ? 'phrase.without-till-returns' : 'phrase.no-answer'
      const problem = isDenied || write.problem === null ? ({ phrase } as const) : write.problem
      const fields = {
        staff: made.staff,
        store,
        order: made.orderName,
        items: goodsText(made.lines),
        problem,
      }
      const evidence = { problem: write.problem, order, since: write.planned_at }
      return { code: 'return-stuck', subject, store, device, fields, evidence } satisfies SubjectProblem
    })
  },
})

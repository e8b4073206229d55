import { isDue } from '../../shared/back-off.ts'
import { CHOSEN_OTHERWISE, openWrites, pickupWriteKinds } from '../outbox/writes.ts'
import { defineCheck } from './check.ts'
import { isScopeMissing } from './missing-scopes.ts'
import type { SubjectProblem } from './problem.ts'
import { STUCK_MS } from './stock-write-stuck.ts'
import { storableSubject } from './storable-subject.ts'

/** Steps of pickups that Shopify has not taken for ten minutes and has not refused either: that has an exception at once. */
export const pickupWriteStuck = defineCheck({
  kind: 'pickup-write-stuck',
  owner: 'store',
  severity: 'urgent',
  everyMinutes: 1,
  async find(db, now) {
    if (await isScopeMissing(db, ['hand-overs', 'write_merchant_managed_fulfillment_orders'])) return []
    // head office is told of a refund or a customer's choice that does not come about
    const kinds = pickupWriteKinds.filter(kind => kind !== 'refund' && kind !== 'choice')
    const open = await openWrites(db, { kinds })
    const stuck = open.filter(
      ({ planned_at, problem }) =>
        problem !== CHOSEN_OTHERWISE && isDue(planned_at + STUCK_MS, now, STUCK_MS),
    )
    if (stuck.length === 0) return []
    const subjects = stuck.map(({ subject }) => subject)
    const refused = await db
      .selectFrom('exception')
      .select('subject')
      .where('kind', '=', 'pickup-write-refused')
      .where('subject', 'in', subjects.map(storableSubject))
      .where('closed_at', 'is', null)
      .execute()
    const known = new Set(refused.map(({ subject }) => subject))
    const orders = await db
      .selectFrom('pickup')
      .select(['pickup', 'order_name'])
      .where('pickup', 'in', subjects)
      .execute()
    const nameOf = new Map(orders.map(({ pickup, order_name }) => [pickup, order_name]))
    const bySubject = new Map<string, SubjectProblem>()
    for (const { kind, store, subject, problem, planned_at } of stuck) {
      if (
        known.has(storableSubject(subject)) ||
        bySubject.has(subject) ||
        kind === 'adjust' ||
        kind === 'hold' ||
        kind === 'refund' ||
        kind === 'choice' ||
        kind === 'return'
      )
        continue
      const why = problem === null ? ({ phrase: 'phrase.no-answer' } as const) : problem
      const fields = { order: nameOf.get(subject) ?? subject, store, problem: why }
      const evidence = { since: planned_at, problem }
      bySubject.set(subject, { code: `pickup-write-stuck.${kind}`, subject, store, fields, evidence })
    }
    return [...bySubject.values()]
  },
})

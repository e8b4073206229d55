import { sql } from 'kysely'
import { isDue } from '../../shared/back-off.ts'
import { unitsForPeople } from '../../shared/quantity.ts'
import { defineCheck } from './check.ts'
import { listed } from './words/listed.ts'

/** A change in Shopify and the news of it reach the hub within minutes of each other. */
export const DIFFERS_MS = 10 * 60_000
/** A difference that changes again and again, as with each order that something else ships, is named all the same. */
const CHANGES_MS = 3_600_000

/**
 * Levels that have differed from the ledger by the same quantity for ten minutes, or at all for an hour, one exception a place. What is due, held
 * back or under way is left out, see stock/seen-levels.ts; so is a place that has lost its location, which says so.
 */
export const levelVariance = defineCheck({
  kind: 'level-variance',
  owner: 'ops',
  severity: 'warning',
  everyMinutes: 1,
  async find(db, now) {
    const rows = await db
      .selectFrom('shopify_level as l')
      .innerJoin('warehouse as w', join =>
        join.onRef('w.store', '=', 'l.store').onRef('w.location_id', '=', 'l.location'),
      )
      .select([
        'l.store',
        'l.location',
        'w.code as warehouse',
        'l.sku',
        'l.on_hand',
        'l.expected',
        'l.differs_since',
        'l.differing_since',
      ])
      .where('l.differs_since', 'is not', null)
      .where(e =>
        e.not(
          e.exists(
            e
              .selectFrom('exception as x')
              .select('x.id')
              .where('x.kind', '=', 'location-unmapped')
              .where('x.closed_at', 'is', null)
              .where(sql<boolean>`x.subject = l.store || '/' || w.code`),
          ),
        ),
      )
      .orderBy('l.store')
      .orderBy('w.main', 'desc')
      .orderBy('w.code')
      .orderBy('l.sku')
      .execute()
    const lasting = rows.filter(
      ({ differs_since: same, differing_since: any }) =>
        (same !== null && isDue(same + DIFFERS_MS, now, DIFFERS_MS)) ||
        (any !== null && isDue(any + CHANGES_MS, now, CHANGES_MS)),
    )
    return [...Map.groupBy(lasting, ({ store, location }) => `${store}/${location}`).values()].flatMap(
      found => {
        const [first] = found
        if (first === undefined) return []
        const { store, warehouse } = first
        const subject = `${store}/${warehouse}`
        const own = found.filter(one => one.warehouse === warehouse) // the location's main one
        const items = own.map(
          ({ sku, on_hand, expected }) => `${sku} ${unitsForPeople(expected ?? 0)} → ${on_hand ?? 0}`,
        )
        const evidence = { items: own.map(({ sku, on_hand, expected }) => ({ sku, on_hand, expected })) }
        const fields = { store, warehouse, count: own.length, items: listed(items) }
        return [{ code: 'level-variance' as const, subject, store, fields, evidence }]
      },
    )
  },
})

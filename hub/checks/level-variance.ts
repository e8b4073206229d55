import { sql } from 'kysely'
import { isDue } from '../../shared/back-off.ts'
import { units, unitsForPeople } from '../../shared/quantity.ts'
import { defineCheck } from './check.ts'
import { listed } from './words/listed.ts'

/** A change in Shopify and the news of it reach the hub within minutes of each other. */
export const DIFFERS_MS = 10 * 60_000
/** A difference that changes again and again, as with each order that something else ships, is named all the same. */
const CHANGES_MS = 3_600_000

/**
 * Levels that have differed from the ledger by the same quantity for ten minutes, or at all for an hour, one exception a place. What is due, held
 * back or under way is left out, see stock/seen-levels.ts; so is a place that has lost its location, which says so. Where the hub
 * can't compare for now, because the store recovers or a request of the item is doubted, only the difference is told.
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
      .leftJoin('recovery as r', join => join.onRef('r.store', '=', 'l.store').on('r.ended_at', 'is', null))
      .select([
        'l.store',
        'l.location',
        'w.code as warehouse',
        'l.sku',
        'l.on_hand',
        'l.expected',
        'l.seen_at',
        'l.dirty',
        'l.differs_since',
        'l.differing_since',
        'r.begun_at as recovering_since',
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
        const items = own.map(one => (isOld(one, now) ? differenceFor(one) : bothNumbers(one)))
        const evidence = {
          items: own.map(one => ({
            sku: one.sku,
            on_hand: one.on_hand,
            expected: one.expected,
            isOld: isOld(one, now),
          })),
        }
        const fields = { store, warehouse, count: own.length, items: listed(items) }
        return [{ code: 'level-variance' as const, subject, store, fields, evidence }]
      },
    )
  },
})

interface Compared {
  readonly sku: string
  readonly on_hand: number | null
  readonly expected: number | null
  readonly seen_at: number | null
  readonly dirty: number
  readonly recovering_since: number | null
}

/** The hub could not compare it for a while: both numbers have moved on alike, and the difference is still what it was. */
function isOld({ seen_at, dirty, recovering_since }: Compared, now: number): boolean {
  if (recovering_since !== null) return true
  return dirty === 1 && isDue((seen_at ?? 0) + DIFFERS_MS, now, DIFFERS_MS)
}

const bothNumbers = ({ sku, on_hand, expected }: Compared) =>
  `${sku} ${unitsForPeople(expected ?? 0)} → ${on_hand ?? 0}`

function differenceFor({ sku, on_hand, expected }: Compared): string {
  const difference = units(on_hand ?? 0) - (expected ?? 0)
  return `${sku} ${difference > 0 ? '+' : ''}${unitsForPeople(difference)}`
}

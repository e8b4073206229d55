import type { Selectable } from 'kysely'
import { isDue } from '../../shared/back-off.ts'
import type { Reads } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { defineCheck } from './check.ts'
import type { SubjectProblem } from './problem.ts'
import { listed } from './words/listed.ts'

const LONG_MS = 86_400_000
/** What Shopify refused less often may soon be taken. */
const TIMES = 4

type Held = Selectable<Schema['hold_back']>

/**
 * Units that have been kept from sale online for more than a day, those of which a lost answer left open whether they are, and items of which
 * Shopify refuses to move units.
 */
export const heldBackLong = defineCheck({
  kind: 'held-back-long',
  owner: 'ops',
  severity: 'warning',
  everyMinutes: 5,
  async find(db, now) {
    const rows = await db.selectFrom('hold_back').selectAll().orderBy('store').orderBy('sku').execute()
    const long = rows.filter(
      ({ held, held_since: since }) => held > 0 && isDue(since + LONG_MS, now, LONG_MS),
    )
    const unclear = rows.filter(one => one.unclear > 0)
    const found: SubjectProblem[] = []
    for (const own of Map.groupBy(long, ({ location }) => location).values())
      found.push(...(await longProblem(db, own)))
    for (const one of unclear) {
      const warehouse = await mainWarehouse(db, one)
      const { store, sku } = one
      const fields = { warehouse, store, sku, items: `${sku} (${one.unclear})` }
      const evidence = { held: one.held, safety: one.safety, unclear: one.unclear }
      found.push({
        code: 'held-back-long.unclear',
        subject: `${store}/${warehouse}/${sku}`,
        store,
        fields,
        evidence,
      })
    }
    found.push(...(await refusedProblems(db)))
    return found
  },
})

/** Where Shopify refuses again and again to move units, so that they neither are held back nor come back. */
async function refusedProblems(db: Reads): Promise<readonly SubjectProblem[]> {
  const refused = await db
    .selectFrom('hold_refusal as r')
    .leftJoin('item as i', 'i.inventory_item_id', 'r.item')
    .select(['r.store', 'r.location', 'r.item', 'r.problem', 'r.refused_at', 'i.sku'])
    .where('r.times', '>=', TIMES)
    .orderBy('r.store')
    .orderBy('i.sku')
    .execute()
  const found: SubjectProblem[] = []
  for (const own of Map.groupBy(refused, ({ store, location }) => `${store}/${location}`).values()) {
    const [first] = own
    if (first === undefined) continue
    const { store, problem } = first
    const warehouse = await mainWarehouse(db, first)
    const items = listed([...new Set(own.map(({ sku, item }) => sku ?? item))])
    const fields = { warehouse, store, items, problem }
    const since = Math.min(...own.map(({ refused_at }) => refused_at))
    const subject = `${store}/${warehouse}/refused`
    found.push({ code: 'held-back-long.refused', subject, store, fields, evidence: { since, problem } })
  }
  return found
}

async function longProblem(db: Reads, own: readonly Held[]): Promise<readonly SubjectProblem[]> {
  const [first] = own
  if (first === undefined) return []
  const { store } = first
  const warehouse = await mainWarehouse(db, first)
  const items = listed(own.map(({ sku, held }) => `${sku} (${held})`))
  const units = own.reduce((sum, { held }) => sum + held, 0)
  const fields = { warehouse, store, items, units, count: own.length }
  const evidence = { silentSince: first.silent_since, items: own.length }
  return [{ code: 'held-back-long', subject: `${store}/${warehouse}`, store, fields, evidence }]
}

async function mainWarehouse(
  db: Reads,
  { store, location }: Pick<Held, 'store' | 'location'>,
): Promise<string> {
  const row = await db
    .selectFrom('warehouse')
    .select('code')
    .where('store', '=', store)
    .where('location_id', '=', location)
    .orderBy('main', 'desc')
    .orderBy('code')
    .limit(1)
    .executeTakeFirst()
  // the store shows its stock elsewhere by now
  return row?.code ?? location
}

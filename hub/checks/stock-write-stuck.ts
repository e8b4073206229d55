import { z } from 'zod'
import { isDue } from '../../shared/back-off.ts'
import type { Reads } from '../db/db.ts'
import { allWaitingSince } from '../outbox/stock-waits.ts'
import { troubles } from '../outbox/trouble.ts'
import { openWrites, type Write } from '../outbox/writes.ts'
import { defineCheck } from './check.ts'
import { isScopeMissing } from './missing-scopes.ts'
import type { SubjectProblem } from './problem.ts'
import { listed } from './words/listed.ts'

/** Shopify takes most changes in a second. */
export const STUCK_MS = 10 * 60_000
/** Where more places than these are stuck at once, Shopify is the reason, and one exception names them all. */
const MOST_PLACES = 5

interface StuckPlace {
  readonly store: string
  readonly warehouse: string
  /** Empty: nothing can be planned there. */
  readonly skus: string[]
  problem: string
  since: number
}

/**
 * Stock changes that Shopify has not taken for ten minutes, place by place: in a request that is sent again and again, in
 * none because the last one was not carried out, or in none because the place cannot be planned.
 */
export const stockWriteStuck = defineCheck({
  kind: 'stock-write-stuck',
  owner: 'it',
  severity: 'urgent',
  everyMinutes: 1,
  async find(db, now) {
    if (await isScopeMissing(db, ['stock', 'read_inventory', 'write_inventory'])) return []
    const places = new Map<string, StuckPlace>()
    const add = (found: Omit<StuckPlace, 'skus'> & { readonly sku?: string }) => {
      if (!isDue(found.since + STUCK_MS, now, STUCK_MS)) return
      const { sku, ...rest } = found
      const key = `${found.store}/${found.warehouse}`
      const place = places.get(key) ?? { ...rest, skus: [] }
      if (sku !== undefined && !place.skus.includes(sku)) place.skus.push(sku)
      if (found.since < place.since) Object.assign(place, { since: found.since })
      if (place.problem === '') place.problem = found.problem
      places.set(key, place)
    }
    const begun = await begunRecoveries(db)
    for (const write of await openWrites(db, { kinds: ['adjust', 'hold'] })) {
      const { store, problem, kind } = write
      if (kind === 'hold' && begun.has(store)) continue // it waits for the end of the recovery
      const { warehouse, changes } = changesOf(write)
      for (const { sku, since } of changes)
        add({ store, warehouse, sku, problem: problem ?? '', since: Math.max(since, begun.get(store) ?? 0) })
    }
    const refused = await refusedSubjects(db)
    for (const { store, warehouse, sku, since } of await allWaitingSince(db))
      if (!refused.has(`${store}/${warehouse}/${sku}`)) add({ store, warehouse, sku, since, problem: '' })
    for (const place of await placesThatFail(db)) add(place)
    return wordsOf([...places.values()])
  },
})

/** What a lost hub sent is older than the recovery that asks for it. */
async function begunRecoveries(db: Reads): Promise<ReadonlyMap<string, number>> {
  const rows = await db.selectFrom('recovery').select(['store', 'begun_at']).execute()
  return new Map(rows.map(row => [row.store, row.begun_at]))
}

const Request = z.object({
  warehouses: z.array(z.string()).min(1),
  changes: z.array(z.object({ sku: z.string(), since: z.int().optional() })),
})

function changesOf({ request_json, planned_at, subject }: Write) {
  const request = Request.safeParse(JSON.parse(request_json))
  if (!request.success) return { warehouse: '', changes: [{ sku: subject, since: planned_at }] }
  const { warehouses, changes } = request.data
  return {
    warehouse: warehouses[0] ?? '',
    changes: changes.map(({ sku, since = planned_at }) => ({ sku, since })),
  }
}

/** Items that wait with an exception of their own. */
async function refusedSubjects(db: Reads): Promise<ReadonlySet<string>> {
  const rows = await db
    .selectFrom('exception')
    .select('subject')
    .where('kind', '=', 'stock-write-refused')
    .where('closed_at', 'is', null)
    .execute()
  return new Set(rows.map(({ subject }) => subject))
}

async function placesThatFail(db: Reads) {
  const found = []
  for (const { subject, since, problem } of await troubles(db, 'place')) {
    const place = await db
      .selectFrom('warehouse')
      .select(['store', 'code as warehouse'])
      .where('location_id', '=', subject)
      .orderBy('main', 'desc')
      .orderBy('code')
      .limit(1)
      .executeTakeFirst()
    if (place !== undefined) found.push({ ...place, since, problem })
  }
  return found
}

function wordsOf(places: readonly StuckPlace[]): SubjectProblem[] {
  if (places.length <= MOST_PLACES) return places.map(problemOf)
  const oldest = places.toSorted((a, b) => a.since - b.since)[0]
  const stores = [...new Set(places.map(({ store }) => store))].sort()
  const fields = { count: stores.length, stores: listed(stores), problem: whyOf(oldest?.problem ?? '') }
  const evidence = { stores, since: oldest?.since ?? null }
  return [{ code: 'stock-write-stuck.shop', subject: 'shopify', store: null, fields, evidence }]
}

function problemOf({ store, warehouse, skus, problem, since }: StuckPlace): SubjectProblem {
  const why = whyOf(problem)
  const about = { subject: `${store}/${warehouse}`, store, evidence: { since, skus, problem } }
  return skus.length === 0
    ? { code: 'stock-write-stuck.place', ...about, fields: { warehouse, store, problem: why } }
    : {
        code: 'stock-write-stuck.items',
        ...about,
        fields: { warehouse, store, items: listed(skus), problem: why },
      }
}

const whyOf = (problem: string) => (problem === '' ? ({ phrase: 'phrase.no-answer' } as const) : problem)

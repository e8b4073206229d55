import { sql } from 'kysely'
import { z } from 'zod'
import { units, unitsForPeople } from '../../shared/quantity.ts'
import type { ReadDb } from '../db/db.ts'
import { openWrites } from '../outbox/writes.ts'
import { stockStates } from './movement-kinds.ts'

/**
 * One item at one location, as Shopify showed it last and as the ledger has it: Shopify should have the ledger's stock, less what is
 * due, what is held back because it is a fraction, and what is on its way. Units of goods.
 */
export interface LevelAgreement {
  readonly store: string
  readonly location: string
  /** Shopify's inventory item. */
  readonly item: string
  readonly sku: string
  /** What Shopify showed, with the hub's own changes since. */
  readonly shown: number
  readonly ledger: number
  readonly due: number
  readonly heldBack: number
  readonly onItsWay: number
  /** `shown` less what Shopify should have; 0: they agree. */
  readonly difference: number
  /** The same, as it was when the level was seen. */
  readonly noted: number
  /** It is to be looked at again: `shown` may be older than the ledger. */
  readonly isStale: boolean
  /** When it was seen, and since when it has differed; hub clock, null: it was not, or it did not then. */
  readonly seenAt: number | null
  readonly since: number | null
}

interface Row {
  readonly store: string
  readonly location: string
  readonly item: string
  readonly sku: string
  readonly on_hand: number
  readonly expected: number
  readonly ledger: number | string
  readonly due: number | string
  readonly held: number | string
  readonly dirty: number
  readonly seen_at: number | null
  readonly differs_since: number | null
}

/**
 * Holds Shopify against the ledger, for every level that was compared since its store went live: of all stores or of one.
 * `onlyDiffering`: only those that differed when they were seen last.
 */
export async function readAgreement(
  db: ReadDb,
  { store, onlyDiffering = false }: { readonly store?: string; readonly onlyDiffering?: boolean } = {},
): Promise<LevelAgreement[]> {
  const rows = await db.rows(sql<Row>`
    WITH counted AS (
      SELECT w.store, w.location_id AS location, i.inventory_item_id AS item, i.sku, w.code AS warehouse, c.id AS store_code,
             k.id AS warehouse_code, i.id AS item_code
        FROM shopify_level AS v
        JOIN warehouse AS w ON w.store = v.store AND w.location_id = v.location
        JOIN item AS i ON i.inventory_item_id = v.item AND i.state = 'mapped'
        JOIN code AS c ON c.text = w.store
        JOIN code AS k ON k.text = w.code
       WHERE v.on_hand IS NOT NULL AND v.expected IS NOT NULL
         AND ${store === undefined ? sql`1 = 1` : sql`v.store = ${store}`}
         AND ${onlyDiffering ? sql`v.differs_since IS NOT NULL` : sql`1 = 1`}
    ), sums AS (
      SELECT n.store, n.location, n.item, SUM(COALESCE(l.quantity, 0)) AS ledger, SUM(COALESCE(d.quantity, 0)) AS due,
             SUM(COALESCE(r.quantity, 0)) AS held
        FROM counted AS n
        LEFT JOIN level AS l ON l.store = n.store_code AND l.warehouse = n.warehouse_code AND l.item = n.item_code
                            AND l.state = ${stockStates.on_hand}
        LEFT JOIN due AS d ON d.store = n.store_code AND d.warehouse = n.warehouse_code AND d.item = n.item_code
        LEFT JOIN remainder AS r ON r.store = n.store AND r.warehouse = n.warehouse AND r.sku = n.sku
       GROUP BY n.store, n.location, n.item
    )
    SELECT v.store, v.location, v.item, v.sku, v.on_hand, v.expected, v.dirty, v.seen_at, v.differs_since, s.ledger, s.due, s.held
      FROM sums AS s JOIN shopify_level AS v ON v.store = s.store AND v.location = s.location AND v.item = s.item
     ORDER BY v.store, v.location, v.sku, v.item`)
  const way = await onTheirWay(db)
  return rows.map(row => agreementOf(row, way.get(`${row.location}/${row.item}`) ?? 0))
}

function agreementOf(row: Row, onItsWay: number): LevelAgreement {
  const { store, location, item, sku, on_hand: shown, dirty, seen_at: seenAt, differs_since: since } = row
  const ledger = Number(row.ledger)
  const due = Number(row.due)
  const held = Number(row.held)
  const should = ledger - due - held - units(onItsWay)
  return {
    store,
    location,
    item,
    sku,
    shown,
    ledger: unitsForPeople(ledger),
    due: unitsForPeople(due),
    heldBack: unitsForPeople(held),
    onItsWay,
    difference: unitsForPeople(units(shown) - should),
    noted: unitsForPeople(units(shown) - row.expected),
    isStale: dirty === 1,
    seenAt,
    since,
  }
}

const Request = z.object({
  location: z.string().optional(),
  changes: z.array(z.object({ item: z.string().optional(), delta: z.int().optional() })),
})

/** Units in requests that Shopify has not confirmed, by location and item. */
async function onTheirWay(db: ReadDb): Promise<ReadonlyMap<string, number>> {
  const units = new Map<string, number>()
  for (const { request_json } of await openWrites(db, { kinds: ['adjust'] })) {
    const { location = '', changes } = Request.parse(JSON.parse(request_json))
    for (const { item = '', delta = 0 } of changes) {
      const key = `${location}/${item}`
      units.set(key, (units.get(key) ?? 0) + delta)
    }
  }
  return units
}

/** A level whose bookkeeping is broken: what it was compared with is not what the ledger, the outbox and what is held back say. */
export async function brokenAgreement(db: ReadDb): Promise<readonly LevelAgreement[]> {
  const before = await onTheirWay(db)
  const rows = await readAgreement(db)
  const after = await onTheirWay(db)
  const isUnderWay = new Set([...before.keys(), ...after.keys()])
  const unclear = new Set(await unclearStores(db))
  return rows.filter(
    one =>
      one.difference !== one.noted &&
      !one.isStale &&
      !unclear.has(one.store) &&
      !isUnderWay.has(`${one.location}/${one.item}`),
  )
}

/** Stores of which movements are set aside or awaited: what Shopify has of them, people find out. */
async function unclearStores(db: ReadDb): Promise<readonly string[]> {
  const asked = await db
    .selectFrom('exception')
    .select('store')
    .where('kind', '=', 'stock-write-unknown')
    .where('closed_at', 'is', null)
    .execute()
  const recovering = await db.selectFrom('recovery').select('store').where('ended_at', 'is', null).execute()
  const lost = await db.selectFrom('lost_posting').select('store').distinct().execute()
  return [...asked, ...recovering, ...lost].flatMap(({ store }) => store ?? [])
}

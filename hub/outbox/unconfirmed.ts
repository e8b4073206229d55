import { sql } from 'kysely'
import type { Reads } from '../db/db.ts'

/**
 * Changes decided here that Shopify has not confirmed: stock movements that no ended write carries (those of items
 * that Shopify does not count left out) and open pickup writes. Reads only what is due or open.
 */
export async function unconfirmedWrites(db: Reads): Promise<number> {
  const due = await db
    .selectFrom('due as d')
    .innerJoin('item as i', 'i.id', 'd.item')
    .select(e => e.fn.sum<number | string | null>('d.movements').as('count'))
    .where('i.state', '<>', 'untracked')
    .executeTakeFirstOrThrow()
  const underWay = await db
    .selectFrom('posting')
    .select(e => e.fn.countAll<number | string>().as('count'))
    .where('write', 'in', e => e.selectFrom('shopify_write').select('id').where('settled_at', 'is', null))
    .executeTakeFirstOrThrow()
  const pickups = await db
    .selectFrom('shopify_write')
    .select(e => e.fn.countAll<number | string>().as('count'))
    .where('settled_at', 'is', null)
    .where('kind', 'not in', ['adjust', 'hold'])
    .executeTakeFirstOrThrow()
  return Number(due.count ?? 0) + Number(underWay.count) + Number(pickups.count)
}

/** The oldest stock movement that Shopify must hear of and has not confirmed. */
export interface OldestUnposted {
  readonly store: string
  readonly sku: string
  /** Hub clock, ms: when the hub received its cause. */
  readonly at: number
}

/** Of items that Shopify counts; null when all are confirmed. Reads only what is due or under way. */
export async function oldestUnposted(db: Reads): Promise<OldestUnposted | null> {
  const [row] = await db.rows(sql<{ store: string; sku: string; at: number | string }>`
    SELECT c.text AS store, i.sku, m.at FROM movement AS m
      JOIN (SELECT store, kind, cause, line, revision FROM due_movement
             UNION ALL
            SELECT p.store, p.kind, p.cause, p.line, p.revision FROM posting AS p
              JOIN shopify_write AS w ON w.id = p.write WHERE w.settled_at IS NULL) AS u
        ON u.store = m.store AND u.kind = m.kind AND u.cause = m.cause AND u.line = m.line AND u.revision = m.revision
      JOIN item AS i ON i.id = m.item
      JOIN code AS c ON c.id = m.store
     WHERE i.state <> 'untracked' ORDER BY m.at, i.sku LIMIT 1`)
  return row === undefined ? null : { store: row.store, sku: row.sku, at: Number(row.at) }
}

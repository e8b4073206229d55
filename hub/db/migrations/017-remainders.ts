import { type Kysely, SqliteAdapter, sql } from 'kysely'
import { withRests } from '../with-rests.ts'

/**
 * What is held back of each item because Shopify counts whole units. Fractions that older versions took for known to
 * Shopify, which cannot have them, are held back from now on. Requests under way say what they leave over, which they take back
 * with them when they are refused. Each movement's own fraction counts, and not that of a level: what was dropped has
 * the sign of the movement. What was set aside after a restore counts once a person has decided.
 */
async function up(db: Kysely<unknown>): Promise<void> {
  // texts are compared by their bytes on both engines
  const text = db.getExecutor().adapter instanceof SqliteAdapter ? 'text' : 'text COLLATE "C"'
  const statements = [
    `CREATE TABLE remainder (store ${text} NOT NULL, warehouse ${text} NOT NULL, sku ${text} NOT NULL,
       quantity bigint NOT NULL, PRIMARY KEY (store, warehouse, sku))`,
    `INSERT INTO remainder (store, warehouse, sku, quantity)
       SELECT s.text, w.text, i.sku, f.quantity FROM (
         SELECT store, MIN(warehouse) AS warehouse, item, SUM(quantity % 1000) % 1000 AS quantity FROM (
           SELECT store, warehouse, item, quantity FROM movement WHERE kind <= ${LAST_ON_HAND} AND quantity % 1000 <> 0
           UNION ALL SELECT store, warehouse, item, -quantity FROM due_movement
           UNION ALL SELECT m.store, m.warehouse, m.item, -m.quantity FROM shopify_write AS u ${carried}
             WHERE u.state = 'unknown' AND u.idempotency_key = ''
         ) AS posted GROUP BY store, item HAVING SUM(quantity % 1000) % 1000 <> 0
       ) AS f JOIN code AS s ON s.id = f.store JOIN code AS w ON w.id = f.warehouse JOIN item AS i ON i.id = f.item`,
  ]
  for (const statement of statements) await sql.raw(statement).execute(db)
  await sayRests(db)
}

/** Kinds with a greater code change what is promised to orders. */
const LAST_ON_HAND = 50

/** The movements of a write `u`. */
const carried = `JOIN posting AS p ON p.write = u.id JOIN movement AS m
  ON m.store = p.store AND m.kind = p.kind AND m.cause = p.cause AND m.line = p.line AND m.revision = p.revision`

async function sayRests(db: Kysely<unknown>): Promise<void> {
  const { rows } = await sql
    .raw<{ id: number; sku: string; moved: number | string }>(
      `SELECT u.id, i.sku, SUM(m.quantity) AS moved FROM shopify_write AS u ${carried} JOIN item AS i ON i.id = m.item
        WHERE u.settled_at IS NULL AND u.kind = 'adjust' GROUP BY u.id, i.sku`,
    )
    .execute(db)
  for (const [id, sums] of Map.groupBy(rows, row => row.id)) {
    const found = await sql<{
      request: string
    }>`SELECT request_json AS request FROM shopify_write WHERE id = ${id}`.execute(db)
    const moved = new Map(sums.map(({ sku, moved: sum }) => [sku, Number(sum)]))
    for (const { request } of found.rows)
      await sql`UPDATE shopify_write SET request_json = ${withRests(request, moved)} WHERE id = ${id}`.execute(
        db,
      )
  }
}

export const remainders = { up }

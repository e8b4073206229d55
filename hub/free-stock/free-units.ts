import { sql } from 'kysely'
import { unitsWithin } from '../../shared/quantity.ts'
import type { Reads } from '../db/db.ts'

/** More items of one store than this are not shown: a till keeps them all. */
const MOST_ITEMS = 20_000

interface Row {
  readonly item: string
  readonly free: number
}

/**
 * Whole free units of a store by Shopify's inventory item, over all its warehouses: on hand less promised, below 0 when more is promised
 * than there is. Items that Shopify does not have, and such as are not counted, are left out.
 */
export async function freeUnits(db: Reads, store: string): Promise<ReadonlyMap<string, number>> {
  // a level's state is 0 for what is on hand and 1 for what is promised, as `stockStates` in hub/stock says
  const rows = await db.rows(sql<Row>`
    SELECT i.inventory_item_id AS item,
           SUM(CAST(CASE WHEN l.state = 0 THEN l.quantity ELSE -l.quantity END AS double precision)) AS free
      FROM level AS l JOIN item AS i ON i.id = l.item
     WHERE l.store = (SELECT id FROM code WHERE text = ${store})
       AND l.state IN (0, 1) AND i.state = 'mapped' AND i.inventory_item_id IS NOT NULL
     GROUP BY i.inventory_item_id
     ORDER BY i.inventory_item_id
     LIMIT ${MOST_ITEMS}`)
  return new Map(rows.map(({ item, free }) => [item, unitsWithin(Number(free))]))
}

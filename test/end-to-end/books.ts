import SQLite from 'better-sqlite3'
import { z } from 'zod'

/** What one side says of a store: receipts and money by what counts, units by item. */
export interface Books {
  readonly receipts: number
  readonly tendered: number
  readonly units: ReadonlyMap<string, number>
}

const Sums = z.object({ receipts: z.int(), tendered: z.number().nullable() })
const Units = z.array(z.object({ sku: z.string(), units: z.number() }))

/** The POS's own tables, counted by nothing of ours. */
export function posBooks(file: string): Books {
  using db = reader(file)
  const sums = Sums.parse(
    db.read
      .prepare(
        `SELECT (SELECT COUNT(*) FROM tickets) AS receipts,
                (SELECT SUM(ROUND(total * 100)) FROM payments WHERE receipt IN (SELECT id FROM tickets)) AS tendered`,
      )
      .get(),
  )
  const units = Units.parse(
    db.read
      .prepare(
        `SELECT p.reference AS sku, SUM(l.units) AS units FROM ticketlines l JOIN products p ON p.id = l.product
          GROUP BY p.reference HAVING SUM(l.units) <> 0`,
      )
      .all(),
  )
  return {
    receipts: sums.receipts,
    tendered: sums.tendered ?? 0,
    units: new Map(units.map(u => [u.sku, u.units])),
  }
}

/** The hub's ledger of what a store's POS sold. */
export function hubBooks(file: string, store: string): Books {
  using db = reader(file)
  const sums = Sums.parse(
    db.read
      .prepare(
        `SELECT COUNT(*) AS receipts, SUM(tendered) AS tendered FROM sale WHERE store = (SELECT id FROM code WHERE text = ?) AND state = 'sold'`,
      )
      .get(store),
  )
  const units = Units.parse(
    db.read
      .prepare(
        `SELECT i.sku, -SUM(m.quantity) / 1000.0 AS units FROM movement m JOIN item i ON i.id = m.item
          WHERE m.store = (SELECT id FROM code WHERE text = ?) AND m.kind IN (1, 2)
          GROUP BY i.sku HAVING SUM(m.quantity) <> 0`,
      )
      .all(store),
  )
  return {
    receipts: sums.receipts,
    tendered: sums.tendered ?? 0,
    units: new Map(units.map(u => [u.sku, u.units])),
  }
}

/** Movements that are not yet posted to Shopify, of items that Shopify tracks. */
export function unposted(file: string): number {
  using db = reader(file)
  return z.int().parse(
    db.read
      .prepare(
        `SELECT (SELECT COALESCE(SUM(d.movements), 0) FROM due d JOIN item i ON i.id = d.item WHERE i.state = 'mapped')
              + (SELECT COUNT(*) FROM shopify_write WHERE settled_at IS NULL)`,
      )
      .pluck()
      .get(),
  )
}

function reader(file: string) {
  const read = new SQLite(file, { readonly: true, fileMustExist: true, timeout: 5_000 })
  return { read, [Symbol.dispose]: () => void read.close() }
}

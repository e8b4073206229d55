import { z } from 'zod'
import type { StockReserved } from '../../shared/commands.ts'
import type { AgentEvent, SaleCompleted } from '../../shared/events.ts'
import { unitsWithin } from '../../shared/quantity.ts'
import type { JournalDb, Moved } from '../journal/part.ts'
import { packPosition } from '../journal/position.ts'

/** The hub's word on promised items that have few free units, and the sales made here that it had not counted in it. */
export const reservedTables = /* sql */ `
  CREATE TABLE reserved_item (
    sku TEXT PRIMARY KEY,
    free INTEGER NOT NULL           -- units on hand less promised ones, by the hub's word
  ) STRICT;

  CREATE TABLE reserved_sale (      -- what receipts of this till took of those items
    source TEXT NOT NULL,
    receipt TEXT NOT NULL,
    sku TEXT NOT NULL,
    units INTEGER NOT NULL,         -- by the receipt's newest content
    counted INTEGER NOT NULL,       -- of them, what the hub's word has
    position INTEGER NOT NULL,      -- of the newest content in the outbox
    at INTEGER NOT NULL,
    PRIMARY KEY (source, receipt, sku)
  ) STRICT;
`

/** A receipt that is corrected later than this is rare, and the hub's next word puts it right. */
const KEPT_MS = 3 * 24 * 3_600_000

const FreeRow = z.object({ sku: z.string(), free: z.int() })

/** The rows of both tables. `sold`, `put` and `reposition` run inside a write. */
export function prepareReserved(db: JournalDb) {
  const free = db.prepare(
    `SELECT i.sku, i.free - COALESCE(SUM(s.units - s.counted), 0) AS free
       FROM reserved_item i LEFT JOIN reserved_sale s ON s.sku = i.sku GROUP BY i.sku, i.free`,
  )
  const addItem = db.prepare('INSERT OR REPLACE INTO reserved_item (sku, free) VALUES (?, ?)')
  const clearItems = db.prepare('DELETE FROM reserved_item')
  const counted = db.prepare('UPDATE reserved_sale SET counted = units WHERE position <= ?')
  const hasItem = db.prepare('SELECT sku FROM reserved_item WHERE sku = ?').pluck()
  const isEmpty = db.prepare('SELECT NOT EXISTS (SELECT 1 FROM reserved_item)').pluck()
  const promisedAs = db
    .prepare(
      `SELECT l.value ->> '$.sku' FROM pickup p, json_each(p.body, '$.lines') l
        WHERE p.ended_at IS NULL AND l.value ->> '$.barcode' = ? LIMIT 1`,
    )
    .pluck()
  const putSale = db.prepare(
    `INSERT INTO reserved_sale (source, receipt, sku, units, counted, position, at) VALUES (?, ?, ?, ?, 0, ?, ?)
     ON CONFLICT (source, receipt, sku) DO UPDATE SET units = excluded.units, position = excluded.position`,
  )
  const takeBack = db.prepare(
    'UPDATE reserved_sale SET units = 0, position = ? WHERE source = ? AND receipt = ? AND units <> 0',
  )
  const reposition = db.prepare('UPDATE reserved_sale SET position = ? WHERE position = ?')
  const prune = db.prepare('DELETE FROM reserved_sale WHERE at < ?')

  /** The SKU under which an item of a receipt is promised; null when it is not, or has enough free units. */
  function promisedSku({ sku, barcode }: SaleCompleted['lines'][number]): string | null {
    if (sku !== null && hasItem.get(sku) !== undefined) return sku
    const named = z
      .string()
      .nullish()
      .parse(barcode === null ? null : promisedAs.get(barcode))
    return named == null || hasItem.get(named) === undefined ? null : named
  }

  function put(sale: SaleCompleted, position: number): boolean {
    const taken = new Map<string, number>()
    for (const line of sale.lines) {
      const sku = promisedSku(line)
      if (sku !== null) taken.set(sku, (taken.get(sku) ?? 0) + line.quantity)
    }
    // what an edit took off the receipt is not on it any more
    const gone = takeBack.run(position, sale.source, sale.receipt).changes > 0
    for (const [sku, quantity] of taken)
      putSale.run(sale.source, sale.receipt, sku, unitsWithin(quantity), position, sale.at)
    return gone || taken.size > 0
  }

  return {
    free: (): ReadonlyMap<string, number> =>
      new Map(
        z
          .array(FreeRow)
          .parse(free.all())
          .map(row => [row.sku, row.free]),
      ),
    put({ items, seen }: StockReserved): void {
      clearItems.run()
      for (const item of items) addItem.run(item.sku, item.free)
      counted.run(packPosition(seen))
    },
    /** Returns whether it changed what is free. */
    sold(event: AgentEvent, position: number): boolean {
      if (event.kind !== 'sale.completed' && event.kind !== 'sale.voided') return false
      if (isEmpty.get() === 1) return false
      if (event.kind === 'sale.completed') return put(event, position)
      return takeBack.run(position, event.source, event.receipt).changes > 0
    },
    reposition(moved: readonly Moved[]): void {
      for (const [from, to] of moved) reposition.run(to, from)
    },
    clear(): void {
      clearItems.run()
      db.exec('DELETE FROM reserved_sale')
    },
    prune: (now: number): void => void prune.run(now - KEPT_MS),
  }
}

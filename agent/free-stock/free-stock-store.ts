import { z } from 'zod'
import type { StockChanges } from '../../shared/free-stock.ts'
import type { JournalDb, JournalPart } from '../journal/part.ts'

const stockTables = /* sql */ `
  CREATE TABLE free_item (
    item TEXT PRIMARY KEY,
    sku TEXT NOT NULL,
    barcode TEXT,
    title TEXT NOT NULL,
    variant_title TEXT,
    words TEXT NOT NULL,            -- all of that in lower case, to be searched
    free TEXT NOT NULL              -- whole units by the store's code, as JSON
  ) STRICT;
  CREATE INDEX free_item_sku ON free_item (lower(sku));
  CREATE INDEX free_item_barcode ON free_item (lower(barcode));

  CREATE TABLE free_heard (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    cursor TEXT NOT NULL,           -- where the hub goes on
    heard_at INTEGER NOT NULL,      -- this PC's clock
    is_more INTEGER NOT NULL,       -- 1: the hub has more to tell
    stores TEXT NOT NULL            -- code, name, and how old what the hub has of each was then (ms), as JSON
  ) STRICT;
`

const Json = z.string().transform((text): unknown => JSON.parse(text))
const KnownStore = z.object({ store: z.string(), name: z.string(), oldMs: z.int().min(0) })
const Heard = z.object({
  cursor: z.string(),
  heardAt: z.int(),
  isMore: z.literal([0, 1]).transform(Boolean),
  stores: Json.pipe(z.array(KnownStore)),
})
const Free = z.record(z.string(), z.int())
const Item = z.object({
  item: z.string(),
  sku: z.string(),
  barcode: z.string().nullable(),
  title: z.string(),
  variantTitle: z.string().nullable(),
  free: Json.pipe(Free),
})

/** What the hub said last, and when. */
export type HeardStock = z.infer<typeof Heard>
export type KnownItem = z.infer<typeof Item>

/** Free units of items in the stores, as the hub told them. */
export interface FreeStockStore {
  heard(): HeardStock | null
  /** Items by their SKU or barcode. */
  ofCode(code: string, limit: number): KnownItem[]
  /** Items whose texts have all of these words, by their titles. */
  ofWords(words: readonly string[], limit: number): KnownItem[]
  /** Takes an answer of the hub in; null: this store does not see stock any more, and nothing of it is kept. */
  take(changes: StockChanges | null): Promise<void>
}

/** The journal's part for the stock of the stores. */
export const freeStockStore: JournalPart<FreeStockStore> = {
  name: 'free-stock',
  migrations: [stockTables],
  open({ db, now, write, changed }) {
    const rows = prepareRows(db)
    let newest: HeardStock | null = rows.heard()
    let keptAt = newest?.heardAt ?? 0
    const keep = (changes: StockChanges | null) =>
      write(() => {
        if (changes === null || changes.isWhole) rows.clear()
        if (changes !== null) rows.take(changes, now())
        newest = rows.heard()
        keptAt = now()
        changed()
      })
    return {
      api: {
        heard: () => newest,
        ofCode: rows.ofCode,
        ofWords: rows.ofWords,
        async take(changes) {
          const isNews = changes === null || changes.isWhole || changes.items.length > 0
          if (isNews || Math.abs(now() - keptAt) >= KEPT_EVERY_MS) return keep(changes)
          newest = heardOf(changes, now())
        },
      },
      wipe() {
        newest = null
        rows.clear()
        changed()
      },
    }
  },
}

/** That nothing changed is written so often: a till at rest must not wear its disk. */
const KEPT_EVERY_MS = 60_000

function heardOf(
  { at, cursor, isMore, stores }: Pick<StockChanges, 'at' | 'cursor' | 'isMore' | 'stores'>,
  now: number,
): HeardStock {
  const known = stores.map(({ store, name, asOf }) => ({ store, name, oldMs: Math.max(0, at - asOf) }))
  return { cursor, heardAt: now, isMore, stores: known }
}

const COLUMNS = 'item, sku, barcode, title, variant_title AS variantTitle, free'

function prepareRows(db: JournalDb) {
  const heard = db.prepare(
    'SELECT cursor, heard_at AS heardAt, is_more AS isMore, stores FROM free_heard WHERE only = 1',
  )
  const hear = db.prepare(
    `INSERT INTO free_heard (only, cursor, heard_at, is_more, stores) VALUES (1, ?, ?, ?, ?)
     ON CONFLICT (only) DO UPDATE SET cursor = excluded.cursor, heard_at = excluded.heard_at, is_more = excluded.is_more,
       stores = excluded.stores`,
  )
  const freeOf = db.prepare('SELECT free FROM free_item WHERE item = ?').pluck()
  const put = db.prepare(
    `INSERT OR REPLACE INTO free_item (item, sku, barcode, title, variant_title, words, free) VALUES (?, ?, ?, ?, ?, ?, ?)`,
  )
  const byCode = db.prepare(
    `SELECT ${COLUMNS} FROM free_item WHERE lower(sku) = @code OR lower(barcode) = @code ORDER BY title, sku LIMIT @limit`,
  )
  const byWords = db.prepare(
    `SELECT ${COLUMNS} FROM free_item
      WHERE NOT EXISTS (SELECT 1 FROM json_each(@words) w WHERE instr(words, w.value) = 0)
      ORDER BY title, variant_title, sku LIMIT @limit`,
  )
  const clearItems = db.prepare('DELETE FROM free_item')
  const clearHeard = db.prepare('DELETE FROM free_heard')
  return {
    heard(): HeardStock | null {
      const row = heard.get()
      return row === undefined ? null : Heard.parse(row)
    },
    ofCode: (code: string, limit: number) =>
      z.array(Item).parse(byCode.all({ code: code.toLowerCase(), limit })),
    ofWords: (words: readonly string[], limit: number) =>
      z.array(Item).parse(byWords.all({ words: JSON.stringify(words), limit })),
    take({ at, cursor, isMore, stores, items }: StockChanges, now: number): void {
      for (const { item, sku, barcode, title, variantTitle, free } of items) {
        const before = freeOf.get(item)
        const known = new Map(before === undefined ? [] : Object.entries(Json.pipe(Free).parse(before)))
        for (const [place, units] of free) {
          const store = stores[place]?.store
          if (store === undefined) continue
          if (units === null) known.delete(store)
          else known.set(store, units)
        }
        const words = [title, variantTitle, sku, barcode].filter(text => text !== null).join(' ')
        const kept = JSON.stringify(Object.fromEntries(known))
        put.run(item, sku, barcode, title, variantTitle, words.toLowerCase(), kept)
      }
      const heard = heardOf({ at, cursor, isMore, stores }, now)
      hear.run(cursor, now, isMore ? 1 : 0, JSON.stringify(heard.stores))
    },
    clear(): void {
      clearItems.run()
      clearHeard.run()
    },
  }
}

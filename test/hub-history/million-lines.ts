import { join } from 'node:path'
import SQLite, { type Database } from 'better-sqlite3'
import { codesFor } from '../../hub/db/codes.ts'
import { type Db, openHubDb, transaction } from '../../hub/db/db.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import type { Files } from '../../shared/world.ts'
import { type ManualWorld, manualWorld, temporaryFolder } from '../manual-world.ts'

/** What one statement was seen to do: how often it ran, and the most rows that one run gave. */
export interface Asked {
  readonly sql: string
  runs: number
  mostRows: number
}

export interface LongHistory extends AsyncDisposable {
  readonly db: Db
  readonly world: ManualWorld
  /** Every statement since the last call, and how it is carried out. */
  asked(): readonly (Asked & { readonly plan: readonly string[] })[]
}

const STORES = 20
/** Receipts of 2.5 lines. */
const RECEIPTS = 400_000
const ITEMS = 2_000

/** A hub with a year behind it: a million sale lines, posted and confirmed, and nothing under way. */
export async function longHistory(): Promise<LongHistory> {
  const stack = new AsyncDisposableStack()
  const folder = stack.use(temporaryFolder())
  const world = manualWorld()
  const file = join(folder.path, 'hub.db')
  await fillHistory(world.files, file, RECEIPTS)
  const watch = watchedFiles(world.files)
  const db = await openHubDb(watch.files, file)
  stack.defer(() => db.destroy())
  return {
    db,
    world,
    asked() {
      const plans = new SQLite(file, { readonly: true })
      try {
        return watch.take().map(one => ({ ...one, plan: planOf(plans, one.sql) }))
      } finally {
        plans.close()
      }
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

const storeCode = (n: number) => `S${String(n).padStart(3, '0')}`

/** Gives the hub of `file` 20 stores that have sold `receipts` receipts of 2.5 lines, all posted and confirmed. */
export async function fillHistory(files: Files, file: string, receipts: number): Promise<void> {
  const made = await openHubDb(files, file)
  await transaction(made, async tx => {
    for (let n = 1; n <= STORES; n += 1) {
      const code = storeCode(n)
      await putStore(tx, { code, name: `Store ${n}`, zone: 'Europe/Berlin', currency: 'EUR' }, 0)
      await mapWarehouse(tx, code, '0', `${1_000 + n}`, 0)
    }
    const stores = Array.from({ length: STORES }, (_, n) => storeCode(n + 1))
    // one by one: the rows below count on the stores' numbers to follow each other
    for (const text of [...stores, '0', 'pos', 'Till 1', 'cash', 'VAT']) await codesFor(tx, [text])
  })
  await made.destroy()
  fill(file, receipts)
}

/** Rows as the hub writes them, made by SQL: only what queries look at differs from row to row. */
function fill(file: string, receipts: number): void {
  const db = new SQLite(file)
  db.pragma('synchronous = OFF')
  db.pragma('foreign_keys = OFF')
  const code = (text: string) => db.prepare('SELECT id FROM code WHERE text = ?').pluck().get(text) as number
  const [first, main, pos, till, cash] = ['S001', '0', 'pos', 'Till 1', 'cash'].map(code)
  const values = { first, main, pos, till, cash, stores: STORES, receipts, items: ITEMS }
  db.transaction(() => {
    for (const statement of FILL) db.prepare(statement).run(values)
  })()
  db.exec('ANALYZE')
  db.close()
}

/** Receipt n of store n mod STORES: its number in the store is n / STORES, its lines are 0 and 1, and 2 for every other one. */
const EACH = `WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < @receipts)`
const LINES = `${EACH}, l (line) AS (VALUES (0), (1), (2)) `
const OF_LINE = `FROM n, l WHERE l.line < 2 OR n.n % 2 = 0`
const STORE = '@first + n.n % @stores'
const SALE = 'n.n / @stores + 1'
const FILL: readonly string[] = [
  `WITH RECURSIVE n (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM n WHERE n + 1 < @items)
   INSERT INTO item (sku, state, inventory_item_id) SELECT 'SKU-' || n, CASE WHEN n % 20 = 0 THEN 'unknown' ELSE 'mapped' END,
     CASE WHEN n % 20 = 0 THEN NULL ELSE 'gid://shopify/InventoryItem/' || n END FROM n`,
  `${EACH} INSERT INTO event (store, device, epoch, seq, turn, kind, hash, state, body, received_at)
   SELECT ${STORE}, @till, 1, ${SALE}, ${SALE}, 'sale.completed', 'h', 'applied', '{}', n.n FROM n`,
  `${EACH} INSERT INTO sale (store, sale, source, receipt, revision, state, fingerprint, receipt_number, till, business_date,
     sold_at, currency, net, tax, tendered, rounding, unexplained, device, epoch, seq, received_at)
   SELECT ${STORE}, ${SALE}, @pos, randomblob(16), 0, 'sold', randomblob(16), n.n, @till, 20260101 + (n.n / 14000) % 28,
     n.n, 'EUR', 840, 160, 1000, 0, 0, @till, 1, ${SALE}, n.n FROM n`,
  `${LINES} INSERT INTO sale_line (store, sale, revision, line, item, warehouse, quantity, net)
   SELECT ${STORE}, ${SALE}, 0, l.line, 1 + (n.n * 7 + l.line) % @items, @main, 1000, 400 ${OF_LINE}`,
  `${LINES} INSERT INTO movement (store, kind, cause, line, revision, warehouse, item, quantity, device, epoch, seq, at)
   SELECT ${STORE}, 1, ${SALE}, l.line, 0, @main, 1 + (n.n * 7 + l.line) % @items, -1000, @till, 1, ${SALE}, n.n ${OF_LINE}`,
  `${LINES} INSERT INTO posting (store, kind, cause, line, revision, write)
   SELECT ${STORE}, 1, ${SALE}, l.line, 0, 1 + n.n ${OF_LINE}`,
  `${EACH} INSERT INTO sale_tender (store, sale, revision, line, kind, name, amount)
   SELECT ${STORE}, ${SALE}, 0, 0, 'cash', @cash, 1000 FROM n`,
  `${EACH} INSERT INTO shopify_write (kind, store, subject, idempotency_key, request_json, state, attempts, planned_at,
     first_sent_at, due_at, settled_at, answer_json)
   SELECT 'adjust', 'S001', 'p', 'k', '{}', 'confirmed', 1, n.n, n.n, n.n, n.n, '{}' FROM n`,
  `INSERT INTO level (store, warehouse, item, state, quantity) SELECT store, warehouse, item, 0, SUM(quantity) FROM movement GROUP BY 1, 2, 3`,
]

/** Files whose databases tell which statements ran. */
function watchedFiles(files: Files) {
  let seen = new Map<string, Asked>()
  const watch = (db: Database): Database => {
    const prepare = db.prepare.bind(db)
    return new Proxy(db, {
      get(target, property) {
        if (property !== 'prepare') {
          const value: unknown = Reflect.get(target, property, target)
          return typeof value === 'function' ? value.bind(target) : value
        }
        return (sql: string) => watchedStatement(prepare(sql), rows => note(sql, rows))
      },
    })
  }
  const note = (sql: string, rows: number) => {
    const one = seen.get(sql) ?? { sql, runs: 0, mostRows: 0 }
    one.runs += 1
    one.mostRows = Math.max(one.mostRows, rows)
    seen.set(sql, one)
  }
  return {
    files: {
      ...files,
      database: (path: string, options: { readOnly: boolean }) => watch(files.database(path, options)),
    },
    take(): Asked[] {
      const all = [...seen.values()]
      seen = new Map()
      return all
    },
  }
}

function watchedStatement<S extends object>(statement: S, note: (rows: number) => void): S {
  return new Proxy(statement, {
    get(target, property) {
      const value: unknown = Reflect.get(target, property, target)
      if (typeof value !== 'function') return value
      return (...parameters: unknown[]) => {
        const result: unknown = value.apply(target, parameters)
        if (property === 'all' || property === 'run' || property === 'get')
          note(Array.isArray(result) ? result.length : 1)
        return result
      }
    },
  })
}

function planOf(db: Database, sql: string): string[] {
  if (!/^\s*(select|insert|update|delete|with)/i.test(sql)) return []
  const statement = db.prepare(`EXPLAIN QUERY PLAN ${sql}`)
  const parameters = Array<null>((sql.match(/\?/g) ?? []).length).fill(null)
  return statement.all(...parameters).map(row => (row as { detail: string }).detail)
}

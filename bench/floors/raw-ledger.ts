import { cp } from 'node:fs/promises'
import SQLite from 'better-sqlite3'
import { hubPaths } from '../../hub/config.ts'
import { digestOf, expectSame } from '../data/rows.ts'
import { flushFiles } from '../measure/flush-files.ts'

type Cells = readonly unknown[]

/** The tables that a batch adds rows to, each with a query that gives its rows and, last, the seq of their event. */
const tables = {
  event: 'SELECT t.*, t.seq FROM event AS t ORDER BY t.seq',
  sale: 'SELECT t.*, t.seq FROM sale AS t ORDER BY t.seq',
  sale_line: ofSale('sale_line'),
  sale_tax: ofSale('sale_tax'),
  sale_tender: ofSale('sale_tender'),
  movement: 'SELECT t.*, t.seq FROM movement AS t ORDER BY t.seq, t.line',
  due_movement: `SELECT t.*, m.seq FROM movement AS m
    JOIN due_movement AS t ON t.store = m.store AND t.warehouse = m.warehouse AND t.item = m.item AND t.kind = m.kind
      AND t.cause = m.cause AND t.line = m.line AND t.revision = m.revision ORDER BY m.seq, m.line`,
} as const
type Table = keyof typeof tables
const names = Object.keys(tables) as readonly Table[]

function ofSale(table: string): string {
  return `SELECT t.*, s.seq FROM sale AS s JOIN ${table} AS t ON t.store = s.store AND t.sale = s.sale
    AND t.revision = s.revision ORDER BY s.seq, t.line`
}

const ADD_LEVEL = /* sql */ `
  INSERT INTO level (store, warehouse, item, state, quantity) VALUES (?, ?, ?, 0, ?)
  ON CONFLICT (store, warehouse, item, state) DO UPDATE SET quantity = level.quantity + excluded.quantity`
const ADD_DUE = /* sql */ `
  INSERT INTO due (store, warehouse, item, quantity, movements, since) VALUES (?, ?, ?, ?, ?, ?)
  ON CONFLICT (store, warehouse, item) DO UPDATE SET
    quantity = due.quantity + excluded.quantity, movements = due.movements + excluded.movements`

/** What one batch adds to each table of the ledger. */
type Group = (table: Table) => readonly Cells[]

/**
 * Inserts the rows that a hub's ledger ended up with into an empty one of the same schema, batch by batch, as bare
 * SQLite. Reading them back is not timed.
 * @param empty a hub's folder to begin with @param finished the database whose rows are inserted
 * @returns milliseconds
 */
export async function insertLedger(
  folder: string,
  empty: string,
  finished: string,
  sizes: readonly number[],
): Promise<number> {
  await cp(empty, folder, { recursive: true })
  flushFiles(folder)
  const file = hubPaths(folder).database
  const db = new SQLite(file)
  db.pragma('wal_autocheckpoint = 2000')
  db.pragma('synchronous = FULL')
  const insert = names.map(table => {
    const width = db.prepare(`SELECT * FROM ${table}`).columns().length
    return db.prepare(`INSERT INTO ${table} VALUES (${Array(width).fill('?').join(', ')})`)
  })
  const addLevel = db.prepare(ADD_LEVEL)
  const addDue = db.prepare(ADD_DUE)
  const since = dueSince(finished)
  const commit = db.transaction((group: Group) => {
    names.forEach((table, index) => {
      for (const row of group(table)) insert[index]?.run(row)
    })
    for (const [store, warehouse, item, quantity, count] of sumsOf(group('due_movement'))) {
      addLevel.run(store, warehouse, item, quantity)
      addDue.run(store, warehouse, item, quantity, count, since.get(placeOf(warehouse, item)) ?? 0)
    }
  })
  let ms = 0
  using source = openGroups(finished, sizes)
  for (const group of source.groups()) {
    const start = performance.now()
    commit.immediate(group)
    ms += performance.now() - start
  }
  db.close()
  for (const table of [...names, 'level', 'due']) {
    const rows = `SELECT * FROM ${table} ORDER BY 1, 2, 3, 4, 5`
    expectSame(`the floor's ${table}`, digestOf(file, rows), digestOf(finished, rows))
  }
  return ms
}

type Sum = [store: unknown, warehouse: unknown, item: unknown, quantity: number, movements: number]

const placeOf = (warehouse: unknown, item: unknown) => `${String(warehouse)}/${String(item)}`

/** Since when each item has been due: the hub's clock, which nothing else of the rows has. */
function dueSince(finished: string): ReadonlyMap<string, unknown> {
  const db = new SQLite(finished, { readonly: true, fileMustExist: true })
  const rows = db.prepare<[], Cells>('SELECT warehouse, item, since FROM due').raw().all()
  db.close()
  return new Map(rows.map(([warehouse, item, since]) => [placeOf(warehouse, item), since]))
}

/** What waits, by item and warehouse: every movement of this bench is a sale, on hand, and due. */
function sumsOf(due: readonly Cells[]): Sum[] {
  const sums = new Map<string, Sum>()
  for (const row of due) {
    const [store, warehouse, item] = row
    const key = placeOf(warehouse, item)
    const sum = sums.get(key) ?? [store, warehouse, item, 0, 0]
    sum[3] += Number(row.at(-1))
    sum[4] += 1
    sums.set(key, sum)
  }
  return [...sums.values()]
}

/** The rows of a ledger in the order of its device's stream, a batch at a time, so that memory stays small. */
function openGroups(database: string, sizes: readonly number[]) {
  const open = names.map(table => {
    const db = new SQLite(database, { readonly: true, fileMustExist: true })
    const rows = db.prepare<[], Cells>(tables[table])
    return { db, table, take: takerOf(rows.raw().iterate()) }
  })
  return {
    *groups(): Generator<Group> {
      let last = 0
      for (const size of sizes) {
        last += size
        const upTo = last
        const rows = new Map(open.map(({ table, take }) => [table, take(upTo)]))
        yield table => rows.get(table) ?? []
      }
    },
    [Symbol.dispose]() {
      for (const { db } of open) db.close()
    },
  }
}

/** Gives, at each call, the next rows up to a seq, which is each row's last cell and left out. */
function takerOf(rows: Iterator<Cells>): (upTo: number) => Cells[] {
  let next = rows.next()
  return upTo => {
    const taken: Cells[] = []
    for (; next.done !== true && Number(next.value.at(-1)) <= upTo; next = rows.next())
      taken.push(next.value.slice(0, -1))
    return taken
  }
}

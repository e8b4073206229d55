import { cp } from 'node:fs/promises'
import SQLite from 'better-sqlite3'
import { hubPaths } from '../../hub/config.ts'
import { digestOf, expectSame } from '../data/rows.ts'
import { settle } from '../measure/settle.ts'

/** What one batch adds to each table of the ledger. */
interface Group {
  readonly event: readonly Cells[]
  readonly sale: readonly Cells[]
  readonly movement: readonly Cells[]
}
type Cells = readonly unknown[]

const tables = ['event', 'sale', 'movement'] as const
const ADD = /* sql */ `
  INSERT INTO level VALUES (?, ?, ?, ?, ?)
  ON CONFLICT (store, warehouse, sku, state) DO UPDATE SET quantity = level.quantity + excluded.quantity`

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
  settle(folder)
  const file = hubPaths(folder).database
  const db = new SQLite(file)
  db.pragma('wal_autocheckpoint = 2000')
  db.pragma('synchronous = FULL')
  const insert = tables.map(table => {
    const width = db.prepare(`SELECT * FROM ${table}`).columns().length
    return db.prepare(`INSERT INTO ${table} VALUES (${Array(width).fill('?').join(', ')})`)
  })
  const add = db.prepare(ADD)
  const commit = db.transaction((group: Group) => {
    tables.forEach((table, index) => {
      for (const row of group[table]) insert[index]?.run(row)
    })
    for (const sum of sumsOf(group.movement)) add.run(sum)
  })
  let ms = 0
  using source = openGroups(finished, sizes)
  for (const group of source.groups()) {
    const start = performance.now()
    commit.immediate(group)
    ms += performance.now() - start
  }
  db.close()
  for (const table of [...tables, 'level']) {
    const rows = `SELECT * FROM ${table} ORDER BY 1, 2, 3, 4`
    expectSame(`the floor's ${table}`, digestOf(file, rows), digestOf(finished, rows))
  }
  return ms
}

function sumsOf(movements: readonly Cells[]): Cells[] {
  const sums = new Map<string, [unknown, unknown, unknown, unknown, number]>()
  for (const [store, , warehouse, sku, state, quantity] of movements) {
    const key = `${String(warehouse)}\n${String(sku)}`
    const sum = sums.get(key)
    if (sum === undefined) sums.set(key, [store, warehouse, sku, state, Number(quantity)])
    else sum[4] += Number(quantity)
  }
  return [...sums.values()]
}

/** The rows of a ledger in the order of its device's stream, a batch at a time, so that memory stays small. */
function openGroups(database: string, sizes: readonly number[]) {
  const open = tables.map(table => {
    const db = new SQLite(database, { readonly: true, fileMustExist: true })
    const rows = db.prepare<[], Cells>(`SELECT * FROM ${table} ORDER BY seq`)
    const seqAt = rows.columns().findIndex(({ name }) => name === 'seq')
    return { db, take: takerOf(rows.raw().iterate(), row => Number(row[seqAt])) }
  })
  const [event, sale, movement] = open.map(({ take }) => take)
  return {
    *groups(): Generator<Group> {
      let last = 0
      for (const size of sizes) {
        last += size
        yield { event: event?.(last) ?? [], sale: sale?.(last) ?? [], movement: movement?.(last) ?? [] }
      }
    },
    [Symbol.dispose]() {
      for (const { db } of open) db.close()
    },
  }
}

/** Gives, at each call, the next rows up to a seq. */
function takerOf(rows: Iterator<Cells>, seqOf: (row: Cells) => number): (upTo: number) => Cells[] {
  let next = rows.next()
  return upTo => {
    const taken: Cells[] = []
    for (; next.done !== true && seqOf(next.value) <= upTo; next = rows.next()) taken.push(next.value)
    return taken
  }
}

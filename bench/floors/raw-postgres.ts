import { join } from 'node:path'
import type pg from 'pg'
import type { Server } from '../measure/postgres.ts'
import { timed } from '../measure/stopwatch.ts'

/** The tables that a batch adds rows to, and what gives each of their rows the seq of its event. */
const tables: Readonly<Record<string, string>> = {
  event: 'SELECT t.*, t.seq AS event_seq FROM event AS t',
  sale: 'SELECT t.*, t.seq AS event_seq FROM sale AS t',
  sale_line: ofSale('sale_line'),
  sale_tax: ofSale('sale_tax'),
  sale_tender: ofSale('sale_tender'),
  movement: 'SELECT t.*, t.seq AS event_seq FROM movement AS t',
  due_movement: `SELECT t.*, m.seq AS event_seq FROM movement AS m
    JOIN due_movement AS t ON t.store = m.store AND t.warehouse = m.warehouse AND t.item = m.item AND t.kind = m.kind
      AND t.cause = m.cause AND t.line = m.line AND t.revision = m.revision`,
}
const names = Object.keys(tables)

function ofSale(table: string): string {
  return `SELECT t.*, s.seq AS event_seq FROM sale AS s JOIN ${table} AS t ON t.store = s.store AND t.sale = s.sale
    AND t.revision = s.revision`
}

/** Sums that the hub keeps beside the rows, added up batch by batch as it does. */
const SUMS = [
  `INSERT INTO level (store, warehouse, item, state, quantity)
   SELECT store, warehouse, item, 0, SUM(quantity) FROM finished.due_movement WHERE event_seq BETWEEN $1 AND $2 GROUP BY 1, 2, 3
   ON CONFLICT (store, warehouse, item, state) DO UPDATE SET quantity = level.quantity + excluded.quantity`,
  `INSERT INTO due (store, warehouse, item, quantity, movements)
   SELECT store, warehouse, item, SUM(quantity), COUNT(*) FROM finished.due_movement WHERE event_seq BETWEEN $1 AND $2 GROUP BY 1, 2, 3
   ON CONFLICT (store, warehouse, item) DO UPDATE SET
     quantity = due.quantity + excluded.quantity, movements = due.movements + excluded.movements`,
]

/**
 * The rows of a finished ledger by INSERT … SELECT inside the server, a commit a batch: no row crosses a socket.
 * @param sizes the records of each batch @returns milliseconds
 */
export async function insertLedgerRows(
  server: Server,
  finished: string,
  sizes: readonly number[],
): Promise<number> {
  return withCopy(server, finished, 'floor_insert', async client => {
    const inserts = await keepAside(client)
    return timed(async () => {
      let last = 0
      for (const size of sizes) {
        const range = [last + 1, last + size]
        last += size
        await client.query('BEGIN')
        for (const statement of [...inserts, ...SUMS]) await client.query(statement, range)
        await client.query('COMMIT')
      }
    })
  })
}

/** The same rows by COPY from files, a transaction a table: the most that PostgreSQL can do. @returns milliseconds */
export async function copyLedgerRows(server: Server, finished: string, folder: string): Promise<number> {
  const all = [...names, 'level', 'due']
  return withCopy(server, finished, 'floor_copy', async client => {
    for (const table of all) await client.query(`COPY ${table} TO '${join(folder, table)}'`)
    await client.query(`TRUNCATE ${all.join(', ')}`)
    await client.query('CHECKPOINT')
    return timed(async () => {
      for (const table of all) await client.query(`COPY ${table} FROM '${join(folder, table)}'`)
    })
  })
}

async function withCopy(
  server: Server,
  finished: string,
  database: string,
  work: (client: pg.Client) => Promise<number>,
): Promise<number> {
  await server.copy(finished, database)
  const client = await server.client(database)
  try {
    return await work(client)
  } finally {
    await client.end()
    await server.drop(database)
  }
}

/** Moves the rows into a schema of their own, each with the seq of its event. @returns what inserts a range of them */
async function keepAside(client: pg.Client): Promise<string[]> {
  await client.query('CREATE SCHEMA finished')
  const inserts: string[] = []
  for (const [table, rows] of Object.entries(tables)) {
    const { fields } = await client.query(`SELECT * FROM ${table} LIMIT 0`)
    const columns = fields.map(field => field.name).join(', ')
    await client.query(`CREATE TABLE finished.${table} AS ${rows}`)
    await client.query(`CREATE INDEX ON finished.${table} (event_seq)`)
    inserts.push(
      `INSERT INTO ${table} (${columns}) SELECT ${columns} FROM finished.${table} WHERE event_seq BETWEEN $1 AND $2`,
    )
  }
  await client.query(`TRUNCATE ${[...names, 'level', 'due'].join(', ')}`)
  await client.query('ANALYZE')
  await client.query('CHECKPOINT')
  return inserts
}

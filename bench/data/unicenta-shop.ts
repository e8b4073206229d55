import SQLite from 'better-sqlite3'
import { schema } from '../../test/sandbox/pos/schema.ts'
import { linesAt, WAREHOUSE } from './events.ts'

const ARTICLES = 2_000
const RECEIPTS_A_DAY = 2_000
const FIRST_AT = Date.parse('2026-08-01T08:00:00Z')

/** A uniCenta database in one SQLite file with receipts of one to four lines, 2.5 on average, in POS order. */
export function writeUnicentaShop(file: string, receipts: number): void {
  const db = new SQLite(file)
  db.pragma('synchronous = OFF')
  db.exec(schema)
  const inserts = new Map<string, SQLite.Statement>()
  const put = (table: string, row: Readonly<Record<string, unknown>>): void => {
    const columns = Object.keys(row)
    const sql = `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`
    const insert = inserts.get(sql) ?? db.prepare(sql)
    inserts.set(sql, insert)
    insert.run(Object.values(row))
  }
  db.transaction(() => {
    put('roles', { id: '2', name: 'Staff' })
    put('people', { id: 'emma', name: 'Emma', role: '2', visible: 1 })
    put('taxcategories', { id: 'tc', name: 'Standard' })
    put('taxes', { id: 't19', name: 'VAT 19 %', category: 'tc', rate: 0.19 })
    put('locations', { id: WAREHOUSE, name: 'Shop' })
    put('categories', { id: '000', name: 'All' })
    put('closedcash', { money: 'm1', host: 'HAR-TILL-1', hostsequence: 1, datestart: '2026-08-01 08:00:00' })
    for (let article = 0; article < ARTICLES; article += 1)
      put('products', {
        ...{
          id: `a${article}`,
          reference: `SHIRT-${article}`,
          code: `952${String(article).padStart(10, '0')}`,
        },
        ...{ name: 'Shirt, cotton, blue, M', pricebuy: 8, pricesell: 16.72, category: '000', taxcat: 'tc' },
      })
    for (let index = 0; index < receipts; index += 1) writeReceipt(put, index)
  })()
  db.close()
}

function writeReceipt(
  put: (table: string, row: Readonly<Record<string, unknown>>) => void,
  index: number,
): void {
  // Scattered, as the POS's own UUIDs are.
  const id = `${((index * 2_654_435_761) % 2 ** 32).toString(16).padStart(8, '0')}-4711-4ea5-9d1f-${String(index).padStart(12, '0')}`
  const day = Math.floor(index / RECEIPTS_A_DAY)
  const at = new Date(FIRST_AT + day * 86_400_000 + (index % RECEIPTS_A_DAY) * 15_000)
  put('receipts', {
    id,
    money: 'm1',
    datenew: at.toISOString().slice(0, 19).replace('T', ' '),
    person: 'emma',
  })
  put('tickets', { id, tickettype: 0, ticketid: 100_000 + index, person: 'emma' })
  const count = linesAt(index)
  for (let line = 0; line < count; line += 1)
    put('ticketlines', {
      ...{
        ticket: id,
        line,
        product: `a${(index * 7 + line * 613) % ARTICLES}`,
        units: 1,
        price: 16.72,
        taxid: 't19',
      },
      attributes: Buffer.from(PROPERTIES),
    })
  put('taxlines', { id: `t${id}`, receipt: id, taxid: 't19', base: 16.72 * count, amount: 3.1768 * count })
  put('payments', { id: `p${id}`, receipt: id, payment: 'cash', total: 19.9 * count, tendered: 20 * count })
}

/** What Java writes for a line's properties. */
const PROPERTIES = `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<!DOCTYPE properties SYSTEM "http://java.sun.com/dtd/properties.dtd">
<properties>
<comment>uniCenta oPOS</comment>
<entry key="product.taxcategoryid">000</entry>
<entry key="product.name">Shirt, cotton, blue, M</entry>
</properties>
`

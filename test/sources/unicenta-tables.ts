import SQLite from 'better-sqlite3'
import { schema } from '../sandbox/pos/schema.ts'
import type { PosConnection } from './pos-server.ts'

export type Product = 'sqlite' | 'postgres' | 'mysql'

/** uniCenta's tables as it makes them on each product. */
export function unicentaDdl(product: Product): string {
  if (product === 'postgres')
    return schema
      .replaceAll(/\bDOUBLE\b/g, 'DOUBLE PRECISION')
      .replaceAll(/\bBIT NOT NULL DEFAULT 0\b/g, 'BOOLEAN NOT NULL DEFAULT FALSE')
      .replaceAll(/\bBIT DEFAULT 0\b/g, 'BOOLEAN DEFAULT FALSE')
      .replaceAll(/\bBIT\b/g, 'BOOLEAN')
      .replaceAll(/\bBLOB\b/g, 'BYTEA')
      .replaceAll(/\bDATETIME\b/g, 'TIMESTAMP')
  if (product === 'mysql')
    return schema.replaceAll(/\bBIT\b/g, 'BIT(1)').replaceAll(/\bBLOB\b/g, 'MEDIUMBLOB')
  return schema
}

/** An SQLite file in the clothes of a server's connection. */
export function sqliteConnection(file: string): PosConnection {
  const db = new SQLite(file)
  db.pragma('synchronous = OFF')
  return {
    async run(sql, params = []) {
      if (params.length === 0 && sql.includes(';')) {
        db.exec(sql)
        return []
      }
      const statement = db.prepare(sql)
      if (statement.reader) return statement.all(...params)
      statement.run(...params)
      return []
    },
    async [Symbol.asyncDispose]() {
      db.close()
    },
  }
}

export interface ShopLine {
  readonly product?: string | null
  readonly units?: number
  readonly price?: number
  readonly properties?: Readonly<Record<string, string>>
}

/** A uniCenta shop with one till, three items, 19 % of tax and a place called WH-1. Prices are without tax. */
export class UnicentaShop {
  readonly db: PosConnection
  #ids = 0

  constructor(db: PosConnection) {
    this.db = db
  }

  /** Tables and master data. */
  async open(product: Product): Promise<void> {
    await this.db.run(unicentaDdl(product))
    const [yes, no] = product === 'postgres' ? ['TRUE', 'FALSE'] : ['1', '0']
    await this.db.run(`
      INSERT INTO roles (id, name) VALUES ('2', 'Staff');
      INSERT INTO people (id, name, role, visible) VALUES ('p1', 'Anke', '2', ${yes});
      INSERT INTO taxcategories (id, name) VALUES ('tc', 'Standard');
      INSERT INTO taxes (id, name, category, rate) VALUES ('t19', 'VAT 19 %', 'tc', 0.19);
      INSERT INTO locations (id, name) VALUES ('WH-1', 'Shop');
      INSERT INTO categories (id, name) VALUES ('000', 'All');
      INSERT INTO products (id, reference, code, name, pricebuy, pricesell, category, taxcat, isservice) VALUES
        ('mug', 'MUG', '9520110000161', 'Mug', 4, 10, '000', 'tc', ${no}),
        ('tee', 'TEE', '9520110000048', 'Tee', 9, 20.5, '000', 'tc', ${no}),
        ('wrap', 'WRAP', '9520110000260', 'Gift wrap', 0, 2, '000', 'tc', ${yes});
      INSERT INTO closedcash (money, host, hostsequence, datestart) VALUES ('m1', 'TILL-1', 1, '2026-11-25 08:00:00')`)
    await this.clear()
  }

  /** No receipts, no diary, the first prices and counts. */
  async clear(): Promise<void> {
    const emptied = [...PARTS.map(([table]) => table), 'stockdiary', 'stockcurrent']
    await this.db.run(`
      ${emptied.map(table => `DELETE FROM ${table};`).join(' ')}
      UPDATE products SET pricesell = 20.5, name = 'Tee' WHERE id = 'tee';
      INSERT INTO stockcurrent (location, product, units) VALUES ('WH-1', 'mug', 12), ('WH-1', 'tee', 7.5)`)
    this.#ids = 0
  }

  /** A receipt in one transaction; gives its id. `paid` false: it does not add up. */
  async sell(
    lines: readonly ShopLine[] = [{}],
    options: { id?: string; at?: string; paid?: number; type?: number } = {},
  ): Promise<string> {
    this.#ids += 1
    const id = options.id ?? `r${String((this.#ids * 40_503) % 65_536).padStart(5, '0')}-${this.#ids}`
    const at = options.at ?? `2026-11-25 10:${String(this.#ids % 60).padStart(2, '0')}:00`
    await this.db.run('BEGIN')
    await this.db.run('INSERT INTO receipts (id, money, datenew) VALUES (?, ?, ?)', [id, 'm1', at])
    await this.db.run('INSERT INTO tickets (id, tickettype, ticketid, person) VALUES (?, ?, ?, ?)', [
      id,
      options.type ?? 0,
      this.#ids,
      'p1',
    ])
    await this.write(id, lines, options.paid)
    await this.db.run('COMMIT')
    return id
  }

  /** Lines, tax and payment of a receipt. */
  async write(id: string, lines: readonly ShopLine[], paid?: number): Promise<void> {
    let net = 0
    for (const [index, { product = 'mug', units = 1, price = 10, properties }] of lines.entries()) {
      net += units * price
      const entries = Object.entries(properties ?? {}).map(
        ([key, value]) => `<entry key="${key}">${value}</entry>`,
      )
      const xml =
        properties === undefined ? null : Buffer.from(`<properties>${entries.join('')}</properties>`)
      await this.db.run(
        'INSERT INTO ticketlines (ticket, line, product, units, price, taxid, attributes) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [id, index, product, units, price, 't19', xml],
      )
    }
    const tax = Math.round(net * 19) / 100
    await this.db.run('INSERT INTO taxlines (id, receipt, taxid, base, amount) VALUES (?, ?, ?, ?, ?)', [
      `x${id}`,
      id,
      't19',
      net,
      tax,
    ])
    await this.db.run('INSERT INTO payments (id, receipt, payment, total) VALUES (?, ?, ?, ?)', [
      `y${id}`,
      id,
      'cash',
      paid ?? net + tax,
    ])
  }

  async deleteReceipt(id: string): Promise<void> {
    await this.db.run('BEGIN')
    for (const [table, key] of PARTS) await this.db.run(`DELETE FROM ${table} WHERE ${key} = ?`, [id])
    await this.db.run('COMMIT')
  }
}

const PARTS = [
  ['payments', 'receipt'],
  ['taxlines', 'receipt'],
  ['ticketlines', 'ticket'],
  ['tickets', 'id'],
  ['receipts', 'id'],
] as const

import { randomUUID } from 'node:crypto'
import SQLite, { type Database } from 'better-sqlite3'
import { type CatalogueItem, type CatalogueStore, items } from '../catalogue.ts'
import { fillMasterData, netPrice, productId, productName, staff, taxId } from './master-data.ts'
import { schema } from './schema.ts'

/** A line as the cashier enters it. `sku` null: a free amount under a title of its own. */
export interface PosLine {
  readonly sku: string | null
  readonly units: number
  /** Of one unit, tax included; default: the catalogue's. */
  readonly grossMinor?: number
  readonly title?: string
}

export interface PosTender {
  /** uniCenta's name of it: cash, magcard, cheque, paperin … */
  readonly kind: string
  readonly minor: number
}

export interface PosSale {
  readonly lines: readonly PosLine[]
  /** Default: the exact total in cash. */
  readonly tenders?: readonly PosTender[]
  /** The POS's wall clock, as it goes into `datenew`; default: now. Numbers are epoch milliseconds. */
  readonly at?: string | number
  readonly staff?: string
}

export interface Sold {
  readonly id: string
  readonly number: number
  readonly totalMinor: number
}

/** What uniCenta's stock diary calls its reasons. */
export const diaryReasons = {
  received: 1,
  movedIn: 4,
  returnedToSupplier: -2,
  broken: -3,
  movedOut: -4,
  sampled: -5,
  used: -7,
  subtracted: -8,
} as const
const SOLD = -1
const RETURNED = 2

/**
 * A pretend uniCenta oPOS: the real tables, written as the real till writes them, each sale in one transaction. The
 * file keeps SQLite's rollback journal, so that readers meet the harder kind of locking.
 */
export function openPos(
  file: string,
  store: CatalogueStore,
  options: { readonly host?: string; readonly now?: () => Date; readonly newId?: () => string } = {},
): Pos {
  const { host = `${store.code}-TILL-1`, now = () => new Date(), newId = randomUUID } = options
  const db = new SQLite(file, { timeout: 5_000 })
  db.pragma('foreign_keys = ON')
  const isNew = db.prepare(`SELECT 1 FROM sqlite_master WHERE name = 'receipts'`).get() === undefined
  if (isNew)
    db.transaction(() => {
      db.exec(schema)
      fillMasterData(db, store)
    }).immediate()
  return new Pos(db, store, host, now, newId)
}

export class Pos {
  readonly db: Database
  readonly #store: CatalogueStore
  readonly #host: string
  readonly #now: () => Date
  readonly #newId: () => string
  /** The Swedish way to write a moment is ISO's, with a blank. */
  readonly #wallFormat: Intl.DateTimeFormat
  readonly #prepared = new Map<string, ReturnType<Database['prepare']>>()

  constructor(db: Database, store: CatalogueStore, host: string, now: () => Date, newId: () => string) {
    this.db = db
    this.#store = store
    this.#host = host
    this.#now = now
    this.#newId = newId
    this.#wallFormat = new Intl.DateTimeFormat('sv-SE', {
      timeZone: store.zone,
      dateStyle: 'short',
      timeStyle: 'medium',
    })
  }

  sell(sale: PosSale): Sold {
    return this.#inOneTransaction(() => this.#save(sale, 0))
  }

  /** Goods come back: units and payments are negative, in a ticket of type 1 with numbers of its own. */
  refund(sale: PosSale): Sold {
    const lines = sale.lines.map(line => ({ ...line, units: -line.units }))
    const tenders = sale.tenders?.map(tender => ({ ...tender, minor: -tender.minor }))
    return this.#inOneTransaction(() =>
      this.#save({ ...sale, lines, tenders: tenders ?? [{ kind: 'cashrefund', minor: totalOf(lines) }] }, 1),
    )
  }

  /** uniCenta voids by deleting: the stock comes back through the diary, all rows go. */
  voidReceipt(id: string): void {
    this.#inOneTransaction(() => {
      this.#undoStock(id)
      this.#deleteParts(id)
      this.#run('DELETE FROM tickets WHERE id = ?', id)
      this.#run('DELETE FROM receipts WHERE id = ?', id)
    })
  }

  /** The receipt is opened again and saved with other lines or payments, under the same id and number. */
  editReceipt(id: string, sale: PosSale): void {
    this.#inOneTransaction(() => {
      const at = sale.at ?? this.#cell('SELECT datenew FROM receipts WHERE id = ?', id)
      this.#undoStock(id)
      this.#deleteParts(id)
      this.#run('UPDATE receipts SET datenew = ? WHERE id = ?', at, id)
      this.#writeParts(id, at, sale)
    })
  }

  stockDiary(entry: {
    readonly sku: string
    readonly reason: number
    readonly units: number
    readonly at?: string | number
  }): string {
    return this.#inOneTransaction(() =>
      this.#moveStock(productId(entry.sku), entry, entry.at ?? this.#wall()),
    )
  }

  /** Money into or out of the drawer without a sale. */
  cashMovement(movement: {
    readonly minor: number
    readonly note: string
    readonly at?: string | number
  }): string {
    return this.#inOneTransaction(() => {
      const id = this.#newId()
      this.#insert('receipts', { id, money: this.#session(), datenew: movement.at ?? this.#wall() })
      const kind = movement.minor < 0 ? 'cashout' : 'cashin'
      this.#pay(id, { kind, minor: movement.minor }, movement.note)
      return id
    })
  }

  /** Ends the till's session; the next sale opens another. */
  closeCash(): void {
    this.#run(
      'UPDATE closedcash SET dateend = ? WHERE host = ? AND dateend IS NULL',
      this.#wall(),
      this.#host,
    )
  }

  /** Stock as the POS shows it, by SKU. */
  stock(): ReadonlyMap<string, number> {
    const rows = this.db
      .prepare(
        'SELECT reference, units FROM stockcurrent JOIN products ON products.id = stockcurrent.product',
      )
      .raw()
      .all() as [string, number][]
    return new Map(rows)
  }

  close(): void {
    this.db.close()
  }

  #save(sale: PosSale, type: 0 | 1): Sold {
    const id = this.#newId()
    const at = sale.at ?? this.#wall()
    const table = type === 0 ? 'ticketsnum' : 'ticketsnum_refund'
    this.#run(`UPDATE ${table} SET id = id + 1`)
    const number = Number(this.#cell(`SELECT id FROM ${table}`))
    const person = `person-${(sale.staff ?? staff[0] ?? '').toLowerCase()}`
    this.#insert('receipts', { id, money: this.#session(), datenew: at, person })
    this.#insert('tickets', { id, tickettype: type, ticketid: number, person })
    return { id, number, totalMinor: this.#writeParts(id, at, sale) }
  }

  #writeParts(id: string, at: string | number, sale: PosSale): number {
    const bases = new Map<number, number>()
    sale.lines.forEach((line, index) => {
      const item = line.sku === null ? null : itemOf(line.sku)
      const rate = item?.taxRate ?? 19
      const price = netPrice(grossOf(line), rate)
      const product = item === null ? null : productId(item.sku)
      const title = line.title ?? (item === null ? '' : productName(item))
      this.#insert('ticketlines', {
        ticket: id,
        line: index,
        product,
        units: line.units,
        price,
        taxid: taxId(rate),
        attributes: Buffer.from(
          `<properties><entry key="product.name">${escaped(title)}</entry></properties>`,
        ),
      })
      if (item?.tracked === true && product !== null)
        this.#moveStock(product, { reason: line.units < 0 ? RETURNED : SOLD, units: -line.units }, at)
      bases.set(rate, (bases.get(rate) ?? 0) + line.units * price)
    })
    for (const [rate, base] of bases) {
      const tax = { taxid: taxId(rate), base, amount: (base * rate) / 100 }
      this.#insert('taxlines', { id: this.#newId(), receipt: id, ...tax })
    }
    const total = totalOf(sale.lines)
    for (const tender of sale.tenders ?? [{ kind: 'cash', minor: total }]) this.#pay(id, tender, null)
    return total
  }

  #pay(receipt: string, { kind, minor }: PosTender, notes: string | null): void {
    const paid = { payment: kind, total: minor / 100, tendered: minor / 100, notes }
    this.#insert('payments', { id: this.#newId(), receipt, ...paid })
  }

  #moveStock(
    product: string,
    { reason, units }: { reason: number; units: number },
    at: string | number,
  ): string {
    const id = this.#newId()
    const location = this.#store.posWarehouse
    this.#insert('stockdiary', { id, datenew: at, reason, location, product, units, price: 0 })
    this.#run(
      'UPDATE stockcurrent SET units = units + ? WHERE location = ? AND product = ?',
      units,
      location,
      product,
    )
    return id
  }

  #undoStock(id: string): void {
    const lines = this.db
      .prepare(
        `SELECT product, units FROM ticketlines JOIN products ON products.id = ticketlines.product
          WHERE ticket = ? AND isservice = 0`,
      )
      .raw()
      .all(id) as [string, number][]
    for (const [product, units] of lines)
      this.#moveStock(product, { reason: units < 0 ? SOLD : RETURNED, units }, this.#wall())
  }

  #deleteParts(id: string): void {
    this.#run('DELETE FROM taxlines WHERE receipt = ?', id)
    this.#run('DELETE FROM payments WHERE receipt = ?', id)
    this.#run('DELETE FROM ticketlines WHERE ticket = ?', id)
  }

  /** The open session of this till; opened when there is none. */
  #session(): string {
    const open = this.#statement('SELECT MAX(money) FROM closedcash WHERE host = ? AND dateend IS NULL')
      .pluck()
      .get(this.#host)
    if (typeof open === 'string') return open
    const money = this.#newId()
    const last = Number(
      this.#cell('SELECT COALESCE(MAX(hostsequence), 0) FROM closedcash WHERE host = ?', this.#host),
    )
    const session = { host: this.#host, hostsequence: last + 1, datestart: this.#wall() }
    this.#insert('closedcash', { money, ...session })
    return money
  }

  /** uniCenta writes its machine's own wall clock. */
  #wall(): string {
    return this.#wallFormat.format(this.#now())
  }

  #inOneTransaction<T>(write: () => T): T {
    return this.db.transaction(write).immediate()
  }

  #statement(sql: string) {
    const known = this.#prepared.get(sql) ?? this.db.prepare(sql)
    this.#prepared.set(sql, known)
    return known
  }

  #run(sql: string, ...params: readonly unknown[]): void {
    this.#statement(sql).run(...params)
  }

  #insert(table: string, row: Readonly<Record<string, string | number | Buffer | null>>): void {
    const columns = Object.keys(row)
    const places = columns.map(() => '?').join(', ')
    this.#run(`INSERT INTO ${table} (${columns.join(', ')}) VALUES (${places})`, ...Object.values(row))
  }

  #cell(sql: string, ...params: readonly unknown[]): string | number {
    const value = this.#statement(sql)
      .pluck()
      .get(...params)
    if (typeof value !== 'string' && typeof value !== 'number') throw new Error(`no value: ${sql}`)
    return value
  }
}

function itemOf(sku: string): CatalogueItem {
  const item = items.find(each => each.sku === sku)
  if (item === undefined) throw new Error(`the catalogue has no ${sku}`)
  return item
}

function grossOf(line: PosLine): number {
  return line.grossMinor ?? (line.sku === null ? 0 : itemOf(line.sku).priceMinor)
}

function totalOf(lines: readonly PosLine[]): number {
  return lines.reduce((total, line) => total + Math.round(line.units * grossOf(line)), 0)
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

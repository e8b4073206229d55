import { connect } from 'node:net'
import { z } from 'zod'
import type { Pos } from './pos.ts'

const WIDTH = 42

const Header = z.object({
  number: z.number(),
  type: z.number(),
  at: z.string(),
  host: z.string(),
  person: z.string(),
})
const Line = z.object({
  title: z.string(),
  sku: z.string().nullable(),
  units: z.number(),
  price: z.number(),
  rate: z.number(),
})
const Tax = z.object({ name: z.string(), base: z.number(), amount: z.number() })
const Paid = z.object({ kind: z.string(), total: z.number() })

/** The receipt as uniCenta's own layout prints it, line by line. */
export function paperLines(pos: Pos, shop: string, id: string): string[] {
  const all = <T extends z.ZodType>(schema: T, sql: string) =>
    z.array(schema).parse(pos.db.prepare(sql).all(id))
  const [header] = all(
    Header,
    `SELECT ticketid AS number, tickettype AS type, receipts.datenew AS at, closedcash.host, people.name AS person
       FROM receipts JOIN tickets ON tickets.id = receipts.id JOIN closedcash ON closedcash.money = receipts.money
       JOIN people ON people.id = tickets.person WHERE receipts.id = ?`,
  )
  if (header === undefined) return []
  const lines = all(
    Line,
    `SELECT COALESCE(products.name, 'Free amount') AS title, products.reference AS sku, ticketlines.units, ticketlines.price, taxes.rate
       FROM ticketlines LEFT JOIN products ON products.id = ticketlines.product JOIN taxes ON taxes.id = ticketlines.taxid
      WHERE ticket = ? ORDER BY line`,
  )
  const taxes = all(
    Tax,
    'SELECT taxes.name, base, amount FROM taxlines JOIN taxes ON taxes.id = taxlines.taxid WHERE receipt = ?',
  )
  const paid = all(Paid, 'SELECT payment AS kind, total FROM payments WHERE receipt = ?')
  const total = paid.reduce((sum, { total: part }) => sum + part, 0)
  const net = taxes.reduce((sum, { base }) => sum + base, 0)
  const rule = '-'.repeat(WIDTH)
  return [
    centred(shop),
    '',
    `${(header.type === 0 ? 'Receipt:' : 'Refund:').padEnd(15)}${header.number}`,
    `${'Date:'.padEnd(15)}${header.at}`,
    `${'Terminal:'.padEnd(15)}${header.host}`,
    `${'Served by:'.padEnd(15)}${header.person}`,
    '',
    `${'Item'.padEnd(17)}${'Price'.padStart(8)}${'Qty'.padStart(6)}${'Amount'.padStart(11)}`,
    rule,
    ...lines.flatMap(({ title, sku, units, price, rate }) => {
      const gross = price * (1 + rate)
      const item = `${title.slice(0, 16).padEnd(17)}${money(gross).padStart(8)}${`x${units}`.padStart(6)}${money(gross * units).padStart(11)}`
      return sku === null ? [item] : [item, `   Reference : ${sku}`]
    }),
    rule,
    `Items count: ${lines.length}`,
    amount('Subtotal', net),
    amount('Tax', total - net),
    amount('Balance Due', total),
    '',
    ...taxes.map(
      ({ name, base, amount: tax }) =>
        `${name.padEnd(20)}${money(base).padStart(11)}${money(tax).padStart(11)}`,
    ),
    '',
    ...paid.map(({ kind, total: part }) => amount(labels[kind] ?? kind, part)),
    '',
    centred('Thank you for your visit'),
  ]
}

const labels: Readonly<Record<string, string>> = {
  cash: 'Tendered:',
  magcard: 'AMOUNT',
  cashrefund: 'Refund',
}

/** The lines as ESC/POS bytes: initialised, code page 1252, cut. */
export function paperBytes(lines: readonly string[]): Uint8Array {
  const text = Buffer.from(lines.map(line => `${line}\n`).join(''), 'latin1')
  return Buffer.concat([
    Buffer.from([0x1b, 0x40, 0x1b, 0x74, 16]),
    text,
    Buffer.from([0x1d, 0x56, 0x42, 0x20]),
  ])
}

/** Sends bytes to a printer on this PC and waits until they are gone. Rejects when nothing takes them. */
export function printOn(port: number, bytes: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => socket.end(bytes))
    socket.resume()
    socket.once('error', reject)
    socket.once('close', () => resolve())
  })
}

function money(value: number): string {
  return (Math.round(value * 100) / 100).toFixed(2)
}

function amount(label: string, value: number): string {
  return `${label}${money(value).padStart(WIDTH - label.length)}`
}

function centred(text: string): string {
  return ' '.repeat(Math.max(0, Math.floor((WIDTH - text.length) / 2))) + text
}

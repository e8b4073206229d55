import { items } from '../catalogue.ts'
import { staff } from './master-data.ts'
import type { Pos, PosLine, PosTender } from './pos.ts'

/** A stream of chances that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

const REFUNDS = 0.05
const VOIDS = 0.01

/** What happened at the till, in words, and the receipt that it prints. */
export interface Traded {
  readonly said: string
  readonly receipt: string | null
}

/** One thing that happens at a till in a shop: mostly a sale, at times a refund or a void. */
export function trade(pos: Pos, chance: () => number): Traded {
  const kind = chance()
  const recent = kind < REFUNDS + VOIDS ? recentSale(pos, chance) : null
  if (recent !== null && kind < VOIDS) {
    pos.voidReceipt(recent.id)
    return { said: `void    receipt ${recent.number}`, receipt: null }
  }
  if (recent !== null && recent.sku !== null) {
    const { id, number, totalMinor } = pos.refund({
      lines: [{ sku: recent.sku, units: 1 }],
      staff: pick(staff, chance),
    })
    return { said: `refund  ${number}  ${money(totalMinor)}`, receipt: id }
  }
  const lines = basket(chance)
  const sold = pos.sell({ lines, staff: pick(staff, chance), tenders: tendersFor(lines, chance) })
  return { said: `sale    ${sold.number}  ${money(sold.totalMinor)}`, receipt: sold.id }
}

function basket(chance: () => number): PosLine[] {
  const count = 1 + Math.floor(chance() ** 2 * 4)
  const chosen = new Set(Array.from({ length: count }, () => pick(items, chance).sku))
  return [...chosen].map(sku => ({ sku, units: chance() < 0.8 ? 1 : 2 + Math.floor(chance() * 2) }))
}

function tendersFor(lines: readonly PosLine[], chance: () => number): PosTender[] {
  const prices = new Map(items.map(item => [item.sku, item.priceMinor]))
  const total = lines.reduce((sum, line) => sum + line.units * (prices.get(line.sku ?? '') ?? 0), 0)
  const kind = chance()
  if (kind < 0.6) return [{ kind: 'magcard', minor: total }]
  if (kind < 0.95 || total < 1_000) return [{ kind: 'cash', minor: total }]
  const cash = Math.floor(total / 2_000) * 1_000
  return [
    { kind: 'cash', minor: cash },
    { kind: 'magcard', minor: total - cash },
  ].filter(tender => tender.minor > 0)
}

function recentSale(
  pos: Pos,
  chance: () => number,
): { id: string; number: number; sku: string | null } | null {
  const rows = pos.db
    .prepare(
      `SELECT tickets.id, tickets.ticketid, products.reference
         FROM (SELECT id FROM receipts ORDER BY datenew DESC LIMIT 40) AS newest
         JOIN tickets ON tickets.id = newest.id
         LEFT JOIN ticketlines ON ticketlines.ticket = tickets.id AND ticketlines.line = 0
         LEFT JOIN products ON products.id = ticketlines.product
        WHERE tickets.tickettype = 0`,
    )
    .raw()
    .all() as [string, number, string | null][]
  if (rows.length === 0) return null
  const [id, number, sku] = pick(rows, chance)
  return { id, number, sku }
}

function pick<T>(list: readonly T[], chance: () => number): T {
  const chosen = list[Math.floor(chance() * list.length)]
  if (chosen === undefined) throw new Error('nothing to choose from')
  return chosen
}

function money(minor: number): string {
  return `${(minor / 100).toFixed(2)} EUR`
}

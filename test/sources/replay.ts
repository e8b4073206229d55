import type { AgentEvent } from '../../shared/events.ts'
import type { Pos } from '../sandbox/pos/pos.ts'

/** What counts of the POS: goods to the unit, money to the cent. */
export interface Books {
  /** By receipt: each line as "sku units net", then the payments' sum. */
  readonly receipts: ReadonlyMap<string, string>
  /** By diary entry: "sku units". Entries without units are left out. */
  readonly diary: ReadonlyMap<string, string>
}

/** The books as a hub has them that applies each event in turn, the newest of a receipt counting. */
export function replay(events: readonly AgentEvent[]): Books {
  const receipts = new Map<string, string>()
  const diary = new Map<string, string>()
  for (const event of events) {
    if (event.kind === 'sale.voided') receipts.delete(event.receipt)
    else if (event.kind === 'cash.moved') receipts.set(event.receipt, `cash ${event.amount}`)
    else if (event.kind === 'sale.completed') {
      const lines = event.lines.map(line => `${line.sku} ${line.quantity} ${line.net}`)
      const paid = event.tenders.reduce((sum, tender) => sum + tender.amount, 0)
      receipts.set(event.receipt, [...lines, `paid ${paid}`].join(', '))
    } else if (event.kind === 'stock.moved') {
      if (event.quantity === 0) diary.delete(event.entry)
      else diary.set(event.entry, `${event.sku} ${event.quantity}`)
    }
  }
  return { receipts, diary }
}

type Line = [receipt: string, sku: string | null, units: number, price: number]

/** The books as the POS's tables have them, read here without the mapping. */
export function booksOf({ db }: Pos): Books {
  const all = <Row>(sql: string) => db.prepare(sql).raw().all() as Row[]
  const cents = (amount: number) => Math.round(Number((amount * 100).toPrecision(12)))
  const paid = new Map(
    all<[string, number, string]>(
      'SELECT receipt, SUM(total), MIN(payment) FROM payments GROUP BY receipt',
    ).map(([receipt, total, kind]) => [receipt, { total: cents(total), kind }]),
  )
  const lines = all<Line>(`
    SELECT ticket, CASE WHEN isservice = 1 THEN NULL ELSE reference END, units, price
      FROM ticketlines LEFT JOIN products ON products.id = product ORDER BY ticket, line`)
  const receipts = new Map(
    all<[string]>('SELECT id FROM receipts').map(([id]): [string, string] => {
      const payment = paid.get(id)
      if (payment?.kind.startsWith('cashin') === true || payment?.kind.startsWith('cashout') === true)
        return [id, `cash ${payment.total}`]
      const own = lines.filter(([receipt]) => receipt === id)
      const texts = own.map(
        ([, sku, units, price]) => `${sku} ${Math.round(units * 1000)} ${cents(units * price)}`,
      )
      return [id, [...texts, `paid ${payment?.total ?? 0}`].join(', ')]
    }),
  )
  const diary = new Map(
    all<[string, string, number]>(`
      SELECT stockdiary.id, reference, units FROM stockdiary JOIN products ON products.id = product
       WHERE reason NOT IN (-1, 2)`).map(([id, sku, units]) => [id, `${sku} ${units * 1000}`]),
  )
  return { receipts, diary }
}

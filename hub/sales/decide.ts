import type { SaleCompleted, SaleVoided, StockMoved } from '../../shared/events.ts'
import type { Schema } from '../db/schema.ts'
import type { NewMovement } from '../stock/movements.ts'
import type { Origin } from '../streams/placed-event.ts'

export type SaleRow = Schema['sale']
export type DiaryRow = Schema['diary']
export type LedgerEvent = SaleCompleted | SaleVoided | StockMoved

/** The part of a receipt's line that its reversal must know. */
export interface StockLine {
  readonly line: number
  readonly sku: string
  readonly warehouse: string
  readonly quantity: number
}

/**
 * Decides what a sale's newest content does, given what the ledger holds of that receipt. Null: nothing, it is known.
 * A changed receipt first takes back its former lines, so that edits, voids and re-reads after a restore all end at
 * the receipt's last content, whatever was sent how often.
 */
export function decideSale(
  event: SaleCompleted,
  current: SaleRow | undefined,
  origin: Origin,
): { sale: SaleRow; movements: NewMovement[] } | null {
  if (current?.state === 'sold' && current.fingerprint === event.fingerprint) return null
  const revision = (current?.revision ?? -1) + 1
  const lines = event.lines.flatMap(({ line, sku, warehouse, quantity }): StockLine[] =>
    sku === null ? [] : [{ line, sku, warehouse, quantity }],
  )
  const sum = (amounts: readonly { amount: number }[]) =>
    amounts.reduce((total, { amount }) => total + amount, 0)
  const sale: SaleRow = {
    store: origin.store,
    source: event.source,
    receipt: event.receipt,
    revision,
    state: 'sold',
    fingerprint: event.fingerprint,
    receipt_number: event.receiptNumber,
    till: event.till,
    staff: event.staff,
    business_date: event.businessDate,
    sold_at: event.soldAt.wall,
    currency: event.currency,
    net: event.lines.reduce((total, { net }) => total + net, 0),
    tax: sum(event.taxes),
    tendered: sum(event.tenders),
    rounding: event.rounding,
    unexplained: event.unexplained,
    lines_json: JSON.stringify(lines),
    device: origin.device,
    epoch: origin.epoch,
    seq: origin.seq,
    received_at: origin.at,
  }
  const sold = lines.map(line =>
    movement(origin, line, `${event.source}/${event.receipt}/${line.line}/${revision}`, -line.quantity, {
      reason: line.quantity < 0 ? 'return' : 'sale',
      reference: event.receipt,
    }),
  )
  return { sale, movements: [...reversal(current, origin), ...sold] }
}

/** Decides what a void does. Null: the ledger does not hold the receipt as sold. */
export function decideVoid(
  current: SaleRow | undefined,
  origin: Origin,
): { sale: SaleRow; movements: NewMovement[] } | null {
  if (current?.state !== 'sold') return null
  const { device, epoch, seq, at } = origin
  const sale: SaleRow = { ...current, state: 'voided', device, epoch, seq, received_at: at }
  return { sale, movements: reversal(current, origin) }
}

function reversal(current: SaleRow | undefined, origin: Origin): NewMovement[] {
  if (current?.state !== 'sold') return []
  return stockLines(current).map(line =>
    movement(
      origin,
      line,
      `${current.source}/${current.receipt}/${line.line}/${current.revision}/reversed`,
      line.quantity,
      { reason: 'reversal', reference: current.receipt },
    ),
  )
}

/** The lines of a sale row that moved stock, as `decideSale` wrote them. */
export function stockLines(sale: SaleRow): readonly StockLine[] {
  return JSON.parse(sale.lines_json) as StockLine[]
}

/** Decides what an entry of the POS's stock diary does; a changed entry replaces its former content. */
export function decideDiary(
  event: StockMoved,
  current: DiaryRow | undefined,
  origin: Origin,
): { diary: DiaryRow; movements: NewMovement[] } | null {
  if (current?.fingerprint === event.fingerprint) return null
  const { source, entry, fingerprint, sku, warehouse, quantity } = event
  const revision = (current?.revision ?? -1) + 1
  const key = `${source}/diary/${entry}`
  const movements = [
    movement(origin, event, `${key}/${revision}`, quantity, { reason: event.reason, reference: entry }),
  ]
  if (current !== undefined)
    movements.unshift(
      movement(origin, current, `${key}/${current.revision}/reversed`, -current.quantity, {
        reason: 'reversal',
        reference: entry,
      }),
    )
  return {
    diary: { store: origin.store, source, entry, revision, fingerprint, sku, warehouse, quantity },
    movements,
  }
}

function movement(
  origin: Origin,
  what: { readonly sku: string; readonly warehouse: string },
  source_key: string,
  quantity: number,
  why: { readonly reason: string; readonly reference: string },
): NewMovement {
  return {
    store: origin.store,
    source_key,
    warehouse: what.warehouse,
    sku: what.sku,
    state: 'on_hand',
    quantity,
    ...why,
    device: origin.device,
    epoch: origin.epoch,
    seq: origin.seq,
    at: origin.at,
    posts: true,
  }
}

import type { SaleCompleted, SaleVoided, StockMoved } from '../../shared/events.ts'
import type { MovementKey } from '../stock/movement-key.ts'
import type { NewMovement } from '../stock/movements.ts'
import type { Origin } from '../streams/placed-event.ts'
import type { KnownNumber } from './kept-numbers.ts'
import type { Moments } from './moments.ts'

export type ReceiptEvent = SaleCompleted | SaleVoided | StockMoved

/** Where an event came from, and when what it tells happened; left out: that does not matter, as while rows are made again. */
export interface TimedOrigin extends Origin {
  readonly moments?: Moments
}

/** The part of a receipt's line that its reversal must know. */
export interface StockLine {
  readonly line: number
  readonly sku: string
  readonly warehouse: string
  readonly quantity: number
}

/** Under which key the hub holds a receipt or an entry, and the source that its key was made of. */
export interface HeldName {
  readonly key: Buffer
  readonly source: string
}

/** What the hub holds of a receipt. `sale`: its number within the store. `lines`: those of its revision that moved stock. */
export interface HeldSale {
  readonly sale: number
  readonly revision: number
  readonly state: 'sold' | 'voided'
  readonly fingerprint: string
  readonly lines: readonly StockLine[]
}

/** A receipt's content as decided. `content` null: it was voided, and its former content stays. */
export interface DecidedSale {
  readonly held: HeldSale
  readonly origin: Origin
  readonly content: SaleCompleted | null
}

/** A receipt as decided, under the name that the hub holds it by. */
export type NamedSale = DecidedSale & { readonly name: HeldName }

/** A stock entry's content as decided. */
export interface DecidedEntry {
  readonly event: StockMoved
  readonly held: HeldEntry
  readonly origin: Origin
  readonly name: HeldName
}

/** What the hub holds of an entry of a POS's stock diary that is not a sale. */
export interface HeldEntry {
  readonly entry: number
  readonly revision: number
  readonly fingerprint: string
  readonly sku: string
  readonly warehouse: string
  readonly quantity: number
}

/**
 * Decides what a sale's newest content does, given what the hub holds of that receipt. Null: nothing, it is known.
 * A changed receipt first takes back its former lines, so that edits, voids and re-reads after a restore all end at
 * the receipt's last content, whatever was sent how often.
 * @param fingerprint the event's, as the hub compares it
 * @param fresh gives the number and first revision of a receipt that the hub does not hold
 */
export function decideSale(
  event: SaleCompleted,
  fingerprint: string,
  current: HeldSale | undefined,
  fresh: () => KnownNumber,
  origin: TimedOrigin,
): { decided: DecidedSale; movements: NewMovement[] } | null {
  if (current?.state === 'sold' && current.fingerprint === fingerprint) return null
  const { number: sale, revision } = nextRevision(current?.sale, current, fresh)
  const lines = event.lines.flatMap(({ line, sku, warehouse, quantity }): StockLine[] =>
    sku === null ? [] : [{ line, sku, warehouse, quantity }],
  )
  // what a receipt says of its sale is true of its first content; a later one moves goods when it is changed
  const movedAt = current === undefined ? origin.moments?.first : origin.moments?.change
  const sold = lines.map(line =>
    movement(origin, line, -line.quantity, { kind: 'sale', cause: sale, line: line.line, revision }, movedAt),
  )
  return {
    decided: { held: { sale, revision, state: 'sold', fingerprint, lines }, origin, content: event },
    movements: [...reversal(current, origin), ...sold],
  }
}

function nextRevision(
  number: number | undefined,
  current: { readonly revision: number } | undefined,
  fresh: () => KnownNumber,
): KnownNumber {
  if (number === undefined || current === undefined) return fresh()
  return { number, revision: current.revision + 1 }
}

/** Decides what a void does. Null: the hub does not hold the receipt as sold. */
export function decideVoid(
  current: HeldSale | undefined,
  origin: TimedOrigin,
): { decided: DecidedSale; movements: NewMovement[] } | null {
  if (current?.state !== 'sold') return null
  return {
    decided: { held: { ...current, state: 'voided' }, origin, content: null },
    movements: reversal(current, origin),
  }
}

function reversal(current: HeldSale | undefined, origin: TimedOrigin): NewMovement[] {
  if (current?.state !== 'sold') return []
  const { sale, revision } = current
  return current.lines.map(line => {
    const key = { kind: 'sale-reversal' as const, cause: sale, line: line.line, revision }
    return movement(origin, line, line.quantity, key, origin.moments?.change)
  })
}

/** Decides what an entry of the POS's stock diary does; a changed entry replaces its former content. */
export function decideEntry(
  event: StockMoved,
  fingerprint: string,
  current: HeldEntry | undefined,
  fresh: () => KnownNumber,
  origin: TimedOrigin,
): { held: HeldEntry; movements: NewMovement[] } | null {
  if (current?.fingerprint === fingerprint) return null
  const { sku, warehouse, quantity } = event
  const { number: entry, revision } = nextRevision(current?.entry, current, fresh)
  const key = { cause: entry, line: 0 }
  const { first, change } = origin.moments ?? {}
  const movedAt = current === undefined ? first : change
  const movements = [movement(origin, event, quantity, { kind: 'entry', ...key, revision }, movedAt)]
  if (current !== undefined) {
    const reversed = { kind: 'entry-reversal' as const, ...key, revision: current.revision }
    movements.unshift(movement(origin, current, -current.quantity, reversed, change))
  }
  return { held: { entry, revision, fingerprint, sku, warehouse, quantity }, movements }
}

function movement(
  { store, device, epoch, seq, at, moments }: TimedOrigin,
  { sku, warehouse }: { readonly sku: string; readonly warehouse: string },
  quantity: number,
  key: MovementKey,
  movedAt: number | undefined,
): NewMovement {
  const from = { device, epoch, seq }
  const what = { store, warehouse, sku, quantity, ...key, origin: from, at, posts: true }
  if (movedAt === undefined) return { ...what, movedAt: null }
  return { ...what, movedAt, orMovedAt: movedAt + (moments?.orLaterBy ?? 0) }
}

import { decimalFromMinor, sum } from '../../../shared/money.ts'
import { refundUnclear } from './problems.ts'
import type { SalesStore } from './settings.ts'

/** A line of a receipt that the POS calls a refund, with the signs that the file gives it. */
export interface LineOfRefund {
  readonly title: string
  /** Thousandths. */
  readonly quantity: number
  /** Minor units. */
  readonly amount: number
  /** Whether it takes a price off, or is named in the settings as no goods: it can't be what came back. */
  readonly isOff: boolean
}

/**
 * `back`: all of it came back, and the signs say nothing more. `turned`: all of it came back, and what is below zero
 * was taken off. `signed`: what is below zero came back, and the rest was sold.
 */
export type RefundReading = 'back' | 'turned' | 'signed'

export const isBelowZero = ({ quantity, amount }: Pick<LineOfRefund, 'quantity' | 'amount'>) =>
  quantity < 0 || amount < 0

/**
 * How the lines of a refund are meant. That one of them was sold, or all came back, needs proof: the stock of each
 * would else be off by twice its units.
 * @param said the receipt's total, or what its payments come to, as the file has it; null: it has neither
 * @param isByLine whether the file says of each line whether it was sold, so that none of these was
 * @throws REFUND_UNCLEAR
 */
export function refundReading(
  lines: readonly LineOfRefund[],
  said: number | null,
  isByLine: boolean,
  store: Pick<SalesStore, 'currency'>,
): RefundReading {
  const below = lines.filter(isBelowZero)
  if (below.length === 0) return 'back'
  if (lines.every(line => isBelowZero(line) || line.amount === 0)) return 'signed'
  const due = sum(lines.map(line => (isBelowZero(line) ? -Math.abs(line.amount) : line.amount)))
  const isAllOff = below.every(({ isOff }) => isOff)
  // a refund never takes money in: turned, these would
  if (due < 0 && !isAllOff) return 'signed'
  if (due > 0 && (isAllOff || isByLine || (said !== null && said < 0))) return 'turned'
  if (due === 0 && isAllOff) return 'turned'
  if (due === 0 && !isByLine && below.every(({ quantity }) => quantity < 0)) return 'signed'
  const { title = '', amount = 0 } = below[0] ?? {}
  const text = `${title} ${decimalFromMinor(-Math.abs(amount), store.currency)} ${store.currency}`
  throw refundUnclear({ line: text.trim().slice(0, 100) })
}

/** The sign of a line's amounts under a reading. */
export function signUnder(reading: RefundReading, isBelow: boolean): (amount: number) => number {
  if (reading === 'turned' && isBelow) return Math.abs
  if (reading === 'signed' && !isBelow) return amount => amount
  return amount => -Math.abs(amount)
}

/** A line's units under a reading, of those that the file has. */
export function unitsUnder(reading: RefundReading, isBelow: boolean, quantity: number): number {
  if (reading === 'turned') return -quantity
  return reading === 'signed' && !isBelow ? quantity : -Math.abs(quantity)
}

/**
 * The sign of what a refund has beside its lines, as tips and fees: where its lines are written without a minus, one
 * that has it was kept back.
 * @param written what its lines, or else its total, come to as the file has them
 */
export function signBeside(written: number, sign: (amount: number) => number): (amount: number) => number {
  return amount => (written > 0 && amount < 0 && sign(1) < 0 ? -amount : sign(amount))
}

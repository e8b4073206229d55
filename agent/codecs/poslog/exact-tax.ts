import { type Currency, minorDigits } from '../../../shared/money.ts'

/** So many parts make a minor unit: taxes are written with up to six decimals more than it has. */
export const PARTS = 1_000_000

interface WrittenTax {
  /** As the file has it. */
  readonly written: string
  /** Rounded to minor units. */
  readonly amount: number
  readonly base: number | null
  /** Parts per million. */
  readonly rate: number | null
}

/**
 * A tax before it was rounded to minor units, in millionths of one: by its own decimals; where it has none, by its base and
 * rate if they round to it; else the amount itself.
 */
export function exactTax({ written, amount, base, rate }: WrittenTax, currency: Currency): number {
  const [, fraction = ''] = written.trim().split('.')
  const digits = minorDigits(currency)
  const isFiner = /[1-9]/.test(fraction.slice(digits))
  const own = Math.round(Number(written) * 10 ** digits * PARTS)
  if (isFiner && Number.isSafeInteger(own)) return own
  const whole = amount * PARTS
  const byRate = base === null || rate === null ? whole : Math.sign(whole) * Math.abs(base * rate)
  return Number.isSafeInteger(byRate) && Math.abs(byRate - whole) <= PARTS / 2 ? byRate : whole
}

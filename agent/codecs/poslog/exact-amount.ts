import { type Currency, minorDigits } from '../../../shared/money.ts'

/** So many parts make a minor unit: taxes are written with up to six decimals more than it has. */
export const PARTS = 1_000_000

interface WrittenAmount {
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
export function exactAmount({ written, amount, base, rate }: WrittenAmount, currency: Currency): number {
  return exactAsWritten(written, amount, currency) ?? exactByRate(amount, base, rate) ?? amount * PARTS
}

/**
 * An amount in millionths of a minor unit, as a plain decimal text has it.
 * @param amount rounded to minor units, with the sign that counts
 * @returns null where it has no more decimals than the currency
 */
export function exactAsWritten(written: string, amount: number, currency: Currency): number | null {
  const [, fraction = ''] = written.trim().split('.')
  const digits = minorDigits(currency)
  const own = Math.round(Number(written) * 10 ** digits * PARTS)
  if (!/[1-9]/.test(fraction.slice(digits)) || !Number.isSafeInteger(own)) return null
  return Math.sign(amount === 0 ? own : amount) * Math.abs(own)
}

/**
 * What a tax came to before it was rounded, in millionths of a minor unit.
 * @param rate parts per million
 * @returns null where base and rate don't round to it
 */
export function exactByRate(amount: number, base: number | null, rate: number | null): number | null {
  if (base === null || rate === null) return null
  const whole = amount * PARTS
  const exact = Math.sign(whole) * Math.abs(base * rate)
  return Number.isSafeInteger(exact) && Math.abs(exact - whole) <= PARTS / 2 ? exact : null
}

import { z } from 'zod'
import { defineError } from './errors.ts'

/** ISO 4217 code of the currency that an amount is counted in. */
export const Currency = z
  .string()
  .regex(/^[A-Z]{3}$/)
  .brand<'Currency'>()
export type Currency = z.infer<typeof Currency>

/** A signed amount of money as an integer count of the currency's minor unit (cents for EUR, yen for JPY), 1e12 at most. */
export const Minor = z.int().min(-1e12).max(1e12).brand<'Minor'>()
export type Minor = z.infer<typeof Minor>

export const moneyUnreadable = defineError(
  'MONEY_UNREADABLE',
  (f: { field: string; value: unknown }) =>
    `"${f.field}" should be an amount of money, but is ${JSON.stringify(f.value)}. Correct it in the POS; the row is then read again automatically.`,
)

const digitsOf = new Map<string, number>()

/** Decimal digits of a currency's minor unit (ISO 4217): 2 for EUR, 0 for JPY, 3 for KWD. */
export function minorDigits(currency: Currency): number {
  const known = digitsOf.get(currency)
  if (known !== undefined) return known
  const digits =
    new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits ?? 2
  digitsOf.set(currency, digits) // making a format costs more than everything else done with an amount
  return digits
}

/** An integer as an amount. Throws RangeError for what is not a safe integer: that is a bug, not bad input. */
export function minor(value: number): Minor {
  if (!Number.isSafeInteger(value)) throw new RangeError(`not a whole number of minor units: ${value}`)
  return (value === 0 ? 0 : value) as Minor
}

/** Adds integers: amounts of one currency, quantities. */
export function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0)
}

/**
 * A POS's own number or decimal text as minor units, rounded half away from zero, as tills print it.
 * A binary float such as 1.005 counts as the decimal it was written as.
 * @throws MONEY_UNREADABLE naming the field
 */
export function minorFromDecimal(value: unknown, currency: Currency, field: string): Minor {
  const text = typeof value === 'number' ? decimalText(value) : typeof value === 'string' ? value.trim() : ''
  const match = /^([+-]?)(\d+)(?:\.(\d*))?$/.exec(text)
  if (match === null) throw moneyUnreadable({ field, value })
  const digits = minorDigits(currency)
  const fraction = (match[3] ?? '').padEnd(digits + 1, '0')
  const whole = Number(`${match[2]}${fraction.slice(0, digits)}`)
  const rounded = whole + (Number(fraction[digits]) >= 5 ? 1 : 0)
  if (!Number.isSafeInteger(rounded)) throw moneyUnreadable({ field, value })
  return minor(match[1] === '-' ? -rounded : rounded)
}

/** 15 significant digits hide the binary tail of sums like 0.1 + 0.2, and keep every amount a till can hold. */
function decimalText(value: number): string {
  if (!Number.isFinite(value) || Math.abs(value) >= 1e15) return ''
  const short = Number(value.toPrecision(15))
  return Math.abs(short) < 1e-6 ? '0' : short.toString()
}

/** Minor units as the decimal text that Shopify's API takes and gives: 1050 EUR is "10.50". */
export function decimalFromMinor(amount: number, currency: Currency): string {
  const digits = minorDigits(currency)
  const text = Math.abs(amount)
    .toString()
    .padStart(digits + 1, '0')
  const decimal = digits === 0 ? text : `${text.slice(0, -digits)}.${text.slice(-digits)}`
  return amount < 0 ? `-${decimal}` : decimal
}

/** An amount as people read it in their language: 1050 EUR in "de" is "10,50 €". */
export function formatMoney(amount: number, currency: string, locale: string): string {
  const format = new Intl.NumberFormat(locale, { style: 'currency', currency })
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
}

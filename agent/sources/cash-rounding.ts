import { type Currency, minorDigits } from '../../shared/money.ts'

/**
 * The coin that cash is rounded to, in the currency's own unit, where a country's law or its tills round. Rounded to the
 * nearest, so a sale differs by half a coin at most.
 */
const COIN: Readonly<Record<string, number>> = {
  SEK: 1,
  NOK: 1,
  DKK: 0.5,
  CZK: 1,
  HUF: 5,
  CHF: 0.05,
  AUD: 0.05,
  NZD: 0.1,
  CAD: 0.05,
  SGD: 0.05,
  MYR: 0.05,
  HKD: 0.1,
  ILS: 0.1,
  INR: 1,
}

/** Of the countries that pay in euros, those that round cash to five cents, by their time zones. The others do not. */
const EURO_ZONES_THAT_ROUND: ReadonlySet<string> = new Set([
  'Europe/Amsterdam',
  'Europe/Bratislava',
  'Europe/Brussels',
  'Europe/Dublin',
  'Europe/Helsinki',
  'Europe/Mariehamn',
  'Europe/Rome',
  'Europe/San_Marino',
  'Europe/Tallinn',
  'Europe/Vatican',
  'Europe/Vilnius',
])
const EURO_COIN = 0.05

/** Where a receipt was written. */
export interface CashPlace {
  readonly currency: Currency
  /** IANA time zone of the store. */
  readonly zone: string
}

/**
 * Whether a receipt's payments differ from its sum by the rounding of cash alone: some of it was paid in cash, in whole
 * coins, and the difference is half a coin at most. Anything else stays unexplained: a wrong line must not pass as
 * rounding.
 * @param difference payments less lines and taxes, minor units
 */
export function isCashRounding(
  difference: number,
  tenders: readonly { readonly kind: string; readonly amount: number }[],
  place: CashPlace,
): boolean {
  const coin = coinOf(place)
  if (coin === null || Math.abs(difference) > coin / 2) return false
  return tenders.some(({ kind, amount }) => kind === 'cash' && amount !== 0 && amount % coin === 0)
}

/**
 * Cash that paid a sum which was rounded by `said`, whose sign files give either way; the sum itself where neither is
 * in whole coins. Minor units.
 */
export function roundedCash(amount: number, said: number, place: CashPlace): number {
  const coin = coinOf(place)
  if (coin === null) return amount
  return [amount + said, amount - said].find(each => each % coin === 0) ?? amount
}

/** In minor units. Null: cash is not rounded there. */
function coinOf({ currency, zone }: CashPlace): number | null {
  const coin = currency !== 'EUR' ? COIN[currency] : EURO_ZONES_THAT_ROUND.has(zone) ? EURO_COIN : undefined
  return coin === undefined ? null : Math.round(coin * 10 ** minorDigits(currency))
}

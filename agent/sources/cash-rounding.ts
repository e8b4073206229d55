/** The smallest coin in minor units, where cash is rounded to it. Countries of one currency may round or not. */
const SMALLEST_COIN: Readonly<Record<string, number>> = {
  SEK: 100,
  NOK: 100,
  DKK: 50,
  CZK: 100,
  HUF: 500,
  PLN: 5,
  RON: 5,
  EUR: 5, // Finland, Belgium, Ireland, Italy, Slovakia, Estonia, Lithuania, Netherlands
  CHF: 5,
  AUD: 5,
  NZD: 10,
  CAD: 5,
  SGD: 5,
  MYR: 5,
  HKD: 10,
  ZAR: 10,
  ILS: 10,
  INR: 100,
  TRY: 5,
  ARS: 1_000,
}

/**
 * Whether a receipt's payments differ from its sum by the rounding of cash alone: some of it was paid in cash,
 * and the difference is less than the smallest coin. What was rounded and how differs by country and by shop, so both
 * directions count; a difference of a coin or more is never rounding.
 */
export function isCashRounding(
  difference: number,
  tenders: readonly { readonly kind: string; readonly amount: number }[],
  currency: string,
): boolean {
  const coin = SMALLEST_COIN[currency]
  if (coin === undefined || Math.abs(difference) >= coin) return false
  return tenders.some(({ kind, amount }) => kind === 'cash' && amount !== 0 && amount % coin === 0)
}

import { expect, test } from 'vitest'
import { isCashRounding } from '../../agent/sources/cash-rounding.ts'
import { Currency, minorDigits } from '../../shared/money.ts'

test.each([
  ['HUF', 'Europe/Budapest', 5],
  ['SEK', 'Europe/Stockholm', 1],
  ['DKK', 'Europe/Copenhagen', 0.5],
  ['CHF', 'Europe/Zurich', 0.05],
  ['NZD', 'Pacific/Auckland', 0.1],
  ['EUR', 'Europe/Helsinki', 0.05],
] as const)('cash in %s is half a coin off at most', (code, zone, coin) => {
  const currency = Currency.parse(code)
  const unit = 10 ** minorDigits(currency)
  const paid = [{ kind: 'cash', amount: Math.round(1_500 * unit) }]
  const half = Math.floor((coin * unit) / 2)
  expect(isCashRounding(-half, paid, { currency, zone })).toBe(true)
  expect(isCashRounding(-half - 1, paid, { currency, zone })).toBe(false)
})

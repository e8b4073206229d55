import { Currency } from '../../../shared/money.ts'
import type { ColumnsFound } from './columns-found.ts'

/** Signs and words that only one currency has. A dollar, a crown or a franc may be one of many. */
const SIGNS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  '£': 'GBP',
  zł: 'PLN',
  Kč: 'CZK',
  '₹': 'INR',
  '₺': 'TRY',
  R$: 'BRL',
  '₪': 'ILS',
  '₩': 'KRW',
}

/** The one currency that the file itself names; null: none, or several. */
export function currencyFound({ single, amounts, totals, tenders }: ColumnsFound): Currency | null {
  const column = single.get('currency')
  const money = [
    ...amounts,
    ...totals,
    ...tenders,
    ...(single.get('price') === undefined ? [] : [single.get('price')]),
  ]
  const texts = money.flatMap(each => [each?.heading ?? '', ...(each?.values ?? [])])
  const named = column === undefined ? texts.flatMap(text => currencyIn(text) ?? []) : column.values
  const [first, ...more] = new Set(named)
  return first === undefined || more.length > 0 ? null : (Currency.safeParse(first).data ?? null)
}

function currencyIn(text: string): string | null {
  const code = /(?:^|[\s(])([A-Z]{3})(?:[\s)]|$)/.exec(text)?.[1]
  if (code !== undefined && isCurrencyCode(code)) return code
  const sign = Object.keys(SIGNS).find(each => text.includes(each))
  return sign === undefined ? null : (SIGNS[sign] ?? null)
}

/** `EUR`, not `SKU` or `VAT`. */
export function isCurrencyCode(code: string): boolean {
  return Intl.supportedValuesOf('currency').includes(code)
}

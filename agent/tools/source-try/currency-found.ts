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

/** The currencies that the file itself names. */
export function currenciesFound({ single, amounts, totals, tenders }: ColumnsFound): readonly Currency[] {
  const column = single.get('currency')
  const price = single.get('price')
  const money = [...amounts, ...totals, ...(price === undefined ? [] : [price])]
  const texts = money.flatMap(({ heading, values }) => [heading, ...values])
  const ofSales = column === undefined ? texts.flatMap(text => currencyIn(text) ?? []) : column.values
  // a till takes cash of other countries as well: `Bar CHF`, `Bar EUR`
  const ofCash = [...new Set(tenders.flatMap(({ heading, values }) => [heading, ...values]))].flatMap(
    text => currencyIn(text) ?? [],
  )
  const named = ofSales.length > 0 || new Set(ofCash).size > 1 ? ofSales : ofCash
  return [...new Set(named)].flatMap(code => Currency.safeParse(code).data ?? [])
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

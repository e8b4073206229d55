import { type Currency, minorFromDecimal } from '../../../../shared/money.ts'

/** An amount of an element; decimals of XML Schema may begin with the point. @throws MONEY_UNREADABLE */
export function decimal(text: string, currency: Currency, field: string): number {
  return minorFromDecimal(text.replace(/^([+-]?)\./, '$10.'), currency, field)
}

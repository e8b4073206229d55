import { type Currency, minorFromDecimal } from '../../../shared/money.ts'

/** An amount of an element; decimals of XML Schema may begin with the point. @throws MONEY_UNREADABLE */
export function decimal(text: string, currency: Currency, field: string): number {
  const plain = text.startsWith('.') ? `0${text}` : text.replace(/^([+-])\./, '$10.')
  return minorFromDecimal(plain, currency, field)
}

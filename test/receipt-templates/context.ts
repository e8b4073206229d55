import { expect } from 'vitest'
import {
  type ReceiptSale,
  readSale,
  type SaleContext,
} from '../../agent/codecs/receipt-templates/read-sale.ts'
import type { ReceiptTemplate } from '../../agent/codecs/receipt-templates/template.ts'
import { Currency } from '../../shared/money.ts'
import { paper } from './print.ts'

export const context: SaleContext = {
  currency: Currency.parse('EUR'),
  zone: 'Europe/Berlin',
  warehouse: 'W1',
  till: 'till-1',
  skuOf: () => null,
}

/** The sale of a text, which must be one. */
export function saleIn(
  text: string,
  template: ReceiptTemplate,
  over: Partial<SaleContext> = {},
): ReceiptSale {
  const reading = readSale(paper(text), template, { ...context, ...over })
  if (reading.is === 'unparsed') throw new Error(`${reading.error.code}: ${reading.error.message}`)
  if (reading.is === 'none') throw new Error(`no sale: ${reading.why}`)
  expectToAddUp(reading.sale)
  return reading.sale
}

/** Why a text is not a sale: the error's code and sentence, or the reason. */
export function refusalOf(text: string, template: ReceiptTemplate): string {
  const reading = readSale(paper(text), template, context)
  if (reading.is === 'sale') throw new Error(`it is a sale of ${reading.sale.receipt}`)
  return reading.is === 'none' ? reading.why : `${reading.error.code} ${reading.error.message}`
}

/** The promise of shared/events.ts, to the minor unit. */
export function expectToAddUp(sale: ReceiptSale): void {
  const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)
  const paid = sum(sale.tenders.map(tender => tender.amount))
  const sold = sum(sale.lines.map(line => line.net)) + sum(sale.taxes.map(tax => tax.amount)) + sale.rounding
  expect(paid).toBe(sold)
  expect(sale.unexplained).toBe(0)
}

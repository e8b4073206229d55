import {
  type ReceiptSale,
  type SaleContext,
  type SaleReading,
  saleReader,
} from '../../agent/codecs/receipt-templates/read-sale.ts'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { Currency } from '../../shared/money.ts'
import { context, expectToAddUp } from './context.ts'
import { paper } from './print.ts'

/** Tills whose templates are learned from eight sales that hold nothing else, and what they then read. */

export const row = (left: string, right: string) =>
  `${left}${' '.repeat(Math.max(1, 40 - left.length - right.length))}${right}`
export const eight = [0, 1, 2, 3, 4, 5, 6, 7]
const gbp: SaleContext = { ...context, currency: Currency.parse('GBP') }

/** A British receipt: code and name on a line, VAT within. `mark` is above the items, `below` at the end. */
export function british(number: number, mark = '', below = ''): string {
  const [name, price, vat] =
    number % 2 === 0 ? ['MG-04 Mug Harbor', '12.50', '2.08'] : ['CT-02 Cotton Tote', '10.90', '1.82']
  return [
    'HARBOUR GOODS LTD',
    `Sale 01-${2300 + number}`,
    `18/07/2026 1${number}:05 Till 01 Served by Maya`,
    '',
    ...(mark === '' ? [] : [mark]),
    row(name, `£${price}`),
    row('Total to pay', `£${price}`),
    row(number % 3 === 0 ? 'Cash tendered' : 'Visa Debit', `£${price}`),
    row('VAT @ 20.00% included', `£${vat}`),
    'Please keep this receipt',
    ...(below === '' ? [] : [below]),
  ].join('\n')
}
const { template: britishTemplate } = proposeTemplate(eight.map(number => paper(british(number))))
export const readBritish = (text: string): SaleReading =>
  saleReader({ ...britishTemplate, undecided: [] }, gbp)(paper(text))

/** A corner shop: names alone, no tax, the quantity behind the name. */
function corner(number: number, body: string, total: string): string {
  const payment = row(number % 2 === 0 ? 'Cash' : 'Mastercard', total)
  return `CORNER SHOP\nReceipt no: ${610 + number}\n18/07/2026 1${number}:05 Till 2\n${body}\n${row('TOTAL GBP', total)}\n${payment}`
}
const cornerGoods = ['Coffee 250g x2', 'Batteries AA 4', 'Pen 3 colours']
const { template: cornerTemplate } = proposeTemplate(
  eight.map(number => {
    const total = number % 3 === 0 ? '17.80' : '4.50'
    return paper(corner(number, row(cornerGoods[number % 3] ?? '', total), total))
  }),
)
export const readCorner = (body: string, total: string): SaleReading =>
  saleReader(cornerTemplate, gbp)(paper(corner(8, body, total)))

/** What a person checks of a sale: `-1 MG-04 -1042` for each item, then what was paid. */
export function told(reading: SaleReading): readonly string[] {
  if (reading.is === 'none') return [`no sale: ${reading.why}`]
  if (reading.is === 'unparsed') return [reading.error.code]
  expectToAddUp(reading.sale)
  return saleLines(reading.sale)
}

function saleLines({ lines, tenders }: ReceiptSale): readonly string[] {
  return [
    ...lines.map(line => `${line.quantity / 1_000} ${line.sku ?? line.title} ${line.net}`),
    ...tenders.map(tender => `${tender.kind} ${tender.amount}`),
  ]
}

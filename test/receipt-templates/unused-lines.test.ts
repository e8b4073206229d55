import { expect, test } from 'vitest'
import { unusedLines } from '../../agent/codecs/receipt-templates/unused-lines.ts'
import { Currency } from '../../shared/money.ts'
import { paper, templateOf } from './print.ts'

test('a quantity above the first item is read, and is not shown as unused', () => {
  const template = templateOf({
    items: { lines: ['{name} {amount}'], before: ['{quantity} x {price}'], ignore: ['{rule}'] },
  })
  const text =
    'Mill Lane 4\nReceipt 12\n01.11.2026 10:00\n3 x 2.50\nPostcard 7.50\nTotal 7.50\nCash 7.50\nThank you'
  expect(unusedLines(template, Currency.parse('EUR'))(paper(text))).toEqual(['Mill Lane 4', 'Thank you'])
})

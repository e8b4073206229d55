import fc from 'fast-check'
import { expect, test } from 'vitest'
import { findTemplate } from '../../agent/codecs/receipt-templates/load.ts'
import { maskedReceipt, maskedTexts } from '../../agent/codecs/receipt-templates/masked.ts'
import { readSale } from '../../agent/codecs/receipt-templates/read-sale.ts'
import { context, refusalOf, saleIn } from './context.ts'
import { paper, templateOf } from './print.ts'

const GOOD = 'Receipt 17\n25.11.2026 09:30\nTea 5.00\nTotal 5.00\nCash 5.00'
const noFiles = { readText: () => null }
const templates = [templateOf(), findTemplate('generic', noFiles), findTemplate('unicenta', noFiles)]

test('a line of 10 kB is refused among the items and does no harm elsewhere', () => {
  const long = 'x'.repeat(10_000)
  expect(saleIn(`${long}\n${GOOD}\n${long}`, templateOf()).lines).toHaveLength(1)
  expect(refusalOf(GOOD.replace('Tea 5.00', `Tea 5.00\n${long} 1.00`), templateOf())).toContain(
    'RECEIPT_UNPARSED',
  )
})

test('5,000 lines, or 64,000 characters, are refused as a receipt', () => {
  expect(refusalOf(`${GOOD}\n${'Tea 5.00\n'.repeat(5_000)}`, templateOf())).toContain(
    'longer than any receipt',
  )
  expect(refusalOf(`${GOOD}\n${`${'Tea '.repeat(90)}\n`.repeat(200)}`, templateOf())).toContain(
    'longer than any',
  )
})

test('more items than a record may hold are refused, not cut', () => {
  const many = 2_001
  const text = `Receipt 1\n25.11.2026 09:30\n${'Tea 1.00\n'.repeat(many)}Total 2,001.00\nCash 2,001.00`
  expect(refusalOf(text, templateOf())).toMatch(/RECEIPT_UNPARSED .*lines/)
})

test('control characters and marks that turn the direction of writing reach no field', () => {
  const sale = saleIn(GOOD.replace('Tea', 'T\u202ee\u0007a\u001b'), templateOf())
  expect(sale.lines[0]?.title).toBe('T e a')
})

// the clock is not asked: matching that tries every way would not end within any test's time
test('the worst text that fits in is judged by every template', () => {
  const lines = [
    '1.00 '.repeat(79),
    'a '.repeat(199),
    `${'- '.repeat(150)}x 1.00 A`,
    '1 x '.repeat(99),
    `${'VAT 19% '.repeat(40)}1.00 1.00`,
  ]
  for (const template of templates)
    for (const line of lines) {
      const text = `Receipt 1\n25.11.2026 09:30\nTea 1.00\nTotal 1.00\n${`${line}\n`.repeat(Math.floor(63_000 / (line.length + 1)))}`
      expect(readSale(paper(text), template, context).is).not.toBe('sale')
    }
})

test('only pictures: said so; nothing at all: no sale', () => {
  const image = { kind: 'raster' as const }
  const reading = readSale({ lines: [{ text: '  ' }], images: [image, image] }, templateOf(), context)
  expect(reading.is === 'unparsed' && reading.error.code).toBe('RECEIPT_IS_IMAGE')
  expect(readSale({ lines: [], images: [{ kind: 'stored' }] }, templateOf(), context)).toEqual({
    is: 'none',
    why: 'nothing-printed',
  })
})

test('any text at all is read without a throw, and what becomes a sale adds up', () =>
  fc.assert(
    fc.property(
      fc.constantFrom(...templates),
      fc.array(
        fc.oneof(
          fc.string({ unit: 'binary', maxLength: 60 }),
          fc.constantFrom(
            ...GOOD.split('\n'),
            'Total EUR 5.00',
            '2 x Tea 2.50 5.00',
            '-----',
            'VAT 19% 4.20 0.80',
          ),
        ),
        { maxLength: 14 },
      ),
      (template, lines) => {
        const reading = readSale({ lines: lines.map(text => ({ text })), images: [] }, template, context)
        if (reading.is !== 'sale') return
        const { tenders, lines: sold, taxes, rounding } = reading.sale
        const sum = (all: readonly number[]) => all.reduce((total, one) => total + one, 0)
        expect(sum(tenders.map(t => t.amount))).toBe(
          sum(sold.map(l => l.net)) + sum(taxes.map(t => t.amount)) + rounding,
        )
      },
    ),
    { numRuns: 500 },
  ))

test('card numbers are masked in text and codes', () => {
  const receipt = {
    lines: [{ text: 'VISA 4111 1111 1111 1111' }, { text: 'Tea 5.00' }],
    codes: [{ symbology: 'QR', data: 'pay 4111111111111111', offset: 0, line: 0 }],
  }
  const masked = maskedReceipt({
    ...receipt,
    lines: receipt.lines.map(line => ({
      ...line,
      offset: 0,
      align: 'left' as const,
      bold: false,
      width: 1,
      height: 1,
    })),
  })
  expect(masked.lines.map(line => line.text)).toEqual(['VISA **** **** **** 1111', 'Tea 5.00'])
  expect(masked.codes[0]?.data).toBe('pay ************1111')
})

test('a row of amounts that happens to look like a card’s number is left, a card among amounts is not', () => {
  const texts = (...lines: string[]) => maskedTexts(lines.map(text => ({ text })))
  expect(texts('A 19%  -627.55  -119.24  -746.79')).toEqual(['A 19%  -627.55  -119.24  -746.79'])
  expect(texts('Card 4111 1111 1111 1111 5.00 1.00 6.00')[0]).toMatch(/^Card \*{4} \*{4} \*{4} 1111/)
  expect(texts('4111 1111 1111 1111.00')[0]).not.toContain('4111 1111')
  expect(texts('4111-1111-1111-1111')).toEqual(['****-****-****-1111'])
  expect(texts('VISA 4111 1111', '1111 1111')[0]).toBe('VISA **** ****')
})

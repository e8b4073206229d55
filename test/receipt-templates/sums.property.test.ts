import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readSale } from '../../agent/codecs/receipt-templates/read-sale.ts'
import type { ReceiptTemplate } from '../../agent/codecs/receipt-templates/template.ts'
import { context, expectToAddUp } from './context.ts'
import { printSale, templateOf } from './print.ts'
import { type TestSale, testSales } from './sales.ts'

const numberFormats = [
  { decimal: '.', thousands: ',', signs: ['€'] },
  { decimal: ',', thousands: '.', signs: [] },
  { decimal: ',', thousands: ' ', signs: [] },
  { decimal: '.', thousands: "'", signs: [] },
] as const

const shapes = [
  { lines: ['{quantity} x {name} {price} {amount} {mark}'] },
  { lines: ['{name} {price} x{quantity} {amount} {mark}'] },
  { before: ['{quantity} {unit} @ {price}'], lines: ['{name} {amount} {mark}'] },
  { lines: ['{name} {amount} {mark}'], details: ['{quantity} x {price}'] },
  { lines: ['{name} ({sku}) {amount} {mark}'], details: ['{quantity} x {price}'] },
  { after: ['{rule}'], lines: ['{name} {amount} {mark}'], details: ['SKU {sku} {quantity} x {price}'] },
] as const

const modes = ['included', 'added', 'none'] as const

interface Layout {
  readonly template: ReceiptTemplate
  readonly mode: (typeof modes)[number]
}

const layouts: readonly Layout[] = modes.flatMap(mode =>
  numberFormats.flatMap(numbers =>
    shapes.map(shape => ({
      mode,
      template: templateOf({
        numbers: { ...numbers, signs: [...numbers.signs] },
        items: {
          after: 'after' in shape ? [...shape.after] : [],
          before: 'before' in shape ? [...shape.before] : [],
          lines: [...shape.lines],
          details: 'details' in shape ? [...shape.details] : [],
          discounts: [{ pattern: 'Rebate {amount}', of: 'line', printed: 'negative' }],
          ignore: ['{rule}'],
        },
        totals: {
          subtotal: { patterns: ['Sum of items {amount}'], means: 'items' },
          discounts: [{ pattern: 'Off the whole {amount}', printed: 'positive' }],
          total: ['Total {amount}'],
        },
        taxes: { mode, rows: mode === 'none' ? [] : ['{mark} {rate}% {base} {tax} {gross}'] },
      }),
    })),
  ),
)

const printed = fc
  .constantFrom(...layouts)
  .chain(layout => testSales(layout.mode, true).map(sale => ({ ...layout, sale })))

function linesOf(sale: TestSale, template: ReceiptTemplate) {
  return printSale(sale, template, { item: 0, decimals: 2 }).map(text => ({ text }))
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0)

test('a sale printed in any layout is read back to the cent', () =>
  fc.assert(
    fc.property(printed, ({ sale, template }) => {
      const reading = readSale({ lines: linesOf(sale, template), images: [] }, template, context)
      if (reading.is !== 'sale') throw reading.is === 'unparsed' ? reading.error : new Error(reading.why)
      const read = reading.sale
      expectToAddUp(read)
      expect(sum(read.tenders.map(tender => tender.amount))).toBe(sale.total)
      expect(read.taxes.map(tax => tax.amount)).toEqual(sale.taxes.map(tax => tax.amount))
      expect(read.lines.map(line => line.quantity)).toEqual(sale.items.map(item => item.quantity))
      expect(read.lines.map(line => line.title)).toEqual(sale.items.map(item => item.name))
      expect(sum(read.lines.map(line => line.discount ?? 0))).toBe(
        sum(sale.items.map(item => item.off)) + sale.wholeOff,
      )
      expect([read.receiptNumber, read.till, read.staff]).toEqual([sale.number, sale.till, sale.staff])
      expect(read.soldAt.wall).toBe(`${read.businessDate}T${sale.time}`)
    }),
    { numRuns: 300 },
  ))

/** The lines whose digits are amounts or quantities, in which nothing may change unseen. */
function moneyDigits(lines: readonly { text: string }[], from: number): { line: number; at: number }[] {
  return lines.flatMap(({ text }, line) => {
    if (line < from || text === 'Thank you!') return []
    // names, codes, marks and rates are not summed; all other digits are
    const spans = [...text.matchAll(/\p{L}[\p{L}\d/º-]*|\d+%/gu)].map(
      m => [m.index, m.index + m[0].length] as const,
    )
    return [...text.matchAll(/\d/g)]
      .map(match => match.index)
      .filter(at => !spans.some(([start, end]) => at >= start && at < end))
      .map(at => ({ line, at }))
  })
}

test('a receipt with one digit of its money changed is never another sale', () => {
  let refused = 0
  fc.assert(
    fc.property(printed, fc.nat(), fc.integer({ min: 1, max: 9 }), ({ sale, template }, which, step) => {
      const lines = linesOf(sale, template)
      const digits = moneyDigits(lines, template.header.length)
      const { line, at } = digits[which % digits.length] ?? { line: 0, at: 0 }
      const text = lines[line]?.text ?? ''
      const changed = text.slice(0, at) + String((Number(text[at]) + step) % 10) + text.slice(at + 1)
      const damaged = lines.map((each, index) => (index === line ? { text: changed } : each))
      const reading = readSale({ lines: damaged, images: [] }, template, context)
      // a weighed item's price may be off by less than its amount shows: then the money is still the same
      if (reading.is !== 'sale') {
        refused += 1
        return
      }
      expectToAddUp(reading.sale)
      expect(sum(reading.sale.tenders.map(tender => tender.amount))).toBe(sale.total)
      expect(reading.sale.taxes.map(tax => tax.amount)).toEqual(sale.taxes.map(tax => tax.amount))
      const original = readSale({ lines, images: [] }, template, context)
      expect(original.is === 'sale' && reading.sale.lines.map(l => l.net)).toEqual(
        original.is === 'sale' && original.sale.lines.map(l => l.net),
      )
    }),
    { numRuns: 600 },
  )
  expect(refused).toBeGreaterThan(500)
})

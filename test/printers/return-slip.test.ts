import { expect, test } from 'vitest'
import { makeReturnSlip } from '../../agent/printing/return-slip.ts'
import { SlipFormat } from '../../agent/printing/slip-format.ts'
import { ReturnView } from '../../agent/till/api-schema.ts'
import { languageCodes } from '../../shared/languages.ts'

const noon = Date.UTC(2026, 10, 25, 12)
const line = { orderLine: 'l', title: 'Linen shirt', variantTitle: 'M', sku: null, barcode: null, units: 2 }
const view = (over: object = {}) =>
  ReturnView.parse({
    returnId: 'ret_0123456789abcdef',
    orderName: '#1001',
    lines: [
      { ...line, condition: 'sellable', reason: 'unwanted' },
      {
        ...line,
        orderLine: 'k',
        title: 'Ev\u001bil → mug',
        variantTitle: null,
        units: 1,
        condition: 'damaged',
        reason: 'defective',
      },
    ],
    staff: 'Ada',
    till: 'Till 2',
    madeAt: noon,
    state: 'done',
    refunded: { minor: 1_690, currency: 'EUR' },
    problem: null,
    ...over,
  })
const occasion = {
  storeName: 'Harbour Street',
  till: 'Till 1',
  zone: 'Europe/Berlin',
  at: noon,
  isCopy: false,
}
/** What is readable of the bytes. */
const textOf = (one: ReturnView, words: SlipFormat['words'] = 'en') =>
  Buffer.from(makeReturnSlip(one, occasion, SlipFormat.parse({ words, code: 'barcode' })))
    .toString('latin1')
    .replace(/[^\x20-\x7e\n]+/g, '~')

test('a return’s slip says what came back, in which condition, and what was paid', () => {
  const text = textOf(view())
  expect(text).toContain('TAKEN BACK')
  expect(text).toContain('#1001')
  expect(text).toContain('2 x Linen shirt, M\n')
  expect(text).toContain('1 x Ev il > mug (damaged)')
  expect(text).toContain('3 items')
  expect(text).toMatch(/Paid back: .*16\.90/)
  expect(text).toContain('by Ada')
})

test.each([
  ['recorded', 'The money goes back to the payment'],
  ['owed', 'Head office pays the money back.'],
  ['refused', 'Nothing was paid back'],
  ['done', 'Nothing was due.'],
] as const)('a return that is %s says: %s', (state, words) => {
  expect(textOf(view({ state, refunded: null })).replaceAll('\n', ' ')).toContain(words)
})

test.each(languageCodes)('a return’s slip in %s fits both papers and every printer', words => {
  for (const language of ['esc-pos', 'star-prnt', 'star-line'] as const)
    for (const paperMm of [58, 80] as const)
      expect(
        makeReturnSlip(view(), { ...occasion, isCopy: true }, SlipFormat.parse({ words, language, paperMm }))
          .length,
      ).toBeGreaterThan(100)
})

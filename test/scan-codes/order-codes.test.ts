import { expect, test, vi } from 'vitest'
import { decodeScan } from '../../agent/codecs/scan-codes/decode-scan.ts'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'

const orderOf = (text: string, orders?: unknown[]) =>
  decodeScan(text, ScanRules.parse(orders === undefined ? {} : { orders }), 2026).order

test.each([
  ['#1043', '#1043'],
  [']C0#1043', '#1043'],
  [']Q1 #1043 \r', '#1043'],
  ['https://mug.example/71/orders/5f2c9a0e/authenticate?key=9f', '5f2c9a0e'],
  ['HTTPS://MUG.EXAMPLE/71/ORDERS/5F2C/AUTHENTICATE', '5F2C'],
  ['https://shopify.com/71/account/orders/5432?x=1', '5432'],
  ['#10 43', null],
  ['##1043', null],
  ['1043', null],
  [']E04006381333931', null],
  ['https://mug.example/products/mug', null],
])('by the usual rules %s names %s', (text, order) => expect(orderOf(text)).toBe(order))

test.each([
  ['EN-{digits}', 'en-1001', '1001'],
  ['{order}/A', 'W-17/A', 'W-17'],
  ['TB {order} *', 'TB W-17 anything', 'W-17'],
  ['*order={order}', 'x?order=A.1', 'A.1'],
  ['*;{digits}', 'a;b;12', '12'],
  ['A{digits}9', 'A1239', '123'],
  ['A{digits}9', 'A123', null],
  ['{digits}-X', 'Y-X', null],
])('%s in %s finds %s', (match, text, order) => expect(orderOf(text, [{ name: 'own', match }])).toBe(order))

test('what is made of it is the rule’s own', () => {
  expect(orderOf('TB1043', [{ name: 'x', match: 'TB{digits}', order: '#{}' }])).toBe('#1043')
  expect(orderOf('TB$&', [{ name: 'x', match: 'TB{digits}', order: '#{}' }])).toBeNull()
})

test('no order is looked for in GS1 elements or item numbers', () => {
  const every = [{ name: 'x', match: '4{digits}' }]
  expect(orderOf(']E04006381333931', every)).toBeNull()
  expect(orderOf(']d2414950600013433810A', every)).toBeNull()
  expect(orderOf('4006381333931', every)).toBe('006381333931') // bare digits: the rule's word counts
})

test('a long hostile text is compared with each piece between asterisks once a character', () => {
  const rules = ScanRules.parse({ orders: [{ name: 'x', match: `${'*a'.repeat(50)}*{order}!` }] })
  const text = 'a'.repeat(1_024)
  const compared = vi.spyOn(String.prototype, 'startsWith')
  const { order } = decodeScan(text, rules, 2026)
  const comparisons = compared.mock.calls.length
  compared.mockRestore()
  expect(order).toBeNull()
  expect(comparisons).toBeGreaterThan(50)
  expect(comparisons).toBeLessThan(100 * text.length) // 64 ends of {order} for each character at most
})

test.each([['{order}'], ['*{digits}*'], ['TB'], ['{order}-{order}'], ['{name}']])(
  '%s is not a valid rule: it would match everything or nothing',
  match => expect(ScanRules.safeParse({ orders: [{ name: 'x', match }] }).success).toBe(false),
)

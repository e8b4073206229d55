import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeScan } from '../../agent/codecs/scan-codes/decode-scan.ts'
import { priceCheckDigit } from '../../agent/codecs/scan-codes/price-check-digit.ts'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'
import { checkDigit } from '../../shared/gtin.ts'

const withCheck = (body: string) => `${body}${checkDigit(body)}`
const read = (code: string, inStore: unknown[], currency = 'EUR', aim = ']E0') =>
  decodeScan(`${aim}${code}`, ScanRules.parse({ inStore, currency }), 2026)

const price = { name: 'price', match: '21IIIIIPPPPPC' }
const weight = { name: 'weight', match: '28IIIIIWWWWWC' }

describe('a code is read by the rule that it fits', () => {
  test.each([
    ['a price in cents', withCheck('211234500599'), { code: '12345', price: 599, quantity: null }],
    ['a weight in grams', withCheck('281234500525'), { code: '12345', price: null, quantity: 525 }],
  ])('%s', (_, code, item) => {
    const scan = read(code, [price, weight])
    expect(scan.item).toMatchObject(item)
    expect(scan).toMatchObject({ gtin: null, restricted: true, problem: null, text: code })
  })

  test('decimals of prices and weights, pieces, the currency’s own decimals', () => {
    const code = withCheck('291234500150')
    const rule = { name: 'x', match: '29IIIIIPPPPPC' }
    expect(read(code, [{ ...rule, priceDecimals: 1 }]).item?.price).toBe(1_500)
    expect(read(code, [{ ...rule, priceDecimals: 0 }]).item?.price).toBe(15_000)
    expect(read(code, [rule], 'JPY').item?.price).toBe(150)
    expect(read(code, [rule], 'KWD').item?.price).toBe(150)
    const heavy = { name: 'x', match: '29IIIIIWWWWWC', weightDecimals: 2, unit: 'lb' }
    expect(read(code, [heavy]).item).toMatchObject({ quantity: 1_500, unit: 'lb' })
    const pieces = read(code, [{ name: 'x', match: '29IIIIIIIINNC' }]).item
    expect(pieces).toMatchObject({ quantity: 50_000, unit: 'piece', code: '12345001' })
  })

  test('what the POS knows the item by', () => {
    const rule = { name: 'x', match: '21IIIIVPPPPPC' }
    const code = withCheck(`211234${priceCheckDigit('14685')}14685`)
    expect(read(code, [rule]).item?.code).toBe('1234')
    expect(read(code, [{ ...rule, code: 'head' }]).item?.code).toBe('211234')
    expect(read(code, [{ ...rule, code: 'zeroed' }]).item?.code).toBe(withCheck('211234000000'))
  })

  test('UPC-A by its twelve digits or with the zero in front; EAN-8; and other symbols by their length', () => {
    const upc = withCheck('21234500599')
    const twelve = { name: 'twelve', match: '2IIIIIPPPPPC' }
    expect(read(upc, [twelve]).item).toMatchObject({ code: '12345', price: 599 })
    expect(read(`0${upc}`, [twelve]).item).toMatchObject({ code: '12345', price: 599 })
    expect(read(upc, [{ name: 'thirteen', match: '02IIIIIPPPPPC' }]).item?.price).toBe(599)
    const eight = withCheck('2123459')
    expect(read(eight, [{ name: 'eight', match: '2IIIIIIC' }], 'EUR', ']E4').item?.code).toBe('123459')
    const label = { name: 'label', match: '99IIIIIIPPPPPP' }
    expect(read('99123456001099', [label], 'EUR', ']C0').item).toMatchObject({ code: '123456', price: 1_099 })
    expect(read('99123456001099', [label], 'EUR', '').item).toMatchObject({ code: '123456', price: 1_099 })
  })

  test('other numbers stay what they are', () => {
    expect(read('4006381333931', [price, weight])).toMatchObject({ gtin: '04006381333931', item: null })
    expect(read(withCheck('221234500599'), [price])).toMatchObject({ restricted: true, item: null })
  })
})

describe('check digits', () => {
  // worked out by hand from the weighting tables of GS1 General Specifications, 7.9
  test.each([
    ['2875', '9'],
    ['14685', '6'],
    ['0000', '0'],
    ['00000', '0'],
  ])('of the price %s is %s', (digits, expected) => expect(priceCheckDigit(digits)).toBe(expected))

  test('one wrong digit of a price or weight is always noticed', () =>
    fc.assert(
      fc.property(
        fc.integer({ min: 4, max: 5 }),
        fc.nat(99_999),
        fc.nat(4),
        fc.integer({ min: 1, max: 9 }),
        (length, number, at, more) => {
          const digits = String(number).padStart(5, '0').slice(-length)
          const place = at % length
          const wrong = `${digits.slice(0, place)}${(Number(digits[place]) + more) % 10}${digits.slice(place + 1)}`
          expect(priceCheckDigit(wrong)).not.toBe(priceCheckDigit(digits))
        },
      ),
    ))

  test('a wrong one within the code names the rule; a wrong one of the code itself is a wrong number', () => {
    const rule = { name: 'us price', match: '2IIIIIVPPPPC' }
    const right = withCheck(`212345${priceCheckDigit('2875')}2875`)
    expect(read(right, [rule]).item).toMatchObject({ code: '12345', price: 2_875 })
    const wrong = withCheck(`212345${(Number(priceCheckDigit('2875')) + 1) % 10}2875`)
    expect(read(wrong, [rule])).toMatchObject({ item: null, problem: { code: 'SCAN_PRICE_CHECK_WRONG' } })
    expect(read(wrong, [rule]).problem?.sentence).toContain('us price')
    const misread = `${right.slice(0, -1)}${(Number(right.at(-1)) + 1) % 10}`
    for (const aim of [']E0', ''])
      expect(read(misread, [rule], 'EUR', aim)).toMatchObject({
        item: null,
        problem: { code: 'GTIN_INVALID' },
      })
  })

  test('a rule further down is taken where the first one’s check digit fails', () => {
    const code = withCheck('212345100599'.slice(0, 12))
    const rules = [
      { name: 'first', match: '2IIIIIVPPPPPC'.slice(0, 13) },
      { name: 'second', match: '2IIIIIIPPPPPC' },
    ]
    const inner = priceCheckDigit('00599')
    expect(read(code, rules).item?.rule).toBe(inner === '1' ? 'first' : 'second')
  })
})

test.each([
  ['letters that say nothing', { match: '21XXXXXPPPPPC' }, 'inStore.0.match'],
  ['no item', { match: '2100000PPPPPC' }, 'inStore.0.match'],
  ['a field in two places', { match: '21IIIPPIIPPPC' }, 'inStore.0.match'],
  ['a check digit of six', { match: '2IIIIVPPPPPPC' }, 'inStore.0.match'],
  ['two check digits', { match: '2IIIICVPPPPPC' }, 'inStore.0.match'],
  ['C in the middle', { match: '2IIIICPPPPP' }, 'inStore.0.match'],
  ['weight and pieces', { match: '2IIIWWWNNNC' }, 'inStore.0.match'],
  [
    'more decimals than the currency has',
    { match: '2IIIIIPPPPPC', priceDecimals: 3 },
    'inStore.0.priceDecimals',
  ],
])('a rule with %s is refused, and where is said', (_, rule, path) => {
  const parsed = ScanRules.safeParse({ inStore: [{ name: 'x', ...rule }] })
  expect(parsed.error?.issues[0]?.path.join('.')).toBe(path)
})

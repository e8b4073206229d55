import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  checkDigit,
  expandUpcE,
  Gtin,
  gtinInvalid,
  gtinOrNull,
  parseGtin,
  printedGtin,
} from '../../shared/gtin.ts'

test.each([
  ['gtin-8', '96385074', '00000096385074'],
  ['gtin-12', '036000291452', '00036000291452'],
  ['gtin-13', '4006381333931', '04006381333931'],
  ['gtin-14', '10614141000415', '10614141000415'],
] as const)('%s %s is read, and printed as it was', (format, code, padded) => {
  expect(parseGtin(code)).toBe(padded)
  expect(parseGtin(` ${code}\n`, format)).toBe(padded)
  expect(printedGtin(parseGtin(code))).toBe(code)
  expect(Gtin.safeParse(padded).success).toBe(true)
})

describe('a code that is not a GTIN says why', () => {
  test.each([
    ['', undefined, 'not digits'],
    ['SHIRT-M', undefined, 'not digits'],
    ['40063813339３1', undefined, 'not digits'],
    ['4006381 333931', undefined, 'not digits'],
    ['-4006381333931', undefined, 'not digits'],
    ['1', undefined, 'wrong length'],
    ['123456789', undefined, 'wrong length'],
    ['123456789012345', undefined, 'wrong length'],
    ['4006381333931', 'gtin-12', 'wrong length'],
    ['036000291452', 'gtin-13', 'wrong length'],
    ['4006381333932', undefined, 'wrong check digit'],
    ['96385075', 'gtin-8', 'wrong check digit'],
    ['12345', 'upc-e', 'wrong length'],
    ['123456789', 'upc-e', 'wrong length'],
    ['21234565', 'upc-e', 'not a UPC-E number system'],
    ['01234566', 'upc-e', 'wrong check digit'],
  ] as const)('%j as %s: %s', (code, format, why) => {
    expect(() => parseGtin(code, format)).toThrow(gtinInvalid({ code, why }).message)
    expect(gtinOrNull(code, format)).toBeNull()
  })
  test('UPC-E letters', () => {
    expect(() => expandUpcE('12345A')).toThrow(/not digits/)
    expect(() => expandUpcE('')).toThrow(/wrong length/)
  })
})

describe('UPC-E’s expansions', () => {
  test.each([
    ['last digit 0', '01234505', '012000003455'],
    ['last digit 1', '04252614', '042100005264'],
    ['last digit 1, again', '06543217', '065100004327'],
    ['last digit 2', '01234523', '012200003453'],
    ['last digit 3', '01234531', '012300000451'],
    ['last digit 4', '01234543', '012340000053'],
    ['last digit 5', '01234558', '012345000058'],
    ['last digit 6', '01234565', '012345000065'],
    ['last digit 9', '01234596', '012345000096'],
    ['number system 1', '11234562', '112345000062'],
  ])('%s: %s is %s', (_rule, short, long) => {
    expect(expandUpcE(short)).toBe(long)
    expect(expandUpcE(short.slice(0, 7))).toBe(long)
    if (short.startsWith('0')) expect(expandUpcE(short.slice(1, 7))).toBe(long)
    expect(parseGtin(short, 'upc-e')).toBe(parseGtin(long, 'gtin-12'))
  })

  test('no two short codes of one number system name one item', () => {
    const seen = new Map<string, string>()
    // the standard gives digits 3 and 4 only to what 0–2 and 3 can't say, and 5–9 to what 4 can't
    const canonical = (body: string) =>
      !(body[5] === '3' && (body[2] ?? '') < '3') &&
      !(body[5] === '4' && body[3] === '0') &&
      !((body[5] ?? '') > '4' && body[4] === '0')
    for (let n = 0; n < 1_000_000; n += 7) {
      const body = String(n).padStart(6, '0')
      if (!canonical(body)) continue
      const long = expandUpcE(body)
      expect(seen.get(long) ?? body).toBe(body)
      seen.set(long, body)
    }
  })
})

/** A valid code of one of the four lengths. */
const code = fc
  .tuple(fc.constantFrom(7, 11, 12, 13), fc.stringMatching(/^\d{13}$/))
  .map(([length, digits]) => digits.slice(0, length))
  .map(digits => `${digits}${checkDigit(digits)}`)

test('the check digit finds every wrong digit', () => {
  fc.assert(
    fc.property(code, fc.nat(13), fc.integer({ min: 1, max: 9 }), (valid, position, by) => {
      const at = position % valid.length
      const wrong = String((Number(valid[at]) + by) % 10)
      expect(gtinOrNull(valid.slice(0, at) + wrong + valid.slice(at + 1))).toBeNull()
      expect(gtinOrNull(valid)).not.toBeNull()
    }),
  )
})

test('the check digit finds every swap of neighbours but those five apart', () => {
  fc.assert(
    fc.property(code, fc.nat(12), (valid, position) => {
      const at = position % (valid.length - 1)
      const [a = '', b = ''] = valid.slice(at, at + 2)
      fc.pre(a !== b)
      const found = gtinOrNull(valid.slice(0, at) + b + a + valid.slice(at + 2)) === null
      expect(found).toBe(Math.abs(Number(a) - Number(b)) !== 5)
    }),
  )
})

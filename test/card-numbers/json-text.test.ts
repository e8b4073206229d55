import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readEvent } from '../../hub/streams/read-event.ts'
import { isCardCode, maskCode } from '../../shared/card-numbers/codes.ts'
import { maskJsonText } from '../../shared/card-numbers/mask-texts.ts'
import { cards, withLuhn } from './numbers.ts'

const CARD = '4111111111111111'
const LONG = withLuhn('621234567890126543')
const spelled = [...CARD].map(digit => `\\u003${digit}`).join('')
const sale =
  '"kind":"sale.completed","at":1764000000000,"source":"pos","receipt":"R1","receiptNumber":"1",' +
  '"fingerprint":"0a1b2c3d4e5f60718293a4b5c6d7e8f9","till":"T","staff":null,"businessDate":"2026-01-01",' +
  '"soldAt":{"wall":"2026-01-01T10:00:00","zone":"Europe/Berlin"},"currency":"EUR","lines":[],"taxes":[],' +
  '"tenders":[],"rounding":0,"unexplained":0'

/** Fields that the hub does not know, or that a reader overwrites or rounds. */
const hidden: readonly (readonly [name: string, fields: string])[] = [
  ['unknown field', `"note":"${CARD}"`],
  ['unknown field, nested', `"more":[{"deep":["x",{"note":"pays by ${CARD}"}]}]`],
  ['name of an unknown field', `"${CARD}":1`],
  ['key that comes twice', `"x":"${CARD}","x":"y"`],
  ['number that comes twice', `"x":${CARD},"x":1`],
  ['number of 16 digits', `"x":${CARD}`],
  ['number of 19 digits', `"x":${LONG}`],
  ['number of 19 digits, in a list', `"x":[1,${LONG},2]`],
  ['number with a sign', `"x":-${CARD}`],
  ['number with decimals', `"x":${CARD}.0`],
  ['number with an exponent', '"x":4.111111111111111e15'],
  ['number of 25 digits', `"x":${CARD}000000000`],
  ['escaped digits', `"x":"${spelled}"`],
  ['escaped digits in a name', `"${spelled}":1`],
  ['behind an escaped quote', `"x":"4111 1111 \\" 1111 1111"`],
  ['in groups of four', '"x":"4111 1111 1111 1111"'],
  ['digits of another script', '"x":"４１１１１１１１１１１１１１１１"'],
  ['track 2', `"x":"${CARD}=25121010000000"`],
  ['track 2 with D, as a code', `"sku":"${CARD}D251210100000000"`],
  ['invisible characters within a code', '"sku":"41111111\u200b11111111"'],
]

/** All digits of a text as a person reads it, also through escapes. */
function digitsOf(text: string): string {
  const read = text.replace(/\\u([0-9a-f]{4})/gi, (_, unit) => String.fromCharCode(Number.parseInt(unit, 16)))
  return read.normalize('NFKC').replace(/\D/g, '')
}

describe.each(hidden)('%s', (_, fields) => {
  const records: readonly (readonly [string, string])[] = [
    ['applied', `{${sale},${fields}}`],
    ['applied', `{${fields},${sale}}`],
    ['deferred', `{"kind":"some.later-kind",${fields}}`],
    ['quarantined', `{"kind":"sale.completed",${fields}}`],
    ['quarantined', `{"kind":"some.later-kind",${fields}`],
  ]
  test.each(records)('is masked in an event that is %s: %s', (state, body) => {
    const read = readEvent(body)
    expect(read.state).toBe(state)
    expect(digitsOf(read.masked ?? body)).not.toMatch(/411111111111|62123456789012/)
  })

  test('is masked in a webhook’s body and a log line', () => {
    const masked = maskJsonText(`{"before":1,${fields},"after":[{"x":"ä"}]}`)
    expect(digitsOf(masked)).not.toMatch(/411111111111|62123456789012/)
    expect(masked).toMatch(/^\{"before":1,.*,"after":\[\{"x":"ä"\}\]\}$/)
    expect(JSON.parse(masked)).toMatchObject({ before: 1 })
  })
})

test('a text without a card number stays byte for byte, however it is written', () => {
  const body = `{ ${sale} , "new" : [ 1.50e2, "4006381333931", "\\u00e4 \\"quoted\\"", { } , 12345678901234567890 ] }\n`
  expect(readEvent(body)).not.toHaveProperty('masked')
  expect(maskJsonText(body)).toBe(body)
})

test('any JSON is found whole but for its card numbers', () =>
  fc.assert(
    fc.property(fc.json(), cards, (json, card) => {
      fc.pre(card.length > 14) // shorter ones may be a GTIN as well

      const masked = maskJsonText(`[${json},{"a":"${card}"}, ${card}]`)
      expect(masked.endsWith(` "${'*'.repeat(card.length - 4)}${card.slice(-4)}"]`)).toBe(true)
      expect(masked).not.toContain(card)
      expect(() => JSON.parse(masked)).not.toThrow()
    }),
  ))

test.each([
  [`C${CARD}`],
  [`${CARD}D25121010000000`],
  [`${CARD}D251210100000000`], // 32 characters, as a hash has
  [`${CARD}d25121010000000f`],
  [`abc${CARD}def`],
  [`A-4111-1111-1111-1111`],
  [`550e8400-e29b-41d4-a716-${CARD}`],
  [`${CARD}a000000000000000`],
])('%s is a card number as a code', code => {
  expect(isCardCode(code)).toBe(true)
  expect(maskCode(code)).not.toMatch(/2512|41111111|4111-1111/)
})

test.each([
  [`0a1b2c3d4e5f6a7b${CARD}`],
  [`${CARD}0a1b2c3d4e5f6a7b`],
  [`request/0a1b2c3d4e5f6a7b${CARD}`],
  ['abcd4111-1111-1111-1111-abcdefabcdef'],
  [`0a1b2c3d4e5f6a7b0a1b2c3d4e5f6a7b0a1b2c3d4e5f6a7b${CARD}`],
])('%s has the shape of a hash or a UUID and stays', code => expect(maskCode(code)).toBe(code))

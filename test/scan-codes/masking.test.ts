import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeScan } from '../../agent/codecs/scan-codes/decode-scan.ts'
import { ScanRules } from '../../agent/codecs/scan-codes/rules.ts'
import { decodeScanLine } from '../../agent/commands/decode-scans.ts'
import { isLuhnValid } from '../../shared/card-numbers/luhn.ts'
import { gtinOrNull } from '../../shared/gtin.ts'

const rules = ScanRules.parse({})
const all = (line: string) => JSON.stringify(decodeScanLine(line, rules, 2026))

/** Card numbers as issuers make them: first digits of theirs, 13 to 19 digits, Luhn. */
const card = fc
  .tuple(
    fc.constantFrom(['4', 16], ['4', 19], ['51', 16], ['2221', 16], ['37', 15], ['6011', 16], ['62', 19]),
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 19, maxLength: 19 }),
  )
  .map(([[prefix, length], rest]) => {
    const body = `${prefix}${rest}`.slice(0, Number(length) - 1)
    const last = [...'0123456789'].find(one => isLuhnValid([...`${body}${one}`].map(Number)))
    return `${body}${last}`
  })

const places: readonly (readonly [string, (pan: string) => string])[] = [
  ['alone', pan => pan],
  ['in a QR code', pan => `]Q1${pan}`],
  ['in a QR code among words', pan => `]Q1pay ${pan} now`],
  ['as an EAN of wrong length', pan => `]E0${pan}`],
  ['as ITF', pan => `]I0${pan}`],
  ['behind FNC1', pan => `\\x1d${pan.replace(/^41/, '40')}`],
  ['as a lot', pan => `]C110${pan}`],
  ['as a serial number behind a GTIN', pan => `]d2010950600013435221${pan}\\x1d10A`],
  ['as an own element', pan => `]d2010950600013435291${pan}`],
  ['as a bad element', pan => `]d201${pan}~`],
  ['behind a bad AI', pan => `]d289${pan}`],
  ['in a link', pan => `https://a.example/01/09506000134352/10/${pan}`],
  [
    'in a link, percent-encoded',
    pan => `https://a.example/01/09506000134352/10/%3${pan.charAt(0)}${pan.slice(1)}`,
  ],
  ['as an order', pan => `#${pan}`],
  ['track 1', pan => `%B${pan}^DOE/JANE^26121010000000000?`],
  ['track 2', pan => `;${pan}=26121010000000000?`],
  ['in groups', pan => `${pan.slice(0, 4)} ${pan.slice(4, 8)} ${pan.slice(8, 12)} ${pan.slice(12)}`],
]

describe('a card number keeps its last four digits only', () => {
  test.each(places)('%s', (_, place) =>
    fc.assert(
      fc.property(card, pan => {
        const said = all(place(pan)).replace(/[^\d*]/g, '')
        expect(said).not.toContain(pan.slice(0, -4))
      }),
    ),
  )

  test('and it is said', () => {
    const scan = decodeScan(']Q14111111111111111', rules, 2026)
    expect(scan.text).toBe('************1111')
    expect(scan.warnings.map(({ code }) => code)).toEqual(['SCAN_CARD_MASKED'])
    expect(scan.problem).toBeNull()
  })

  test('of track data nothing else is kept', () => {
    expect(all('%B4111111111111111^DOE/JANE^26121010000000000?')).not.toMatch(/DOE|2612/)
  })

  test('where the text is cut', () => {
    const text = `${'x'.repeat(4_085)}4111111111111111`
    expect(decodeScan(text, rules, 2026).text).not.toContain('4111')
    expect(all(text)).not.toContain('4111')
  })
})

describe('what is a code by nature is left alone', () => {
  const digits = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: length, maxLength: length })

  test('GTINs of their own symbols', () =>
    fc.assert(
      fc.property(digits(13), number => {
        if (gtinOrNull(number) !== null) expect(decodeScan(`]E0${number}`, rules, 2026).text).toBe(number)
      }),
      { numRuns: 2_000 },
    ))

  test.each([
    ['a GTIN that is Luhn-valid, in AI 01', ']d20156789012340098'],
    ['an SSCC that is Luhn-valid', ']C100456789012345670034'],
  ])('%s', (_, input) => {
    const scan = decodeScan(input, rules, 2026)
    expect(scan.problem).toBeNull()
    expect(scan.text).not.toContain('*')
  })

  test('a telephone’s serial number in its AI', () => {
    const scan = decodeScan(']d28040490154203237518', rules, 2026)
    expect(scan.elements[0]?.value).toBe('490154203237518')
    expect(scan.text).toBe('8040490154203237518')
  })
})

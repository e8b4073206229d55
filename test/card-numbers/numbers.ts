import fc from 'fast-check'
import { checkDigit } from '../../shared/gtin.ts'

/** Completes digits to a number that ISO/IEC 7812's check digit fits; written apart from the code under test. */
export function withLuhn(digits: string): string {
  const sum = [...`${digits}0`].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1)
    return total + (value > 9 ? value - 9 : value)
  }, 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

export const isGtin = (digits: string): boolean => checkDigit(digits.slice(0, -1)) === digits.at(-1)

/** First digits and lengths that the schemes give out today or gave out. */
export const brands: readonly (readonly [
  name: string,
  starts: readonly string[],
  lengths: readonly number[],
])[] = [
  ['Visa', ['4'], [13, 16, 19]],
  ['Mastercard', ['51', '52', '53', '54', '55', '2221', '2345', '2500', '2699', '2720'], [16]],
  ['American Express', ['34', '37'], [15]],
  ['Diners Club', ['300', '305', '36', '38', '39'], [14, 16]],
  ['JCB', ['3528', '3589'], [16, 19]],
  ['Discover', ['6011', '644', '65'], [16, 19]],
  ['UnionPay', ['62', '81'], [16, 17, 18, 19]],
  ['Maestro', ['50', '56', '57', '58', '60', '63', '67', '69'], [13, 14, 15, 16, 17, 18, 19]],
  ['Mir', ['2200', '2204'], [16]],
  ['Troy', ['9792'], [16]],
]

/** A valid number of any brand. Left out, as documented: one of 13 or 14 digits that is a valid GTIN besides. */
export const cards: fc.Arbitrary<string> = fc
  .constantFrom(...brands)
  .chain(([, starts, lengths]) =>
    fc.tuple(fc.constantFrom(...starts), fc.constantFrom(...lengths), fc.stringMatching(/^\d{19}$/)),
  )
  .map(([start, length, rest]) => withLuhn((start + rest).slice(0, length - 1)))
  .filter(card => card.length > 14 || /^3[0689]/.test(card) || !isGtin(card))

export const loose = fc.constantFrom(
  ' ',
  '  ',
  '   ',
  '\u00a0',
  '.',
  '-',
  '–',
  '—',
  '/',
  '\t',
  ' - ',
  '. ',
  '\t\t',
  '\u2009',
  '\u200b',
  '\0',
  '\x1b',
  '\x02',
  '_',
  '\x1bE\x01',
  '\x1b[1m',
  '\x1d!\0',
  '\x10\x04\x01',
)
export const wraps = fc.constantFrom(
  '\n',
  '\r\n',
  '\n    ',
  '   \n\n  ',
  `\n${' '.repeat(40)}`,
  '\u2028',
  ` ${' '.repeat(30)}\n${' '.repeat(20)}`,
)

/** How digits are told apart in print: group sizes, the last one taking what is left. */
const groupings = fc.oneof(
  fc.constant([19]),
  fc.constant([4, 4, 4, 4, 4]),
  fc.constant([4, 6, 5]),
  fc.constant(Array.from({ length: 19 }, () => 1)),
  fc.constant(Array.from({ length: 10 }, () => 2)),
  fc.integer({ min: 1, max: 18 }).map(first => [first, 19]),
  fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 }),
)

export function inGroups(card: string, sizes: readonly number[]): string[] {
  const groups: string[] = []
  let at = 0
  for (const size of [...sizes, card.length]) {
    if (at < card.length) groups.push(card.slice(at, at + size))
    at += size
  }
  return groups
}

/** A number as it may stand in a text: in groups, with one separator or another each time. */
export const printed = fc
  .tuple(
    cards,
    groupings,
    fc.oneof(
      loose.map(one => [one]),
      fc.array(fc.oneof(loose, wraps), { minLength: 1, maxLength: 19 }),
    ),
  )
  .map(([card, sizes, separators]) => {
    let text = ''
    const places: number[] = []
    for (const [i, group] of inGroups(card, sizes).entries()) {
      if (i > 0) text += separators[i % separators.length] ?? ''
      for (const digit of group) {
        places.push(text.length)
        text += digit
      }
    }
    return { card, text, places }
  })

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { maskCardNumbers, maskLines } from '../../shared/card-numbers/mask.ts'
import { cards, inGroups, loose, printed } from './numbers.ts'

/** No digit is glued to the number, and nothing says that it is a telephone's. */
const noDigitAt = (end: 'start' | 'end') => (text: string) =>
  !/(?=\p{N})[\u{10000}-\u{10ffff}]/u.test(text) && // masked, it is one unit shorter
  !(end === 'end' ? /[\p{N}+]$/u : /^\p{N}/u).test(text) &&
  !/(tel|fax|fon|phone|mobile?|hotline|\+)/i.test(text)
const surroundings = fc.oneof(
  fc.constantFrom('', ' ', 'Karte ', 'x', 'Nr.', '12 ', 'EUR 12,50  ', '2026-11-25 ', 'Beleg 0042/'),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
  fc.string({ unit: 'binary-ascii', maxLength: 30 }),
)
const behind = fc.oneof(
  fc.constantFrom('', ' ', ' ok', 'x', ' 12/27', '  12,50', '\n2026-11-25', ' 123', '^', '?', '='),
  fc.string({ unit: 'grapheme', maxLength: 30 }),
)

test('no card number gets through, however it is grouped, wrapped and surrounded', () =>
  fc.assert(
    fc.property(
      printed,
      surroundings.filter(noDigitAt('end')),
      behind.filter(noDigitAt('start')),
      ({ text, places }, before, after) => {
        const whole = before + text + after
        const masked = maskCardNumbers(whole)
        expect(masked).toHaveLength(whole.length)
        const digits = places.map(at => masked.charAt(before.length + at)).join('')
        expect(digits, `${JSON.stringify(whole)} became ${JSON.stringify(masked)}`).toMatch(/^\*+[\d*]{4}$/)
      },
    ),
    { numRuns: 20_000, seed: 41 },
  ))

test('other scripts’ digits are digits', () =>
  fc.assert(
    fc.property(
      cards,
      fc.constantFrom(0x660, 0x6f0, 0x966, 0xff10, 0x1d7ce, 0x1d7f6, 0x2080),
      loose,
      (card, zero, separator) => {
        const text = inGroups(card, [4, 4, 4, 4, 4])
          .map(group => [...group].map(digit => String.fromCodePoint(zero + Number(digit))).join(''))
          .join(separator)
        const masked = maskCardNumbers(`a ${text} b`)
        expect([...masked.matchAll(/[\p{Nd}₀-₉]/gu)].filter(([digit]) => !/[0-9]/.test(digit))).toHaveLength(
          4,
        )
      },
    ),
    { numRuns: 2_000, seed: 42 },
  ))

test('with zeros before it or its expiry date behind it, glued on, it is found', () =>
  fc.assert(
    fc.property(
      cards.filter(
        card => [15, 16, 19].includes(card.length) && !(card.length === 15 && !/^3[47]/.test(card)),
      ),
      fc.nat(9),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 26, max: 40 }),
      (card, zeros, month, year) => {
        const expiry = `${String(month).padStart(2, '0')}${year}`
        for (const whole of [
          `${'0'.repeat(zeros)}${card}`,
          `${card}${expiry}`,
          `${card}${expiry}123`,
          `#${card}12`,
        ]) {
          const at = whole.indexOf(card)
          expect(maskCardNumbers(whole).slice(at, at + card.length), whole).toMatch(/^\*+[\d*]{4}$/)
        }
      },
    ),
    { numRuns: 3_000, seed: 43 },
  ))

test('a number of 16 digits is found anywhere in a longer row of digits', () =>
  fc.assert(
    fc.property(
      cards.filter(card => card.length === 16),
      fc.stringMatching(/^\d{0,40}$/),
      fc.stringMatching(/^\d{0,40}$/),
      (card, before, after) => {
        const whole = before + card + after
        expect(maskCardNumbers(whole).slice(before.length, before.length + 12)).toBe('*'.repeat(12))
      },
    ),
    { numRuns: 3_000, seed: 44 },
  ))

test('wrapped at a print column, between other columns or alone, it is found, and lines keep their lengths', () => {
  const widths = fc.constantFrom(8, 10, 16, 20)
  return fc.assert(
    fc.property(
      cards.filter(
        card => [14, 15, 16, 19].includes(card.length) && !(card.length === 15 && !/^3[47]/.test(card)),
      ),
      widths,
      fc.boolean(),
      fc.constantFrom('left', 'right', 'alone'),
      fc.array(fc.constantFrom('TOTAL 12.00', 'MwSt 19 %', 'Shirt', '12.00', '2 x 4,99'), {
        minLength: 6,
        maxLength: 6,
      }),
      (card, width, spaced, place, others) => {
        const text = spaced ? inGroups(card, [4, 4, 4, 4, 4]).join(' ') : card
        const parts = text.match(new RegExp(`.{1,${width}}`, 'g'))?.map(part => part.trim()) ?? []
        fc.pre(parts.length > 1 && (spaced || parts.every(part => part.length >= 3 || part === parts.at(-1))))
        fc.pre(!(spaced && card.length === 15))
        const lines = parts.map((part, i) => {
          const other = (others[i] ?? '').padEnd(14)
          if (place === 'alone') return `    ${part}`
          return place === 'left' ? `${part.padEnd(width + 3)}${other}` : `${other}   ${part}`
        })
        const masked = maskLines(['Beleg', ...lines, 'Danke'])
        expect(masked.map(line => line.length)).toEqual(['Beleg', ...lines, 'Danke'].map(line => line.length))
        const left = masked.slice(1, -1).map((line, i) => {
          const at = place === 'right' ? 17 : place === 'alone' ? 4 : 0
          return line.slice(at, at + (parts[i]?.length ?? 0))
        })
        expect(left.join('').replace(/[^\d*]/g, ''), masked.join('\n')).toMatch(/^\*+\d{0,4}$/)
      },
    ),
    { numRuns: 4_000, seed: 45 },
  )
})

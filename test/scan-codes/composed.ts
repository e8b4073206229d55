import fc from 'fast-check'
import { type Ai, type AiPart, allAis } from '../../agent/codecs/scan-codes/ai-table.ts'
import type { CheckName } from '../../agent/codecs/scan-codes/value-checks.ts'
import { checkDigit } from '../../shared/gtin.ts'

/** Element strings made from the table of AIs, right by construction. */
export interface Composed {
  readonly text: string
  readonly elements: readonly { readonly ai: string; readonly value: string }[]
}

const characters: Readonly<Record<AiPart['set'], string>> = {
  N: '0123456789',
  X: '!"%&\'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz',
  Y: '#-/0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ',
  Z: '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz',
}

/** Values for what is demanded beyond characters and length. */
const special: Readonly<Partial<Record<CheckName, (part: AiPart) => fc.Arbitrary<string>>>> = {
  csum: ({ most }) => digits(most - 1).map(body => `${body}${checkDigit(body)}`),
  csumalpha: () => fc.constant('1987654Ad4X4bL5ttr2310c2K'),
  iso3166: () => fc.constantFrom('276', '250', '840'),
  iso3166999: () => fc.constantFrom('276', '999'),
  iso3166alpha2: () => fc.constantFrom('DE', 'FR'),
  iso4217: () => fc.constantFrom('978', '756', '392'),
  yymmdd: () => fc.constantFrom('260228', '240229', '991231'),
  yymmd0: () => fc.constantFrom('260200', '240229', '510101'),
  yyyymmdd: () => fc.constantFrom('19991231', '20240229'),
  hh: () => fc.constantFrom('00', '23'),
  mi: () => fc.constantFrom('00', '59'),
  ss: () => fc.constantFrom('00', '59'),
  hhmi: () => fc.constantFrom('0000', '2359'),
  pcenc: ({ most }) => fc.constantFrom('A%20B', 'x'.repeat(most)),
  yesno: () => fc.constantFrom('0', '1'),
  zero: () => fc.constant('0'),
  nonzero: ({ most }) => fc.constantFrom('1'.padStart(most, '0'), '9'.repeat(most)),
  nozeroprefix: () => fc.constantFrom('0', '1', '90'),
  hyphen: () => fc.constant('-'),
  winding: () => fc.constantFrom('0', '1', '9'),
  pieceoftotal: () => fc.constantFrom('0101', '0299'),
  posinseqslash: () => fc.constantFrom('1/1', '2/3'),
  importeridx: () => fc.constantFrom('a', '_', '9'),
  mediatype: () => fc.constantFrom('01', '80'),
  iso5218: () => fc.constantFrom('0', '9'),
  iban: () => fc.constant('GB82WEST12345698765432'),
  latitude: () => fc.constantFrom('0000000000', '1800000000'),
  longitude: () => fc.constantFrom('0000000000', '3600000000'),
}

function digits(count: number): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters.N), minLength: count, maxLength: count })
}

function part(of: AiPart): fc.Arbitrary<string> {
  const make = of.checks.map(name => special[name]).find(one => one !== undefined)
  if (make !== undefined) return make(of)
  const unit = fc.constantFrom(...characters[of.set])
  return fc.string({ unit, minLength: Math.max(1, of.least), maxLength: of.most })
}

/** Optional parts come in order, none after one that is left out. */
function value(ai: Ai): fc.Arbitrary<string> {
  const least = ai.parts.filter(({ optional }) => !optional).length
  return fc
    .tuple(fc.integer({ min: least, max: ai.parts.length }), fc.tuple(...ai.parts.map(part)))
    .map(([count, pieces]) => pieces.slice(0, count).join(''))
}

export const element = fc.constantFrom(...allAis()).chain(ai => value(ai).map(text => ({ ai, value: text })))

/** Separators stand where they must, and anywhere else that they may. */
export const composed: fc.Arbitrary<Composed> = fc
  .uniqueArray(fc.tuple(element, fc.boolean()), {
    minLength: 1,
    maxLength: 8,
    selector: ([{ ai }]) => ai.ai,
  })
  .map(parts => ({
    text: parts
      .map(([{ ai, value: text }, more], i) => {
        const separator = more || (ai.separated && i < parts.length - 1) ? '\x1d' : ''
        return `${ai.ai}${text}${separator}`
      })
      .join(''),
    elements: parts.map(([{ ai, value: text }]) => ({ ai: ai.ai, value: text })),
  }))

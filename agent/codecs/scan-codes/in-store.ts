import { z } from 'zod'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import type { TillbridgeError } from '../../../shared/errors.ts'
import { checkDigit, gtinInvalid } from '../../../shared/gtin.ts'
import { type Currency, type Minor, minor, minorDigits } from '../../../shared/money.ts'
import type { Quantity } from '../../../shared/quantity.ts'
import { priceCheckDigit } from './price-check-digit.ts'
import type { ScanItem } from './scan.ts'
import { quoted, scanPriceCheckWrong } from './scan-errors.ts'

const letters =
  'I item, P price, W weight, N pieces, V check digit of price or weight, C check digit, . any digit'

/**
 * How to read one kind of the shop's own codes. `match` has a sign for each digit: digits stand for themselves, letters
 * as in `letters`; `21IIIIIPPPPPC`. A code of 13 signs also takes UPC-A with a 0 in front, one of 12 UPC-A as printed.
 */
export const InStoreRule = z
  .strictObject({
    name: z.string().min(1).max(64),
    match: z.string().regex(/^[0-9IPWNVC.]{4,32}$/, `use digits and these letters: ${letters}`),
    /** Decimals of the price in the code; left out: as the currency has. */
    priceDecimals: z.int().min(0).max(4).optional(),
    weightDecimals: z.int().min(0).max(3).default(3),
    /** Of a weight; pieces count as `piece`. */
    unit: z.string().min(1).max(16).default('kg'),
    /**
     * The POS's code for the item: the item's digits; those with all digits before them; or the whole code with
     * zeros for price, weight and pieces, and new check digits.
     */
    code: z.enum(['item', 'head', 'zeroed']).default('item'),
  })
  .refine(({ match }) => match.includes('I'), { path: ['match'], message: 'it needs I, the item’s digits' })
  .refine(({ match }) => ['I', 'P', 'W', 'N'].every(letter => isTogether(match, letter)), {
    path: ['match'],
    message: 'the signs of each of I, P, W and N must be together in one place',
  })
  .refine(({ match }) => (match.match(/[VC]/g) ?? []).length <= 2 && !/V.*V|C.*C/.test(match), {
    path: ['match'],
    message: 'V and C may be there once',
  })
  .refine(({ match }) => !match.includes('V') || [4, 5].includes(checked(match).length), {
    path: ['match'],
    message: 'V needs a price or weight of four or five digits',
  })
  .refine(({ match }) => !(match.includes('W') && match.includes('N')), {
    path: ['match'],
    message: 'a code holds weight or pieces, not both',
  })
  .refine(({ match }) => !match.includes('C') || match.endsWith('C'), {
    path: ['match'],
    message: 'C must be the last digit',
  })
export type InStoreRule = z.infer<typeof InStoreRule>

function isTogether(match: string, letter: string): boolean {
  const run = match.slice(match.indexOf(letter), match.lastIndexOf(letter) + 1)
  return run === '' || [...run].every(one => one === letter)
}

/** The letters of the field that V is the check digit of: the price, or the weight where there is none. */
function checked(match: string): string {
  return /P+/.exec(match)?.[0] ?? /W+/.exec(match)?.[0] ?? ''
}

/** Fewer decimals than the currency has are filled up; more can't be kept. */
export function priceFits(rule: InStoreRule, currency: Currency): boolean {
  return (rule.priceDecimals ?? 0) <= minorDigits(currency)
}

/**
 * Reads a code by the first rule that it fits wholly.
 * @param digits as scanned, or the 13 digits of an EAN/UPC number
 * @returns null: no rule is for it. An error: one is, but a check digit is wrong
 */
export function readInStore(
  digits: string,
  rules: readonly InStoreRule[],
  currency: Currency,
): ScanItem | TillbridgeError | null {
  let wrong: TillbridgeError | null = null
  for (const rule of rules) {
    const code = digitsFor(rule, digits)
    if (code === null) continue
    const problem = wrongIn(rule, code)
    if (problem === null) return itemOf(rule, code, currency)
    wrong ??= problem
  }
  return wrong
}

/** The digits that the rule's signs stand for, or null when it is for other codes. */
function digitsFor(rule: InStoreRule, digits: string): string | null {
  const isUpcA = digits.length === 13 && digits.startsWith('0') && rule.match.length === 12
  const code = isUpcA ? digits.slice(1) : digits
  if (code.length !== rule.match.length || !/^\d+$/.test(code)) return null
  return [...rule.match].every((sign, i) => /\D/.test(sign) || sign === code[i]) ? code : null
}

function wrongIn(rule: InStoreRule, code: string): TillbridgeError | null {
  if (rule.match.includes('C') && checkDigit(code.slice(0, -1)) !== code.at(-1))
    return gtinInvalid({ code: quoted(code), why: 'wrong check digit' })
  const inner = field(rule, code, 'V')
  const letter = checked(rule.match).charAt(0)
  if (inner !== null && priceCheckDigit(field(rule, code, letter) ?? '') !== inner)
    return scanPriceCheckWrong({ rule: rule.name, code: quoted(code) })
  return null
}

function field(rule: InStoreRule, code: string, letter: string): string | null {
  const at = rule.match.indexOf(letter)
  return at === -1 ? null : code.slice(at, rule.match.lastIndexOf(letter) + 1)
}

function itemOf(rule: InStoreRule, code: string, currency: Currency): ScanItem {
  const weight = field(rule, code, 'W')
  const pieces = field(rule, code, 'N')
  return {
    rule: rule.name,
    code: maskCardNumbers(codeOf(rule, code)),
    quantity: weight === null ? thousandths(pieces, 0) : thousandths(weight, rule.weightDecimals),
    unit: weight === null ? 'piece' : rule.unit,
    price: priceOf(rule, field(rule, code, 'P'), currency),
  }
}

function thousandths(digits: string | null, decimals: number): Quantity | null {
  if (digits === null) return null
  const value = Number(digits) * 10 ** (3 - decimals)
  return Number.isSafeInteger(value) ? (value as Quantity) : null
}

function priceOf(rule: InStoreRule, digits: string | null, currency: Currency): Minor | null {
  if (digits === null) return null
  const has = minorDigits(currency)
  const value = Number(digits) * 10 ** (has - (rule.priceDecimals ?? has))
  return Number.isSafeInteger(value) ? minor(value) : null
}

function codeOf(rule: InStoreRule, code: string): string {
  const { match } = rule
  if (rule.code === 'item') return field(rule, code, 'I') ?? ''
  if (rule.code === 'head') return code.slice(0, match.lastIndexOf('I') + 1)
  const zeroed = [...code].map((digit, i) => ('PWN'.includes(match.charAt(i)) ? '0' : digit))
  const inner = match.indexOf('V')
  if (inner !== -1) zeroed[inner] = priceCheckDigit('0'.repeat(checked(match).length))
  const whole = zeroed.join('')
  return match.endsWith('C') ? `${whole.slice(0, -1)}${checkDigit(whole.slice(0, -1))}` : whole
}

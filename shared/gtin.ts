import { z } from 'zod'
import { defineError } from './errors.ts'

/** A trade item's number in its one comparable form: 14 digits, left-padded with zeros, check digit right. */
export const Gtin = z
  .string()
  .regex(/^\d{14}$/)
  .refine(digits => checkDigit(digits.slice(0, -1)) === digits.at(-1), 'wrong check digit')
  .brand<'Gtin'>()
export type Gtin = z.infer<typeof Gtin>

export const gtinInvalid = defineError(
  'GTIN_INVALID',
  (f: {
    code: string
    why: 'not digits' | 'wrong length' | 'wrong check digit' | 'not a UPC-E number system'
  }) => `"${f.code}" is not a valid GTIN: ${f.why}. Scan it again, or correct it in the catalogue.`,
)

/**
 * The check digit for a GTIN's other digits: weights 3, 1, 3 … from the right, modulo 10.
 * Source: GS1 General Specifications, section 7.9.
 */
export function checkDigit(digits: string): string {
  let sum = 0
  for (let i = digits.length - 1, weight = 3; i >= 0; i -= 1, weight = 4 - weight)
    sum += Number(digits[i]) * weight
  return String((10 - (sum % 10)) % 10)
}

/** Which family a code belongs to; `upc-e` is 8 digits too and needs the reader to say so. */
export type GtinFormat = 'gtin-8' | 'gtin-12' | 'gtin-13' | 'gtin-14' | 'upc-e'

/**
 * A code as read or typed, in any of the lengths 8, 12, 13 and 14, as a GTIN.
 * Eight digits are GTIN-8 unless `format` says UPC-E (also 6 digits, and 7 without its check digit).
 * @throws GTIN_INVALID saying why
 */
export function parseGtin(code: string, format?: GtinFormat): Gtin {
  const digits = code.trim()
  if (!/^\d+$/.test(digits)) throw gtinInvalid({ code, why: 'not digits' })
  if (format === 'upc-e') return parseGtin(expandUpcE(digits), 'gtin-12')
  const lengths = { 'gtin-8': 8, 'gtin-12': 12, 'gtin-13': 13, 'gtin-14': 14 } as const
  const fits =
    format === undefined ? [8, 12, 13, 14].includes(digits.length) : digits.length === lengths[format]
  if (!fits) throw gtinInvalid({ code, why: 'wrong length' })
  if (checkDigit(digits.slice(0, -1)) !== digits.at(-1)) throw gtinInvalid({ code, why: 'wrong check digit' })
  return digits.padStart(14, '0') as Gtin
}

/** As `parseGtin`, for places where a code may be the shop's own: null instead of an error. */
export function gtinOrNull(code: string, format?: GtinFormat): Gtin | null {
  try {
    return parseGtin(code, format)
  } catch (error) {
    if (gtinInvalid.is(error)) return null
    throw error
  }
}

/**
 * UPC-E's zero-suppressed form as the full UPC-A. Takes 6 digits (number system 0), 7 (with number system) or 8
 * (with check digit, which must fit). Source: GS1 General Specifications, section 5.2.2.4.2.
 * @throws GTIN_INVALID
 */
export function expandUpcE(code: string): string {
  if (!/^\d{6,8}$/.test(code))
    throw gtinInvalid({ code, why: /^\d*$/.test(code) ? 'wrong length' : 'not digits' })
  const system = code.length === 6 ? '0' : code.charAt(0)
  if (system !== '0' && system !== '1') throw gtinInvalid({ code, why: 'not a UPC-E number system' })
  const body = code.length === 6 ? code : code.slice(1, 7)
  const [a = '', b = '', c = '', d = '', e = '', last = ''] = body
  const middle =
    last <= '2'
      ? `${a}${b}${last}0000${c}${d}${e}`
      : last === '3'
        ? `${a}${b}${c}00000${d}${e}`
        : last === '4'
          ? `${a}${b}${c}${d}00000${e}`
          : `${a}${b}${c}${d}${e}0000${last}`
  const withoutCheck = `${system}${middle}`
  const check = checkDigit(withoutCheck)
  if (code.length === 8 && code.charAt(7) !== check) throw gtinInvalid({ code, why: 'wrong check digit' })
  return `${withoutCheck}${check}`
}

/** The shortest standard form that people know a GTIN by: 8, 12, 13 or 14 digits. */
export function printedGtin(gtin: Gtin): string {
  if (gtin.startsWith('000000')) return gtin.slice(6)
  if (gtin.startsWith('00')) return gtin.slice(2)
  if (gtin.startsWith('0')) return gtin.slice(1)
  return gtin
}

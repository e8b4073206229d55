import { TillbridgeError } from '../../../shared/errors.ts'
import {
  checkDigit,
  type Gtin,
  type GtinFormat,
  gtinInvalid,
  gtinOrNull,
  parseGtin,
} from '../../../shared/gtin.ts'
import type { Carries } from './aim.ts'
import { quoted } from './scan-errors.ts'

/** The number of a symbol of the EAN/UPC family, an ITF-14 symbol, or bare digits. */
export interface ArticleNumber {
  /** Null: no more is known of it than its AIM identifier says. */
  readonly symbology: string | null
  /** Padded to 14 digits, whatever kind of number it is. */
  readonly gtin: Gtin
  readonly addOn: string | null
}
/** The number, why it is wrong, or null when the text is something other than an item number. */
export type ArticleReading = ArticleNumber | TillbridgeError | null

interface Form {
  readonly length: number
  readonly symbology: string
  readonly format: GtinFormat
}
const ean13: Form = { length: 13, symbology: 'EAN-13', format: 'gtin-13' }
const upcA: Form = { length: 12, symbology: 'UPC-A', format: 'gtin-12' }
const ean8: Form = { length: 8, symbology: 'EAN-8', format: 'gtin-8' }
const upcE: Form = { length: 8, symbology: 'UPC-E', format: 'upc-e' }
const upcE7: Form = { ...upcE, length: 7 }
const upcE6: Form = { ...upcE, length: 6 }

/** What scanners send under each identifier, the usual first: some send UPC as it is printed, under EAN-13's. */
const forms: Readonly<Partial<Record<Carries, readonly Form[]>>> = {
  'ean-13': [ean13, upcA, upcE, ean8],
  'ean-with-add-on': [ean13, upcA, upcE],
  'ean-8': [ean8],
  'upc-a': [upcA, ean13],
  'upc-e': [upcE, upcE7, upcE6, upcA, ean13],
}
const addOnLengths = [2, 5]

/** Reads what an AIM identifier says is a number of the EAN/UPC family. */
export function readEan(carries: Carries, text: string): ArticleReading {
  const allowed = forms[carries] ?? []
  const apart = /^(\d+)(?: |\]E[12])(\d{2}|\d{5})$/.exec(text)
  if (apart !== null) return firstRight(splitsOf(apart[1] ?? '', apart[2] ?? null, allowed), text)
  const whole = splitsOf(text, null, allowed)
  if (carries !== 'ean-with-add-on') return firstRight(whole, text)
  const parted = addOnLengths.flatMap(length =>
    splitsOf(text.slice(0, -length), text.slice(-length), allowed),
  )
  return firstRight([...parted, ...whole], text)
}

interface Split {
  readonly digits: string
  readonly addOn: string | null
  readonly form: Form
}

function splitsOf(digits: string, addOn: string | null, allowed: readonly Form[]): Split[] {
  return allowed
    .filter(({ length }) => length === digits.length)
    .filter(form => form !== ean8 || !allowed.includes(upcE) || /^[2-9]/.test(digits)) // UPC-E begins with 0 or 1
    .map(form => ({ digits, addOn, form }))
}

/** The first split with its check digit right; else the first one's error. */
function firstRight(splits: readonly Split[], text: string): ArticleNumber | TillbridgeError {
  let wrong: TillbridgeError | null = null
  for (const { digits, addOn, form } of splits) {
    const gtin = parsed(digits, form.format)
    if (!(gtin instanceof TillbridgeError)) return { symbology: form.symbology, gtin, addOn }
    wrong ??= gtin
  }
  const why = /^\d+$/.test(text) ? 'wrong length' : 'not digits'
  return wrong ?? gtinInvalid({ code: quoted(text), why })
}

function parsed(digits: string, format: GtinFormat): Gtin | TillbridgeError {
  try {
    return parseGtin(digits, format)
  } catch (error) {
    if (!gtinInvalid.is(error)) throw error
    return gtinInvalid({ code: quoted(digits), why: whyOf(error) }) // its own sentence quotes all digits
  }
}

type Why = Parameters<typeof gtinInvalid>[0]['why']
const whys: readonly Why[] = ['not digits', 'wrong length', 'wrong check digit', 'not a UPC-E number system']

function whyOf(error: TillbridgeError): Why {
  return whys.find(why => error.facts['why'] === why) ?? 'not digits'
}

/** Interleaved 2 of 5: 14 digits are an ITF-14 number; other lengths are the shop's own codes. */
export function readItf(carries: 'itf' | 'itf-no-check', text: string): ArticleReading {
  const digits = carries === 'itf' ? text : `${text}${/^\d{13}$/.test(text) ? checkDigit(text) : ''}`
  if (!/^\d{14}$/.test(digits)) return null
  const gtin = parsed(digits, 'gtin-14')
  return gtin instanceof TillbridgeError ? gtin : { symbology: null, gtin, addOn: null }
}

/** Bookland, or anything else that a scanner knows no identifier for. */
export function readOtherEan(text: string): ArticleReading {
  const gtin = /^97[789]\d{10}$/.test(text) ? gtinOrNull(text, 'gtin-13') : null
  return gtin === null ? null : { symbology: 'EAN-13', gtin, addOn: null }
}

/** Digits without an AIM identifier. Eight are EAN-8, or UPC-E where only that makes them an item number. */
export function readBareDigits(text: string): ArticleReading {
  const digits = text.trim()
  const withAddOn = /^(97[789]\d{10}|\d{8}(?= )|\d{12,13}(?= )) ?(\d{5}|\d{2})$/.exec(digits)
  if (withAddOn !== null) {
    const gtin = gtinOrNull(withAddOn[1] ?? '')
    return gtin === null ? null : { symbology: null, gtin, addOn: withAddOn[2] ?? null }
  }
  if (!/^(\d{8}|\d{12,14})$/.test(digits)) return null
  const gtin = digits.length === 8 ? eightDigits(digits) : gtinOrNull(digits)
  if (gtin !== null) return { symbology: null, gtin, addOn: null }
  return gtinInvalid({ code: quoted(digits), why: 'wrong check digit' })
}

function eightDigits(digits: string): Gtin | null {
  const gtin = gtinOrNull(digits)
  if (gtin !== null && kindOfNumber(gtin) === 'article') return gtin
  return gtinOrNull(digits, 'upc-e') ?? gtin
}

/**
 * What the number identifies, by its GS1 prefix (GS1 General Specifications, 1.4.2 and 1.4.3): an item anywhere in the
 * world, something known in one shop or company only, or a coupon or refund receipt.
 */
export function kindOfNumber(gtin: Gtin): 'article' | 'restricted' | 'coupon' {
  if (gtin.startsWith('000000')) return /^[02]/.test(gtin.slice(6)) ? 'restricted' : 'article'
  if (!gtin.startsWith('0')) return 'article'
  const digits = gtin.slice(1)
  if (/^(02|04|2)/.test(digits)) return 'restricted'
  return /^(98[0-4]|99)/.test(digits) ? 'coupon' : 'article'
}

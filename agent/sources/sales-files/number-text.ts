import { recordValueUnreadable } from '../../../shared/record-problems.ts'
import { currenciesWritten } from './currency-words.ts'
import { unitWords } from './number-words.ts'

/** Nothing that is a number is longer. */
const LONGEST = 64

/** How a journal writes its numbers. */
export interface NumberRules {
  readonly decimal: '.' | ','
  /** Between groups of three digits; '' for none. */
  readonly thousands: '' | '.' | ',' | ' ' | "'"
}

/** What may stand beside the digits: money of this currency or of any, units of goods, or a bare figure such as a rate. */
export type NumberOf = { readonly currency: string } | 'money' | 'units' | 'figure'

const MINUS = /[-−–—‐‑﹣－]/u
/** `5.-`, `5,--`, `5.–`, `5/-`, `5/=`: a price without cents, as Swiss, Austrian, Dutch, Nordic, Indian and East African tills write it. */
const NO_CENTS = /(?:[.,:](?:[-−–—‐‑﹣－]{1,2}|=)|\/[-–=])$/u
const TAX_MARK = /^[a-z\p{Script=Cyrillic}\p{Script=Greek}]$/u
/** Binary noise around zero, as `1.7763568394002505E-15`. */
const NEARLY_ZERO = /^\d(?:[.,]\d+)?e-(?:0?[7-9]|[1-9]\d+)$/i

/**
 * A number as an exporter wrote it, as plain decimal text. Currency signs and words, a spreadsheet's protection and
 * spaces go; parentheses and a minus on either side mean below zero. Nothing is guessed: a comma where the settings say
 * point is an error, and so is a word that is not known.
 * @throws RECORD_VALUE_UNREADABLE naming the field
 */
export function plainNumber(text: string, field: string, rules: NumberRules, of: NumberOf): string {
  const unreadable = () =>
    recordValueUnreadable({
      field,
      value: text.slice(0, LONGEST),
      expected: `${typeof of === 'object' ? `an amount in ${of.currency}` : 'a number'} such as 1${rules.thousands}234${rules.decimal}50`,
    })
  if (text.length > LONGEST) throw unreadable()
  const bare = withoutWords(withMinus(withoutProtection(written(text, rules)), of), of, unreadable)
  const { digits, isBelow, isWhole } = signed(bare, unreadable)
  if (isWhole && digits.includes(rules.decimal)) throw unreadable() // `12.50.-`
  const plain = NEARLY_ZERO.test(digits) ? '0' : decimalOf(digits, rules)
  if (plain === null) throw unreadable()
  return `${isBelow ? '-' : ''}${plain}`
}

/** Digits in groups with the Arabic sign between thousands; in other groups it stays, and is refused. */
const ARABIC_GROUPS =
  /(?<![\d.,\u066b\u066c])[1-9]\d{0,2}(?:\u066c\d{3})+(?![\d\u066c])|(?<![\d.,\u066b\u066c])[1-9]\d?(?:\u066c\d{2})+\u066c\d{3}(?![\d\u066c])/gu

/** Full-width and small signs, every kind of blank and of apostrophe as their plain forms; marks of writing direction go. */
function written(text: string, { decimal, thousands }: NumberRules): string {
  return text
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/gu, digit => String(digit.charCodeAt(0) % 16)) // of Arabic and Persian
    .replaceAll('\u066b', decimal)
    .replace(ARABIC_GROUPS, whole => whole.replaceAll('\u066c', thousands))
    .replace(/[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u200b\ufeff]/gu, '')
    .replace(/[\uff01-\uff5e\uffe1\uffe5\uffe6\ufe50\ufe52\ufe59\ufe5a\ufe69]/gu, sign =>
      sign.normalize('NFKC'),
    )
    .replace(/[’‘ʼ´`′]/gu, "'")
    .replace(/\s+/gu, ' ')
    .trim()
}

/** Exporters write `="0012"` or `'0012` to keep a spreadsheet from changing a value. */
export function withoutProtection(text: string): string {
  return (/^="(.*)"$/.exec(text)?.[1] ?? text.replace(/^'(?=[-+=@\d.,(])/, '')).trim()
}

/** `▲1,240`: below zero, as Japanese and Korean books write it. Elsewhere the sign is an arrow. */
function withMinus(text: string, of: NumberOf): string {
  const isWrittenSo = typeof of === 'string' || of.currency === 'JPY' || of.currency === 'KRW'
  return isWrittenSo ? text.replace(/^(\D{0,3})[▲△](?=\D?\d)/u, '-$1') : text
}

/** One currency sign or word (`CHF 12.50`, `12,50 kr`, `($9.00)`), its sign and its ISO code (`$9.00 AUD`), or one unit of goods (`2 pcs`) goes. */
function withoutWords(text: string, of: NumberOf, unreadable: () => Error): string {
  if (of === 'figure' || /\de-\d/i.test(text)) return text
  const joined = text.replace(/\bF\.? CFA\b/i, 'FCFA')
  const found = [...joined.matchAll(WORD)]
  const words = found.map(([each]) => each)
  // `12 TND 500`, `1 kg 250`: the word has the place of the sign before decimals
  const isBetween = ({ 0: word, index }: RegExpExecArray) =>
    /\d/.test(joined.slice(0, index)) && /\d/.test(joined.slice(index + word.length))
  if (found.some(isBetween) || (words.length > 0 && isFigureEnded(joined, words, of))) throw unreadable()
  const [, second = '', third] = words
  const isSignAndCode = third === undefined && words.some(isIsoCode) && words.some(each => !isIsoCode(each))
  if ((second !== '' && !isSignAndCode) || !words.every(word => isKnown(word, joined, of))) throw unreadable()
  return words
    .reduce((left, word) => left.replace(word, ' '), joined)
    .replace(/\s+/gu, ' ')
    .trim()
}

/** Currencies whose amounts are written with a dash behind the figure, which ends it: `¥1,234-`, `₩12,400-`. */
const WITH_END_DASH: ReadonlySet<string> = new Set(['JPY', 'KRW', 'KPW', 'CNY', 'TWD'])

/** Whether a dash behind an amount with a currency's sign or name may be its end as well as a minus; `1,240-` alone is below zero. */
function isFigureEnded(text: string, words: readonly string[], of: Exclude<NumberOf, 'figure'>): boolean {
  if (of === 'units') return false
  const currencies =
    of === 'money' ? words.flatMap(word => currenciesWritten(plainWord(word))) : [of.currency]
  const bare = text.replace(/(?<=\d)(?:[.,:](?:[-−–—‐‑﹣－]{1,2}|=)|\/[-–=])/u, '')
  return (
    currencies.some(each => WITH_END_DASH.has(each)) && new RegExp(`\\d\\D*${MINUS.source}`, 'u').test(bare)
  )
}

const WORD = /\p{L}+(?:\.\p{L}+)*\.?(?:\p{Sc}|\/\.?(?![-–=]))?|\p{Sc}|\\/gu
const isIsoCode = (word: string) => /^[A-Z]{3}$/.test(word)

const plainWord = (word: string) => word.replace(/\.$/, '').toLowerCase()

function isKnown(word: string, text: string, of: Exclude<NumberOf, 'figure'>): boolean {
  const plain = plainWord(word)
  if (of === 'units') return unitWords.has(plain)
  if (of !== 'money' && isCodeOf(of.currency, plain)) return true
  const currencies = currenciesWritten(plain)
  if (of === 'money' ? currencies.length === 0 : !currencies.includes(of.currency)) return false
  // a letter behind an amount is the mark of a tax rate; 円, 元 and 원 are words
  return !TAX_MARK.test(plain) || !/\d\s*\p{L}/u.test(text)
}

/** `EUR`, `CAD$`, `INR/`; `Eurocents` and `PENCE` only begin as one. */
function isCodeOf(currency: string, plain: string): boolean {
  const code = currency.toLowerCase()
  return plain.startsWith(code) && /^(?:\p{Sc}|\/?\.?)$/u.test(plain.slice(code.length))
}

function signed(text: string, unreadable: () => Error) {
  const bracketed = /^\((.*)\)$/.exec(text)?.[1]?.trim()
  const bare = bracketed ?? text
  const whole = bare.replace(NO_CENTS, '')
  const parts = /^([-−–—‐‑﹣－+]?) ?(.*?) ?([-−–—‐‑﹣－+]?)$/u.exec(whole)
  const [, before = '', digits = '', after = ''] = parts ?? []
  const signs = [before, after].filter(sign => sign !== '')
  if (signs.length + (bracketed === undefined ? 0 : 1) > 1) throw unreadable() // it says twice that it is below zero
  const isBelow = bracketed !== undefined || signs.some(sign => MINUS.test(sign))
  return { digits, isBelow, isWhole: whole !== bare }
}

/** Null: it is not written as the rules say. */
function decimalOf(digits: string, { decimal, thousands }: NumberRules): string | null {
  const [whole = '', fraction = '', ...more] = digits.split(decimal)
  if (more.length > 0 || !/^\d*$/.test(fraction)) return null
  if (whole === '' ? fraction === '' : !isGrouped(whole, thousands)) return null
  const plain = thousands === '' ? whole : whole.replaceAll(thousands, '')
  return withoutNoise(plain === '' ? '0' : plain, fraction)
}

function isGrouped(whole: string, thousands: NumberRules['thousands']): boolean {
  if (/^\d+$/.test(whole)) return true
  if (thousands === '') return false
  const sign = `\\${thousands}`
  // 1,234,567, and 12,34,567 as India groups; 0.250 is a fraction that is written with the other sign
  return new RegExp(`^(?:[1-9]\\d{0,2}(?:${sign}\\d{3})+|[1-9]\\d?(?:${sign}\\d{2})+${sign}\\d{3})$`).test(
    whole,
  )
}

/** More digits than a binary number holds are its noise: 12.344999999999999 was 12.345. */
function withoutNoise(whole: string, fraction: string): string {
  if (fraction === '') return whole
  const text = `${whole}.${fraction}`
  const meant = text.replace(/^0+|\./g, '').replace(/^0+/, '').length
  if (meant < 16 || whole.length > 13) return text
  return Number(text)
    .toFixed(Math.max(0, 15 - whole.length))
    .replace(/\.?0+$/, '')
}

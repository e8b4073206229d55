import { checkDigit } from '../../../shared/gtin.ts'

/** What a scanner reads from a barcode that the printer drew from these bytes. */

const textOf = (data: Uint8Array): string => Buffer.from(data).toString('latin1')

/** FNC1 within a symbol, as scanners send it. */
export const FNC1 = '\x1d'

const isDigits = (text: string): boolean => /^\d+$/.test(text)

/** Printers complete a number that lacks its check digit, and print a given one as it is. */
function completed(data: Uint8Array, length: number): string {
  const text = textOf(data)
  return text.length === length - 1 && isDigits(text) ? text + checkDigit(text) : text
}

export const upcA = (data: Uint8Array): string => completed(data, 12)
export const ean13 = (data: Uint8Array): string => completed(data, 13)
export const ean8 = (data: Uint8Array): string => completed(data, 8)
/** GS1 DataBar of a trade item: 13 digits are given, the printer draws the GTIN-14. */
export const gtin14 = (data: Uint8Array): string => completed(data, 14)

/** UPC-E in its eight digits: number system, six digits, check digit; from 6, 7, 8, 11 or 12 digits (Epson, GS k m = 1, 66). */
export function upcE(data: Uint8Array): string {
  const text = textOf(data)
  if (!isDigits(text)) return text
  if (text.length === 6) return upcE(Buffer.from(`0${text}`))
  if (text.length === 7) return text + checkDigit(expandUpcE(text))
  if (text.length !== 11 && text.length !== 12) return text
  const short = compressUpcA(text.slice(0, 11))
  return short === null ? text : short + (text[11] ?? checkDigit(text))
}

/** The eleven digits of a UPC-A that a UPC-E of seven digits stands for. */
function expandUpcE(seven: string): string {
  const system = seven.slice(0, 1)
  const six = seven.slice(1)
  const last = six.slice(5)
  if (last <= '2') return `${system}${six.slice(0, 2)}${last}0000${six.slice(2, 5)}`
  if (last === '3') return `${system}${six.slice(0, 3)}00000${six.slice(3, 5)}`
  if (last === '4') return `${system}${six.slice(0, 4)}00000${six.slice(4, 5)}`
  return `${system}${six.slice(0, 5)}0000${last}`
}

function compressUpcA(eleven: string): string | null {
  const maker = eleven.slice(1, 6)
  const item = eleven.slice(6)
  const system = eleven.slice(0, 1)
  if (/^\d\d[012]00$/.test(maker) && item.startsWith('00'))
    return `${system}${maker.slice(0, 2)}${item.slice(2)}${maker.slice(2, 3)}`
  if (maker.endsWith('00') && item.startsWith('000')) return `${system}${maker.slice(0, 3)}${item.slice(3)}3`
  if (maker.endsWith('0') && item.startsWith('0000')) return `${system}${maker.slice(0, 4)}${item.slice(4)}4`
  return /^0000[5-9]$/.test(item) ? `${system}${maker}${item.slice(4)}` : null
}

/** Code 39 without the asterisks of start and stop. */
export function code39(data: Uint8Array): string {
  const text = textOf(data)
  return text.length > 2 && text.startsWith('*') && text.endsWith('*') ? text.slice(1, -1) : text
}

export const asGiven = textOf

/**
 * Code 128 given with selectors of code sets (Epson ESC/POS reference, GS k m = 73): `{A` `{B` `{C`, `{S` shift, `{1` to
 * `{4` functions, `{{` a brace; in set C a byte is two digits. FNC1 in the first place makes it GS1-128 and is not data.
 */
export function code128(data: Uint8Array): { symbology: string; data: string } {
  let text = ''
  let set = ''
  let isGs1 = false
  for (let at = 0; at < data.length; at += 1) {
    const byte = data[at] ?? 0
    const next = data[at + 1] ?? 0
    if (byte === 0x7b && at + 1 < data.length) {
      at += 1
      const selector = String.fromCharCode(next)
      if ('ABC'.includes(selector)) set = selector
      else if (selector === '1' && text === '') isGs1 = true
      else if (selector === '1') text += FNC1
      else if (selector === '{') text += '{'
      else if (!'S234'.includes(selector)) text += `{${selector}`
    } else if (set === 'C' && byte < 100) text += String(byte).padStart(2, '0')
    else text += String.fromCharCode(byte)
  }
  return { symbology: isGs1 ? 'GS1-128' : 'CODE128', data: text }
}

/**
 * GS1-128 and GS1 DataBar Expanded as Epson takes them (GS k m = 74, 78): brackets and blanks only show, `*` stands for the
 * check digit of the number before it, `{1` is FNC1, `{(` `{)` `{*` `{{` are the signs themselves.
 */
export function gs1Elements(data: Uint8Array): string {
  let text = ''
  /** Where the number begins that a `*` would complete. */
  let since = 0
  for (let at = 0; at < data.length; at += 1) {
    const sign = String.fromCharCode(data[at] ?? 0)
    if (sign === '{' && at + 1 < data.length) {
      at += 1
      const escaped = String.fromCharCode(data[at] ?? 0)
      if (escaped === '1') text += text === '' ? '' : FNC1
      else text += escaped
    } else if (sign === '*') {
      const digits = text.slice(since)
      text += isDigits(digits) ? checkDigit(digits) : ''
    } else if (sign === ')') since = text.length
    else if (sign !== '(' && sign !== ' ') text += sign
  }
  return text
}

/** Code 128 as Star takes it (Star Line mode, ESC b): `%0` is the per cent sign, `%1` FNC1. */
export function starCode128(data: Uint8Array): { symbology: string; data: string } {
  const text = textOf(data)
  const isGs1 = text.startsWith('%1')
  return {
    symbology: isGs1 ? 'GS1-128' : 'CODE128',
    data: (isGs1 ? text.slice(2) : text).replace(/%([01])/g, (_, sign) => (sign === '0' ? '%' : FNC1)),
  }
}

/** Data of a two-dimensional symbol: UTF-8 if it is, else a character for each byte. */
export function symbolText(data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(data)
  } catch {
    return textOf(data) // not UTF-8
  }
}

import { checkDigit } from '../gtin.ts'
import { firstFour } from './candidates.ts'
import { classOf } from './characters.ts'
import { cardLengths, isIssued } from './issuers.ts'
import { isLuhnValid } from './luhn.ts'

const SHOWN = 4
/** Digits without anything between them, or grouped as on a card with one sign between the groups. */
const NUMBERS =
  /(?<!\d)(?:\d{13,19}|\d{4}([ .·_-])\d{4}\1\d{4}(?:\1\d{1,4}){1,2}|\d{4}([ .·_-])\d{6}\2\d{4,5})(?!\d)/g

/**
 * Finds card numbers in a code: a key, an item number. Unlike a text, a code is full of digits by nature, so a number
 * counts only if it is whole, its issuer gives out that length, and its check digit is not a GTIN's.
 */
function cardsIn(code: string): readonly RegExpExecArray[] {
  if (code.length < cardLengths.shortest || isHarmlessNumber(code)) return []
  return [...asciiDigits(code).matchAll(NUMBERS)].filter(
    match => !isPartOfId(code, match.index, match[0]) && isCard(match[0].replace(/\D/g, '')),
  )
}

/** Whether a code holds what is a payment card number. */
export function isCardCode(code: string): boolean {
  return cardsIn(code).length > 0
}

/**
 * The code with the card numbers in it masked to their last four digits.
 * @param tag what is put behind each, so that two of them still differ
 */
export function maskCode(code: string, tag: (number: string) => string = () => ''): string {
  let masked = code
  for (const match of cardsIn(code).toReversed()) {
    const end = match.index + match[0].length
    const hidden = match[0].slice(0, -SHOWN).replace(/\d/g, '*')
    masked = `${masked.slice(0, match.index)}${hidden}${code.slice(end - SHOWN, end)}${tag(match[0].replace(/\D/g, ''))}${masked.slice(end)}`
  }
  return masked
}

/** Whether a code is nothing but digits and can't be a card's: a barcode, nearly always. Spares the search. */
function isHarmlessNumber(code: string): boolean {
  if (code.length > cardLengths.longest) return false
  let sum = 0
  for (let place = 0; place < code.length; place += 1) {
    const digit = code.charCodeAt(code.length - 1 - place) - 0x30
    if (!(digit >= 0 && digit <= 9)) return false
    const doubled = place % 2 === 1 ? digit * 2 : digit
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 !== 0 || !isIssued(Number(code.slice(0, 4)), code.length)
}

/** Digits within a hexadecimal number, or groups among other groups, as in a UUID: chance makes such numbers. */
function isPartOfId(code: string, at: number, found: string): boolean {
  const before = code.slice(0, at)
  const after = code.slice(at + found.length)
  if (/\D/.test(found)) return /[0-9A-Za-z][ .·_-]?$/.test(before) || /^[ .·_-]?[0-9A-Za-z]/.test(after)
  const attached = `${/[0-9A-Za-z]*$/.exec(before)?.[0] ?? ''}${/^[0-9A-Za-z]*/.exec(after)?.[0] ?? ''}`
  return /^[0-9A-Fa-f]+$/.test(attached)
}

/** Digits of other scripts as 0 to 9, one for one. */
function asciiDigits(code: string): string {
  if (/^[\x20-\x7e]*$/.test(code)) return code
  return code.replace(/[\u0660-\uffff]/g, unit => {
    const value = classOf(unit.charCodeAt(0))
    return value >= 0 ? String(value) : unit
  })
}

function isCard(number: string): boolean {
  if (number.length < cardLengths.shortest || number.length > cardLengths.longest) return false
  const digits = Array.from(number, Number)
  if (!isIssued(firstFour(digits, 0), number.length) || !isLuhnValid(digits)) return false
  return number.length > 14 || checkDigit(number.slice(0, -1)) !== number.at(-1)
}

import { checkDigit } from '../gtin.ts'
import { hasHidden, visibleText } from '../visible-text.ts'
import { firstFour } from './candidates.ts'
import { classOf } from './characters.ts'
import { cardLengths, isIssued } from './issuers.ts'
import { isLuhnValid } from './luhn.ts'

const SHOWN = 4
const PRINTABLE = /^[\x20-\x7e]*$/
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
    const shown = `${hidden}${code.slice(end - SHOWN, end)}${tag(match[0].replace(/\D/g, ''))}`
    const rest = masked.slice(end).replace(TRACK_REST, track => track.replace(/\d/g, '*'))
    masked = `${masked.slice(0, match.index)}${shown}${rest}`
  }
  return masked
}

/** As `maskCode`, and a number that is one only without the invisible characters in it is masked without them. */
export function maskShownCode(code: string): string {
  const masked = maskCode(code)
  if (masked !== code || PRINTABLE.test(code) || !hasHidden(code)) return masked
  const visible = visibleText(code)
  return isCardCode(visible) ? maskCode(visible) : code
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

/** The shapes of UUIDs, and of hashes and object ids: nothing else is exempt, because letters beside a number prove nothing. */
const ID =
  /(?<![0-9A-Za-z])(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{128}|[0-9a-f]{96}|[0-9a-f]{64}|[0-9a-f]{56}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{24})(?![0-9A-Za-z])/gi
/** Behind a number: the rest of a magnetic track, or of a chip's copy of it. */
const TRACK_REST = /^[D=]\d{4,40}/i

/** Digits within a UUID or a hash, which chance puts there. */
function isPartOfId(code: string, at: number, found: string): boolean {
  const to = at + found.length
  if (TRACK_REST.test(code.slice(to))) return false
  return [...code.matchAll(ID)].some(
    ({ 0: id, index }) => index <= at && to <= index + id.length && hasEnoughLetters(id, found.length),
  )
}

/** Chance makes 6 of 16 hexadecimal digits letters. Of those beside the number at least every sixth must be one. */
function hasEnoughLetters(id: string, beside: number): boolean {
  return id.replace(/[^a-f]/gi, '').length * 6 >= id.length - beside
}

/** Whether a text is a hash of 128 or 256 bits, or a UUID, and nothing of it a card number. */
export function isHash(text: string): boolean {
  return HASH.test(text) && !NUMBER_OR_GROUPS.test(text)
}
const HASH = /^(?:[0-9a-f]{32}|[0-9a-f]{64}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/
/** Rare in a hash, so that it is then looked at more closely. */
const NUMBER_OR_GROUPS = /\d{13}|\d{4}-\d{4}-\d{4}/

/** Digits of other scripts as 0 to 9, one for one. */
function asciiDigits(code: string): string {
  if (PRINTABLE.test(code)) return code
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

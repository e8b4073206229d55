import { isBlank, isDigit, isLetter, skipBlanks } from './blanks.ts'

/** How a POS prints numbers. `decimals`: of its amounts of money, the currency's. */
export interface NumberFormat {
  readonly decimal: '.' | ','
  readonly thousands: '' | '.' | ',' | ' ' | "'"
  /** What may stand before or after an amount: `€`, `EUR`, `$`. */
  readonly signs: readonly string[]
  /** The mark after an amount that is owed to the customer: `CR`. */
  readonly credit: readonly string[]
  readonly decimals: number
}

export interface ScannedNumber {
  /** The place after its last character. */
  readonly end: number
  /** Amount: minor units. Quantity: thousandths. Rate: parts per million. */
  readonly value: number
}

/** Longer numbers are codes. Also keeps every value a safe integer. */
const MOST_DIGITS = 11
/** Blanks between a sign and its number, as in `$      4.00`. */
const MOST_BLANKS = 24

/**
 * Reads the longest amount of money that begins at `at`; null: none does. An amount has just as many decimals as the
 * currency, its thousands in groups of three or not marked at all, and no digit, point or comma goes on from it.
 */
export function scanAmount(text: string, at: number, format: NumberFormat): ScannedNumber | null {
  if (goesOnFrom(text, at)) return null
  let place = at
  const isBracketed = text[place] === '('
  if (isBracketed) place += 1
  const first = minusAt(text, place)
  const signed = skipSign(text, first.end, format)
  const second = minusAt(text, signed)
  const number = scanPlain(text, second.end, format, format.decimals, format.decimals)
  if (number === null) return null
  let { end } = number
  let minuses = first.count + second.count
  const trailing = minusAt(text, end)
  if (trailing.count > 0 && !isDigit(text[trailing.end])) {
    minuses += trailing.count
    end = trailing.end
  }
  end = skipTrailingSign(text, end, format)
  const credit = skipCredit(text, end, format)
  if (credit !== end) minuses += 1
  end = credit
  if (isBracketed) {
    if (text[end] !== ')') return null
    minuses += 1
    end += 1
  }
  if (minuses > 1 || text[end] === '%' || (text[end] === ' ' && text[end + 1] === '%')) return null
  return { end, value: minuses === 1 ? 0 - number.value : number.value }
}

/** Three decimals behind the sign that amounts have between thousands: fiscal printers write `2.000 BUC. x 12,50`. */
function scanOtherDecimals(
  text: string,
  at: number,
  { decimal, ...format }: NumberFormat,
): ScannedNumber | null {
  const other = { decimal: decimal === ',' ? ('.' as const) : (',' as const), thousands: '' as const }
  const number = scanPlain(text, at, { ...format, ...other }, 3, 3)
  return number === null || goesOnFrom(text, at) ? null : number
}

/** What is between a quantity and the unit price that proves it. */
const PRICE_BEHIND = /^ ?(?:\p{L}{1,5}\.? ?)?[x×*] ?\P{L}{0,3}\d/iu

/** A quantity that a field has taken, in thousandths. */
export function takenQuantity(text: string, format: NumberFormat): number | null {
  return (scanQuantity(text, 0, format) ?? scanOtherDecimals(text, 0, format))?.value ?? null
}

/** A quantity in thousandths, with at most three decimals and no thousands marks. */
export function scanQuantity(text: string, at: number, format: NumberFormat): ScannedNumber | null {
  if (goesOnFrom(text, at)) return null
  const minus = minusAt(text, at)
  const number = scanPlain(text, minus.end, { ...format, thousands: '' }, 0, 3)
  if (number === null) {
    const other = scanOtherDecimals(text, at, format)
    return other !== null && PRICE_BEHIND.test(text.slice(other.end, other.end + 24)) ? other : null
  }
  if (text[number.end] === '%') return null
  const trailing = minus.count === 0 ? minusAt(text, number.end) : { end: number.end, count: 0 }
  const isTrailing = trailing.count > 0 && !isDigit(text[trailing.end]) && !isLetter(text[trailing.end])
  const isNegative = minus.count > 0 || isTrailing
  return {
    end: isTrailing ? trailing.end : number.end,
    value: isNegative ? 0 - number.value : number.value,
  }
}

/** A rate of tax or discount in parts per million; the percent sign is the pattern's. */
export function scanRate(text: string, at: number, format: NumberFormat): ScannedNumber | null {
  if (goesOnFrom(text, at)) return null
  // rates are often printed with a point where amounts have a comma
  for (const decimal of ['.', ','] as const) {
    const number = scanPlain(text, at, { ...format, decimal, thousands: '' }, 0, 3)
    if (number !== null) return { end: number.end, value: number.value * 10 }
  }
  return null
}

/** A number that goes on before its first character is another number. */
function goesOnFrom(text: string, at: number): boolean {
  const before = text[at - 1]
  return isDigit(before) || ((before === '.' || before === ',') && isDigit(text[at - 2]))
}

/**
 * Digits and at most `most` decimals; the value counts units of the last decimal that there may be: with three, 2 is
 * 2000.
 */
function scanPlain(
  text: string,
  at: number,
  format: Pick<NumberFormat, 'decimal' | 'thousands'>,
  least: number,
  most: number,
): ScannedNumber | null {
  let place = at
  let digits = ''
  while (isDigit(text[place])) digits += text[place++]
  if (digits === '' || digits.length > MOST_DIGITS) return null
  if (format.thousands !== '' && digits.length <= 3)
    while (isThousands(text[place], format.thousands) && isGroup(text, place + 1)) {
      digits += text.slice(place + 1, place + 4)
      place += 4
    }
  const bare = least > 0 ? endWithoutCents(text, place) : null
  if (bare !== null) return { end: bare, value: Number(digits + '0'.repeat(most)) }
  let fraction = ''
  if (most > 0 && text[place] === format.decimal && isDigit(text[place + 1])) {
    place += 1
    while (isDigit(text[place]) && fraction.length <= most) fraction += text[place++]
  }
  if (fraction.length < least || fraction.length > most || digits.length > MOST_DIGITS) return null
  const next = text[place]
  if (isDigit(next) || ((next === '.' || next === ',' || next === "'") && isDigit(text[place + 1])))
    return null
  return { end: place, value: Number(digits + fraction.padEnd(most, '0')) }
}

/** The end of a whole amount without cents, as Swiss, Austrian and Nordic tills print it: `25.-`, `25,--`, `25.–`; null: it is another number. */
function endWithoutCents(text: string, at: number): number | null {
  const found = /^[.,][-−–—]{1,2}(?![\d\p{L}])/u.exec(text.slice(at, at + 4))
  return found === null ? null : at + found[0].length
}

function isThousands(character: string | undefined, thousands: string): boolean {
  if (thousands === ' ') return isBlank(character) && character !== '\t'
  return character === thousands || (thousands === "'" && character === '’')
}

function isGroup(text: string, at: number): boolean {
  return isDigit(text[at]) && isDigit(text[at + 1]) && isDigit(text[at + 2]) && !isDigit(text[at + 3])
}

/** A hyphen or the minus sign of Unicode, and what follows it without a blank more than one. */
function minusAt(text: string, at: number): { end: number; count: 0 | 1 } {
  const character = text[at]
  if (character === '+') return { end: at + 1, count: 0 }
  if (character !== '-' && character !== '−' && character !== '–') return { end: at, count: 0 }
  return { end: at + 1, count: 1 }
}

function skipSign(text: string, at: number, format: NumberFormat): number {
  for (const sign of format.signs)
    if (startsWith(text, sign, at)) {
      const end = skipBlanks(text, at + sign.length)
      return end - at - sign.length <= MOST_BLANKS ? end : at
    }
  return at
}

function skipTrailingSign(text: string, at: number, format: NumberFormat): number {
  const start = isBlank(text[at]) ? at + 1 : at
  for (const sign of format.signs)
    if (startsWith(text, sign, start) && !isWordBoundaryMissing(text, sign, start)) {
      // `2 $ 3.00`: the sign belongs to the amount that it leads
      const after = skipBlanks(text, start + sign.length)
      if (start > at && isDigit(text[after])) return at
      return start + sign.length
    }
  return at
}

function skipCredit(text: string, at: number, format: NumberFormat): number {
  const start = isBlank(text[at]) ? at + 1 : at
  for (const word of format.credit)
    if (startsWith(text, word, start) && !isWordBoundaryMissing(text, word, start)) return start + word.length
  return at
}

function isWordBoundaryMissing(text: string, word: string, at: number): boolean {
  const next = text[at + word.length]
  return isLetter(word.at(-1)) && (isLetter(next) || isDigit(next))
}

function startsWith(text: string, word: string, at: number): boolean {
  return word !== '' && text.startsWith(word, at)
}

/** An amount printed in the format: 1234550 in EUR as `12.345,50`. For people and for tests. */
export function printAmount(value: number, format: NumberFormat): string {
  const digits = Math.abs(value)
    .toString()
    .padStart(format.decimals + 1, '0')
  const whole = format.decimals === 0 ? digits : digits.slice(0, -format.decimals)
  let grouped = ''
  for (let at = 0; at < whole.length; at += 1)
    grouped += (at > 0 && (whole.length - at) % 3 === 0 ? format.thousands : '') + whole[at]
  const fraction = format.decimals === 0 ? '' : format.decimal + digits.slice(-format.decimals)
  return `${value < 0 ? '-' : ''}${grouped}${fraction}`
}

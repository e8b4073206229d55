import { isHash, maskCode } from './codes.ts'
import { maskCardNumbers } from './mask.ts'

/** What masks each kind of token; each gives back its text unchanged where there is nothing to hide. */
export interface JsonMasks {
  key(name: string): string
  /** @param field the key that the text is under, also within lists */
  text(text: string, field: string): string
}

/** What can't hold a card number although it has 13 digits or more: a hash, a moment, a UUID. */
const HARMLESS =
  /^(?:[0-9a-f]{32}|[0-9a-f]{64}|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{3})?Z?|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/

const [QUOTE, BACKSLASH, ZERO, TWO, NINE] = [0x22, 0x5c, 0x30, 0x32, 0x39]
const SHORTEST = 13

/**
 * Whether any token of a JSON text may hold a card number, duplicates and numbers as they are written included: 13
 * digits between two quotes, from the first one on that an issuer's number may begin with, or digits that are spelled
 * some other way. One pass that copies nothing: nearly every text ends here.
 */
export function mayHoldCard(json: string): boolean {
  let digits = 0
  let from = 0
  for (let at = 0; at < json.length; at += 1) {
    const unit = json.charCodeAt(at)
    if (unit >= ZERO && unit <= NINE) {
      if (digits > 0 || unit >= TWO) digits += 1
    } else if (unit === QUOTE) {
      if (digits >= SHORTEST && !isHarmless(json.slice(from, at))) return true
      digits = 0
      from = at + 1
    } else if (unit === BACKSLASH) {
      const next = json.charAt(at + 1)
      if (next === 'u' || next === '"') return true
    } else if (isOtherDigit(unit)) return true
  }
  return digits >= SHORTEST
}

/** Superscripts and other scripts' digits, by the widest bounds. */
const isOtherDigit = (unit: number) => unit >= 0x660 || unit === 0xb2 || unit === 0xb3 || unit === 0xb9

const isHarmless = (token: string) =>
  token.length === SHORTEST ? isBarcode(token) : HARMLESS.test(token) && (/[-T]/.test(token) || isHash(token))

/** 13 digits with a GTIN's check digit: those are left alone wherever they are whole. */
function isBarcode(token: string): boolean {
  if (!/^\d{13}$/.test(token)) return false
  let sum = 0
  for (let place = 0; place < SHORTEST; place += 1)
    sum += (token.charCodeAt(place) - ZERO) * (place % 2 === 0 ? 1 : 3)
  return sum % 10 === 0
}

const TOKEN = /["{}[\],]|[-\d][-+.\deE]*/g

interface Open {
  readonly isList: boolean
  readonly field: string
}

/**
 * A JSON text with the card numbers in its tokens masked: every token is looked at, also one that a reader skips because
 * its key comes twice. A number that is masked becomes a text; all else stays byte for byte.
 */
export function maskJsonTokens(json: string, masks: JsonMasks): string {
  if (!mayHoldCard(json)) return json
  const parts: string[] = []
  const open: Open[] = []
  let kept = 0
  let field = ''
  let isKeyNext = false
  const put = (from: number, to: number, masked: string) => {
    parts.push(json.slice(kept, from), JSON.stringify(masked))
    kept = to
  }
  TOKEN.lastIndex = 0
  for (let at = 0; ; ) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(json)
    if (match === null) break
    const [token] = match
    at = match.index + token.length
    if (token === '"') {
      at = endOfText(json, match.index)
      const said = String(JSON.parse(json.slice(match.index, at)))
      const masked = isKeyNext ? masks.key(said) : masks.text(said, field)
      if (masked !== said) put(match.index, at, masked)
      if (isKeyNext) field = said
      isKeyNext = false
    } else if (token === '{' || token === '[') {
      open.push({ isList: token === '[', field })
      isKeyNext = token === '{'
    } else if (token === '}' || token === ']') {
      field = open.pop()?.field ?? ''
      isKeyNext = false
    } else if (token === ',') {
      const within = open.at(-1)
      isKeyNext = within?.isList === false
      if (within?.isList === true) field = within.field
    } else {
      const masked = maskNumber(token)
      if (masked !== token) put(match.index, at, masked)
    }
  }
  return parts.length === 0 ? json : `${parts.join('')}${json.slice(kept)}`
}

/** Behind the quote that ends the text beginning at `from`. */
function endOfText(json: string, from: number): number {
  for (let at = json.indexOf('"', from + 1); at !== -1; at = json.indexOf('"', at + 1)) {
    let escapes = 0
    while (json.charAt(at - 1 - escapes) === '\\') escapes += 1
    if (escapes % 2 === 0) return at + 1
  }
  throw new SyntaxError('a text in it does not end')
}

const LONGEST_CODE = 19

/** A number as it is written: reading it would lose digits beyond the 16th. */
function maskNumber(written: string): string {
  const masked = maskCode(written)
  if (masked !== written) return masked
  const digits = written.replace(/[eE].*$|[-+.]/g, '')
  if (digits.length > LONGEST_CODE) return maskCardNumbers(written)
  if (!/[eE]/.test(written)) return written
  for (const form of [digits, String(Number(written))]) {
    const hidden = maskCode(form)
    if (hidden !== form) return hidden
  }
  return written
}

const ESCAPE = /\\u([0-9a-f]{4})/gi

/** A text that was to be JSON and is not, masked as it is, and as its escapes would read. */
export function maskBrokenJson(text: string): string {
  const masked = maskCardNumbers(text)
  const read = masked.replace(ESCAPE, (_, unit: string) => String.fromCharCode(Number.parseInt(unit, 16)))
  const readMasked = maskCardNumbers(read)
  return readMasked === read ? masked : readMasked
}

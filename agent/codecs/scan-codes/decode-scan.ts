import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { TillbridgeError } from '../../../shared/errors.ts'
import { type Gtin, gtinOrNull } from '../../../shared/gtin.ts'
import { oddPairs } from './ai-pairs.ts'
import { type AimReading, readAim } from './aim.ts'
import {
  type ArticleReading,
  kindOfNumber,
  readBareDigits,
  readEan,
  readItf,
  readOtherEan,
} from './article-number.ts'
import { readDigitalLink } from './digital-link.ts'
import { meaningOf } from './element-meaning.ts'
import { type ElementsRead, readElements, SEPARATOR } from './element-string.ts'
import type { FoundElement } from './found-element.ts'
import { readInStore } from './in-store.ts'
import { maskedAround, maskedDigits, maskedValue } from './masking.ts'
import { readOrderCode } from './order-codes.ts'
import type { ScanRules } from './rules.ts'
import type { DecodedScan, Note, ScanElement } from './scan.ts'
import { aimMissing, aimUnknown, cardMasked, coupon, noteOf, scanEmpty, scanTooLong } from './scan-errors.ts'

/** Longer than any symbol holds that a shop sees; QR codes end at 4,296 characters. */
const MOST_CHARACTERS = 4_096
/** Looked at beyond them, so that a card number which the cut goes through is seen. */
const BEYOND = 64

/**
 * What one scan means: an item, GS1 elements, an in-store code, an order, or text. Never throws, whatever the input;
 * time and memory are linear in its length.
 * @param input what the scanner sent for one scan, AIM identifier first if it sends one; `\x1d` for FNC1
 * @param thisYear four digits, by which years of two digits are read (GS1's century rule)
 */
export function decodeScan(input: string, rules: ScanRules, thisYear: number): DecodedScan {
  const raw = unframed(input.slice(0, MOST_CHARACTERS + BEYOND))
  const aim = readAim(raw)
  const warnings = aim.unknown && aim.aim !== null ? [aimUnknown(aim.aim)] : []
  const start: DecodedScan = { ...nothing, aim: aim.aim, symbology: aim.symbology, warnings }
  if (aim.data === '') return { ...start, problem: noteOf(scanEmpty({})) }
  if (input.length > MOST_CHARACTERS) {
    const whole = ofText(start, aim.data)
    const problem = noteOf(scanTooLong({ length: input.length, most: MOST_CHARACTERS }))
    return { ...whole, text: whole.text.slice(0, MOST_CHARACTERS), problem }
  }
  return read(start, aim, rules, thisYear)
}

const nothing: DecodedScan = {
  aim: null,
  symbology: null,
  text: '',
  gtin: null,
  addOn: null,
  restricted: false,
  elements: [],
  item: null,
  order: null,
  problem: null,
  warnings: [],
}

const FRAME_STARTS = '\0\x02\r\n'
const FRAME_ENDS = '\0\x03\t\r\n'

/** Without line ends and the usual control characters around it: STX, ETX, NUL, tab. */
function unframed(input: string): string {
  let from = 0
  let to = input.length
  while (from < to && FRAME_STARTS.includes(input.charAt(from))) from += 1
  while (to > from && FRAME_ENDS.includes(input.charAt(to - 1))) to -= 1
  return input.slice(from, to)
}

function read(start: DecodedScan, aim: AimReading, rules: ScanRules, thisYear: number): DecodedScan {
  const { carries, data } = aim
  switch (carries) {
    case 'elements': {
      const text = withSeparators(data, rules.fnc1)
      return ofElements(start, text, readElements(text), thisYear)
    }
    case 'add-on':
      return { ...ofText(start, data), addOn: /^(\d{2}|\d{5})$/.test(data) ? data : null }
    case 'ean-13':
    case 'ean-8':
    case 'upc-a':
    case 'upc-e':
    case 'ean-with-add-on':
      return ofArticle(start, data, readEan(carries, data), rules)
    case 'itf':
    case 'itf-no-check':
      return ofOwnCode(start, data, rules) ?? ofArticle(start, data, readItf(carries, data), rules)
    case 'other-ean':
      return ofOwnCode(start, data, rules) ?? ofArticle(start, data, readOtherEan(data), rules)
    case 'unknown':
      return (
        ofUnmarkedElements(start, aim, rules, thisYear) ??
        ofOwnCode(start, data, rules) ??
        ofLink(start, data, thisYear) ??
        ofArticle(start, data, readBareDigits(data), rules)
      )
    case 'text':
      return (
        ofUnmarkedElements(start, aim, rules, thisYear) ??
        ofOwnCode(start, data, rules) ??
        ofLink(start, data, thisYear) ??
        ofText(start, data)
      )
  }
}

/** FNC1 as the scanner is set to send it becomes the separator; those in front of everything go. */
function withSeparators(data: string, fnc1: readonly string[]): string {
  const text = fnc1.reduce((all, sign) => all.replaceAll(sign, SEPARATOR), data)
  let from = 0
  while (text[from] === SEPARATOR) from += 1
  return text.slice(from)
}

function ofText(start: DecodedScan, text: string): DecodedScan {
  const masked = maskCardNumbers(text)
  return { ...start, text: masked, warnings: withMaskNote(start.warnings, masked !== text) }
}

function withMaskNote(warnings: readonly Note[], masked: boolean): readonly Note[] {
  return masked ? [...warnings, cardMasked] : warnings
}

function ofArticle(start: DecodedScan, text: string, reading: ArticleReading, rules: ScanRules): DecodedScan {
  const plain = ofText(start, text)
  if (reading === null) return plain
  if (reading instanceof TillbridgeError) return { ...plain, problem: noteOf(reading) }
  const { gtin, addOn } = reading
  // without an identifier only the digits say that it is an item, so a possible card number counts as a card number
  if (start.aim === null && addOn === null && plain.text !== text) return plain
  const kind = kindOfNumber(gtin)
  const own = { ...start, symbology: reading.symbology ?? start.symbology, text, addOn }
  const item = readInStore(
    gtin.startsWith('000000') ? gtin.slice(6) : gtin.replace(/^0/, ''),
    rules.inStore,
    rules.currency,
  )
  if (item instanceof TillbridgeError) return { ...own, restricted: true, problem: noteOf(item) }
  if (item !== null) return { ...own, restricted: true, item }
  if (kind === 'coupon') return { ...own, warnings: [...own.warnings, coupon] }
  return kind === 'restricted' ? { ...own, restricted: true } : { ...own, gtin }
}

/** A code that the shop's own rules are for; else null. */
function ofOwnCode(start: DecodedScan, text: string, rules: ScanRules): DecodedScan | null {
  const order = readOrderCode(text, rules.orders)
  if (order !== null) return { ...ofText(start, text), order: maskCardNumbers(order) }
  const item = readInStore(text.trim(), rules.inStore, rules.currency)
  if (item === null) return null
  const plain = ofText(start, text)
  if (item instanceof TillbridgeError) return { ...plain, restricted: true, problem: noteOf(item) }
  return { ...plain, restricted: true, item }
}

function ofLink(start: DecodedScan, text: string, thisYear: number): DecodedScan | null {
  const read = readDigitalLink(text)
  return read === null ? null : ofElements(start, text, read, thisYear)
}

/**
 * Elements that no identifier announces: FNC1 in front announces them. FNC1 within, or an item number or SSCC in front, counts
 * where the whole text reads well.
 */
function ofUnmarkedElements(
  start: DecodedScan,
  aim: AimReading,
  rules: ScanRules,
  thisYear: number,
): DecodedScan | null {
  const { data } = aim
  const text = withSeparators(data, rules.fnc1)
  const isMarked = [SEPARATOR, ...rules.fnc1].some(sign => data.startsWith(sign))
  const mayBe =
    text.includes(SEPARATOR) || (aim.carries === 'unknown' && /^(0[12]\d{14}|00\d{18}$)/.test(text))
  if (!isMarked && !mayBe) return null
  const read = readElements(text)
  const isSure = isMarked && start.aim === null
  if (!isSure && (read.problem !== null || read.found.length === 0)) return null
  const warnings = isSure ? start.warnings : [...start.warnings, aimMissing]
  return ofElements({ ...start, warnings }, text, read, thisYear)
}

function ofElements(start: DecodedScan, text: string, read: ElementsRead, thisYear: number): DecodedScan {
  const problem = read.problem ?? (read.found.length === 0 ? scanEmpty({}) : null)
  const unread = problem === null ? text : maskedDigits(text)
  if (problem !== null && unread !== text) {
    // a card's number that reads as elements in part: nothing of it is believed
    const { code, sentence } = noteOf(problem)
    const told = { code, sentence: sentence.replace(/\d{5,}/g, '…') } // it may quote a part of the number
    return { ...start, text: unread, problem: told, warnings: withMaskNote(start.warnings, true) }
  }
  const masked = maskedAround(text, read.found)
  const numbers = new Set(read.found.filter(({ ai }) => ai.ai === '01').map(({ value }) => value))
  const [number] = numbers
  const gtin: Gtin | null = number === undefined || numbers.size > 1 ? null : gtinOrNull(number)
  const kind = gtin === null ? 'article' : kindOfNumber(gtin)
  const odd = [...read.warnings, ...oddPairs(read.found.map(({ ai }) => ai))]
  return {
    ...start,
    text: masked,
    gtin: kind === 'article' ? gtin : null,
    restricted: kind === 'restricted',
    elements: read.found.map(one => shown(one, thisYear)),
    problem: problem === null ? null : noteOf(problem),
    warnings: withMaskNote([...start.warnings, ...odd], masked !== text),
  }
}

function shown({ ai, value }: FoundElement, thisYear: number): ScanElement {
  const masked = maskedValue({ ai, value })
  const decoded = masked === value ? meaningOf(ai, value, thisYear) : null
  return { ai: ai.ai, value: masked, label: ai.label, decoded }
}

import { amountsOn } from './amounts.ts'
import type { CompiledTemplate, TaggedMatch } from './compile.ts'
import { withoutOrnaments } from './paper.ts'
import type { Matched } from './pattern.ts'
import { type PlacedMark, placedMark } from './placed-marks.ts'
import { isMarkAlone, isRefundHeading } from './print-marks.ts'
import { depositLine, soldVoucher } from './sold-vouchers.ts'
import { isOnlyText, type ReceiptTemplate } from './template.ts'
import { isDiscountName, itemWords, namesTotal, plainLabel } from './words.ts'

type Discount = Pick<ReceiptTemplate['items']['discounts'][number], 'of' | 'printed'>

/** What a line among the items is. */
export type ItemLine =
  | { readonly is: 'end' | 'header' | 'ignored' | 'marker' | 'unknown' }
  /** Says what the whole print is, such as `COPY` or `REFUND`; `what` as in placed-marks.ts. */
  | { readonly is: 'mark'; readonly what: PlacedMark }
  /** Takes back the item above that has this amount: `ERROR CORRECT -2.40`. */
  | { readonly is: 'taken-back'; readonly amount: number }
  | {
      readonly is: 'item' | 'detail' | 'before'
      readonly found: Matched
      /** Digits of the line that no field took. */
      readonly passed: string
      readonly pattern: string
    }
  | { readonly is: 'discount'; readonly found: Matched; readonly rule: Discount }

/** The place of a line. */
export interface ItemPlace {
  /** An item has been seen, or the lines that come before all items. */
  readonly isStarted: boolean
  /** There is an item above that a detail could belong to. */
  readonly hasItem: boolean
  /** A line that announces an item has been seen, and the item not yet. */
  readonly isAnnounced: boolean
  /** The line above is a mark of the whole print. */
  readonly isBelowMark: boolean
}

/** In place of a pattern, for a gift card that is sold: the template need not name one. */
export const SOLD_VOUCHER = 'a gift card that is sold'

type Match = TaggedMatch<{ readonly pattern: string }>

/**
 * Tells what a line is. What ends the items comes first, then what has a sign of its own, then items; a pattern of text
 * alone last, since all fits it: `2 x 19.90` would be an item called "2 x", and any item a note to the one above.
 */
export function itemLines(compiled: CompiledTemplate): (text: string, place: ItemPlace) => ItemLine {
  const { items, totals, header, taxes } = compiled.template
  const isEnd = compiled.matchers([
    ...items.until,
    ...(totals.subtotal?.patterns ?? []),
    ...totals.discounts.map(each => each.pattern),
    ...totals.tax,
    // a row of taxes with a word of its own, `Includes GST 15%`, may be above the total
    ...taxes.rows.filter(row => /^\p{L}/u.test(row)),
    ...totals.total,
    ...(totals.rounding?.patterns ?? []),
    ...totals.extras.map(each => each.pattern),
  ])
  const isHeader = compiled.matchers(header)
  const returns = compiled.matchers(compiled.template.returns)
  const isDiscount = compiled.tagged(items.discounts)
  const isItem = itemMatch(compiled)
  const ignored = compiled.tagged(items.ignore.map(pattern => ({ pattern })))
  const those = (patterns: readonly string[], vague: boolean) =>
    compiled.tagged(patterns.filter(each => isOnlyText(each) === vague).map(pattern => ({ pattern })))
  const details = { clear: those(items.details, false), vague: those(items.details, true) }
  const before = { clear: those(items.before, false), vague: those(items.before, true) }
  const names = items.before.some(each => each.includes('{name}'))
  const onSales = compiled.matchers(compiled.template.onSales)
  const isOnSales = (text: string) => onSales(withoutOrnaments(text)) !== null
  const isCodedMark = (text: string) => /\d/.test(text) && isCoded(isItem.named(text) ?? before.clear(text))
  const marker = (text: string): ItemLine => ({ is: returns(text) === null ? 'marker' : 'ignored' })

  return (text, { isStarted, hasItem, isAnnounced, isBelowMark }) => {
    if (isEnd(text) !== null) return { is: 'end' }
    if (!isStarted && isHeader(text) !== null) return { is: 'header' }
    const discount = isStarted ? isDiscount(text) : null
    if (discount !== null) return { is: 'discount', found: discount.found, rule: discount.tag }
    const beside = (which: 'clear' | 'vague'): ItemLine | null => {
      const detail = hasItem && !isAnnounced ? details[which](text) : null
      if (detail !== null) return lineOf('detail', detail)
      const announced = before[which](text)
      return announced === null ? null : lineOf('before', announced)
    }
    const mark = placedMark(text, compiled)
    if (mark !== null && !(mark === 'offer' && hasItem) && !isCodedMark(text) && !isOnSales(text))
      return hasItem && isMarkAlone(text) && isMarker(text) ? marker(text) : { is: 'mark', what: mark }
    const nameless = isItem.nameless(text)
    if (nameless !== null && (isAnnounced || isBelowMark || !names)) return lineOf('item', nameless)
    const item = isItem.named(text)
    const off = hasItem && !isAnnounced && item === null ? offLine(text, compiled) : null
    if (off !== null) return off
    const known = beside('clear')
    const isReadAsItem = item !== null && (isCoded(item) || (known === null && item.found.sku === undefined))
    const deposit = isAnnounced || isReadAsItem ? null : depositLine(text, compiled)
    if (deposit !== null) return { is: 'item', found: deposit, passed: '', pattern: SOLD_VOUCHER }
    if (known !== null) return known
    const back = hasItem ? takenBack(text, compiled) : null
    if (back !== null) return { is: 'taken-back', amount: back }
    const voucher = isAnnounced || isCoded(item) ? null : soldVoucher(text, compiled)
    if (voucher !== null) return { is: 'item', found: voucher, passed: '', pattern: SOLD_VOUCHER }
    if (item !== null) return isOffItem(item, text, hasItem) ? offOf(item) : lineOf('item', item)
    const passed = ignored(text)
    if (passed !== null && (hasLabel(passed.tag.pattern) || passed.passedOver() === ''))
      return { is: 'ignored' }
    if (isStarted && isMarker(text)) return marker(text)
    return beside('vague') ?? { is: 'unknown' }
  }
}

function lineOf(is: 'item' | 'detail' | 'before', match: Match): ItemLine {
  return { is, found: match.found, passed: match.passedOver(), pattern: match.tag.pattern }
}

/** The item patterns with a name and those without; a line that takes an item back is read without its first word. */
function itemMatch(compiled: CompiledTemplate) {
  const { lines } = compiled.template.items
  const those = (named: boolean) =>
    compiled.tagged(lines.filter(each => each.includes('{name}') === named).map(pattern => ({ pattern })))
  const [withName, without] = [those(true), those(false)]
  return {
    nameless: without,
    named(text: string): Match | null {
      const found = withName(text)
      if (found !== null && /^[^{[]*\p{L}/u.test(found.tag.pattern)) return found
      const rest = withoutVoidWord(text)
      const taken = rest === null ? null : withName(rest)
      const isBack = taken !== null && compiled.values.amount(taken.found.amount ?? '0') < 0
      return isBack ? taken : found
    },
  }
}

/** The rest of a line that begins with a word for taking an item back: `VOID 1 x Mug -15.00`. */
function withoutVoidWord(text: string): string | null {
  const words = [...text.slice(0, 60).matchAll(/[\p{L}'-]+[.:]?/gu)].slice(0, 3)
  for (const word of words.toReversed()) {
    const end = word.index + word[0].length
    if (itemWords.voided.has(plainLabel(text.slice(0, end)))) return text.slice(end)
  }
  return null
}

/** Whether a line has a code, which the word for a gift card may not be taken for. */
function isCoded(item: Match | null): boolean {
  return /\d/.test(item?.found.sku ?? item?.found.barcode ?? '')
}

/** A line that is one word for taking back or giving back; the item that it is for has its own minus. */
function isMarker(text: string): boolean {
  const plain = plainLabel(withoutOrnaments(text))
  return itemWords.voided.has(plain) || itemWords.returned.has(plain) || isRefundHeading(text)
}

/** The amount of a line that names no goods but a word for taking back what is above it; null: it is another kind of line. */
function takenBack(text: string, { values }: CompiledTemplate): number | null {
  const [amount, ...more] = amountsOn(text, values.format)
  if (amount === undefined || more.length > 0) return null
  const isAlone = itemWords.voided.has(plainLabel(text.slice(0, amount.start)))
  return isAlone ? values.amount(text.slice(amount.start, amount.end)) : null
}

/** An amount with a minus whose name says that a price was reduced: not an item that came back. */
function isOffItem({ found }: Match, text: string, hasItem: boolean): boolean {
  const isNegative = /^\W*[-−–(]|[-−–)]\W*$/.test(found.amount ?? '')
  return (
    hasItem && isNegative && found.price === undefined && found.quantity === undefined && isDiscountName(text)
  )
}

/** A line that names a discount and one amount with a minus, in no form that the template names; of the receipt if it names the total. */
function offLine(text: string, { values }: CompiledTemplate): ItemLine | null {
  const [amount, ...more] = amountsOn(text, values.format)
  if (amount === undefined || more.length > 0 || amount.value >= 0) return null
  const label = text.slice(0, amount.start)
  if (!isDiscountName(label)) return null
  const of = namesTotal(label) ? ('receipt' as const) : ('line' as const)
  const found = { amount: text.slice(amount.start, amount.end) }
  return { is: 'discount', found, rule: { of, printed: 'negative' } }
}

function offOf({ found }: Match): ItemLine {
  return { is: 'discount', found, rule: { of: 'line', printed: 'negative' } }
}

/** Whether a pattern has a word of its own, so that who wrote it knew what the line is. */
function hasLabel(pattern: string): boolean {
  return /\p{L}/u.test(pattern.replace(/\{[^}]*\}/g, ''))
}

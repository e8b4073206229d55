import type { CompiledTemplate } from './compile.ts'
import type { Matched } from './pattern.ts'
import { isOnlyText, type ReceiptTemplate } from './template.ts'

type Discount = ReceiptTemplate['items']['discounts'][number]

/** What a line among the items is. */
export type ItemLine =
  | { readonly is: 'end' | 'header' | 'ignored' | 'unknown' }
  | { readonly is: 'item' | 'detail' | 'before'; readonly found: Matched }
  | { readonly is: 'discount'; readonly found: Matched; readonly rule: Discount }

/** The place of a line. */
export interface ItemPlace {
  /** An item has been seen, or the lines that come before all items. */
  readonly isStarted: boolean
  /** There is an item above that a detail could belong to. */
  readonly hasItem: boolean
  /** A line that announces an item has been seen, and the item not yet. */
  readonly isAnnounced: boolean
}

/**
 * Tells what a line is. What ends the items comes first, then what has a sign of its own, then items; a pattern of text
 * alone last, since all fits it: `2 x 19.90` would be an item called "2 x", and any item a note to the one above.
 */
export function itemLines(compiled: CompiledTemplate): (text: string, place: ItemPlace) => ItemLine {
  const { items, totals, header } = compiled.template
  const isEnd = compiled.matchers([
    ...items.until,
    ...(totals.subtotal?.patterns ?? []),
    ...totals.discounts.map(each => each.pattern),
    ...totals.tax,
    ...totals.total,
    ...(totals.rounding?.patterns ?? []),
  ])
  const isHeader = compiled.matchers(header)
  const isDiscount = compiled.tagged(items.discounts)
  const isItem = compiled.matchers(items.lines)
  const isIgnored = compiled.matchers(items.ignore)
  const clear = (patterns: readonly string[]) => compiled.matchers(patterns.filter(each => !isOnlyText(each)))
  const vague = (patterns: readonly string[]) => compiled.matchers(patterns.filter(isOnlyText))
  const details = { clear: clear(items.details), vague: vague(items.details) }
  const before = { clear: clear(items.before), vague: vague(items.before) }

  return (text, { isStarted, hasItem, isAnnounced }) => {
    if (isEnd(text) !== null) return { is: 'end' }
    if (!isStarted && isHeader(text) !== null) return { is: 'header' }
    const discount = isStarted ? isDiscount(text) : null
    if (discount !== null) return { is: 'discount', found: discount.found, rule: discount.tag }
    const beside = (which: 'clear' | 'vague'): ItemLine | null => {
      const detail = hasItem && !isAnnounced ? details[which](text) : null
      if (detail !== null) return { is: 'detail', found: detail }
      const announced = before[which](text)
      return announced === null ? null : { is: 'before', found: announced }
    }
    const known = beside('clear')
    if (known !== null) return known
    const item = isItem(text)
    if (item !== null) return { is: 'item', found: item }
    if (isIgnored(text) !== null) return { is: 'ignored' }
    return beside('vague') ?? { is: 'unknown' }
  }
}

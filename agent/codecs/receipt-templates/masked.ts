import { maskCardNumbers, maskLines } from '../../../shared/card-numbers/mask.ts'
import type { DecodedReceipt } from '../printer-commands/decoded.ts'
import { visible } from './paper.ts'

/** The texts of lines with card numbers masked to their last four digits, and nothing invisible left in them. */
export function maskedTexts(lines: readonly { readonly text: string }[]): string[] {
  const texts = lines.map(line => visible(line.text))
  const masked = maskLines(texts)
  return texts.map((text, at) => {
    const hidden = masked[at] ?? ''
    return hidden === text ? text : withAmounts(text, hidden)
  })
}

/** A receipt with the card numbers in its text and codes masked; nothing else of it changes. */
export function maskedReceipt<Receipt extends Pick<DecodedReceipt, 'lines' | 'codes'>>(
  receipt: Receipt,
): Receipt {
  const texts = maskedTexts(receipt.lines)
  return {
    ...receipt,
    lines: receipt.lines.map((line, at) => ({ ...line, text: texts[at] ?? '' })),
    codes: receipt.codes.map(code => ({ ...code, data: maskCardNumbers(code.data) })),
  }
}

const AMOUNT = /(?<![\d.,])\d{1,7}[.,]\d{2}(?![.,]?\d)/g
/** The last digits of a masked number, which stay. */
const SHOWN = 4
/** Fewer amounts than this may be a card's number in odd groups (docs/card-numbers.md). */
const FEWEST = 3

/**
 * Restores a row of a tax table that was taken for a card number: `-627.55 -119.24 -746.79`. Only where a masked stretch is
 * three or more whole amounts with signs and blanks between them.
 */
function withAmounts(text: string, masked: string): string {
  const owner = new Map<number, number>()
  for (const [index, match] of [...text.matchAll(AMOUNT)].entries())
    for (let at = match.index; at < match.index + match[0].length; at += 1) owner.set(at, index)
  const digits = [...text.matchAll(/\d/g)].map(match => match.index)
  let result = masked
  for (let from = 0; from < digits.length; from += 1) {
    if (!isHidden(text, masked, digits[from])) continue
    let to = from
    while (isHidden(text, masked, digits[to + 1])) to += 1
    const first = digits[from] ?? 0
    const last = digits[to + SHOWN]
    const isWhole =
      last !== undefined &&
      owner.get(first) !== owner.get(first - 1) &&
      owner.get(last) !== owner.get(last + 1)
    const amounts = new Set(digits.slice(from, to + SHOWN + 1).map(at => owner.get(at)))
    if (last !== undefined && isWhole && !amounts.has(undefined) && amounts.size >= FEWEST)
      result = result.slice(0, first) + text.slice(first, last + 1) + result.slice(last + 1)
    from = to
  }
  return result
}

function isHidden(text: string, masked: string, at: number | undefined): boolean {
  return at !== undefined && text[at] !== masked[at]
}

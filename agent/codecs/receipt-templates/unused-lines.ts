import type { Currency } from '../../../shared/money.ts'
import { amountsOn } from './amounts.ts'
import { compileTemplate } from './compile.ts'
import { itemLines } from './item-lines.ts'
import { type Printed, paperLines, withoutOrnaments } from './paper.ts'
import type { ReceiptTemplate } from './template.ts'
import { amountLabel } from './words.ts'

/**
 * The lines of a sale that a template reads nothing from, such as the shop's address: for a person who checks the template.
 * Lines among the items are never among them, since an unknown one refuses the receipt.
 */
export function unusedLines(
  template: ReceiptTemplate,
  currency: Currency,
): (receipt: Printed) => readonly string[] {
  const compiled = compileTemplate(template, currency)
  const { header, returns, totals, taxes, tenders, items } = template
  const isKnown = compiled.matchers([
    ...header,
    ...returns,
    ...items.after,
    ...items.until,
    ...(totals.subtotal?.patterns ?? []),
    ...(totals.rounding?.patterns ?? []),
    ...[...totals.discounts, ...totals.extras, ...tenders.rows, ...tenders.payouts].map(each => each.pattern),
    ...totals.tax,
    ...totals.total,
    ...taxes.rows,
    ...tenders.change,
    '{rule}',
  ])
  const meaningOf = itemLines(compiled)
  const isRead = (text: string): boolean => {
    if (isKnown(text) !== null || isKnown(withoutOrnaments(text)) !== null) return true
    const [amount] = amountsOn(text, compiled.values.format)
    const label = amount === undefined ? null : amountLabel(text.slice(0, amount.start), amount.value)
    return template.knownWords && label !== null && label !== 'total' && label !== 'paid'
  }
  return receipt => {
    const lines = paperLines(receipt) ?? []
    const place = { isStarted: true, hasItem: true, isAnnounced: false, isBelowMark: false }
    const isItem = lines.map(({ text }) => ['item', 'discount'].includes(meaningOf(text, place).is))
    const isEnd = lines.findIndex(
      ({ text }, at) => at > isItem.indexOf(true) && meaningOf(text, place).is === 'end',
    )
    const first = isItem.indexOf(true)
    // the first item's quantity may be on a line above it
    const above = { ...place, hasItem: false }
    let begin = first
    while (begin > 0 && meaningOf(lines[begin - 1]?.text ?? '', above).is === 'before') begin -= 1
    return lines
      .filter(({ text }, at) => (at < begin || (isEnd >= 0 && at >= isEnd)) && !isRead(text))
      .map(({ text }) => text.trim())
  }
}

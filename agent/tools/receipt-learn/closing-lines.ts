import type { NumberFormat } from '../../codecs/receipt-templates/number-format.ts'
import { isOnlyText } from '../../codecs/receipt-templates/template.ts'
import { type AmountLabel, amountLabel } from '../../codecs/receipt-templates/words.ts'
import type { Paper } from './formats.ts'
import { amountsIn, linePattern, rateIn, type Stretch } from './line-pattern.ts'

export interface LabelledLine {
  readonly label: AmountLabel
  readonly pattern: string
  readonly example: string
  /** The line's first amount. */
  readonly value: number
  readonly receipt: number
  readonly line: number
}

/** Every line with a label that is known and an amount. Rows of taxes with several amounts are taxRowPattern's. */
export function findLabelled(papers: readonly Paper[], format: NumberFormat): readonly LabelledLine[] {
  return papers.flatMap((paper, receipt) => {
    const found = paper.flatMap((text, line): LabelledLine[] => {
      const amounts = amountsIn(text, format)
      const [first] = amounts
      if (first === undefined) return []
      const label = amountLabel(text.slice(0, first.start), first.value)
      if (label === null) return []
      if (amounts.length > 1 && label !== 'tax') return []
      const pattern =
        label === 'tax'
          ? taxPattern(text, amounts, format)
          : labelPattern(text, first, format, RATED.has(label))
      if (pattern === null || isOnlyText(pattern)) return []
      return [{ label, pattern, example: text.trim(), value: first.value, receipt, line }]
    })
    // an item may be called Card or Check: a way of payment is below the first total
    const end = found.find(each => TOTALS.has(each.label))?.line ?? 0
    return found.filter(each => each.line >= end || !PAYMENTS.has(each.label))
  })
}

const TOTALS: ReadonlySet<AmountLabel> = new Set(['subtotal', 'total', 'tax'])
const RATED: ReadonlySet<AmountLabel> = new Set(['discount', 'tip', 'surcharge', 'total', 'subtotal'])
const PAYMENTS: ReadonlySet<AmountLabel> = new Set([
  'cash',
  'card',
  'cheque',
  'voucher',
  'account',
  'bank',
  'change',
  'payout',
  'paid',
])

/** Numbers in a label are others on the next receipt: the card of `Visa 1234`, the count of `3 items`. */
function labelPattern(text: string, amount: Stretch, format: NumberFormat, isRated: boolean): string {
  const rate = isRated ? rateIn(text, format) : null
  const stretches: Stretch[] = rate === null ? [amount] : [rate, amount]
  for (const word of text.matchAll(/\S+/gu)) {
    const start = word.index
    const end = start + word[0].length
    const isKnown = [amount, rate].some(each => each !== null && each.start < end && each.end > start)
    if (isKnown || !/\d|[*#•]{3}/u.test(word[0])) continue
    stretches.push({
      start,
      end,
      as: start === text.search(/\S/) && /^\d{1,3}$/.test(word[0]) ? '{count}' : '{word}',
    })
  }
  return linePattern(text, stretches)
}

/** Base, tax and gross by their sizes: tax is the smallest, gross the largest. Two amounts: by the rate, else base. */
export function taxPattern(
  text: string,
  amounts: readonly (Stretch & { value: number })[],
  format: NumberFormat,
): string | null {
  const rate = rateIn(text, format)
  const sorted = amounts.toSorted((a, b) => Math.abs(a.value) - Math.abs(b.value))
  const names = namesOf(
    sorted.map(amount => amount.value),
    rate?.value ?? null,
  )
  if (names === null) return null
  const stretches: Stretch[] = sorted.map((amount, at) => ({ ...amount, as: names[at] ?? '{money}' }))
  if (rate !== null) stretches.push(rate)
  const firstEnd = Math.min(...stretches.map(stretch => stretch.start))
  const label = text.slice(0, firstEnd).trim()
  // a table's row needs no label; a line with one amount keeps its own, so that the pattern matches no other line
  if (rate !== null || amounts.length > 1) {
    const mark = /^([\p{L}\p{N}*#]{1,2})[ =:.)]*$/u.exec(label)?.[1]
    if (mark !== undefined) stretches.push(labelStretch(text, mark, '{mark}'))
    else if (/\p{L}/u.test(label) && amounts.length > 1)
      stretches.push(labelStretch(text, label, '{taxName}'))
  }
  return linePattern(text, stretches)
}

function labelStretch(text: string, label: string, as: string): Stretch {
  const start = text.indexOf(label)
  return { start, end: start + label.length, as }
}

function namesOf(values: readonly number[], rate: number | null): readonly string[] | null {
  if (values.length === 1) return ['{tax}']
  if (values.length > 3) return null
  if (values.length === 3) return ['{tax}', '{base}', '{gross}']
  const [tax = 0, other = 0] = values
  if (rate === null) return ['{tax}', '{base}']
  const asBase = Math.abs((other * rate) / 1_000_000 - tax)
  const asGross = Math.abs((other * rate) / (1_000_000 + rate) - tax)
  return asBase <= asGross ? ['{tax}', '{base}'] : ['{tax}', '{gross}']
}

import type { Matchers } from '../../codecs/receipt-templates/compile.ts'
import type { NumberFormat } from '../../codecs/receipt-templates/number-format.ts'
import type { LabelledLine } from './closing-lines.ts'
import type { Paper } from './formats.ts'
import { type SeenLine, seenLine } from './item-lines.ts'
import { amountsIn } from './line-pattern.ts'

/** The part of a receipt that holds the items. */
interface Section {
  readonly start: number
  readonly lines: readonly SeenLine[]
}

const CLOSING = ['subtotal', 'total', 'tax', 'rounding', 'tip', 'surcharge']

/** From the first line with an amount, or those right above it that belong to it, to the first total of any kind. */
export function sectionsOf(
  papers: readonly Paper[],
  labelled: readonly LabelledLine[],
  format: NumberFormat,
  isHeader: Matchers,
): readonly Section[] {
  const bounds = papers.map((paper, receipt) => {
    const closing = labelled.filter(each => each.receipt === receipt && CLOSING.includes(each.label))
    const end = Math.min(paper.length, ...closing.map(each => each.line))
    // where amounts have no cents, the shop's number and street look like them
    const isAllWhole = format.decimals === 0
    const header = isAllWhole ? paper.slice(0, end).findLastIndex(text => isHeader(text) !== null) : -1
    const first = paper.findIndex(
      (text, at) => at > header && at < end && amountsIn(text, format).length > 0 && isHeader(text) === null,
    )
    return { start: first < 0 ? end : first, end }
  })
  const common = commonLines(papers)
  return papers.map((paper, receipt) => {
    const { start: first, end } = bounds[receipt] ?? { start: 0, end: 0 }
    const above = paper[first - 1]
    const isOwn =
      above !== undefined &&
      first < end &&
      first > 0 &&
      !isRule(above) &&
      isHeader(above) === null &&
      !common.has(above.trim()) &&
      papers.length > 1
    const start = isOwn ? first - 1 : first
    const lines = paper
      .slice(start, end)
      .map((text, index) => seenLine(text, receipt, start + index, format))
      .filter(({ text }) => text.trim() !== '')
    return { start, lines }
  })
}

/** Lines that more than half of the receipts print: they belong to the shop, not to an item. */
function commonLines(papers: readonly Paper[]): ReadonlySet<string> {
  const counts = new Map<string, number>()
  for (const paper of papers)
    for (const line of new Set(paper.map(text => text.trim()))) counts.set(line, (counts.get(line) ?? 0) + 1)
  return new Set([...counts].filter(([, count]) => count * 2 > papers.length).map(([line]) => line))
}

export function isRule(text: string): boolean {
  return /^[-=_*.~+#─━═]{3,}$/.test(text.trim())
}

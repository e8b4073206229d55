import { maskedTexts } from '../../codecs/receipt-templates/masked.ts'
import { type Printed, withoutOrnaments } from '../../codecs/receipt-templates/paper.ts'
import { printMark } from '../../codecs/receipt-templates/print-marks.ts'
import type { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'
import type { Paper } from './formats.ts'
import { linePattern } from './line-pattern.ts'

const MOST = 40

/**
 * A heading of each ignored print, as a pattern for `notSales`: its first line of words that no sale prints. One with a known
 * word needs none.
 */
export function notSalesOf(
  ignored: readonly Printed[],
  papers: readonly Paper[],
): ReceiptTemplate['notSales'] {
  const onSales = new Set(papers.flat().map(line => shapeOf(withoutOrnaments(line))))
  const found = new Map<string, ReceiptTemplate['notSales'][number]>()
  for (const { lines } of ignored) {
    const texts = maskedTexts(lines).map(withoutOrnaments)
    if (texts.some(text => printMark(text) !== null)) continue
    const heading = texts.find(text => /\p{L}{3}/u.test(text) && !onSales.has(shapeOf(text)))
    if (heading === undefined) continue
    const stretches = [...heading.matchAll(/\S*\d\S*/gu)].map(match => ({
      start: match.index,
      end: match.index + match[0].length,
      as: '{word}',
    }))
    const pattern = linePattern(heading, stretches)
    found.set(pattern, { pattern, as: 'other' })
  }
  return [...found.values()].slice(0, MOST)
}

const shapeOf = (text: string) => text.trim().toLowerCase().replace(/\d+/g, '0')

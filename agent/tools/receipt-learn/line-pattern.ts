import { amountsOn, isStart } from '../../codecs/receipt-templates/amounts.ts'
import { skipBlanks } from '../../codecs/receipt-templates/blanks.ts'
import { type NumberFormat, scanRate } from '../../codecs/receipt-templates/number-format.ts'

/** A stretch of a line that a pattern is to have a field for. */
export interface Stretch {
  readonly start: number
  readonly end: number
  readonly as: string
}

/** A line as a pattern: each stretch as its field, all other text unchanged. */
export function linePattern(line: string, stretches: readonly Stretch[]): string {
  let pattern = ''
  let at = skipBlanks(line, 0)
  for (const stretch of stretches.toSorted((a, b) => a.start - b.start)) {
    if (stretch.start < at) continue
    pattern += literal(line.slice(at, stretch.start)) + stretch.as
    at = stretch.end
  }
  return (pattern + literal(line.slice(at))).trim()
}

/** The amounts of a line with their places. */
export function amountsIn(line: string, format: NumberFormat): (Stretch & { readonly value: number })[] {
  return amountsOn(line, format).map(amount => ({ ...amount, as: '{amount}' }))
}

/** The first rate of a line: `19%`, `19,00 %`; the sign stays outside. In parts per million. */
export function rateIn(line: string, format: NumberFormat): (Stretch & { readonly value: number }) | null {
  for (let at = 0; at < Math.min(line.length, 400); at += 1) {
    const scanned = isStart(line, at) ? scanRate(line, at, format) : null
    if (scanned !== null && line[skipBlanks(line, scanned.end)] === '%')
      return { start: at, end: scanned.end, as: '{rate}', value: scanned.value }
  }
  return null
}

function literal(text: string): string {
  return text.replace(/[{}[\]]/g, sign => sign + sign).replace(/[ \t\u00a0\u2007\u2009\u202f]+/g, ' ')
}

import { amountsOn } from '../../codecs/receipt-templates/amounts.ts'
import { withoutOrnaments } from '../../codecs/receipt-templates/paper.ts'
import { isRefundHeading, printMark } from '../../codecs/receipt-templates/print-marks.ts'
import type { Coverage } from './coverage.ts'
import type { Paper } from './formats.ts'
import type { SeenLine } from './item-lines.ts'
import { linePattern, type Stretch } from './line-pattern.ts'
import { type Answers, lineOptions, type Question } from './questions.ts'

const MOST = 20
const LOOSE = { decimal: '.', thousands: '', signs: [], credit: [], decimals: 2 } as const

/** Asks about each kind of line that keeps receipts from being read: once for all receipts that have it. */
export function lineQuestions(
  { results }: Coverage,
  unknown: readonly SeenLine[],
  answers: Answers,
): readonly Question[] {
  const found = new Map<string, { line: string; receipts: Set<number> }>()
  const add = (line: string, receipt: number) => {
    const pattern = patternOf(line)
    if (answers.has(`line:${pattern}`) || pattern === '') return
    const known = found.get(pattern) ?? { line: line.trim(), receipts: new Set<number>() }
    known.receipts.add(receipt)
    found.set(pattern, known)
  }
  const failed = new Set(results.filter(result => result.is === 'unparsed').map(result => result.receipt))
  for (const line of unknown) if (failed.has(line.receipt + 1)) add(line.text, line.receipt + 1)
  for (const { receipt, line, is } of results) if (is === 'unparsed' && line !== null) add(line, receipt)
  return [...found].slice(0, MOST).map(([pattern, { line, receipts }]) => ({
    id: `line:${pattern}`,
    asks: 'What does this line say?',
    line,
    receipts: [...receipts],
    options: lineOptions,
  }))
}

/** A line with its amounts and other numbers as fields, so that one answer is for all lines like it. */
function patternOf(line: string): string {
  const format = { ...LOOSE, decimal: /\d,\d{2}(?!\d)/.test(line) ? (',' as const) : ('.' as const) }
  const amounts = amountsOn(line, format)
  const last = amounts.at(-1)
  const stretches: Stretch[] = amounts.map(({ start, end }) => ({
    start,
    end,
    as: start === last?.start ? '{amount}' : '{money}',
  }))
  for (const word of line.matchAll(/\S+/gu)) {
    const [start, end] = [word.index, word.index + word[0].length]
    if (/\d/.test(word[0]) && amounts.every(each => each.end <= start || each.start >= end))
      stretches.push({ start, end, as: '{word}' })
  }
  return linePattern(line, stretches)
}

/** A line with a word of another kind of print, on half of the receipts or more: a till may print it on sales as well. */
export function markQuestions(
  papers: readonly Paper[],
  answers: Answers,
): { readonly questions: readonly Question[]; readonly onSales: readonly string[] } {
  const found = new Map<string, number[]>()
  for (const [receipt, paper] of papers.entries())
    for (const text of new Set(paper.filter(line => isMark(line)).map(withoutOrnaments))) {
      const pattern = linePattern(text, [])
      found.set(pattern, [...(found.get(pattern) ?? []), receipt + 1])
    }
  const common = [...found].filter(
    ([, receipts]) => receipts.length > 2 && receipts.length * 2 > papers.length,
  )
  const onSales = common.flatMap(([pattern]) => (answers.get(`mark:${pattern}`) === 'sale' ? [pattern] : []))
  const questions = common.flatMap(([pattern, receipts]) =>
    answers.has(`mark:${pattern}`)
      ? []
      : [
          {
            id: `mark:${pattern}`,
            asks: `Most of these receipts print "${pattern}". Are they sales?`,
            line: pattern,
            receipts,
            options: [
              { value: 'sale', means: 'yes, this till prints it on its sales too' },
              { value: 'no-sale', means: 'no, give others to learn from' },
            ],
          },
        ],
  )
  return { questions, onSales }
}

const MARKS = ['training', 'void', 'copy', 'quote', 'gift', 'proforma', 'order', 'test']

function isMark(line: string): boolean {
  const mark = printMark(line)
  return (mark !== null && MARKS.includes(mark.kind)) || isRefundHeading(line)
}

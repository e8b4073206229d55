import type { z } from 'zod'
import { tenderKinds } from '../../../shared/events.ts'
import type { NumberFormat } from '../../codecs/receipt-templates/number-format.ts'
import type { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'
import type { AmountLabel } from '../../codecs/receipt-templates/words.ts'
import type { LabelledLine } from './closing-lines.ts'
import type { Paper } from './formats.ts'
import type { Notes } from './notes.ts'
import { type Answers, lineOptions } from './questions.ts'
import { findTaxRows } from './tax-rows.ts'

export type Draft = z.input<typeof ReceiptTemplate>
/** What the samples leave open: one of the list applies. The first is the likeliest. */
export type Choice = readonly Partial<Draft>[]

const TENDERS = ['cash', 'card', 'cheque', 'voucher', 'account', 'bank'] as const

interface Closing {
  readonly totals: string[]
  readonly tenders: Draft['tenders']
  readonly extras: { pattern: string }[]
  readonly choices: readonly Choice[]
}

/** The lines below the items: what each label means, and what the samples leave open of it. */
export function closingOf(
  labelled: readonly LabelledLine[],
  papers: readonly Paper[],
  format: NumberFormat,
  answers: Answers,
  notes: Notes,
): Closing {
  const said = saidLines(answers)
  const patternsOf = (...labels: AmountLabel[]) =>
    unique([
      ...labels.flatMap(label => said.get(label) ?? []),
      ...labelled.filter(each => labels.includes(each.label)).map(each => each.pattern),
    ])
  for (const { label, pattern, example } of firstOfEach(labelled))
    notes.evidence.push({ what: label, as: pattern, example })
  const totals = totalsOf(labelled, papers)
  if (totals.length === 0) notes.undecided.push('no total was found')
  const total = totals.length === 0 ? ['total {amount}'] : totals
  const choices: Choice[] = []
  const subtotals = patternsOf('subtotal')
  if (subtotals.length > 0)
    choices.push(
      (['items', 'after-discounts', 'without-tax'] as const).map(means => ({
        totals: { total, subtotal: { patterns: subtotals, means } },
      })),
    )
  const rounding = patternsOf('rounding')
  if (rounding.length > 0)
    choices.push(
      (['after-total', 'in-total'] as const).map(where => ({
        totals: { total, rounding: { patterns: rounding, where } },
      })),
    )
  const discounts = labelled.filter(each => each.label === 'discount')
  const offs = unique([...(said.get('discount') ?? []), ...discounts.map(each => each.pattern)])
  if (offs.length > 0) {
    const isNegative = discounts.filter(each => each.value < 0).length * 2 >= discounts.length
    const printed = isNegative ? ('negative' as const) : ('positive' as const)
    choices.push([{ totals: { total, discounts: offs.map(pattern => ({ pattern, printed })) } }])
  }
  choices.push(taxChoices(patternsOf('tax'), papers, labelled, format, total, notes))
  return {
    totals: total,
    tenders: tendersOf(patternsOf, said, labelled, papers, answers, notes),
    extras: patternsOf('tip', 'surcharge').map(pattern => ({ pattern })),
    choices,
  }
}

/** What a person said of lines: their patterns by what they mean. */
function saidLines(answers: Answers): ReadonlyMap<string, string[]> {
  const said = new Map<string, string[]>()
  for (const [id, value] of answers)
    if (id.startsWith('line:') && lineOptions.some(option => option.value === value))
      said.set(value, [...(said.get(value) ?? []), id.slice('line:'.length)])
  return said
}

/** As few patterns as every receipt has one of, those of most receipts first: the card slip's amount is not among them. */
function totalsOf(labelled: readonly LabelledLine[], papers: readonly Paper[]): string[] {
  const found = labelled.filter(each => each.label === 'total')
  const patterns = unique(found.map(each => each.pattern)).map(pattern => ({
    pattern,
    receipts: new Set(found.filter(each => each.pattern === pattern).map(each => each.receipt)),
  }))
  const open = new Set(papers.map((_, at) => at))
  const chosen: string[] = []
  for (const { pattern, receipts } of patterns.toSorted((a, b) => b.receipts.size - a.receipts.size)) {
    if (![...receipts].some(receipt => open.has(receipt))) continue
    for (const receipt of receipts) open.delete(receipt)
    chosen.push(pattern)
  }
  return chosen
}

function tendersOf(
  patternsOf: (...labels: AmountLabel[]) => string[],
  said: ReadonlyMap<string, string[]>,
  labelled: readonly LabelledLine[],
  papers: readonly Paper[],
  answers: Answers,
  { problems, questions }: Notes,
): Draft['tenders'] {
  const rows = [
    ...TENDERS.flatMap(kind => patternsOf(kind).map(pattern => ({ pattern, kind }))),
    ...(said.get('other') ?? []).map(pattern => ({ pattern, kind: 'other' as const })),
  ]
  const paid = new Set(
    labelled.filter(each => (TENDERS as readonly string[]).includes(each.label)).map(each => each.receipt),
  )
  const payouts = patternsOf('payout').map(pattern => ({ pattern, kind: 'cash' as const }))
  const change = patternsOf('change')
  if (rows.length > 0) {
    const without = papers.length - paid.size
    if (without > 0) problems.push(`${without} receipts print no known payment.`)
    return { rows, change, payouts }
  }
  const kind = tenderKinds.find(each => each === answers.get('payment'))
  if (kind === undefined)
    questions.push({
      id: 'payment',
      asks: 'No payment was found on any receipt. How are they paid?',
      line: null,
      receipts: papers.map((_, at) => at + 1),
      options: tenderKinds.map(value => ({
        value,
        means: `every receipt without a payment is paid by ${value}`,
      })),
    })
  return { rows, change, payouts, whenNone: { kind: kind ?? 'other', name: 'not printed' } }
}

function taxChoices(
  patterns: readonly string[],
  papers: readonly Paper[],
  labelled: readonly LabelledLine[],
  format: NumberFormat,
  total: string[],
  { problems }: Notes,
): Choice {
  const table = findTaxRows(papers, format).map(each => each.pattern)
  const isRow = (pattern: string) => /\{(rate|base|gross|mark)\}/.test(pattern)
  const rows = unique([...table, ...patterns.filter(isRow)])
  const sums = patterns.filter(pattern => !isRow(pattern))
  if (rows.length + sums.length === 0) {
    problems.push('No tax was found: sales are reported without tax, their amounts as printed.')
    return [{ taxes: { mode: 'none' } }]
  }
  const lacking =
    papers.length - new Set(labelled.filter(each => each.label === 'tax').map(each => each.receipt)).size
  const mayLack = lacking > 0 && table.length === 0
  if (mayLack) problems.push(`${lacking} receipts print no tax; the template allows that (taxes.mayLack).`)
  const marks = marksOf(table, papers, format)
  // GST and PST without their rates are two taxes, not one sum that is said twice
  const readings = [
    { sums, rows },
    ...(areSeveral(sums, labelled) ? [{ sums: [], rows: unique([...rows, ...sums]) }] : []),
  ]
  return readings.flatMap(reading =>
    [true, false].flatMap(complete =>
      (['included', 'added'] as const).flatMap(mode =>
        [0, 1].map(room => ({
          totals: { total, tax: reading.sums },
          taxes: { mode, rows: reading.rows, complete, room, mayLack, marks },
        })),
      ),
    ),
  )
}

/** Whether a receipt prints several of these lines of tax, with other amounts. */
function areSeveral(patterns: readonly string[], labelled: readonly LabelledLine[]): boolean {
  const ofReceipt = Map.groupBy(
    labelled.filter(each => each.label === 'tax' && patterns.includes(each.pattern)),
    each => each.receipt,
  )
  return [...ofReceipt.values()].some(lines => new Set(lines.map(line => line.value)).size > 1)
}

/** The rates of the marks, as the tables of taxes print them. A mark with two rates is left out. */
function marksOf(
  table: readonly string[],
  papers: readonly Paper[],
  format: NumberFormat,
): Record<string, number> {
  if (!table.some(pattern => pattern.includes('{mark}'))) return {}
  const found = new Map<string, Set<number>>()
  for (const { mark, rate } of findTaxRows(papers, format)) {
    if (mark === null || rate === null) continue
    found.set(mark, (found.get(mark) ?? new Set()).add(rate / 10_000))
  }
  return Object.fromEntries(
    [...found].flatMap(([mark, rates]) => (rates.size === 1 ? [[mark, [...rates][0] ?? 0] as const] : [])),
  )
}

function firstOfEach(labelled: readonly LabelledLine[]): readonly LabelledLine[] {
  return [...new Map(labelled.toReversed().map(each => [each.pattern, each] as const)).values()].toReversed()
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, 40)
}

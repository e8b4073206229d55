import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { type Currency, Currency as CurrencySchema } from '../../../shared/money.ts'
import { besideSale } from '../../codecs/receipt-templates/beside-sales.ts'
import { compileTemplate } from '../../codecs/receipt-templates/compile.ts'
import { maskedTexts } from '../../codecs/receipt-templates/masked.ts'
import { type Printed, paperLines } from '../../codecs/receipt-templates/paper.ts'
import { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'
import type { Choice, Draft } from './closing-choices.ts'
import { type Coverage, coverageOf, readsAsSale } from './coverage.ts'
import { factsOf, NOTHING_KNOWN } from './facts.ts'
import { findNumbers, type Paper } from './formats.ts'
import { notSalesOf } from './ignored-prints.ts'
import { lineQuestions, markQuestions } from './line-questions.ts'
import type { Evidence } from './notes.ts'
import type { Answers, Question } from './questions.ts'
import { taxLinesUnread } from './tax-rows.ts'

export interface Proposal {
  readonly template: ReceiptTemplate
  readonly evidence: readonly Evidence[]
  readonly coverage: Coverage
  /** What a person must answer, the first one first. No receipt is booked before. */
  readonly questions: readonly Question[]
  /** What the reader must know or decide, in plain words. */
  readonly problems: readonly string[]
}

export interface LearnOptions {
  readonly name?: string
  readonly currency?: Currency
  readonly answers?: Answers
  /** Prints that a person ignored because they are not sales: their headings become `notSales`. */
  readonly ignored?: readonly Printed[]
}

/** More samples add nothing but time. */
const MOST_SAMPLES = 200
/** Every combination of choices is tried on so many samples. */
const MOST_TRIED = 8
const MOST_LINES_SEARCHED = 1_500
const LONGEST_SEARCHED = 120
const MOST_COMBINATIONS = 1_500

/**
 * Proposes a template from receipts of one till, reads all of them with it, and says which of them add up and which
 * don't. What the samples leave open is tried in every combination; the one with which most of them add up wins. What they
 * can't decide is asked, and listed in `template.undecided` and `problems`; no receipt is booked while anything is undecided.
 */
export function proposeTemplate(receipts: readonly Printed[], options: LearnOptions = {}): Proposal {
  const answers = options.answers ?? new Map<string, string>()
  const samples = receipts.slice(0, MOST_SAMPLES).map(({ lines, images, codes = [] }) => ({
    lines: maskedTexts(lines).map(text => ({ text })),
    images,
    codes: codes.map(({ symbology, data }) => ({ symbology, data: maskCardNumbers(data) })),
  }))
  const looked = lookedInto(samples)
  const sales = withoutOtherPrints(looked)
  const papers = sales.map(each => each.paper)
  const placed = (receipt: number) => sales[receipt]?.sample ?? receipt
  const said = CurrencySchema.safeParse(answers.get('currency')?.toUpperCase())
  const given = options.currency ?? (said.success ? said.data : undefined)
  const facts = factsOf(
    papers,
    sales.map(({ sample }) => samples[sample]?.codes ?? []),
    given,
    answers,
  )
  const notSales = notSalesOf(options.ignored ?? [], papers)
  const base = { name: options.name ?? 'learned', notSales, ...facts.fixed }
  const currency = given ?? facts.currency
  const best = bestTemplate(base, facts.choices, samples, currency ?? CurrencySchema.parse('XXX'))
  const chosen = best ?? withoutItems(base)
  const marks = markQuestions(
    looked.map(each => each.paper),
    answers,
  )
  const template = { ...chosen, onSales: [...chosen.onSales, ...marks.onSales] }
  const coverage = coverageOf(samples, template, currency)
  const questions = [
    ...taxQuestions(samples, coverage, template, currency ?? CurrencySchema.parse('XXX'), answers),
    ...facts.questions.map(each => ({ ...each, receipts: each.receipts.map(one => placed(one - 1) + 1) })),
    ...marks.questions,
    ...lineQuestions(
      coverage,
      facts.unknown.map(line => ({ ...line, receipt: placed(line.receipt) })),
      answers,
    ),
  ]
  const problems = [...facts.problems]
  const undecided = [...facts.undecided, ...questions.map(openPoint)]
  if (best === null) undecided.push(ITEMS_UNKNOWN)
  if (receipts.length > MOST_SAMPLES) problems.push(`Only the first ${MOST_SAMPLES} receipts were looked at.`)
  if (coverage.sales === 0) undecided.push('no receipt could be read with it')
  if (coverage.unparsed > 0)
    problems.push(
      `${coverage.unparsed} of ${coverage.receipts} receipts could not be read, or do not add up; see each of them.`,
    )
  if (coverage.sales < 3)
    problems.push(
      'Fewer than three receipts add up: give more, with discounts, returns, card payments and several taxes.',
    )
  const decided = { ...template, undecided: undecided.slice(0, 50).map(each => each.slice(0, 500)) }
  return {
    template: currency === null ? decided : { ...decided, currency },
    evidence: [...facts.evidence, ...evidenceOf(decided)],
    coverage,
    questions,
    problems: [
      ...problems,
      ...(best === null ? [ITEMS_UNKNOWN] : []),
      ...facts.undecided.map(each => `Decide this yourself: ${each}.`),
    ],
  }
}

function openPoint({ asks, line }: Question): string {
  return line === null ? asks : `${asks} (${line})`
}

/** The combination of choices with which most of the first samples add up. */
function bestTemplate(
  base: Draft,
  choices: readonly Choice[],
  samples: readonly Printed[],
  currency: Currency,
): ReceiptTemplate | null {
  const combinations = choices.reduce<Partial<Draft>[]>(
    (all, choice) => all.flatMap(draft => choice.map(each => mergeDraft(draft, each))),
    [{}],
  )
  const tried = samples.filter(sample => sample.lines.length > 0).slice(0, MOST_TRIED)
  let best: { template: ReceiptTemplate; sales: number } | null = null
  for (const combination of combinations.slice(0, MOST_COMBINATIONS)) {
    const parsed = ReceiptTemplate.safeParse(mergeDraft(base, combination))
    if (!parsed.success) continue
    const sales = tried.filter(readsAsSale(parsed.data, currency)).length
    if (best === null || sales > best.sales) best = { template: parsed.data, sales }
    if (sales === tried.length) break
  }
  return best?.template ?? null
}

const ITEMS_UNKNOWN =
  'the lines of the items form no template: their names, quantities and amounts are printed in more than one way. Give samples of simpler receipts, or write "items" by hand as docs/receipt-templates.md shows'

/** What is known beside the items, so that a person can go on from it. No receipt is read with it. */
function withoutItems(base: Draft): ReceiptTemplate {
  const tried = ReceiptTemplate.safeParse({ ...base, items: NOTHING_KNOWN.items })
  return tried.success
    ? tried.data
    : ReceiptTemplate.parse({ ...NOTHING_KNOWN, name: base.name, numbers: base.numbers })
}

/** Lines that name a tax or are below the headings of a table of taxes, and from which nothing was read: tax is not left out unasked. */
function taxQuestions(
  samples: readonly Printed[],
  { results }: Coverage,
  template: ReceiptTemplate,
  currency: Currency,
  answers: Answers,
): readonly Question[] {
  if (answers.get('tax') === 'none' || template.totals.tax.length > 0) return []
  const papers = samples.map(sample => (paperLines(sample) ?? []).map(line => line.text))
  const unused = results.map(result => new Set(result.unused))
  const { format } = compileTemplate(template, currency).values
  const [first, ...more] = taxLinesUnread(papers, unused, format)
  if (first === undefined) return []
  return [
    {
      id: 'tax',
      asks: 'This line seems to say how much tax a sale holds, and nothing was read from it. May sales be told without it?',
      line: first.line,
      receipts: [...new Set([first, ...more].map(each => each.receipt + 1))],
      options: [{ value: 'none', means: 'yes: it is not a tax, or the books need no tax of this till' }],
    },
  ]
}

/** The lines of a sample that are searched, and its place among the samples, the first being 0. */
interface Looked {
  readonly paper: Paper
  readonly sample: number
}

/** The lines that are searched for patterns, few enough to finish in seconds. */
function lookedInto(samples: readonly Printed[]): readonly Looked[] {
  let room = MOST_LINES_SEARCHED
  return samples.flatMap((printed, sample) => {
    const lines = (paperLines(printed) ?? [])
      .map(line => line.text)
      .filter(text => text.length <= LONGEST_SEARCHED)
    const paper = lines.slice(0, room)
    room -= paper.length
    return paper.length === lines.length && paper.length > 0 ? [{ paper, sample }] : []
  })
}

/** The papers that may be sales: card slips and reports among the samples say nothing of the layout. */
function withoutOtherPrints(looked: readonly Looked[]): readonly Looked[] {
  const { numbers } = findNumbers(looked.map(each => each.paper))
  const compiled = compileTemplate(
    ReceiptTemplate.parse({ ...NOTHING_KNOWN, numbers }),
    CurrencySchema.parse('XXX'),
  )
  const sales = looked.filter(({ paper }) => {
    const lines = paper.map((text, at) => ({ number: at + 1, text }))
    return besideSale(lines, compiled, () => false) === null
  })
  return sales.length === 0 ? looked : sales
}

/** What the choice decided, for people. */
function evidenceOf({ items, taxes, totals }: ReceiptTemplate): Evidence[] {
  const found: Evidence[] = items.lines.map(as => ({ what: 'items', as, example: null }))
  for (const as of items.details) found.push({ what: 'below an item', as, example: null })
  for (const as of items.before) found.push({ what: 'above an item', as, example: null })
  for (const { pattern, of } of items.discounts)
    found.push({ what: `discount of the ${of}`, as: pattern, example: null })
  found.push({ what: 'tax', as: taxes.mode, example: null })
  if (totals.subtotal !== undefined)
    found.push({ what: 'subtotal means', as: totals.subtotal.means, example: null })
  return found
}

/** Puts one choice into a draft: lists that it leaves empty stay as they are. */
function mergeDraft<Left extends Partial<Draft>, Right extends Partial<Draft>>(
  draft: Left,
  choice: Right,
): Left & Right {
  const merged: Record<string, unknown> = { ...draft }
  for (const [key, value] of Object.entries(choice)) {
    const before = merged[key]
    const isPart = typeof value === 'object' && !Array.isArray(value) && typeof before === 'object'
    merged[key] = isPart ? { ...before, ...withoutEmpty(value) } : value
  }
  return merged as Left & Right
}

function withoutEmpty(value: object): object {
  return Object.fromEntries(
    Object.entries(value).filter(([, each]) => !(Array.isArray(each) && each.length === 0)),
  )
}

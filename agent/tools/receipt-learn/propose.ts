import type { z } from 'zod'
import { type Currency, Currency as CurrencySchema } from '../../../shared/money.ts'
import { maskCardNumbers } from '../../codecs/card-numbers/mask.ts'
import { compileTemplate } from '../../codecs/receipt-templates/compile.ts'
import { maskedTexts } from '../../codecs/receipt-templates/masked.ts'
import { type Printed, paperLines } from '../../codecs/receipt-templates/paper.ts'
import { type SaleReading, saleReader } from '../../codecs/receipt-templates/read-sale.ts'
import { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'
import { findLabelled, findNotSales, findTaxRows, type LabelledLine } from './closing-lines.ts'
import { findReceiptCode } from './code-fields.ts'
import { findDates, findNumbers, type Paper } from './formats.ts'
import { findHeader } from './header-lines.ts'
import { findItems } from './item-shapes.ts'
import type { amountLabels } from './labels.ts'

type Draft = z.input<typeof ReceiptTemplate>

export interface Evidence {
  /** What was found: `decimal sign`, `total`, `items` … */
  readonly what: string
  readonly as: string
  /** A line that shows it, card numbers masked. */
  readonly example: string | null
}

/** How one sample reads with the proposal. */
export interface SampleResult {
  /** The sample's place in the list, the first being 1. */
  readonly receipt: number
  readonly is: SaleReading['is']
  /** Number of items and the total in minor units, of a sale. */
  readonly items: number | null
  readonly total: number | null
  readonly code: string | null
  readonly why: string | null
}

export interface Proposal {
  readonly template: ReceiptTemplate
  readonly evidence: readonly Evidence[]
  readonly coverage: {
    readonly receipts: number
    readonly sales: number
    readonly notSales: number
    readonly unparsed: number
    readonly results: readonly SampleResult[]
  }
  /** What a person must know or settle, in plain words. */
  readonly problems: readonly string[]
}

/** More samples add nothing but time. */
const MOST_SAMPLES = 200
/** Every combination of what is open is tried on these. */
const MOST_TRIED = 8
const MOST_LINES_SEARCHED = 1_500
const LONGEST_SEARCHED = 120
const MOST_COMBINATIONS = 1_500
const TENDERS = ['cash', 'card', 'cheque', 'voucher', 'account'] as const

/**
 * Proposes a template from receipts of one till, reads all of them with it, and says which of them add up and which
 * don't. What the samples leave open is tried in every combination; that which makes most of them add up wins. What they
 * can't settle stands in `template.undecided` and `problems`: with it no receipt is booked.
 */
export function proposeTemplate(
  receipts: readonly Printed[],
  options: { readonly name?: string; readonly currency?: Currency } = {},
): Proposal {
  const samples = receipts.slice(0, MOST_SAMPLES).map(({ lines, images, codes = [] }) => ({
    lines: maskedTexts(lines).map(text => ({ text })),
    images,
    codes: codes.map(({ symbology, data }) => ({ symbology, data: maskCardNumbers(data) })),
  }))
  const papers = lookedInto(samples)
  const notSales = findNotSales(papers)
  const facts = factsOf(papers, codesOfSales(samples, papers), options.currency)
  const problems = [...facts.problems]
  const undecided = [...facts.undecided]
  const base = { name: options.name ?? 'learned', notSales, ...facts.fixed }
  const combinations = facts.choices.reduce<Partial<Draft>[]>(
    (all, choice) => all.flatMap(draft => choice.map(each => mergeDraft(draft, each))),
    [{}],
  )
  const currency = options.currency ?? facts.currency ?? CurrencySchema.parse('EUR')
  const tried = samples.filter(sample => sample.lines.length > 0).slice(0, MOST_TRIED)
  let best: { template: ReceiptTemplate; sales: number } | null = null
  for (const combination of combinations.slice(0, MOST_COMBINATIONS)) {
    const template = ReceiptTemplate.parse(mergeDraft(base, combination))
    const sales = tried.filter(readingWith(template, currency, sample => sample.is === 'sale')).length
    if (best === null || sales > best.sales) best = { template, sales }
    if (sales === tried.length) break
  }
  const chosen = best?.template ?? ReceiptTemplate.parse(base)
  const results = samples.map((sample, at) => resultOf(at + 1, readerWith(chosen, currency)(sample)))
  const count = (is: SaleReading['is']) => results.filter(result => result.is === is).length
  const coverage = {
    receipts: samples.length,
    sales: count('sale'),
    notSales: count('none'),
    unparsed: count('unparsed'),
    results,
  }
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
  const settled = { ...chosen, undecided: undecided.slice(0, 50) }
  return {
    template: options.currency === undefined && facts.currency === null ? settled : { ...settled, currency },
    evidence: [...facts.evidence, ...evidenceOf(settled)],
    coverage,
    problems: [...problems, ...undecided.map(each => `To be settled by you: ${each}.`)],
  }
}

/** The printed codes of those samples that a number is looked for in. */
function codesOfSales(samples: readonly Printed[], papers: readonly Paper[]) {
  return samples
    .filter(({ lines }) => lines.length > 0)
    .slice(0, papers.length)
    .map(({ codes = [] }) => codes)
}

/** The lines that are searched for patterns: enough to find all there is, few enough to be done in seconds. */
function lookedInto(samples: readonly Printed[]): readonly Paper[] {
  let room = MOST_LINES_SEARCHED
  return samples.flatMap(sample => {
    const lines = (paperLines(sample) ?? [])
      .map(line => line.text)
      .filter(text => text.length <= LONGEST_SEARCHED)
    const paper = lines.slice(0, room)
    room -= paper.length
    return paper.length === lines.length && paper.length > 0 ? [paper] : []
  })
}

function readerWith(template: ReceiptTemplate, currency: Currency) {
  return saleReader(template, {
    currency,
    zone: 'UTC',
    warehouse: 'learn',
    till: 'learn',
    skuOf: () => null,
  })
}

function readingWith(template: ReceiptTemplate, currency: Currency, is: (reading: SaleReading) => boolean) {
  const read = readerWith(template, currency)
  return (sample: Printed) => is(read(sample))
}

function resultOf(receipt: number, reading: SaleReading): SampleResult {
  if (reading.is === 'sale') {
    const total = reading.sale.tenders.reduce((sum, tender) => sum + tender.amount, 0)
    return { receipt, is: 'sale', items: reading.sale.lines.length, total, code: null, why: null }
  }
  const nothing = { receipt, is: reading.is, items: null, total: null }
  return reading.is === 'none'
    ? { ...nothing, code: null, why: reading.why }
    : { ...nothing, code: reading.error.code, why: reading.error.message }
}

interface Facts {
  readonly fixed: Omit<Draft, 'name' | 'notSales'>
  /** What the samples leave open: of each list, one. The first is the likeliest. */
  readonly choices: readonly (readonly Partial<Draft>[])[]
  readonly currency: Currency | null
  readonly evidence: readonly Evidence[]
  readonly problems: readonly string[]
  readonly undecided: readonly string[]
}

function factsOf(
  papers: readonly Paper[],
  codes: readonly NonNullable<Printed['codes']>[],
  given: Currency | undefined,
): Facts {
  const problems: string[] = []
  const undecided: string[] = []
  const evidence: Evidence[] = []
  const numbers = findNumbers(papers)
  const [own, other] = numbers.votes
  evidence.push({
    what: 'decimal sign',
    as: `"${numbers.numbers.decimal}", in ${own} amounts of ${own + other}`,
    example: null,
  })
  if (other * 5 > own)
    undecided.push(`the decimal sign: ${own} amounts have "${numbers.numbers.decimal}", ${other} the other`)
  const currency = given ?? numbers.currency
  if (currency === null)
    problems.push('No sign tells the currency; it must stand in the settings of the source.')
  const dates = findDates(papers)
  const [dateFormat] = dates.dates.formats
  if (dateFormat === undefined) undecided.push('no date was found')
  else evidence.push({ what: 'date', as: dateFormat, example: null })
  if (dates.rival !== null)
    undecided.push(
      `the order of day and month: "${dateFormat}" and "${dates.rival}" both fit. Give a receipt of a day after the 12th, or set dates.formats`,
    )
  if (dates.dates.times.length === 0) undecided.push('no time was found')

  const scratch = ReceiptTemplate.parse({
    name: 'scratch',
    numbers: numbers.numbers,
    dates: dates.dates,
    header: [],
    items: { lines: ['{name} {amount}'] },
    totals: { total: ['total {amount}'] },
    taxes: { mode: 'none' },
    tenders: { rows: [] },
  })
  const compiled = compileTemplate(scratch, currency ?? CurrencySchema.parse('EUR'))
  const header = findHeader(papers, dates, compiled.matchers)
  for (const { pattern, example, fields } of header)
    evidence.push({ what: fields.join(', '), as: pattern, example })
  const isNumbered = header.some(line => line.fields.includes('receipt'))
  const code = isNumbered ? null : findReceiptCode(codes)
  if (code !== null)
    evidence.push({
      what: 'receipt, in a printed code',
      as: code.code.pattern,
      example: `${code.code.symbologies?.join(', ')} ${code.example}`,
    })
  if (!isNumbered && code === null)
    problems.push(
      'No receipt number was found. Copies are then told by moment, total and till, which needs a time with seconds.',
    )
  if (!header.some(line => line.fields.includes('till')))
    problems.push('No till was found; that of the settings is taken.')

  const labelled = findLabelled(papers, compiled.values.format)
  const items = findItems({
    papers,
    labelled,
    format: compiled.values.format,
    values: compiled.values,
    matchers: compiled.matchers,
    isHeader: compiled.matchers(header.map(line => line.pattern)),
  })
  if (items.isBare)
    undecided.push(
      'the number before each article was taken for its quantity; nothing on the paper proves it',
    )
  if (items.hasNotes)
    problems.push('Lines among the items that say nothing known are passed over ("{text}" in items.details).')
  const outside = labelled.filter(line => !items.discounts.includes(line))
  const closing = closingOf(outside, papers, compiled.values.format)
  evidence.push(...closing.evidence)
  problems.push(...closing.problems)
  undecided.push(...closing.undecided)
  const notes = items.hasNotes ? ['{text}'] : []
  const itemsAt = (which: 'details' | 'before', after: readonly string[]) => ({
    items: {
      after: [...after],
      lines: [...items.lines],
      details: which === 'details' ? [...items.beside, ...notes] : notes,
      before: which === 'before' ? [...items.beside] : [],
      ignore: ['{rule}'],
    },
  })
  const sides = items.beside.length === 0 ? (['details'] as const) : (['details', 'before'] as const)
  const headings = items.headings.length === 0 ? [[]] : [[], items.headings.toReversed()]
  const rules = unique(items.discounts.map(each => each.pattern))
  const isNegative = items.discounts.filter(each => each.value < 0).length * 2 > items.discounts.length
  const printed = isNegative ? (['negative', 'positive'] as const) : (['positive', 'negative'] as const)
  const discounts =
    rules.length === 0
      ? []
      : [
          (['line', 'receipt'] as const).flatMap(of =>
            printed.map(sign => ({
              items: { lines: [], discounts: rules.map(pattern => ({ pattern, of, printed: sign })) },
            })),
          ),
        ]
  return {
    fixed: {
      numbers: numbers.numbers,
      dates: dates.dates,
      header: header.map(line => line.pattern),
      ...(code === null ? {} : { codes: [code.code] }),
      items: { lines: [...items.lines] },
      totals: { total: closing.totals },
      taxes: { mode: 'none' },
      tenders: closing.tenders,
    },
    choices: [
      headings.flatMap(after => sides.map(side => itemsAt(side, after))),
      ...discounts,
      ...closing.choices,
    ],
    currency,
    evidence,
    problems,
    undecided,
  }
}

function closingOf(
  labelled: readonly LabelledLine[],
  papers: readonly Paper[],
  format: Parameters<typeof findTaxRows>[1],
) {
  const evidence: Evidence[] = []
  const problems: string[] = []
  const undecided: string[] = []
  const patternsOf = (label: keyof typeof amountLabels) => {
    const found = labelled.filter(each => each.label === label)
    for (const pattern of unique(found.map(each => each.pattern)))
      evidence.push({
        what: label,
        as: pattern,
        example: found.find(each => each.pattern === pattern)?.example ?? null,
      })
    return unique(found.map(each => each.pattern))
  }
  const totals = patternsOf('total')
  if (totals.length === 0) undecided.push('no total was found')
  const choices: (readonly Partial<Draft>[])[] = []
  const total = totals.length === 0 ? ['total {amount}'] : totals
  choices.push(
    [total, ...(total.length > 1 ? total.map(each => [each]) : [])].map(each => ({
      totals: { total: each },
    })),
  )
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
  const wholeDiscounts = patternsOf('discount')
  if (wholeDiscounts.length > 0)
    choices.push([
      {},
      ...(['negative', 'positive'] as const).map(printed => ({
        totals: { total, discounts: wholeDiscounts.map(pattern => ({ pattern, printed })) },
      })),
    ])
  choices.push(...taxChoices(patternsOf('tax'), papers, labelled, format, total, problems))
  const rows = TENDERS.flatMap(kind => patternsOf(kind).map(pattern => ({ pattern, kind })))
  const paid = new Set(
    labelled.filter(each => (TENDERS as readonly string[]).includes(each.label)).map(each => each.receipt),
  )
  if (rows.length === 0)
    problems.push('No payment was found on any receipt: each is taken as paid by "other" (tenders.whenNone).')
  else if (paid.size < papers.length)
    problems.push(`${papers.length - paid.size} receipts name no payment that is known.`)
  const tenders = {
    rows,
    change: patternsOf('change'),
    ...(rows.length === 0 ? { whenNone: { kind: 'other' as const, name: 'not printed' } } : {}),
  }
  return { evidence, problems, undecided, totals: total, tenders, choices }
}

function taxChoices(
  patterns: readonly string[],
  papers: readonly Paper[],
  labelled: readonly LabelledLine[],
  format: Parameters<typeof findTaxRows>[1],
  total: string[],
  problems: string[],
): (readonly Partial<Draft>[])[] {
  const table = findTaxRows(papers, format).map(each => each.pattern)
  const isRow = (pattern: string) => /\{(rate|base|gross|mark)\}/.test(pattern)
  const rows = unique([...table, ...patterns.filter(isRow)])
  const sums = patterns.filter(pattern => !isRow(pattern))
  if (rows.length + sums.length === 0) {
    problems.push('No tax was found: sales are told without it, their amounts as printed.')
    return [[{ taxes: { mode: 'none' } }]]
  }
  const lacking =
    papers.length - new Set(labelled.filter(each => each.label === 'tax').map(each => each.receipt)).size
  const mayLack = lacking > 0 && table.length === 0
  if (mayLack) problems.push(`${lacking} receipts print no tax; the template lets that be (taxes.mayLack).`)
  const modes = [true, false].flatMap(complete =>
    (['included', 'added'] as const).flatMap(mode =>
      [0, 1].map(room => ({ totals: { total, tax: sums }, taxes: { mode, rows, complete, room, mayLack } })),
    ),
  )
  return [modes]
}

/** What the choice settled, for people. */
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

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, 40)
}

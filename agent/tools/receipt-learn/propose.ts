import type { z } from 'zod'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { type Currency, Currency as CurrencySchema } from '../../../shared/money.ts'
import { compileTemplate } from '../../codecs/receipt-templates/compile.ts'
import { maskedTexts } from '../../codecs/receipt-templates/masked.ts'
import { type Printed, paperLines } from '../../codecs/receipt-templates/paper.ts'
import { type SaleReading, saleReader } from '../../codecs/receipt-templates/read-sale.ts'
import { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'
import type { AmountLabel } from '../../codecs/receipt-templates/words.ts'
import { findLabelled, findTaxRows, type LabelledLine } from './closing-lines.ts'
import { findReceiptCode } from './code-fields.ts'
import { findDates, findNumbers, type Paper } from './formats.ts'
import { findHeader } from './header-lines.ts'
import { findItems } from './item-shapes.ts'

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
  /** What the reader must know or decide, in plain words. */
  readonly problems: readonly string[]
}

/** More samples add nothing but time. */
const MOST_SAMPLES = 200
/** Every combination of choices is tried on so many samples. */
const MOST_TRIED = 8
const MOST_LINES_SEARCHED = 1_500
const LONGEST_SEARCHED = 120
const MOST_COMBINATIONS = 1_500
const TENDERS = ['cash', 'card', 'cheque', 'voucher', 'account', 'bank'] as const

/**
 * Proposes a template from receipts of one till, reads all of them with it, and says which of them add up and which
 * don't. What the samples leave open is tried in every combination; the one with which most of them add up wins. What they
 * can't decide is listed in `template.undecided` and `problems`, and no receipt is booked while anything is undecided.
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
  const facts = factsOf(papers, codesOfSales(samples, papers), options.currency)
  const base = { name: options.name ?? 'learned', ...facts.fixed }
  const currency = options.currency ?? facts.currency ?? CurrencySchema.parse('EUR')
  const chosen = bestTemplate(base, facts.choices, samples, currency)
  const coverage = coverageOf(samples, chosen, currency)
  const problems = [...facts.problems]
  const undecided = [...facts.undecided]
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
  const decided = { ...chosen, undecided: undecided.slice(0, 50) }
  return {
    template: options.currency === undefined && facts.currency === null ? decided : { ...decided, currency },
    evidence: [...facts.evidence, ...evidenceOf(decided)],
    coverage,
    problems: [...problems, ...undecided.map(each => `Decide this yourself: ${each}.`)],
  }
}

/** The combination of choices with which most of the first samples add up. */
function bestTemplate(
  base: Draft,
  choices: Facts['choices'],
  samples: readonly Printed[],
  currency: Currency,
): ReceiptTemplate {
  const combinations = choices.reduce<Partial<Draft>[]>(
    (all, choice) => all.flatMap(draft => choice.map(each => mergeDraft(draft, each))),
    [{}],
  )
  const tried = samples.filter(sample => sample.lines.length > 0).slice(0, MOST_TRIED)
  let best: { template: ReceiptTemplate; sales: number } | null = null
  for (const combination of combinations.slice(0, MOST_COMBINATIONS)) {
    const template = ReceiptTemplate.parse(mergeDraft(base, combination))
    const sales = tried.filter(readingWith(template, currency, sample => sample.is === 'sale')).length
    if (best === null || sales > best.sales) best = { template, sales }
    if (sales === tried.length) break
  }
  return best?.template ?? ReceiptTemplate.parse(base)
}

function coverageOf(
  samples: readonly Printed[],
  template: ReceiptTemplate,
  currency: Currency,
): Proposal['coverage'] {
  const results = samples.map((sample, at) => resultOf(at + 1, readerWith(template, currency)(sample)))
  const count = (is: SaleReading['is']) => results.filter(result => result.is === is).length
  return {
    receipts: samples.length,
    sales: count('sale'),
    notSales: count('none'),
    unparsed: count('unparsed'),
    results,
  }
}

/** The printed codes of the samples that are searched for a number. */
function codesOfSales(samples: readonly Printed[], papers: readonly Paper[]) {
  return samples
    .filter(({ lines }) => lines.length > 0)
    .slice(0, papers.length)
    .map(({ codes = [] }) => codes)
}

/** The lines that are searched for patterns, few enough to finish in seconds. */
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

/** What the search found, for people; each step adds to it. */
interface Notes {
  readonly evidence: Evidence[]
  readonly problems: string[]
  readonly undecided: string[]
}

interface Facts extends Notes {
  readonly fixed: Omit<Draft, 'name'>
  /** What the samples leave open: of each list, one applies. The first is the likeliest. */
  readonly choices: readonly (readonly Partial<Draft>[])[]
  readonly currency: Currency | null
}

type Codes = readonly NonNullable<Printed['codes']>[]

function factsOf(papers: readonly Paper[], codes: Codes, given: Currency | undefined): Facts {
  const notes: Notes = { evidence: [], problems: [], undecided: [] }
  const { numbers, currency } = findNumberFormat(papers, given, notes)
  const dates = findDateFormat(papers, notes)
  const compiled = compileTemplate(
    ReceiptTemplate.parse({
      name: 'scratch',
      numbers,
      dates: dates.dates,
      header: [],
      items: { lines: ['{name} {amount}'] },
      totals: { total: ['total {amount}'] },
      taxes: { mode: 'none' },
      tenders: { rows: [] },
    }),
    currency ?? CurrencySchema.parse('EUR'),
  )
  const { header, code } = findReceiptFields(papers, codes, dates, compiled, notes)
  const labelled = findLabelled(papers, compiled.values.format)
  const items = findItems({
    papers,
    labelled,
    format: compiled.values.format,
    values: compiled.values,
    matchers: compiled.matchers,
    isHeader: compiled.matchers(header),
  })
  if (items.isBare)
    notes.undecided.push(
      'the number before each item was taken for its quantity; nothing on the paper proves it',
    )
  if (items.hasNotes)
    notes.problems.push('Unknown lines among the items are passed over ("{text}" in items.details).')
  const outside = labelled.filter(line => !items.discounts.includes(line))
  const closing = closingOf(outside, papers, compiled.values.format, notes)
  return {
    ...notes,
    fixed: {
      numbers,
      dates: dates.dates,
      header: [...header],
      ...(code === null ? {} : { codes: [code] }),
      items: { lines: [...items.lines] },
      totals: { total: closing.totals },
      taxes: { mode: 'none' },
      tenders: closing.tenders,
    },
    choices: [itemChoices(items), ...discountChoices(items), ...closing.choices],
    currency,
  }
}

function findNumberFormat(papers: readonly Paper[], given: Currency | undefined, notes: Notes) {
  const { numbers, votes, currency: found } = findNumbers(papers)
  const [own, other] = votes
  notes.evidence.push({
    what: 'decimal sign',
    as: `"${numbers.decimal}", in ${own} amounts of ${own + other}`,
    example: null,
  })
  if (other * 5 > own)
    notes.undecided.push(`the decimal sign: ${own} amounts have "${numbers.decimal}", ${other} the other`)
  const currency = given ?? found
  if (currency === null)
    notes.problems.push('No sign tells the currency. Set "currency" in the settings of the source.')
  return { numbers, currency }
}

function findDateFormat(papers: readonly Paper[], { evidence, undecided }: Notes): Dates {
  const found = findDates(papers)
  const [format] = found.dates.formats
  if (format === undefined) undecided.push('no date was found')
  else evidence.push({ what: 'date', as: format, example: null })
  if (found.rival !== null)
    undecided.push(
      `the order of day and month: "${format}" and "${found.rival}" both fit. Give a receipt of a day after the 12th, or set dates.formats`,
    )
  if (found.dates.times.length === 0) undecided.push('no time was found')
  return found
}

type Dates = ReturnType<typeof findDates>

/** The header's patterns, and the printed code that holds the receipt number when no line does. */
function findReceiptFields(
  papers: readonly Paper[],
  codes: Codes,
  dates: Dates,
  { matchers }: ReturnType<typeof compileTemplate>,
  { evidence, problems }: Notes,
) {
  const header = findHeader(papers, dates, matchers)
  for (const { pattern, example, fields } of header)
    evidence.push({ what: fields.join(', '), as: pattern, example })
  const isNumbered = header.some(line => line.fields.includes('receipt'))
  const found = isNumbered ? null : findReceiptCode(codes)
  if (found !== null)
    evidence.push({
      what: 'receipt, in a printed code',
      as: found.code.pattern,
      example: `${found.code.symbologies?.join(', ')} ${found.example}`,
    })
  if (!isNumbered && found === null)
    problems.push(
      'No receipt number was found. Copies are then recognised by time, total and till, which needs a time with seconds.',
    )
  if (!header.some(line => line.fields.includes('till')))
    problems.push('No till was found. The till of the settings is used.')
  return { header: header.map(line => line.pattern), code: found?.code ?? null }
}

type Items = ReturnType<typeof findItems>

function itemChoices({ lines, beside, headings, hasNotes }: Items): Partial<Draft>[] {
  const notes = hasNotes ? ['{text}'] : []
  const itemsAt = (which: 'details' | 'before', after: readonly string[]) => ({
    items: {
      after: [...after],
      lines: [...lines],
      details: which === 'details' ? [...beside, ...notes] : notes,
      before: which === 'before' ? [...beside] : [],
      ignore: ['{rule}'],
    },
  })
  const sides = beside.length === 0 ? (['details'] as const) : (['details', 'before'] as const)
  const afters = headings.length === 0 ? [[]] : [[], headings.toReversed()]
  return afters.flatMap(after => sides.map(side => itemsAt(side, after)))
}

/** Whether a discount belongs to its item or to the receipt, and with which sign it is printed. */
function discountChoices({ discounts }: Items): Partial<Draft>[][] {
  const rules = unique(discounts.map(each => each.pattern))
  if (rules.length === 0) return []
  const isNegative = discounts.filter(each => each.value < 0).length * 2 > discounts.length
  const signs = isNegative ? (['negative', 'positive'] as const) : (['positive', 'negative'] as const)
  return [
    (['line', 'receipt'] as const).flatMap(of =>
      signs.map(printed => ({
        items: { lines: [], discounts: rules.map(pattern => ({ pattern, of, printed })) },
      })),
    ),
  ]
}

function closingOf(
  labelled: readonly LabelledLine[],
  papers: readonly Paper[],
  format: Parameters<typeof findTaxRows>[1],
  { evidence, problems, undecided }: Notes,
) {
  const patternsOf = (label: AmountLabel) => {
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
    problems.push('No payment was found on any receipt: each counts as paid by "other" (tenders.whenNone).')
  else if (paid.size < papers.length)
    problems.push(`${papers.length - paid.size} receipts print no known payment.`)
  const tenders = {
    rows,
    change: patternsOf('change'),
    ...(rows.length === 0 ? { whenNone: { kind: 'other' as const, name: 'not printed' } } : {}),
  }
  return { totals: total, tenders, choices }
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
    problems.push('No tax was found: sales are reported without tax, their amounts as printed.')
    return [[{ taxes: { mode: 'none' } }]]
  }
  const lacking =
    papers.length - new Set(labelled.filter(each => each.label === 'tax').map(each => each.receipt)).size
  const mayLack = lacking > 0 && table.length === 0
  if (mayLack) problems.push(`${lacking} receipts print no tax; the template allows that (taxes.mayLack).`)
  const modes = [true, false].flatMap(complete =>
    (['included', 'added'] as const).flatMap(mode =>
      [0, 1].map(room => ({ totals: { total, tax: sums }, taxes: { mode, rows, complete, room, mayLack } })),
    ),
  )
  return [modes]
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

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].slice(0, 40)
}

import { type Currency, Currency as CurrencySchema, minorDigits } from '../../../shared/money.ts'
import { compileTemplate } from '../../codecs/receipt-templates/compile.ts'
import type { Printed } from '../../codecs/receipt-templates/paper.ts'
import { ReceiptTemplate } from '../../codecs/receipt-templates/template.ts'
import { type Choice, closingOf, type Draft } from './closing-choices.ts'
import { findLabelled } from './closing-lines.ts'
import { findReceiptCode } from './code-fields.ts'
import { findDates, findNumbers, type Paper } from './formats.ts'
import { findHeader } from './header-lines.ts'
import type { SeenLine } from './item-lines.ts'
import { findItems } from './item-shapes.ts'
import type { Notes } from './notes.ts'
import type { Answers } from './questions.ts'

export interface Facts extends Notes {
  readonly fixed: Omit<Draft, 'name' | 'notSales'>
  readonly choices: readonly Choice[]
  readonly currency: Currency | null
  /** Lines among the items with numbers that nothing explains. */
  readonly unknown: readonly SeenLine[]
}

type Codes = readonly NonNullable<Printed['codes']>[]

/** A template before anything is known of the layout. */
export const NOTHING_KNOWN = {
  name: 'scratch',
  dates: { formats: [], times: [] },
  header: [],
  items: { lines: ['{name} {amount}'] },
  totals: { total: ['total {amount}'] },
  taxes: { mode: 'none' },
  tenders: { rows: [] },
}

/** What the samples say of the layout, and what they leave open. */
export function factsOf(
  papers: readonly Paper[],
  codes: Codes,
  given: Currency | undefined,
  answers: Answers,
): Facts {
  const notes: Notes = { evidence: [], problems: [], undecided: [], questions: [] }
  const { numbers, currency } = findNumberFormat(papers, given, notes)
  const dates = findDateFormat(papers, answers, notes)
  const compiled = compileTemplate(
    ReceiptTemplate.parse({ ...NOTHING_KNOWN, numbers, dates: dates.dates }),
    currency ?? CurrencySchema.parse('XXX'),
  )
  const { format } = compiled.values
  const { header, code } = findReceiptFields(papers, codes, dates, compiled, notes)
  const labelled = findLabelled(papers, format)
  const items = findItems({
    papers,
    labelled,
    format,
    isHeader: compiled.matchers(header),
    isBareQuantity: yesOrNo(answers.get('quantity')),
    isCode: yesOrNo(answers.get('code')),
  })
  askOfItems(items, answers, notes)
  const isInItems = (line: (typeof labelled)[number]) =>
    items.discounts.some(each => each.receipt === line.receipt && each.at === line.line)
  const outside = labelled.filter(line => !isInItems(line))
  const closing = closingOf(outside, papers, format, answers, notes)
  return {
    ...notes,
    fixed: {
      numbers,
      dates: dates.dates,
      header: [...header],
      ...(code === null ? {} : { codes: [code] }),
      items: { lines: items.lines.length === 0 ? ['{name} {amount}'] : [...items.lines] },
      totals: { total: closing.totals, extras: closing.extras },
      taxes: { mode: 'none' },
      tenders: closing.tenders,
    },
    choices: [itemChoices(items, ignoredLines(answers)), ...discountChoices(items), ...closing.choices],
    currency,
    unknown: items.unknown,
  }
}

function yesOrNo(answer: string | undefined): boolean | null {
  return answer === undefined ? null : answer === 'yes'
}

function ignoredLines(answers: Answers): string[] {
  return [...answers].flatMap(([id, value]) =>
    id.startsWith('line:') && value === 'ignore' ? [id.slice('line:'.length)] : [],
  )
}

function findNumberFormat(papers: readonly Paper[], given: Currency | undefined, notes: Notes) {
  const {
    numbers,
    votes,
    currency: found,
    isSigned,
  } = findNumbers(papers, given === undefined ? undefined : minorDigits(given))
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
    notes.problems.push(
      `${isSigned ? 'The currency sign is that of several countries.' : 'No sign tells the currency.'} Give it with --currency, or set "currency" in the settings of the source.`,
    )
  return { numbers, currency }
}

function findDateFormat(
  papers: readonly Paper[],
  answers: Answers,
  { evidence, undecided, questions }: Notes,
): Dates {
  const found = findDates(papers)
  const [format] = found.dates.formats
  const { rival } = found
  if (format === undefined) undecided.push('no date was found')
  else evidence.push({ what: 'date', as: format, example: null })
  if (found.dates.times.length === 0) undecided.push('no time was found')
  if (rival === null || format === undefined) return found
  const said = [format, rival].find(each => each === answers.get('date'))
  if (said !== undefined) return { ...found, dates: { ...found.dates, formats: [said] } }
  questions.push({
    id: 'date',
    asks: `Which is the order of day and month: "${format}" and "${rival}" both fit. A receipt of a day after the 12th would tell`,
    line: null,
    receipts: papers.map((_, at) => at + 1),
    options: [format, rival].map(value => ({ value, means: `dates are ${value}` })),
  })
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

const YES_NO = [
  { value: 'yes', means: 'yes' },
  { value: 'no', means: 'no' },
]

function askOfItems(
  { bare, code, negative, hasNotes }: Items,
  answers: Answers,
  { questions, problems }: Notes,
): void {
  const about = (line: SeenLine) => ({ line: line.text.trim(), receipts: [line.receipt + 1] })
  if (bare !== null)
    questions.push({
      id: 'quantity',
      asks: 'Is the number before each item its quantity? It was taken for one; nothing on the paper proves it',
      ...about(bare),
      options: YES_NO,
    })
  if (code !== null)
    questions.push({
      id: 'code',
      asks: 'Is this the code of the item, as the POS and Shopify know it?',
      ...about(code),
      options: YES_NO,
    })
  if (negative !== null && answers.get('negative') !== 'returned')
    questions.push({
      id: 'negative',
      asks: 'Is an item with a minus one that was brought back? If it is a discount, add its line to items.discounts',
      ...about(negative),
      options: [{ value: 'returned', means: 'it was brought back: the quantity is negative' }],
    })
  if (hasNotes)
    problems.push('Lines without a number among the items are passed over ("{text}" in items.details).')
}

function itemChoices(items: Items, ignored: readonly string[]): Choice {
  const { lines, above, below, beside, headings, hasNotes, codeForms, hasNumberedNames } = items
  const notes = hasNotes && !above.includes('{name}') && !below.includes('{name}') ? ['{text}'] : []
  const itemsAt = (which: 'details' | 'before', after: readonly string[]) => ({
    items: {
      after: [...after],
      lines: lines.length === 0 ? ['{name} {amount}'] : [...lines],
      details: [...(which === 'details' ? beside : []), ...below, ...notes],
      before: [...(which === 'before' ? beside : []), ...above],
      ignore: ['{rule}', ...ignored],
      codeForms: [...codeForms],
      numberedNames: hasNumberedNames,
    },
  })
  const sides = beside.length === 0 ? (['details'] as const) : (['details', 'before'] as const)
  const afters = headings.length === 0 ? [[]] : [[], headings.toReversed()]
  return afters.flatMap(after => sides.map(side => itemsAt(side, after)))
}

/** Whether a discount belongs to its item or to the receipt. */
function discountChoices({ discounts }: Items): Choice[] {
  const rules = [...new Set(discounts.map(each => each.pattern))].slice(0, 40)
  if (rules.length === 0) return []
  const isNegative = discounts.filter(each => each.value < 0).length * 2 > discounts.length
  const printed = isNegative ? ('negative' as const) : ('positive' as const)
  return [
    (['line', 'receipt'] as const).map(of => ({
      items: { lines: [], discounts: rules.map(pattern => ({ pattern, of, printed })) },
    })),
  ]
}

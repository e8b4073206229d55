import { type Currency, decimalFromMinor } from '../../../shared/money.ts'
import type { ReadSample, SampleResult } from './coverage.ts'
import type { Proposal } from './propose.ts'
import type { Question } from './questions.ts'

const MOST_UNUSED = 12

/** A proposal for people: what was found, how each sample reads, the next question, what is left to do. */
export function learnText(proposal: Proposal): string {
  const { template, evidence, coverage, problems, questions } = proposal
  return [
    'Found:',
    ...evidence.map(
      ({ what, as, example }) => `  ${what}: ${as}${example === null ? '' : `    e.g. ${example}`}`,
    ),
    '',
    `Read with it: ${coverage.sales} of ${coverage.receipts} are sales that add up, ${coverage.notSales} are not sales, ${coverage.unparsed} could not be read.`,
    ...coverage.results.flatMap(result => resultText(result, template.currency ?? null)),
    ...refusedText(coverage.results),
    ...unusedText(coverage.results),
    '',
    ...(problems.length === 0 ? [] : ['Look at this:', ...problems.map(each => `  - ${each}`), '']),
    ...questionText(questions),
    ...(problems.length + questions.length === 0 ? ['Nothing is left open.', ''] : []),
  ].join('\n')
}

function resultText({ receipt, is, read, total, why }: SampleResult, currency: Currency | null): string[] {
  if (is === 'none') return [`  ${receipt}: no sale (${why})`]
  if (read === null) return []
  const money = (amount: number) => amountText(amount, currency)
  return [
    `  ${receipt}: adds up, ${read.number === '' ? 'no number' : read.number}, ${read.soldAt.replace('T', ' ')}, total ${money(total ?? 0)}`,
    ...read.items.map(item => `       ${itemText(item, money)}`),
    `       ${closingText(read, money)}`,
  ]
}

function itemText(
  { name, sku, quantity, net }: ReadSample['items'][number],
  money: (amount: number) => string,
) {
  return `${quantity / 1_000} x ${name}${sku === null ? '' : ` [${sku}]`}: net ${money(net)}`
}

function closingText({ tax, rounding, tenders }: ReadSample, money: (amount: number) => string): string {
  const paid = tenders.map(({ kind, name, amount }) => `${kind} ${money(amount)} (${name})`)
  return [
    `tax ${money(tax)}`,
    ...(rounding === 0 ? [] : [`rounding ${money(rounding)}`]),
    paid.length === 0 ? 'nothing paid' : `paid by ${paid.join(' and ')}`,
  ].join(', ')
}

function amountText(amount: number, currency: Currency | null): string {
  if (currency !== null) return `${decimalFromMinor(amount, currency)} ${currency}`
  const digits = Math.abs(amount).toString().padStart(3, '0')
  return `${amount < 0 ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`
}

/** Receipts that were not read, those with one reason together. */
function refusedText(results: readonly SampleResult[]): string[] {
  const groups = new Map<string, SampleResult[]>()
  for (const result of results) {
    if (result.is !== 'unparsed') continue
    const reason = `${result.code} ${(result.why ?? '').replace(/-?\d[\d.,]*/g, '0').replace(/"[^"]*"/g, '""')}`
    groups.set(reason, [...(groups.get(reason) ?? []), result])
  }
  return [...groups.values()].flatMap(group => {
    const [first] = group
    if (first === undefined) return []
    const who = group.map(each => each.receipt).join(', ')
    const line = first.line === null ? '' : `\n       the line: ${first.line}`
    return [
      `  ${who}: NOT READ, ${first.code}: ${group.length === 1 ? '' : `receipt ${first.receipt}: `}${first.why}${line}`,
    ]
  })
}

/** Lines that nothing was read from, each once, those of most receipts first. */
function unusedText(results: readonly SampleResult[]): string[] {
  const counts = new Map<string, number>()
  for (const { unused } of results)
    for (const line of new Set(unused.map(each => each.replace(/\d/g, '0'))))
      counts.set(line, (counts.get(line) ?? 0) + 1)
  const example = (shape: string) =>
    results.flatMap(each => each.unused).find(line => line.replace(/\d/g, '0') === shape) ?? shape
  const sorted = [...counts].toSorted((a, b) => b[1] - a[1])
  if (sorted.length === 0) return []
  return [
    '',
    'Lines of the sales that nothing was read from:',
    ...sorted.slice(0, MOST_UNUSED).map(([shape, count]) => `  ${example(shape)}    (${count} receipts)`),
    ...(sorted.length > MOST_UNUSED
      ? [`  and ${sorted.length - MOST_UNUSED} more; --json lists them for each receipt`]
      : []),
  ]
}

function questionText(questions: readonly Question[]): string[] {
  const [first] = questions
  if (first === undefined) return []
  const more = questions.length === 1 ? '' : ` (${questions.length - 1} more follow)`
  return [
    `Question${more}: ${first.asks}`,
    ...(first.line === null
      ? []
      : [`  ${first.line}    (receipt ${first.receipts.slice(0, 10).join(', ')})`]),
    ...first.options.map(({ value, means }) => `  --answer ${quoted(`${first.id}=${value}`)}    ${means}`),
    'Give the command again with the answer; answers add up.',
    '',
  ]
}

function quoted(text: string): string {
  return /^[\w:=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}

import { isStart } from '../../codecs/receipt-templates/amounts.ts'
import { type NumberFormat, scanRate } from '../../codecs/receipt-templates/number-format.ts'
import { amountLabel, hasTaxWord } from '../../codecs/receipt-templates/words.ts'
import { taxPattern } from './closing-lines.ts'
import type { Paper } from './formats.ts'
import { amountsIn, linePattern, rateIn, type Stretch } from './line-pattern.ts'

/** A row of a table of taxes: `A 19% 33.45 6.35 39.80`, or `21,00 10,33 2,17 12,50` below headings. */
export interface TableRow {
  readonly pattern: string
  readonly example: string
  readonly mark: string | null
  /** Parts per million. */
  readonly rate: number | null
}

/** The rows of tables of taxes: those with a percent sign, and those whose own figures prove what each of them is. */
export function findTaxRows(papers: readonly Paper[], format: NumberFormat): readonly TableRow[] {
  const signed = papers.flatMap(paper => paper.flatMap(text => signedRow(text, format) ?? []))
  const proofs = papers.map(paper => paper.map((text, line) => proofsOf(text, paper, line, format)))
  const votes = new Map<string, number>()
  for (const { pattern } of proofs.flat(2)) votes.set(pattern, (votes.get(pattern) ?? 0) + 1)
  // where a row's figures fit in several ways, the way that most rows share is meant
  const best = (rows: readonly TableRow[]) =>
    rows.toSorted((one, other) => (votes.get(other.pattern) ?? 0) - (votes.get(one.pattern) ?? 0)).slice(0, 1)
  return [...signed, ...proofs.flat().flatMap(best)]
}

function signedRow(text: string, format: NumberFormat): TableRow | null {
  const amounts = amountsIn(text, format)
  const rate = rateIn(text, format)
  if (amounts.length < 2 || rate === null) return null
  const pattern = taxPattern(text, amounts, format)
  const mark = /^([\p{L}\p{N}*#]{1,2})[ =:.)]+\d/u.exec(text.trim())?.[1] ?? null
  return pattern === null ? null : { pattern, example: text.trim(), mark, rate: rate.value }
}

type Figure = Stretch & { readonly value: number }

/** No country taxes goods higher; and what is below is a discount or a fee. In parts per million. */
const HIGHEST_RATE = 400_000
const LOWEST_RATE = 10_000
/** A heading is so many lines above its rows at most. */
const HEADING_ABOVE = 8

/**
 * What the figures of a row without a percent sign can be. Base and tax come to the gross amount, or the tax is the rate of one
 * of them and a heading above the row, or its own label, has a word for tax; nothing else is taken for a tax.
 */
function proofsOf(text: string, paper: Paper, line: number, format: NumberFormat): TableRow[] {
  if (text.includes('%')) return []
  const amounts = amountsIn(text, format)
  if (amounts.length < 2 || amounts.length > 4) return []
  const firstStart = Math.min(...numbersIn(text, format).map(each => each.start))
  const label = text.slice(0, firstStart).trim()
  if (label !== '' && !isMark(label) && !hasTaxWord(label)) return []
  const isHeaded =
    hasTaxWord(label) ||
    paper.slice(Math.max(0, line - HEADING_ABOVE), line).some(above => isHeading(above, format))
  const rates = numbersIn(text, format).filter(({ value }) => value >= LOWEST_RATE && value <= HIGHEST_RATE)
  const ways = [
    ...rates.map(rate => ({ rate, rest: amounts.filter(each => each.start !== rate.start) })),
    { rate: null, rest: amounts },
  ]
  return ways.flatMap(({ rate, rest }) =>
    placesOf(rest).flatMap(places => {
      if (!isProven(places, rate?.value ?? null, isHeaded)) return []
      const stretches: Stretch[] = [
        ...(rate === null ? [] : [{ ...rate, as: '{rate}' }]),
        { ...places.tax, as: '{tax}' },
        ...(places.base === null ? [] : [{ ...places.base, as: '{base}' }]),
        ...(places.gross === null ? [] : [{ ...places.gross, as: '{gross}' }]),
      ]
      const mark = isMark(label) ? label.replace(/[ =:.)]+$/, '') : null
      if (label !== '') stretches.push(labelled(text, mark ?? label, mark === null ? '{taxName}' : '{mark}'))
      const pattern = linePattern(text, stretches)
      return [{ pattern, example: text.trim(), mark, rate: rate?.value ?? null }]
    }),
  )
}

interface Places {
  readonly tax: Figure
  readonly base: Figure | null
  readonly gross: Figure | null
}

/** Which of the amounts is the tax, the base and the gross amount: every way to tell. */
function placesOf(amounts: readonly Figure[]): Places[] {
  return amounts.flatMap((tax): Places[] => {
    const others = amounts.filter(each => each !== tax)
    const [one, two, ...more] = others
    if (one === undefined || more.length > 0) return []
    if (two === undefined)
      return [
        { tax, base: one, gross: null },
        { tax, base: null, gross: one },
      ]
    return [
      { tax, base: one, gross: two },
      { tax, base: two, gross: one },
    ]
  })
}

function isProven({ tax, base, gross }: Places, rate: number | null, isHeaded: boolean): boolean {
  if (tax.value === 0) return false
  const whole = gross?.value ?? (base?.value ?? 0) + tax.value
  const net = base?.value ?? whole - tax.value
  if (net + tax.value !== whole || net === 0) return false
  const isNear = (expected: number) => Math.abs(expected - tax.value) <= 1
  if (rate !== null)
    return isNear((net * rate) / 1_000_000) && (isHeaded || (base !== null && gross !== null))
  const share = (tax.value / net) * 1_000_000
  return isHeaded && base !== null && gross !== null && share >= LOWEST_RATE && share <= HIGHEST_RATE
}

/** The numbers of a line that may be rates: `21`, `21,00`, `8.1`. */
function numbersIn(text: string, format: NumberFormat): Figure[] {
  const found: Figure[] = []
  for (let at = 0; at < text.length; ) {
    const scanned = isStart(text, at) ? scanRate(text, at, format) : null
    if (scanned !== null) found.push({ start: at, end: scanned.end, as: '{rate}', value: scanned.value })
    at = scanned?.end ?? at + 1
  }
  return found
}

function isMark(label: string): boolean {
  return /^[\p{L}\p{N}*#]{1,2}[ =:.)]*$/u.test(label)
}

/** A line of words that names tax and has no amount. */
function isHeading(text: string, format: NumberFormat): boolean {
  return hasTaxWord(text) && amountsIn(text, format).length === 0
}

function labelled(text: string, label: string, as: string): Stretch {
  const start = text.indexOf(label)
  return { start, end: start + label.length, as }
}

/** Lines that say something of tax and from which nothing was read: below a heading, or with a word of their own. */
export function taxLinesUnread(
  papers: readonly Paper[],
  unused: readonly ReadonlySet<string>[],
  format: NumberFormat,
) {
  return papers.flatMap((paper, receipt) =>
    paper.flatMap((text, line) => {
      const isUnread = unused[receipt]?.has(text.trim()) === true && amountsIn(text, format).length > 0
      if (!isUnread) return []
      const above = paper.slice(Math.max(0, line - HEADING_ABOVE), line)
      const isOfTable =
        above.some(each => isHeading(each, format)) && amountLabel(text.replace(/[\d.,]+/g, '')) === null
      return hasTaxWord(text) || isOfTable ? [{ line: text.trim(), receipt }] : []
    }),
  )
}

import { defineError } from '../../../shared/errors.ts'
import type { Currency } from '../../../shared/money.ts'
import type { World } from '../../../shared/world.ts'
import { type PreviewRow, previewSource } from '../../sources/preview.ts'
import { csv } from '../../sources/sales-files/csv/csv.ts'
import { askCurrency } from './ask-currency.ts'
import { columnsAsked } from './asked-columns.ts'
import { assumedIn } from './assumptions.ts'
import { type Candidate, type CsvGiven, candidatesOf, type Layout } from './candidates.ts'
import { answered, choose, type ReadingChoice } from './choose.ts'
import { clockAsked } from './clock-asked.ts'
import { type ColumnsFound, columnsFound } from './columns-found.ts'
import { creditsAsked, type SeriesMeant } from './credit-series.ts'
import { currenciesFound } from './currency-found.ts'
import { dateForms } from './date-forms.ts'
import { encodingFound } from './encoding-found.ts'
import type { FileToTry } from './file-to-try.ts'
import { meaningsFound } from './meanings-found.ts'
import { minusAsked } from './minus-asked.ts'
import { haveOneMoment, momentsAsked, withMomentInKey } from './moments-asked.ts'
import { filesLike, oneFile } from './one-file.ts'
import { type OpenQuestions, openQuestions } from './open-questions.ts'
import type { SourceProposal } from './proposal.ts'
import { expectText, tableIn } from './table.ts'
import { type Trial, trialOf } from './trial.ts'
import { unnamedPayments } from './unnamed-payments.ts'
import { unnamedTaxes } from './unnamed-taxes.ts'

export const valuesUnknown = defineError(
  'SOURCE_VALUES_UNKNOWN',
  ({ file, why }: { file: string; why: string }) =>
    `${file} can't be read: ${why} Have the POS export it in another form, or write the settings by hand, as docs/sources-files.md shows.`,
)

/**
 * Proposes settings for a file of rows, by its headings, its values and its own sums. The agent's own reader judges
 * every way to read it.
 * @throws SOURCE_LAYOUT_UNKNOWN, SOURCE_FILE_NOT_TEXT, SOURCE_FILE_EMPTY, SOURCE_VALUES_UNKNOWN, SOURCE_ANSWER_UNKNOWN
 */
export async function proposeSource(
  given: FileToTry,
  world: Pick<World, 'clock' | 'files' | 'log'>,
): Promise<SourceProposal<CsvGiven>> {
  const { file, folder, bytes, answers } = given
  expectText(file, bytes)
  const asking = openQuestions(answers)
  const named = columnsAsked(tableIn(file, bytes, encodingFound(bytes, asking)), asking)
  const currency = currencyOf(columnsFound(named), given, asking)
  const table = unnamedPayments(unnamedTaxes(named, currency, asking), currency, asking)
  const found = columnsFound(table)
  const store = { ...given.store, folder, files: [filesLike(file)], currency }
  const meanings = meaningsFound(found, asking, table.numberOnFirstRow)
  const layout: Layout = { table, found, meanings, store }
  const candidates = candidatesOf(layout)
  if (candidates.length === 0) throw valuesUnknown({ file, why: whyNothingFits(layout) })
  const clock = clockAsked(namedTimes(found), store.zone, asking)
  const ways = answered(candidates, answers, asking).map(way => withSettings(way, clockSetting(clock)))
  const plain = await chosenOf(ways, layout, given, world)
  const minus = minusAsked(plain.rows, asking)
  const moments = momentsAsked(layout, plain.candidate, asking)
  const series = meanings.refunds === null ? seriesAsked(layout, plain, asking) : null
  asking.expectAllUsed()
  const isOpen = [minus, moments, series].includes('open')
  const changes = [
    ...(minus === null || minus === 'open' ? [] : [(way: Candidate) => withSettings(way, { minus })]),
    ...(moments === 'apart' ? [(way: Candidate) => withMomentInKey(way, layout)] : []),
    ...(series === null || series === 'open' ? [] : [(way: Candidate) => withSeries(way, series, layout)]),
  ]
  const changed = ways.map(way => changes.reduce((left, change) => change(left), way))
  const { choice, ...read } =
    changes.length === 0 || isOpen ? plain : await chosenOf(changed, layout, given, world)
  return {
    kind: 'csv',
    layout: layoutText(read.candidate.settings),
    settings: read.candidate.settings,
    rows: read.rows,
    assumed: assumedIn(layout, { ...read, isProven: choice.isProven, unread: given.unread }),
    // what the minus means may answer it
    questions: [...asking.open, ...(choice.question === null || isOpen ? [] : [choice.question])],
    isProven: choice.isProven,
    fault: choice.trial.fault,
  }
}

interface Chosen extends Reading {
  readonly choice: ReadingChoice
}

/** What the best of the ways makes of the file. @throws SOURCE_VALUES_UNKNOWN */
async function chosenOf(
  ways: readonly Candidate[],
  layout: Layout,
  given: FileToTry,
  world: Pick<World, 'clock' | 'files' | 'log'>,
): Promise<Chosen> {
  const trials = ways.map(way => trialOf(way, layout.table))
  const choice = choose(trials, given.answers)
  if (choice === null) throw valuesUnknown({ file: given.file, why: whyNothingFits(layout) })
  return { choice, ...(await readWith(choice.trial, layout, given, world)) }
}

/** @throws SOURCE_VALUES_UNKNOWN where a file has several, SOURCE_ANSWER_UNKNOWN */
function currencyOf(found: ColumnsFound, { file, answers }: FileToTry, asking: OpenQuestions): Currency {
  const named = currenciesFound(found)
  const [first, ...more] = named
  if (more.length > 0)
    throw valuesUnknown({
      file,
      why: `it has amounts in ${named.join(' and ')}, and a source has one currency.`,
    })
  const amounts = [...found.amounts, ...found.totals, ...found.tenders].flatMap(({ values }) => values)
  return first !== undefined && !answers.has('currency') ? first : askCurrency(answers, asking, amounts)
}

function layoutText({ delimiter = 'auto', skipLines, rows }: CsvGiven): string {
  const signs = { ',': 'commas', ';': 'semicolons', '\t': 'tabs', '|': 'bars', auto: 'a delimiter' }
  const above = skipLines === undefined ? '' : `, headings on line ${skipLines + 1}`
  return `${signs[delimiter]} between columns${above}; ${rows === 'line' ? 'a row for each line sold' : 'a row for each receipt'}`
}

interface Reading {
  readonly candidate: Candidate
  readonly rows: readonly PreviewRow[]
}

async function readWith(
  { candidate, fault }: Trial,
  layout: Layout,
  given: FileToTry,
  world: Pick<World, 'clock' | 'files' | 'log'>,
): Promise<Reading> {
  if (fault !== null) return { candidate, rows: [] }
  const rows = await rowsOf(candidate, given, world)
  const byDay = keyWithDay(candidate, rows, layout)
  return byDay === null ? { candidate, rows } : { candidate: byDay, rows: await rowsOf(byDay, given, world) }
}

/** Numbers that begin again each day are told apart by the day, or by the moment where no column has the day alone. */
function keyWithDay(candidate: Candidate, rows: readonly PreviewRow[], layout: Layout): Candidate | null {
  const { single } = layout.found
  const { columns, date } = candidate.settings
  if (candidate.settings.oneMoment === true) return null
  if (!rows.some(({ problem }) => problem?.code === 'RECEIPT_NUMBER_REPEATED')) return null
  const isDay =
    columns?.time !== undefined ||
    !dateForms(single.get('date')?.values ?? []).some(each => each.format === date && each.hasTime)
  const day = columns?.businessDate ?? (isDay ? columns?.date : undefined)
  if (day === undefined) return haveOneMoment(layout, candidate) ? withMomentInKey(candidate, layout) : null
  const receipt = [columns?.receipt ?? []].flat()
  const number = single.get('receipt')?.heading ?? ''
  const keyed = { ...columns, receipt: [day, ...receipt], receiptNumber: number }
  return { ...candidate, settings: { ...candidate.settings, columns: keyed } }
}

function withSettings({ settings, ...way }: Candidate, more: Partial<CsvGiven>): Candidate {
  return { ...way, settings: { ...settings, ...more } }
}

const clockSetting = (clock: 'store' | 'utc') => (clock === 'store' ? {} : { timesIn: clock })

function namedTimes({ single }: ColumnsFound) {
  const columns = [single.get('date'), single.get('time')].filter(column => column !== undefined)
  return columns.map(({ heading, values }) => ({ name: heading, values }))
}

/** @throws SOURCE_ANSWER_UNKNOWN */
function seriesAsked({ found: { single } }: Layout, { rows }: Chosen, asking: OpenQuestions) {
  return creditsAsked(single.get('receipt')?.values ?? [], rows, asking)
}

/** Whether a receipt is a refund is what its number says. */
function withSeries({ settings, ...way }: Candidate, refunds: SeriesMeant, { found }: Layout): Candidate {
  const columns = { ...settings.columns, type: found.single.get('receipt')?.heading ?? '' }
  return { ...way, settings: { ...settings, columns, refunds } }
}

async function rowsOf(
  { settings }: Candidate,
  { file, bytes, source }: FileToTry,
  world: Pick<World, 'clock' | 'files' | 'log'>,
): Promise<PreviewRow[]> {
  const rows: PreviewRow[] = []
  // the file's name may hold signs that mean others in "files"
  const config = { source, kind: 'csv', settings: { ...settings, files: ['*'] } }
  for await (const row of previewSource(config, world, [csv(oneFile(file, bytes))])) rows.push(row)
  return rows
}

function whyNothingFits({ found: { single, amounts, totals, discounts }, table }: Layout): string {
  const named = (field: 'date' | 'time') => table.columns.find(({ meant }) => meant.has(field))
  const date = named('date') ?? named('time')
  const example = (column = date) =>
    `"${column?.heading ?? ''}" has values such as ${JSON.stringify(column?.values[0] ?? '')}`
  const time = table.columns.find(({ meant }) => meant.has('time'))
  if (!single.has('date')) return `${example()}; no known form of date reads all of them.`
  if (time !== undefined && time !== single.get('date') && !single.has('time') && time.values.length > 0)
    return `"${time.heading}" has values such as ${JSON.stringify(time.values[0])}; no known form of a time of day reads all of them.`
  if (discounts.length > 0 && amounts.length === 0)
    return `its prices are those before "${discounts[0]?.heading ?? ''}", and no column holds what was paid for a line.`
  if (amounts.length + totals.length === 0 && !single.has('price'))
    return 'no column holds amounts of money in every row that has one.'
  return 'its amounts are written in more than one way, or no column is the total or the amount of what was sold.'
}

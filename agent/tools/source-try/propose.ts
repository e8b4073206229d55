import { defineError } from '../../../shared/errors.ts'
import type { SourceId } from '../../../shared/ids.ts'
import { Currency } from '../../../shared/money.ts'
import type { World } from '../../../shared/world.ts'
import { type PreviewRow, previewSource } from '../../sources/preview.ts'
import { csv } from '../../sources/sales-files/csv/csv.ts'
import { assumedIn } from './assumptions.ts'
import { type Candidate, type CsvGiven, candidatesOf, type Layout, type StoreFacts } from './candidates.ts'
import { answered, choose } from './choose.ts'
import { columnsFound } from './columns-found.ts'
import { currencyFound, isCurrencyCode } from './currency-found.ts'
import { meaningsFound } from './meanings-found.ts'
import { filesLike, oneFile } from './one-file.ts'
import type { FileAnswers, FileQuestion } from './questions.ts'
import { tableIn } from './table.ts'
import { trialOf } from './trial.ts'

/** How a file of sales is to be read, and what that makes of it. */
export interface SourceProposal {
  readonly kind: 'csv'
  /** For `settings` of the source in agent.json. */
  readonly settings: CsvGiven
  /** What each record becomes with them. */
  readonly rows: readonly PreviewRow[]
  /** What the settings rest on that the file does not say. */
  readonly assumed: readonly string[]
  /** What only a person knows, the first to be answered first. */
  readonly questions: readonly FileQuestion[]
  /** Whether totals or payments in the file agree with what was read. */
  readonly isProven: boolean
  /** Why the file as a whole can't be read; null when it can. */
  readonly fault: { readonly code: string; readonly sentence: string } | null
}

/** The file to look at: its path, its first bytes, and what is known of its store. */
export interface FileToTry {
  readonly file: string
  readonly folder: string
  readonly bytes: Buffer
  readonly source: SourceId
  readonly store: Omit<StoreFacts, 'folder' | 'files' | 'currency'>
  readonly answers: FileAnswers
}

export const valuesUnknown = defineError(
  'SOURCE_VALUES_UNKNOWN',
  ({ file, why }: { file: string; why: string }) =>
    `${file} can't be read: ${why} Have the POS export it in another form, or write the settings by hand, as docs/sources-files.md shows.`,
)

/** Where no one has said it: amounts are read alike in most currencies. */
const SOME_CURRENCY = Currency.parse('EUR')

/**
 * Proposes settings for a file of rows, by its headings, its values and its own sums. The agent's own reader judges
 * every way to read it.
 * @throws SOURCE_LAYOUT_UNKNOWN, SOURCE_VALUES_UNKNOWN
 */
export async function proposeSource(
  given: FileToTry,
  world: Pick<World, 'clock' | 'files' | 'log'>,
): Promise<SourceProposal> {
  const { file, folder, bytes, answers } = given
  const table = tableIn(file, bytes)
  const found = columnsFound(table)
  const meanings = meaningsFound(found, answers)
  const said = answers.get('currency')?.toUpperCase() ?? null
  const currency = said !== null && isCurrencyCode(said) ? Currency.parse(said) : currencyFound(found)
  const store = { ...given.store, folder, files: [filesLike(file)], currency: currency ?? SOME_CURRENCY }
  const layout: Layout = { table, found, meanings, store }
  const trials = answered(candidatesOf(layout), answers).map(candidate => trialOf(candidate, table))
  const choice = choose(trials)
  if (choice === null) throw valuesUnknown({ file, why: whyNothingFits(layout) })
  const { candidate, fault } = choice.trial
  const questions = [
    ...(currency === null ? [CURRENCY] : []),
    ...meanings.questions,
    ...(choice.question === null ? [] : [choice.question]),
  ]
  const rows = fault === null ? await rowsOf(candidate, given, world) : []
  const assumed = assumedIn(layout, { candidate, isProven: choice.isProven, rows })
  return {
    kind: 'csv',
    settings: candidate.settings,
    rows,
    assumed,
    questions,
    isProven: choice.isProven,
    fault,
  }
}

const CURRENCY: FileQuestion = {
  id: 'currency',
  asks: 'In which currency are the amounts? Nothing in the file says it.',
  options: [{ value: 'EUR', means: 'its ISO code: EUR, GBP, USD, CHF, SEK …' }],
}

function whyNothingFits({ found: { single, amounts, totals }, table }: Layout): string {
  const named = (field: 'date' | 'time') => table.columns.find(({ meant }) => meant.has(field))
  const date = named('date') ?? named('time')
  const example = (column = date) =>
    `"${column?.heading ?? ''}" has values such as ${JSON.stringify(column?.values[0] ?? '')}`
  if (!single.has('date')) return `${example()}; no known form of date reads all of them.`
  if (amounts.length + totals.length === 0 && !single.has('price'))
    return 'no column holds amounts of money in every row that has one.'
  return 'its amounts are written in more than one way, or none of its columns is a total.'
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

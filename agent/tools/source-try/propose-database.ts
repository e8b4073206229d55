import { defineError, TillbridgeError } from '../../../shared/errors.ts'
import type { SourceId } from '../../../shared/ids.ts'
import type { World } from '../../../shared/world.ts'
import type { AnySourceKind } from '../../sources/source.ts'
import { askCurrency } from './ask-currency.ts'
import { firstRows, isPaidInFull, type KnownReading, knownAssumptions } from './known-reader.ts'
import { openQuestions } from './open-questions.ts'
import type { SourceProposal } from './proposal.ts'
import type { FileAnswers } from './questions.ts'

/** A database to look at: the setting `database`, and what is known of its store. */
export interface DatabaseToTry {
  readonly name: string
  readonly database: Readonly<Record<string, unknown>> & { readonly product: string }
  readonly source: SourceId
  readonly store: { readonly zone: string; readonly warehouse: string }
  readonly answers: FileAnswers
}

export const databaseUnknown = defineError(
  'SOURCE_DATABASE_UNKNOWN',
  ({ name, known }: { name: string; known: readonly string[] }) =>
    `${name} is not the database of a POS that this version knows (${known.join(', ')}), or its user may not read the tables. docs/adding-a-pos.md shows how to describe another POS.`,
)

interface Fitting {
  readonly kind: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly reading: KnownReading
  readonly warehouse: string | null
}

/**
 * Proposes settings for a POS's database: of the POS that are known, those whose tables are there.
 * @throws SOURCE_DATABASE_UNKNOWN, SOURCE_ANSWER_UNKNOWN, and what keeps the database from being opened
 */
export async function proposeDatabase(
  { name, database, source, store, answers }: DatabaseToTry,
  world: Pick<World, 'clock' | 'files' | 'log'>,
  kinds: readonly AnySourceKind[],
): Promise<SourceProposal> {
  const asking = openQuestions(answers)
  const currency = askCurrency(answers, asking)
  const own = { database, currency, zone: store.zone }
  const fitting: Fitting[] = []
  for (const { kind } of kinds) {
    const read = (settings: Readonly<Record<string, unknown>>) =>
      firstRows({ kind, settings, source }, world, kinds)
    const found = await fittingAs(kind, own, store.warehouse, read)
    if (found instanceof TillbridgeError) {
      const more = await askPoints(found.message, { answers, asking }, points =>
        fittingAs(kind, { ...own, points }, store.warehouse, read),
      )
      fitting.push(more ?? { kind, settings: own, reading: { rows: [], hasMore: false }, warehouse: null })
    } else if (found !== null) fitting.push(found)
  }
  const [first, ...more] = fitting
  if (first === undefined) throw databaseUnknown({ name, known: kinds.map(({ kind }) => kind) })
  const chosen = more.length === 0 ? first : (askWhich(fitting, asking) ?? first)
  asking.expectAllUsed()
  const { kind, settings, reading, warehouse } = chosen
  return {
    kind,
    layout: `the tables of ${kind} (${database.product})`,
    settings,
    rows: reading.rows,
    assumed: knownAssumptions(reading, { zone: store.zone, warehouse }),
    questions: asking.open,
    isProven: isPaidInFull(reading.rows),
    fault: null,
  }
}

function askWhich(
  fitting: readonly Fitting[],
  asking: ReturnType<typeof openQuestions>,
): Fitting | undefined {
  const asks = 'Which POS is it? Its tables are those of several.'
  const options = fitting.map(({ kind }) => ({ value: kind, means: kind }))
  const said = asking.ask({ id: 'pos', asks, options })
  return fitting.find(({ kind }) => kind === said)
}

/**
 * Asks which points of sale belong to this store, and reads those. Null: it is open.
 * @throws SOURCE_ANSWER_UNKNOWN, POINTS_OF_SALE_OPEN
 */
async function askPoints(
  asks: string,
  { answers, asking }: { readonly answers: FileAnswers; readonly asking: ReturnType<typeof openQuestions> },
  fitting: (points: readonly (number | string)[]) => Promise<Fitting | TillbridgeError | null>,
): Promise<Fitting | null> {
  const said = answers.get('points')
  const names = said?.split(',').map(point => point.trim()) ?? []
  const areNumbers = names.every(point => /^\d{1,9}$/.test(point))
  const found = said === undefined ? null : await fitting(areNumbers ? names.map(Number) : names)
  if (found instanceof TillbridgeError) throw found
  const value = said !== undefined && found !== null ? said : '1,2'
  const options = [{ value, means: 'those of this store as they are listed above, with commas: 1,2' }]
  asking.ask({ id: 'points', asks, options })
  return found
}

/** Null: it is another POS, or one that does not run on this product. An error: what its settings leave open. */
async function fittingAs(
  kind: string,
  own: Readonly<Record<string, unknown>>,
  warehouse: string,
  read: (settings: Readonly<Record<string, unknown>>) => Promise<KnownReading>,
): Promise<Fitting | TillbridgeError | null> {
  const ways = [
    { settings: own, warehouse: null },
    { settings: { ...own, warehouse }, warehouse },
  ]
  for (const way of ways) {
    try {
      return { ...way, kind, reading: await read(way.settings) }
    } catch (error) {
      if (!(error instanceof TillbridgeError)) throw error
      if (error.code === 'POS_SCHEMA_UNKNOWN' || error.code === 'SOURCE_SETTINGS_INVALID') return null
      if (error.code === 'POINTS_OF_SALE_OPEN') return error
      if (error.code !== 'WAREHOUSE_UNKNOWN') throw error // the second way says it
    }
  }
  return null
}

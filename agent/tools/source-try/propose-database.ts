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
    const found = await fittingAs(kind, own, store.warehouse, settings =>
      firstRows({ kind, settings, source }, world, kinds),
    )
    if (found !== null) fitting.push(found)
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

/** Null: it is another POS, or one that does not run on this product. */
async function fittingAs(
  kind: string,
  own: Readonly<Record<string, unknown>>,
  warehouse: string,
  read: (settings: Readonly<Record<string, unknown>>) => Promise<KnownReading>,
): Promise<Fitting | null> {
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
      if (error.code !== 'WAREHOUSE_UNKNOWN') throw error // the second way says it
    }
  }
  return null
}

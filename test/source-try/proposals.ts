import type { CsvGiven } from '../../agent/tools/source-try/candidates.ts'
import type { SourceProposal } from '../../agent/tools/source-try/proposal.ts'
import { proposeSource } from '../../agent/tools/source-try/propose.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'

/** What `sources try` makes of a file. */
export function propose(
  text: string,
  answers: Record<string, string> = {},
): Promise<SourceProposal<CsvGiven>> {
  const given = {
    file: 'sales.csv',
    folder: '/till',
    bytes: Buffer.from(text),
    source: SourceId.parse('sales'),
    store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
    unread: 0,
    answers: new Map(Object.entries(answers)),
  }
  return proposeSource(given, manualWorld())
}

/** `1: 2 A-1 2500` for each line of each sale; the code of each receipt that is refused. */
export async function linesOf(text: string, answers: Record<string, string> = {}): Promise<string[]> {
  const { rows } = await propose(text, answers)
  return rows.flatMap(({ event, problem }) =>
    event?.kind === 'sale.completed'
      ? event.lines.map(
          ({ sku, title, quantity, net }) => `${event.receipt}: ${quantity / 1_000} ${sku ?? title} ${net}`,
        )
      : (problem?.code ?? []),
  )
}

/** What a person must say. */
export async function asked(text: string, answers: Record<string, string> = {}): Promise<readonly string[]> {
  const { questions } = await propose(text, answers)
  return questions.map(({ id }) => id)
}

import type { AgentEvent } from '../../shared/events.ts'
import type { World } from '../../shared/world.ts'
import { configured, type SourceConfig } from './configured.ts'
import type { AnySourceKind, KnownRow, SourceMemory } from './source.ts'

/** One row of the POS as the source reads it now. */
export interface PreviewRow {
  readonly row: string
  readonly soldAt: string | null
  readonly state: KnownRow['state']
  /** What would be sent; null while the row waits to be whole. */
  readonly event: AgentEvent | null
  readonly problem: { readonly code: string; readonly sentence: string } | null
}

/**
 * Reads a source from its beginning, as a first start would, and shows what comes of each row, oldest first. Nothing
 * is kept or sent. Stop iterating to stop reading.
 * @throws what keeps the source as a whole from being read
 */
export async function* previewSource(
  config: SourceConfig,
  world: Pick<World, 'clock' | 'files' | 'log'>,
  kinds?: readonly AnySourceKind[],
): AsyncGenerator<PreviewRow> {
  const start = configured(config, kinds)
  const shown: PreviewRow[] = []
  const memory = forgetfulMemory(row => shown.push(row))
  const source = await start({
    source: config.source,
    memory,
    clock: world.clock,
    log: world.log,
    openReadOnly: file => world.files.database(file, { readOnly: true }),
    identity: file => world.files.identity(file),
  })
  try {
    for (let next = 'more'; next === 'more'; ) {
      next = await source.read()
      yield* shown.splice(0)
    }
  } finally {
    source.close()
  }
}

/** Remembers for one pass, and hands on what a journal would have kept. */
function forgetfulMemory(show: (row: PreviewRow) => void): SourceMemory {
  const rows = new Map<string, KnownRow>()
  return {
    mark: () => null,
    known: keys =>
      new Map(keys.flatMap(key => (rows.has(key) ? [[key, rows.get(key)]] : []) as [string, KnownRow][])),
    knownBetween: () => [],
    async commit({ events, known }) {
      const rest = [...events]
      for (const row of known) {
        rows.set(row.key, row)
        const event = row.state === 'waiting' ? null : (rest.shift() ?? null)
        const problem =
          event?.kind === 'source.row-refused' ? { code: event.code, sentence: event.sentence } : null
        show({ row: row.key, soldAt: row.soldAt.split(' ', 1)[0] || null, state: row.state, event, problem })
      }
    },
  }
}

import type { AgentEvent } from '../../shared/events.ts'
import type { World } from '../../shared/world.ts'
import { configured, type SourceConfig } from './configured.ts'
import { isFileRow } from './sales-files/file-memory.ts'
import type { AnySourceKind, KnownRow, SourceMemory } from './source.ts'
import { posDatabaseLocked } from './sql/server-problems.ts'

/** One row of the POS as the source reads it now; an item kept at several locations has a row for each. */
export interface PreviewRow {
  readonly row: string
  readonly soldAt: string | null
  readonly state: KnownRow['state']
  /** What would be sent; null while the row is incomplete. */
  readonly event: AgentEvent | null
  readonly problem: { readonly code: string; readonly sentence: string } | null
}

/**
 * Reads a source from its beginning, as a first start would, and shows the result of each row, oldest first. Nothing
 * is stored or sent. Stop iterating to stop reading.
 * @throws what keeps the source as a whole from being read
 */
export async function* previewSource(
  config: SourceConfig,
  world: Pick<World, 'clock' | 'files' | 'log'>,
  kinds: readonly AnySourceKind[],
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
    readText: file => world.files.readText(file),
  })
  try {
    for (let next = 'more'; next === 'more'; ) {
      next = await source.read()
      yield* shown.splice(0)
      if (next === 'busy') throw posDatabaseLocked({ seconds: 0 }) // part of the list would look like all of it
    }
  } finally {
    source.close()
  }
}

/** Remembers for one pass, and passes on what a journal would store. */
function forgetfulMemory(show: (row: PreviewRow) => void): SourceMemory {
  const rows = new Map<string, KnownRow>()
  return {
    mark: () => null,
    known: keys =>
      new Map(keys.flatMap(key => (rows.has(key) ? [[key, rows.get(key)]] : []) as [string, KnownRow][])),
    knownBetween: () => [],
    formerStoreAt: () => null,
    async commit({ events, known }) {
      const rest = [...events]
      for (const row of known) {
        rows.set(row.key, row)
        if (isFileRow(row)) continue
        for (const event of row.state === 'waiting' ? [null] : eventsOf(row, rest)) show(rowOf(row, event))
      }
    },
  }
}

/** A row's own events, which come before those of the rows after it. An item has one for each location. */
function eventsOf({ key }: KnownRow, rest: AgentEvent[]): readonly AgentEvent[] {
  const own = (event: AgentEvent): boolean => {
    const name = nameIn(event)
    return event.kind === 'source.row-refused' ? name === key : isNameOf(name, key)
  }
  const others = rest.findIndex(event => !own(event))
  return rest.splice(0, others < 0 ? rest.length : others)
}

function nameIn(event: AgentEvent): string {
  if ('row' in event) return event.row
  if ('receipt' in event) return event.receipt
  return 'entry' in event ? event.entry : ''
}

/** `receipts/4711` tells of 4711, `counts/12` of 12@shop. */
function isNameOf(name: string, key: string): boolean {
  const own = key.slice(key.indexOf('/') + 1)
  return name === own || name.startsWith(`${own}@`)
}

function rowOf(row: KnownRow, event: AgentEvent | null): PreviewRow {
  const problem = event?.kind === 'source.row-refused' ? { code: event.code, sentence: event.sentence } : null
  return { row: row.key, soldAt: row.soldAt.split(' ', 1)[0] || null, state: row.state, event, problem }
}

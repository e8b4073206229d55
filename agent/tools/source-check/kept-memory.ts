import type { AgentEvent } from '../../../shared/events.ts'
import type { KnownRow, SourceMemory } from '../../sources/source.ts'

/** A journal's side of a source that lasts as long as the check: a source that is opened again goes on with it. */
export interface KeptMemory extends SourceMemory {
  /** The events since the last call. */
  news(): readonly AgentEvent[]
}

export function keptMemory(): KeptMemory {
  const rows = new Map<string, KnownRow>()
  let mark: unknown = null
  let events: AgentEvent[] = []
  return {
    mark: () => mark,
    known: keys =>
      new Map(
        keys.flatMap(key => {
          const row = rows.get(key)
          return row === undefined ? [] : [[key, row] as const]
        }),
      ),
    knownBetween: (from, to, limit) =>
      [...rows.values()]
        .filter(({ soldAt }) => soldAt >= from && soldAt < to)
        .toSorted((one, other) => (one.soldAt < other.soldAt ? -1 : 1))
        .slice(0, limit),
    formerStoreAt: () => null,
    async commit(reading) {
      events.push(...reading.events)
      for (const row of reading.known) rows.set(row.key, row)
      if (reading.mark !== null) mark = reading.mark
    },
    news() {
      const told = events
      events = []
      return told
    },
  }
}

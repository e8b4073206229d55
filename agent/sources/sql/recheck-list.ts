import type { KnownRow } from '../source.ts'
import type { RowKind } from './row-kind.ts'

/** Rows that may read differently though nothing in them changes: one waits for time, one for an article. */
export interface Watch {
  note(kind: RowKind, key: string, state: KnownRow['state'] | null, since: number, now: number): void
  /** Keys whose time to settle has passed since they were noted. */
  due(kind: RowKind, now: number): readonly string[]
  all(kind: RowKind): readonly string[]
}

/** Beyond this the sweep alone finds them. */
const MOST_WATCHED = 500

export function watchList(settleMs: number): Watch {
  const lists = new Map<string, Map<string, number>>()
  const listOf = (kind: RowKind): Map<string, number> => {
    const list = lists.get(kind.name) ?? new Map<string, number>()
    lists.set(kind.name, list)
    return list
  }
  return {
    note(kind, key, state, since, now) {
      const list = listOf(kind)
      if (state !== 'waiting' && state !== 'refused') list.delete(key)
      else if (list.has(key) || list.size < MOST_WATCHED) {
        const dueAt = since + settleMs
        list.set(key, state === 'waiting' && dueAt > now ? dueAt : Number.POSITIVE_INFINITY)
      }
    },
    due: (kind, now) => [...listOf(kind)].filter(([, dueAt]) => dueAt <= now).map(([key]) => key),
    all: kind => [...listOf(kind).keys()],
  }
}

import type { KnownRow } from '../source.ts'
import type { RowKind } from './row-kind.ts'

/** Rows that may read differently though nothing in them changes: incomplete receipts, and refused rows whose item may be restored. */
export interface RecheckList {
  note(kind: RowKind, key: string, state: KnownRow['state'] | null, since: number, now: number): void
  /** Keys of incomplete rows whose grace period is over. */
  due(kind: RowKind, now: number): readonly string[]
  all(kind: RowKind): readonly string[]
}

/** Rows beyond this number are found by the full scan alone. */
const MOST_LISTED = 500

export function recheckList(graceMs: number): RecheckList {
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
      else if (list.has(key) || list.size < MOST_LISTED) {
        const dueAt = since + graceMs
        list.set(key, state === 'waiting' && dueAt > now ? dueAt : Number.POSITIVE_INFINITY)
      }
    },
    due: (kind, now) => [...listOf(kind)].filter(([, dueAt]) => dueAt <= now).map(([key]) => key),
    all: kind => [...listOf(kind).keys()],
  }
}

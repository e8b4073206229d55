import { isDue } from '../../../shared/back-off.ts'
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
  /** When a row is due, agent clock; null: only a change makes it worth reading. */
  const lists = new Map<string, Map<string, number | null>>()
  const listOf = (kind: RowKind): Map<string, number | null> => {
    const list = lists.get(kind.name) ?? new Map<string, number | null>()
    lists.set(kind.name, list)
    return list
  }
  return {
    note(kind, key, state, since, now) {
      const list = listOf(kind)
      if (state !== 'waiting' && state !== 'refused') list.delete(key)
      else if (list.has(key) || list.size < MOST_LISTED) {
        const dueAt = since + graceMs
        const waits = state === 'waiting' && dueAt > now
        // one that began later than now began while the clock was ahead
        list.set(key, waits ? Math.min(dueAt, now + graceMs) : null)
      }
    },
    due: (kind, now) =>
      [...listOf(kind)]
        .filter(([, dueAt]) => dueAt !== null && isDue(dueAt, now, graceMs))
        .map(([key]) => key),
    all: kind => [...listOf(kind).keys()],
  }
}

import { z } from 'zod'
import type { HubLife } from '../../shared/protocol.ts'
import { Life, type RecordedGeneration, UnknownSends } from './record-file.ts'

/** How far the database has come, as it says itself; kept under the setting `generation`. */
export const StoredGeneration = z.object({
  number: z.int(),
  sends: z.int(),
  /** A send of this number or a lower one may be in no record, as after a restore that no record was whole for; left out: 0. */
  unknownTo: z.int().optional(),
  /** Of which stores a till has shown that more was sent than the database knows: under that number or a lower one, in no record. */
  unknown: z.array(UnknownSends).optional(),
  /** Hub clock, ms: when it was last raised. A backup is at least as young as this. */
  at: z.int(),
  /** Hub clock, ms: when the database was last found to have been put back; left out: never. */
  restoredAt: z.int().optional(),
  /** The lives of hubs on this database, oldest first, each with the number that it began at. */
  lives: z.array(Life),
  /** Lives that the database was put back behind, and that a record told of; left out: none. */
  recordedLives: z.array(Life).optional(),
})
export type StoredGeneration = z.infer<typeof StoredGeneration>

/** Why the hub holds its database for older than it once was. */
export type RestoreCause = 'older' | 'forked' | 'no-record' | 'other-hub'

export type Comparison =
  /** The database has everything that the record knows of; `first`: this is its first hub that keeps a record. */
  { readonly kind: 'same' | 'first' } | { readonly kind: 'restored'; readonly cause: RestoreCause }

/**
 * Compares a database with the record beside it. The database is raised first and the record after it, so a record that
 * is ahead means that the database was put back. A record written in a life that the database has never heard of
 * belongs to a copy that went on without it.
 */
export function compareGenerations(
  hub: string,
  stored: StoredGeneration | null,
  recorded: RecordedGeneration | null,
): Comparison {
  if (recorded === null) return stored === null ? { kind: 'first' } : { kind: 'restored', cause: 'no-record' }
  if (recorded.hub !== hub)
    return stored === null ? { kind: 'first' } : { kind: 'restored', cause: 'other-hub' }
  if (stored === null || recorded.number > stored.number || recorded.sends > stored.sends)
    return { kind: 'restored', cause: 'older' }
  return hasLived(stored, recorded) ? { kind: 'same' } : { kind: 'restored', cause: 'forked' }
}

/** Whether the database was raised to that number in that life. */
function hasLived({ lives, number }: StoredGeneration, recorded: RecordedGeneration): boolean {
  return (
    lives.some(({ instance, from }) => instance === recorded.instance && from <= recorded.number) ||
    // a database that has had more lives than it remembers
    (lives.length >= MOST_LIVES && (lives[0]?.from ?? 0) > recorded.number && recorded.number < number)
  )
}

/**
 * Whether the database, or a record beside it, knows of the life that a till was served by. One that began before all
 * that are remembered tells nothing.
 */
export function knowsLife(stored: StoredGeneration, { id, from }: HubLife): boolean {
  const { lives, recordedLives = [] } = stored
  return (
    [...lives, ...recordedLives].some(({ instance }) => instance === id) ||
    (lives.length >= MOST_LIVES && (lives[0]?.from ?? 0) > from)
  )
}

/** How many lives a database remembers. */
export const MOST_LIVES = 200

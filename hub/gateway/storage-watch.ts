import type { Cancel, World } from '../../shared/world.ts'
import { type Db, transaction } from '../db/db.ts'
import { databaseCodeOf, isStorageFault } from '../db/errors.ts'
import { writeSetting } from '../db/setting.ts'

/** How often a database that takes no writes is tried, also when no till sends anything. */
const TRY_MS = 10_000
/** A small write may succeed where a till's batch fails: a success counts once no till has failed for so long. */
const QUIET_MS = 60_000

/** After so long without a write of its own, a database is tried: one without visitors may be full as well. */
const IDLE_MS = 60_000

/** The hub's database takes no writes: the code that it gives for it, and since when (hub clock, ms). */
export interface StorageProblem {
  readonly code: string
  readonly since: number
}

/** Knows without the database whether it takes writes, since one that is full or read-only can't be told. */
export interface StorageWatch {
  /** Null while writes succeed. */
  problem(): StorageProblem | null
  /** A write has succeeded; it ends the problem when none has failed for a minute. */
  stored(): void
  /** A till's write has failed. Only a fault of the whole database counts; one record's does not. */
  failed(error: unknown): void
  close(): void
}

export function openStorageWatch(parts: {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  readonly db: Db
  /** Runs work that the gateway waits for before it ends, and logs its failure. */
  background(work: Promise<void>): void
  changed(): void
}): StorageWatch {
  const { world, db, background, changed } = parts
  let problem: StorageProblem | null = null
  let cancel: Cancel | null = null
  let failedAt = 0
  let storedAt = world.clock.monotonicMs()
  let isClosed = false
  let cancelIdle = world.timers.after(IDLE_MS, tryWhenIdle)

  function tryWhenIdle(): void {
    cancelIdle = world.timers.after(IDLE_MS, tryWhenIdle)
    if (problem === null && world.clock.monotonicMs() - storedAt >= IDLE_MS) background(tryToWrite())
  }

  function tryLater(): void {
    if (!isClosed) cancel ??= world.timers.after(TRY_MS, () => background(tryToWrite()))
  }

  async function tryToWrite(): Promise<void> {
    cancel = null
    try {
      await transaction(db, tx => writeSetting(tx, 'storage-tried-at', String(world.clock.now())))
      stored()
      if (problem !== null) tryLater()
    } catch (error) {
      noteFailure(error) // this write depends on nothing that a till sent: whatever stops it stops every write
    }
  }

  function stored(): void {
    storedAt = world.clock.monotonicMs()
    if (problem === null || world.clock.monotonicMs() - failedAt < QUIET_MS) return
    world.log.info({ ...problem }, 'the database takes writes again')
    problem = null
    cancel?.()
    cancel = null
    changed()
  }

  function failed(error: unknown): void {
    if (isStorageFault(error)) noteFailure(error)
  }

  function noteFailure(error: unknown): void {
    const code = databaseCodeOf(error) || 'UNKNOWN'
    failedAt = world.clock.monotonicMs()
    if (problem?.code !== code) {
      problem = { code, since: problem?.since ?? world.clock.now() }
      world.log.error({ ...problem, error }, 'the database takes no writes')
      changed()
    }
    tryLater()
  }

  return {
    problem: () => problem,
    stored,
    failed,
    close() {
      isClosed = true
      cancel?.()
      cancelIdle()
    },
  }
}

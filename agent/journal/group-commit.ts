import { sqliteCodeOf } from '../../shared/durable-sqlite.ts'
import type { Timers } from '../../shared/world.ts'
import type { JournalDb } from './part.ts'

export interface GroupCommit {
  /**
   * Runs `write` in the next transaction, together with whatever else is waiting: one fsync for all of them.
   * Resolves once durable. A `write` that throws undoes only itself.
   */
  run<T>(write: () => T): Promise<T>
  /** Commits what is waiting now. */
  flush(): void
  /** Rejects what is waiting: nothing may be written any more. */
  abandon(error: unknown): void
}

/** SQLite itself waits only so long for another program's lock, since the agent does nothing else meanwhile. */
export const BUSY_MS = 100
const LOCKED_AGAIN_MS = 100
const MOST_LOCKED = 100

const isLocked = (error: unknown) => /^SQLITE_BUSY/.test(sqliteCodeOf(error))

interface Waiting {
  attempt(): () => void
  reject(error: unknown): void
}

/**
 * Gathers writes until the current input has been handled and commits them at once.
 * @param rolledBack called after a transaction was undone, before anyone is told
 * @param isWaiting called when another program has the file locked: what waits is tried again, for twenty seconds
 * @param commitFailed tells what a failed COMMIT means; it decides whether the journal may go on
 */
export function openGroupCommit(
  db: JournalDb,
  timers: Timers,
  rolledBack: () => void,
  commitFailed: (error: unknown) => void,
  isWaiting: () => void = () => {},
): GroupCommit {
  let waiting: Waiting[] = []
  let scheduled = false
  /** How often in a row another program had the file locked. */
  let locked = 0
  /** A savepoint inside the group's transaction; built once, since building one costs as much as an insert. */
  const guarded = db.transaction((write: () => unknown) => write())
  const commitAll = db.transaction((entries: readonly Waiting[]) => entries.map(entry => entry.attempt()))

  function flush(): void {
    const entries = waiting
    waiting = []
    scheduled = false
    if (entries.length === 0) return
    let resolves: (() => void)[]
    try {
      resolves = commitAll.immediate(entries)
      locked = 0
    } catch (error) {
      rolledBack()
      if (isLocked(error) && locked < MOST_LOCKED) {
        if (locked === 0) isWaiting()
        locked += 1
        waiting = [...entries, ...waiting]
        scheduled = true
        timers.after(LOCKED_AGAIN_MS, flush)
        return
      }
      commitFailed(error)
      for (const entry of entries) entry.reject(error)
      return
    }
    for (const resolve of resolves) resolve()
  }

  return {
    run: <T>(write: () => T) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({
          reject,
          attempt() {
            try {
              const value = guarded(write) as T
              return () => resolve(value)
            } catch (error) {
              if (!db.inTransaction) throw error // SQLite itself gave the whole transaction up (disk full, I/O error)
              rolledBack()
              return () => reject(error)
            }
          },
        })
        if (scheduled) return
        scheduled = true
        timers.soon(flush)
      }),
    flush,
    abandon(error) {
      for (const entry of waiting.splice(0)) entry.reject(error)
    },
  }
}

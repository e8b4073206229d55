import type { Timers } from '../../shared/world.ts'
import { type Changed, openChanges } from './changes.ts'
import { openGroupCommit } from './group-commit.ts'
import type { JournalFile } from './journal-file.ts'

/** The two ways to write to the journal; both tell listeners what changed once it is durable. */
export interface Writes {
  /** Runs `work` in the next group's transaction; resolves once that would survive a power cut. */
  soon<T>(work: () => T): Promise<T>
  /** A write outside the group: acks, commands, renewals, pruning. */
  now<T>(work: () => T): T
  /** Says, inside a write, what changes with it. */
  mark(topic: string): void
  onChange(listener: (changed: Changed) => void): () => void
  /** Commits what is waiting. */
  flush(): void
  /** Rejects what is waiting. */
  abandon(error: unknown): void
}

/** @param reload called after a rollback: what is in memory follows the file again */
export function openJournalWrites(file: JournalFile, timers: Timers, reload: () => void): Writes {
  const changes = openChanges()
  const group = openGroupCommit(
    file.db,
    timers,
    () => {
      try {
        reload()
      } catch (cause) {
        file.distrust(cause)
      }
    },
    file.writeFailed,
    file.lockedByAnother,
  )
  return {
    async soon(work) {
      file.demandWhole()
      const changed = new Set<string>()
      const value = await group.run(() => changes.during(changed, work))
      file.written()
      changes.say(changed)
      return value
    },
    now<T>(work: () => T): T {
      file.demandWhole()
      const changed = new Set<string>()
      let value: T
      try {
        value = changes.during(changed, work)
      } catch (error) {
        file.writeFailed(error)
        throw error
      }
      file.written()
      changes.say(changed)
      return value
    },
    mark: changes.mark,
    onChange: changes.onChange,
    flush: group.flush,
    abandon: group.abandon,
  }
}

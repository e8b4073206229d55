import type { Clock } from '../../../shared/world.ts'
import type { SourceMemory } from '../source.ts'
import { FileMemory, fileRowName, identityRowName, isSameFile, newFile, underRules } from './file-memory.ts'
import type { SalesFile } from './sales-files.ts'

/** A file of the folder, and what is known of it. */
export interface TrackedFile {
  file: SalesFile
  memory: FileMemory
  /** Monotonic ms from which it counts as resting, unless it is written before. */
  restsAt: number
}

export interface FileQueue {
  /** The folder as it is now, oldest first. */
  update(files: readonly SalesFile[]): void
  /** Asks the memory for the next few files that were not seen before; false: there are none. */
  recall(): boolean
  /** The next file to read; null: none for now. */
  next(): TrackedFile | null
  isResting(tracked: TrackedFile): boolean
  /** It yields nothing more for now: it is read again when it rests or is written. */
  later(tracked: TrackedFile): void
  /** It yields nothing more until it is written. */
  done(tracked: TrackedFile): void
}

export interface FileQueueParts {
  readonly memory: SourceMemory
  readonly clock: Clock
  readonly rules: string
  readonly quietMs: number
  /** What is known of the file that was being read when the source was last closed. */
  readonly interrupted: { readonly name: string; readonly memory: FileMemory } | null
}

const RECALLED_A_STEP = 100
/** A file last written this long ago counts as resting, even if it was first seen just now. */
const LONG_AGO_MS = 60_000

/** Decides which file is read next: first those that changed, then those that now rest. */
export function fileQueue({ memory, clock, rules, quietMs, interrupted }: FileQueueParts): FileQueue {
  let tracked = new Map<string, TrackedFile>()
  let unknown: SalesFile[] = []
  /** Files that were gone at the last look, by identity: one may have another name now. */
  let departed = new Map<string, FileMemory>()
  const changed = new Set<TrackedFile>()
  /** Files to read again once they rest: monotonic ms at which each is due. */
  const resting = new Map<TrackedFile, number>()

  const isResting = ({ file, restsAt }: TrackedFile): boolean =>
    clock.monotonicMs() >= restsAt || clock.now() - file.writtenMs >= Math.max(quietMs, LONG_AGO_MS)

  const note = (each: TrackedFile): void => {
    changed.delete(each)
    resting.delete(each)
    if (!isSameFile(each.memory.seen, each.file)) changed.add(each)
    else if (!each.memory.isFinished) resting.set(each, isResting(each) ? clock.monotonicMs() : each.restsAt)
  }

  const recalled = (rows: readonly string[]): ReadonlyMap<string, FileMemory> =>
    new Map(
      [...memory.known(rows)].flatMap(([row, { told }]) =>
        told === null ? [] : [[row, FileMemory.parse(JSON.parse(told))] as const],
      ),
    )

  return {
    isResting,
    update(files) {
      const now = new Map<string, TrackedFile>()
      unknown = []
      for (const file of files) {
        const before = tracked.get(file.name)
        if (before === undefined) unknown.push(file)
        else {
          now.set(file.name, before)
          if (isSameFile(before.file, file)) continue
          before.file = file
          before.restsAt = clock.monotonicMs() + quietMs
          note(before)
        }
      }
      const gone = [...tracked].filter(([name]) => !now.has(name)).map(([, each]) => each)
      for (const each of gone) {
        changed.delete(each)
        resting.delete(each)
      }
      departed = new Map(gone.map(({ file, memory: known }) => [file.identity, known]))
      tracked = now
    },
    recall() {
      if (unknown.length === 0) return false
      const files = unknown.splice(0, RECALLED_A_STEP)
      const named = recalled(files.map(file => fileRowName(file.name)))
      const newcomers = files.filter(file => !named.has(fileRowName(file.name)))
      const formerNames = memory.known(newcomers.map(file => identityRowName(file.identity)))
      const formerRow = ({ identity }: SalesFile) =>
        fileRowName(formerNames.get(identityRowName(identity))?.told ?? '')
      const former = recalled(newcomers.map(formerRow))
      for (const file of files) {
        const known =
          (interrupted?.name === file.name ? interrupted.memory : undefined) ??
          named.get(fileRowName(file.name)) ??
          departed.get(file.identity) ??
          former.get(formerRow(file))
        const each = {
          file,
          memory: known === undefined ? newFile(rules) : underRules(known, rules),
          restsAt: clock.monotonicMs() + quietMs,
        }
        tracked.set(file.name, each)
        note(each)
      }
      return true
    },
    next() {
      for (const each of changed) {
        changed.delete(each)
        return each
      }
      const now = clock.monotonicMs()
      for (const [each, dueAt] of resting)
        if (now >= dueAt) {
          resting.delete(each)
          return each
        }
      return null
    },
    later(each) {
      changed.delete(each)
      resting.set(each, clock.monotonicMs() + quietMs)
    },
    done(each) {
      changed.delete(each)
      resting.delete(each)
    },
  }
}

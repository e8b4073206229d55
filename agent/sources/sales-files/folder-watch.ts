import type { Clock } from '../../../shared/world.ts'
import { isNamed } from './name-patterns.ts'
import { salesFolderMissing, salesFolderUnreadable } from './problems.ts'
import type { SalesFile, SalesFiles } from './sales-files.ts'

export interface FolderWatchParts {
  readonly files: SalesFiles
  readonly clock: Clock
  readonly folder: string
  /** Patterns with * and ?. */
  readonly names: readonly string[]
  readonly how: 'system' | 'poll'
  readonly pollMs: number
}

/** The files of a folder that a source reads, whenever it is time to look. */
export interface FolderWatch {
  isDue(): boolean
  /** Oldest first. @throws JOURNAL_FOLDER_MISSING, JOURNAL_FOLDER_UNREADABLE */
  look(): Promise<readonly SalesFile[]>
  close(): void
}

/** A folder that takes long to list is listed less often: at most a twentieth of the time goes into it. */
const REST = 20
/** The system tells of each of many writes: they wait so long for each other. */
const GATHER_MS = 200

/** Looks when the system says that something changed, and every few seconds whatever it says. */
export function watchFolder({ files, clock, folder, names, how, pollMs }: FolderWatchParts): FolderWatch {
  let hasChanged = true
  let lookedAt = Number.NEGATIVE_INFINITY
  let restMs = 0
  const stop = how === 'poll' ? () => undefined : files.watch(folder, () => (hasChanged = true))
  return {
    isDue() {
      const since = clock.monotonicMs() - lookedAt
      return since >= Math.max(hasChanged ? GATHER_MS : pollMs, restMs)
    },
    async look() {
      const start = clock.monotonicMs()
      lookedAt = start
      hasChanged = false
      const found = await listed(files, folder)
      restMs = (clock.monotonicMs() - start) * REST
      return found
        .filter(({ name, bytes }) => bytes > 0 && names.some(pattern => isNamed(name, pattern)))
        .sort((a, b) => a.writtenMs - b.writtenMs || (a.name < b.name ? -1 : 1))
    },
    close: stop,
  }
}

async function listed(files: SalesFiles, folder: string): Promise<readonly SalesFile[]> {
  let found: readonly SalesFile[] | null
  try {
    found = await files.list(folder)
  } catch (error) {
    throw salesFolderUnreadable({ folder, reason: error instanceof Error ? error.message : '' }, error)
  }
  if (found === null) throw salesFolderMissing({ folder })
  return found
}

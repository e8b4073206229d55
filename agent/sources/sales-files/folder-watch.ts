import type { Clock } from '../../../shared/world.ts'
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

/** Whether a name is as the pattern says, upper and lower case alike: `*` is any characters, `?` is one. */
export function isNamed(name: string, pattern: string): boolean {
  const text = name.toLowerCase()
  const like = pattern.toLowerCase()
  let at = 0
  let place = 0
  let star = -1
  let starAt = 0
  while (at < text.length) {
    if (like[place] === '*') {
      star = place
      starAt = at
      place += 1
    } else if (like[place] === '?' || like[place] === text[at]) {
      at += 1
      place += 1
    } else if (star >= 0) {
      // the last star takes one character more
      starAt += 1
      at = starAt
      place = star + 1
    } else return false
  }
  return [...like.slice(place)].every(each => each === '*')
}

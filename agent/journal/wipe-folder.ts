import { basename, dirname, join } from 'node:path'
import { openDurable } from '../../shared/durable-sqlite.ts'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { ownerIn } from './other-store.ts'

/** What belongs to a journal's file, and notes about it. */
const NO_JOURNAL = /(-wal|-shm|-journal|\.ballast|\.check|\.salvaged|\.other-stores|\.wipe|\.aside)$/

/** The other journals in the folder of the one at `path`: of former devices, of other stores, damaged ones. */
export function otherJournals({ files }: Pick<World, 'files'>, path: string): readonly string[] {
  const folder = dirname(path)
  return files
    .list(folder)
    .filter(name => name.startsWith(`${basename(path)}.`) && !NO_JOURNAL.test(name))
    .map(name => join(folder, name))
}

/**
 * Removes what other journals in this one's folder keep of customers. One that can't be read any more stays, because it may
 * hold the only copy of a sale, and is named in the log.
 * @param wipeAs removes it from the journal at `file` of that device; false: it has to be tried again
 * @returns whether all of it is gone
 */
export function wipeOthers(
  world: Pick<World, 'files' | 'log'>,
  path: string,
  wipeAs: (file: string, device: string) => boolean,
): boolean {
  return otherJournals(world, path)
    .map(file => {
      try {
        const device = deviceOf(world, file)
        return device === null || wipeAs(file, device)
      } catch (error) {
        const { code, sentence } = describeError(error)
        world.log.error({ file, code }, `customers' data could not be removed from this file: ${sentence}`)
        return false
      }
    })
    .every(isGone => isGone)
}

/** Whose journal a file is; null: it is new. Throws what opening it throws. */
export function deviceOf({ files }: Pick<World, 'files'>, file: string): string | null {
  const db = openDurable(files, file)
  try {
    return ownerIn(db)?.device ?? null
  } finally {
    db.close()
  }
}

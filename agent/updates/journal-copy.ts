import { basename, dirname, join } from 'node:path'
import { openDurable } from '../../shared/durable-sqlite.ts'
import type { World } from '../../shared/world.ts'

/** A journal beside the agent's: the copy from before an update, and the one that an update wrote until it was given up. */
const beforeName = (path: string, version: string) => `${path}.before-${version}`
const ofName = (path: string, version: string) => `${path}.of-${version}`
const IS_VERSION = /^\d+\.\d+\.\d+$/
const OF_UPDATE = /\.of-\d+\.\d+\.\d+(-\d+)?$/

/** The form of a journal's file, as `journalForm` counts a program's; 0: there is no file. */
export function formOfFile({ files }: Pick<World, 'files'>, path: string): number {
  if (files.sizeOf(path) === null) return 0
  const db = openDurable(files, path)
  try {
    const own = Number(db.pragma('user_version', { simple: true }))
    const parts = db.prepare('SELECT COALESCE(SUM(version), 0) FROM journal_part').pluck().get()
    return own + Number(parts)
  } finally {
    db.close()
  }
}

/**
 * Keeps a copy of the journal for the version before, if the update will change its form; one from an earlier trial goes. No
 * agent may be running, and the update not have run yet.
 */
export function copyJournal(
  { files }: Pick<World, 'files'>,
  { path, version, form }: { readonly path: string; readonly version: string; readonly form: number },
): void {
  const to = beforeName(path, version)
  files.removeDatabase(to)
  if (files.sizeOf(path) === null || formOfFile({ files }, path) >= form) return
  const fresh = `${to}.check` // a name that counts as no journal: a kill leaves half a copy
  files.removeDatabase(fresh)
  try {
    const db = openDurable(files, path)
    try {
      db.prepare('VACUUM INTO ?').run(fresh)
    } finally {
      db.close()
    }
    files.move(fresh, to)
  } catch (error) {
    files.removeDatabase(fresh) // on a full disk it would keep the till from recording
    throw error
  }
}

/**
 * Puts the journal from before an update back, if a copy was kept; the one that the update wrote stays beside it, and the
 * version before takes from it what the hub does not have yet. May be killed at any point and begun again.
 */
export function restoreJournal({ files }: Pick<World, 'files'>, path: string, version: string): void {
  const copy = beforeName(path, version)
  if (files.sizeOf(copy) === null) return
  if (files.sizeOf(path) !== null) {
    let aside = ofName(path, version)
    for (let number = 2; files.sizeOf(aside) !== null; number += 1)
      aside = `${ofName(path, version)}-${number}`
    files.move(path, aside)
  }
  files.move(copy, path)
}

/** The versions for which a copy of the journal from before them is kept. */
export function journalCopies({ files }: Pick<World, 'files'>, path: string): readonly string[] {
  const start = basename(beforeName(path, ''))
  return files
    .list(dirname(path))
    .filter(name => name.startsWith(start) && IS_VERSION.test(name.slice(start.length)))
    .map(name => name.slice(start.length))
}

/** Removes copies whose trial is over, and halves of copies. @param versions whose copies may still be put back */
export function dropJournalCopies(
  { files }: Pick<World, 'files'>,
  path: string,
  versions: readonly string[],
): void {
  const folder = dirname(path)
  const kept = versions.map(version => basename(beforeName(path, version)))
  for (const name of files.list(folder)) {
    const isCopy = name.startsWith(basename(beforeName(path, '')))
    if (isCopy && !kept.includes(name)) files.remove(join(folder, name))
  }
}

/** Journals that updates wrote until they were given up. */
export function journalsOfUpdates(names: readonly string[], journal: string): readonly string[] {
  return names.filter(name => name.startsWith(`${journal}.of-`) && OF_UPDATE.test(name))
}

import { basename, join } from 'node:path'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { hubPaths, readHubConfig } from '../config.ts'
import { archiveForeign, archiveMissing, openArchiveFile } from '../db/archive-file.ts'
import type { Db } from '../db/db.ts'
import { readSetting } from '../db/setting.ts'
import { archivedBlocks } from '../streams/archive.ts'
import { archiveFiles } from '../streams/archived.ts'
import type { BlockSource } from '../streams/block-source.ts'

export const archiveOption = [
  '--archive <file...>',
  'archive files to read; also looked for in history.archiveFolder of hub.json',
] as const

/**
 * Runs work with the archive files at hand: those given, and those in the folder that the settings name.
 * @throws ARCHIVE_MISSING, ARCHIVE_FOREIGN
 */
export async function withArchives<T>(
  world: World,
  db: Db,
  from: { readonly data: string; readonly archive?: readonly string[] | undefined },
  work: (archives: ReadonlyMap<string, BlockSource>) => Promise<T>,
): Promise<T> {
  const hub = (await readSetting(db, 'hub')) ?? ''
  const folder = readHubConfig(world.files, hubPaths(from.data).config).history.archiveFolder
  const paths = new Map((from.archive ?? []).map(path => [basename(path), path]))
  for (const name of folder === undefined ? [] : await archiveFiles(db)) {
    const path = join(folder ?? '', name)
    if (!paths.has(name) && world.files.sizeOf(path) !== null) paths.set(name, path)
  }
  const given = new Set(from.archive)
  using open = new DisposableStack()
  const archives = new Map<string, BlockSource>()
  for (const [name, path] of paths) {
    try {
      const file = open.use(openArchiveFile(world.files, path, { hub, create: false }))
      archives.set(name, archivedBlocks(db, file))
    } catch (error) {
      // one of the folder is named by the command that needs it; the others must still be read
      if (given.has(path) || !(archiveForeign.is(error) || archiveMissing.is(error))) throw error
      world.log.warn({ path, ...describeError(error) }, 'an archive cannot be opened')
    }
  }
  return await work(archives)
}

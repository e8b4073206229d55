import { basename, join } from 'node:path'
import { defineError, describeError } from '../../shared/errors.ts'
import type { Files, World } from '../../shared/world.ts'
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

export const archiveNamedTwice = defineError(
  'ARCHIVE_NAMED_TWICE',
  (f: { name: string; first: string; second: string }) =>
    `Two archive files are named ${f.name}: ${f.first} and ${f.second}. Give one of them, the newest copy; \`archives verify\` says which is whole.`,
)

/**
 * Runs work with the archive files at hand: those given, and those in the folder that the settings name.
 * @throws ARCHIVE_MISSING, ARCHIVE_FOREIGN, ARCHIVE_NAMED_TWICE
 */
export async function withArchives<T>(
  world: World,
  db: Db,
  from: { readonly data: string; readonly archive?: readonly string[] | undefined },
  work: (archives: ReadonlyMap<string, BlockSource>) => Promise<T>,
): Promise<T> {
  const hub = (await readSetting(db, 'hub')) ?? ''
  const folder = readHubConfig(world.files, hubPaths(from.data).config).history.archiveFolder
  const paths = namedPaths(world.files, from.archive ?? [])
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

/** The files by their names: the hub knows an archive by its name alone, so only one file can have it. */
function namedPaths(files: Pick<Files, 'identity'>, given: readonly string[]): Map<string, string> {
  const paths = new Map<string, string>()
  for (const path of given) {
    const name = basename(path)
    const first = paths.get(name) ?? path
    if (first !== path && !isSameFile(files, first, path))
      throw archiveNamedTwice({ name, first, second: path })
    paths.set(name, first)
  }
  return paths
}

function isSameFile(files: Pick<Files, 'identity'>, a: string, b: string): boolean {
  const identity = files.identity(a)
  return identity !== null && identity === files.identity(b)
}

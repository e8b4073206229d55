import {
  chmodSync,
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { syncFolder } from '../../shared/node-move.ts'
import { parseRelease, type ReleaseFile, readRelease } from '../../shared/releases.ts'
import { hubPaths, readHubConfig } from '../config.ts'
import { transaction } from '../db/db.ts'
import { releaseFolder } from '../releases/release-files.ts'
import { addRelease, demandNew } from '../releases/releases.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { digestOf, jsonInFile } from './release-sign.ts'

export const packageDiffers = defineError(
  'PACKAGE_DIFFERS',
  (f: { file: string }) =>
    `${f.file} is missing, or is not the file that was signed. Copy it again from the machine that signed it. Nothing was taken in.`,
)

export function addReleaseCommand({ terminal, world }: HubCommandParts): Command {
  const of = command('add', 'take a signed release in, with its packages; no till is offered it yet')
    .argument('<manifest>', 'the signed manifest, with the packages beside it')
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ data, database }, path = '') => {
    const json = jsonInFile(path)
    const { releaseKeys } = readHubConfig(world.files, hubPaths(data).config).updates
    if (releaseKeys !== undefined) readRelease(json, releaseKeys)
    const { envelope, manifest } = parseRelease(json)
    const { version, files } = manifest
    const to = releaseFolder(hubPaths(data).releases, version)
    const now = world.clock.now()
    await withDb(world, { data, database }, async db => {
      await transaction(db, tx => demandNew(tx, envelope, now)) // before a copy of hundreds of megabytes
      world.files.ensureFolder(to)
      using copies = await copyPackages(files, { from: dirname(path), to })
      // in place before the release is here: one that is refused has changed nothing, and one that is here has its packages
      await transaction(db, async tx => {
        await addRelease(tx, envelope, now)
        copies.putInPlace()
      })
    })
    const checked = releaseKeys !== undefined
    const text = `${version} is here.${checked ? '' : ' This hub knows no release key (updates.releaseKeys in hub.json), so only the tills check who signed it.'} Offer it with: tillbridge-hub release offer ${version}`
    return { json: { version, files: files.length, checked }, text }
  })
}

/**
 * Copies packages beside where they will be, and proves that the copies are what was signed. Disposed, it removes what was
 * not put in place.
 * @throws PACKAGE_DIFFERS
 */
async function copyPackages(
  files: readonly ReleaseFile[],
  { from, to }: { readonly from: string; readonly to: string },
): Promise<Disposable & { putInPlace(): void }> {
  const freshOf = (name: string) => join(to, `${name}.${process.pid}.new`)
  const dispose = () => {
    for (const { name } of files) rmSync(freshOf(name), { force: true })
  }
  try {
    for (const { name, size, sha512 } of files) {
      const [file, fresh] = [join(from, name), freshOf(name)]
      if (!existsSync(file)) throw packageDiffers({ file })
      copyFileSync(file, fresh)
      const found = await digestOf(fresh)
      if (found.size !== size || found.sha512 !== sha512) throw packageDiffers({ file })
      syncFile(fresh)
    }
  } catch (error) {
    dispose()
    throw error
  }
  return {
    putInPlace() {
      for (const { name } of files) renameSync(freshOf(name), join(to, name))
      syncFolder(to)
    },
    [Symbol.dispose]: dispose,
  }
}

/** A package that a power cut shortens is refused by every till. */
function syncFile(path: string): void {
  chmodSync(path, statSync(path).mode | 0o200) // one from a disk that can't be written is not written either
  const file = openSync(path, 'r+')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

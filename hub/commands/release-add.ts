import { copyFileSync, existsSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { parseRelease, readRelease, releaseUnreadable } from '../../shared/releases.ts'
import { hubPaths, readHubConfig } from '../config.ts'
import { transaction } from '../db/db.ts'
import { releaseFolder } from '../releases/release-files.ts'
import { addRelease } from '../releases/releases.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'
import { digestOf } from './release-sign.ts'

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
    const json = readJson(path)
    const { releaseKeys } = readHubConfig(world.files, hubPaths(data).config).updates
    if (releaseKeys !== undefined) readRelease(json, releaseKeys)
    const { envelope, manifest } = parseRelease(json)
    const from = dirname(path)
    for (const { name, size, sha512 } of manifest.files) {
      const file = join(from, name)
      const found = existsSync(file) ? await digestOf(file) : null
      if (found?.size !== size || found.sha512 !== sha512) throw packageDiffers({ file })
    }
    const to = releaseFolder(hubPaths(data).releases, manifest.version)
    world.files.ensureFolder(to)
    for (const { name } of manifest.files) {
      copyFileSync(join(from, name), join(to, `${name}.new`))
      renameSync(join(to, `${name}.new`), join(to, name))
    }
    await withDb(world, { data, database }, db =>
      transaction(db, tx => addRelease(tx, envelope, world.clock.now())),
    )
    const { version } = manifest
    const checked = releaseKeys !== undefined
    const text = `${version} is here.${checked ? '' : ' This hub knows no release key (updates.releaseKeys in hub.json), so only the tills check who signed it.'} Offer it with: tillbridge-hub release offer ${version}`
    return { json: { version, files: manifest.files.length, checked }, text }
  })
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, 'utf8'))
  } catch (cause) {
    throw releaseUnreadable({ why: `${path} is missing, or is not JSON` }, cause)
  }
}

import { basename, join } from 'node:path'
import { Command } from 'commander'
import { answers, type CommandResult, command, exitCodes } from '../../shared/command-line.ts'
import { describeError, TillbridgeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { hubPaths, readHubConfig } from '../config.ts'
import { openArchiveFile } from '../db/archive-file.ts'
import type { Db } from '../db/db.ts'
import { readSetting } from '../db/setting.ts'
import { archiveFiles } from '../streams/archived.ts'
import { type ArchiveVerdict, type VerifyProgress, verifyArchive } from '../streams/verify-archive.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

export function archivesCommand(parts: HubCommandParts): Command {
  return new Command('archives')
    .description('the files into which old events were moved')
    .addCommand(verifyCommand(parts))
}

/** `path`: null when the file was not found. */
type Verified = ArchiveVerdict & { readonly path: string | null }

function verifyCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'verify',
    'read archive files whole and compare each event with the hash before it and with what the hub noted; exit code 1 on a finding',
  )
    .argument(
      '[files...]',
      'archive files; without any, all that the hub knows, in history.archiveFolder of hub.json',
    )
    .option(...hubFolderOption)
    .option(...databaseOption)
  return answers<HubFolder>(of, terminal, async ({ json, ...where }, ...given) => {
    const report = (progress: VerifyProgress) =>
      terminal.err(
        json === true
          ? `${JSON.stringify(progress)}\n`
          : `${progress.file}: ${progress.events} events in ${progress.blocks} blocks\n`,
      )
    const verified = await withDb(world, where, async db => {
      const hub = (await readSetting(db, 'hub')) ?? ''
      const files = given.length > 0 ? given.map(inPlace) : await knownFiles(world, db, where.data)
      const found: Verified[] = []
      for (const file of files) found.push(await verifyFile(world, db, { ...file, hub }, report))
      return found
    })
    return resultOf(verified)
  })
}

interface NamedFile {
  readonly file: string
  readonly path: string | null
}

const inPlace = (path: string): NamedFile => ({ file: basename(path), path })

/** Every archive that the hub knows of, where the settings say that they are kept. */
async function knownFiles(world: World, db: Db, data: string): Promise<readonly NamedFile[]> {
  const folder = readHubConfig(world.files, hubPaths(data).config).history.archiveFolder
  return (await archiveFiles(db)).map(file => ({
    file,
    path: folder === undefined ? null : join(folder, file),
  }))
}

/** A file that can't be opened is a finding as well: the others are still read. */
async function verifyFile(
  world: World,
  db: Db,
  { file, path, hub }: NamedFile & { readonly hub: string },
  report: (progress: VerifyProgress) => void,
): Promise<Verified> {
  const none = { file, path, blocks: 0, events: 0 }
  if (path === null)
    return {
      ...none,
      problems: [
        { events: file, why: 'is not looked for: name the file, or set history.archiveFolder in hub.json' },
      ],
    }
  try {
    using opened = openArchiveFile(world.files, path, { hub, create: false })
    return { ...(await verifyArchive(db, opened, report)), path }
  } catch (error) {
    if (!(error instanceof TillbridgeError)) throw error
    return { ...none, problems: [{ events: file, why: `cannot be read: ${describeError(error).sentence}` }] }
  }
}

function resultOf(verified: readonly Verified[]): CommandResult {
  if (verified.length === 0) return { json: { files: [] }, text: 'The hub has archived no events.' }
  const lines = verified.flatMap(({ file, blocks, events, problems }) => [
    `${file}: ${events} events in ${blocks} blocks${problems.length === 0 ? ', all as they were archived.' : ''}`,
    ...problems.map(problem => `  ${problem.events} ${problem.why}`),
  ])
  const isWhole = verified.every(({ problems }) => problems.length === 0)
  return {
    json: { files: verified },
    text: lines.join('\n'),
    exitCode: isWhole ? exitCodes.ok : exitCodes.failed,
  }
}

import { basename, dirname, join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { beginsWithDay } from '../../shared/wall-clock.ts'
import type { Files } from '../../shared/world.ts'
import { openArchiveFile } from '../db/archive-file.ts'
import { readSetting } from '../db/setting.ts'
import { archiveEvents, expectArchivable, hasOldBlocks } from '../streams/archive.ts'
import { packEvents } from '../streams/pack.ts'
import {
  databaseOption,
  type HubCommandParts,
  type HubFolder,
  hubFolderOption,
  withDb,
} from './command-parts.ts'

/** Tills keep acked records for 30 days and may send them again to a restored hub. */
const YOUNGEST_DAYS = 35
const DAY_MS = 86_400_000

export const archiveTooRecent = defineError(
  'ARCHIVE_TOO_RECENT',
  (f: { latest: string }) =>
    `The last ${YOUNGEST_DAYS} days stay in the hub's database. Give a date up to ${f.latest}.`,
)

export const archiveFolderMissing = defineError(
  'ARCHIVE_FOLDER_MISSING',
  (f: { folder: string }) => `There is no folder ${f.folder}. Make it, or check the path after --to.`,
)

/** A day as YYYY-MM-DD. */
function date(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || !beginsWithDay(text))
    throw new InvalidArgumentError('write a day of the calendar as YYYY-MM-DD')
  return text
}

export function archiveCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'archive',
    'move old events out of the database into a file, which trace and rebuild can read; a run that was stopped goes on',
  )
    .requiredOption(
      '--before <date>',
      `events that the hub received before this day (UTC), as YYYY-MM-DD; the last ${YOUNGEST_DAYS} days always stay`,
      date,
    )
    .requiredOption(
      '--to <where>',
      'a file whose name ends in .db, or a folder that exists; a file that exists is added to',
    )
    .option(...hubFolderOption)
    .option(...databaseOption)
  type Options = HubFolder & { before: string; to: string }
  return answers<Options>(of, terminal, async ({ json, before: day, to, ...where }) => {
    const before = Date.parse(day)
    const youngest = world.clock.now() - YOUNGEST_DAYS * DAY_MS
    if (before > youngest) throw archiveTooRecent({ latest: new Date(youngest).toISOString().slice(0, 10) })
    const path = to.endsWith('.db') ? to : join(to, `events-before-${day}.db`)
    demandFolder(world.files, dirname(path))
    const done = await withDb(world, where, async db => {
      const hub = (await readSetting(db, 'hub')) ?? ''
      await packEvents(db, { before }, async () => true)
      if (!(await hasOldBlocks(db, before))) return null
      const isNew = (world.files.sizeOf(path) ?? 0) === 0
      await expectArchivable(db, { file: basename(path), isNew })
      using file = openArchiveFile(world.files, path, { hub, create: true })
      return await archiveEvents(db, file, before, progress =>
        terminal.err(
          json === true
            ? `${JSON.stringify(progress)}\n`
            : `${progress.events} events in ${progress.blocks} blocks\n`,
        ),
      )
    })
    if (done === null)
      return {
        json: { file: null, events: 0, blocks: 0, left: 0 },
        text: `There is nothing to archive before ${day}. No file was made.`,
      }
    return {
      json: { file: path, ...done },
      text: `${done.events} events were moved to ${path}. Keep this file as long as the books.${damagedLeft(done.left)}`,
    }
  })
}

function damagedLeft(blocks: number): string {
  if (blocks === 0) return ''
  return ` Damaged blocks that stay in the hub: ${blocks}. See docs/runbook/history-damaged.md.`
}

/** An archive is kept for years: a mistyped path must not make a folder that no backup covers. */
function demandFolder(files: Pick<Files, 'identity'>, folder: string): void {
  if (files.identity(folder) === null) throw archiveFolderMissing({ folder })
}

import { join } from 'node:path'
import { type Command, InvalidArgumentError } from 'commander'
import { answers, command } from '../../shared/command-line.ts'
import { defineError } from '../../shared/errors.ts'
import { openArchiveFile } from '../db/archive-file.ts'
import { readSetting } from '../db/setting.ts'
import { archiveEvents } from '../streams/archive.ts'
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

/** Midnight UTC of a date. */
function date(text: string): string {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text) || Number.isNaN(Date.parse(text)))
    throw new InvalidArgumentError('write it as YYYY-MM-DD')
  return text
}

export function archiveCommand({ terminal, world }: HubCommandParts): Command {
  const of = command(
    'archive',
    'move old events out of the database into a file, which trace and rebuild can read; a run that was stopped goes on',
  )
    .requiredOption(
      '--before <date>',
      'events that the hub received before this day (UTC), as YYYY-MM-DD',
      date,
    )
    .requiredOption(
      '--to <where>',
      'a file whose name ends in .db, or a folder; a file that exists is added to',
    )
    .option(...hubFolderOption)
    .option(...databaseOption)
  type Options = HubFolder & { before: string; to: string }
  return answers<Options>(of, terminal, async ({ json, before: day, to, ...where }) => {
    const before = Date.parse(day)
    const youngest = world.clock.now() - YOUNGEST_DAYS * DAY_MS
    if (before > youngest) throw archiveTooRecent({ latest: new Date(youngest).toISOString().slice(0, 10) })
    const path = to.endsWith('.db') ? to : join(to, `events-before-${day}.db`)
    const done = await withDb(world, where, async db => {
      const hub = (await readSetting(db, 'hub')) ?? ''
      if (!to.endsWith('.db')) world.files.ensureFolder(to)
      using file = openArchiveFile(world.files, path, { hub, create: true })
      await packEvents(db, { before }, async () => true)
      return await archiveEvents(db, file, before, progress =>
        terminal.err(
          json === true
            ? `${JSON.stringify(progress)}\n`
            : `${progress.events} events in ${progress.blocks} blocks\n`,
        ),
      )
    })
    return {
      json: { file: path, ...done },
      text: `${done.events} events were moved to ${path}. Keep this file as long as the books.`,
    }
  })
}

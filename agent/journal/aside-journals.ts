import { basename } from 'node:path'
import { z } from 'zod'
import { sqliteCodeOf } from '../../shared/durable-sqlite.ts'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { isUnreadable } from './damage.ts'
import { deviceOf, otherJournals } from './wipe-folder.ts'

/**
 * Journals that were set aside, of former devices, of other stores and damaged ones, change no more, and so nothing in them ends. What
 * they keep of customers goes a month after they were first seen aside. Records that the hub has not had stay.
 */

const DAY_MS = 24 * 3_600_000
const KEPT_MS = 30 * DAY_MS
/** What could be read of a damaged file is in the journal in use. IT may look at the rest for so long. */
const DAMAGED_KEPT_MS = 90 * DAY_MS

const notePath = (path: string) => `${path}.aside`
/** By file name. `seenAt`: agent clock. */
const Note = z.record(z.string(), z.object({ seenAt: z.number(), wiped: z.boolean() }))
type Note = z.infer<typeof Note>

/**
 * Looks at the journals set aside beside the one at `path`; called about once an hour.
 * @param wipeAs removes what the journal at `file` of that device keeps of customers; false: it has to be tried again
 */
export function pruneAside(
  world: Pick<World, 'files' | 'log' | 'clock'>,
  path: string,
  wipeAs: (file: string, device: string) => boolean,
): void {
  const { files, log } = world
  const now = world.clock.now()
  const before = readNote(world, path)
  const note: Note = {}
  for (const file of otherJournals(world, path)) {
    const name = basename(file)
    const known = before[name]
    // one seen later than now was seen while the clock was ahead
    const seenAt = Math.min(known?.seenAt ?? now, now)
    const isOld = now - seenAt >= KEPT_MS
    const left = known?.wiped === true ? 'nothing' : isOld ? leftAfterWipe(world, file, wipeAs) : 'all'
    const isSalvaged = name.startsWith(`${basename(path)}.damaged-`)
    if (left === 'unreadable' && isSalvaged && now - seenAt >= DAMAGED_KEPT_MS) {
      files.removeDatabase(file)
      log.warn(
        { file },
        'this damaged journal was kept for 90 days; it is removed with what it holds of customers',
      )
    } else note[name] = { seenAt, wiped: left === 'nothing' }
  }
  const text = JSON.stringify(note)
  if (text !== JSON.stringify(before)) files.writePrivate(notePath(path), text)
}

function readNote({ files, log }: Pick<World, 'files' | 'log'>, path: string): Note {
  const text = files.readText(notePath(path))
  if (text === null) return {}
  try {
    return Note.parse(JSON.parse(text))
  } catch (error) {
    log.warn({ error, path: notePath(path) }, 'the note of journals set aside can’t be read; it begins again')
    return {}
  }
}

function leftAfterWipe(
  world: Pick<World, 'files' | 'log'>,
  file: string,
  wipeAs: (file: string, device: string) => boolean,
): 'nothing' | 'all' | 'unreadable' {
  try {
    const device = deviceOf(world, file)
    return device === null || wipeAs(file, device) ? 'nothing' : 'all'
  } catch (error) {
    const { code, sentence } = describeError(error)
    world.log.warn({ file, code }, `customers' data could not be removed from this file yet: ${sentence}`)
    return isUnreadable(sqliteCodeOf(error)) ? 'unreadable' : 'all'
  }
}

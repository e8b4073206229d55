import { basename } from 'node:path'
import { z } from 'zod'
import { isDue } from '../../shared/back-off.ts'
import { describeError } from '../../shared/errors.ts'
import type { World } from '../../shared/world.ts'
import { deviceOf, otherJournals } from './wipe-folder.ts'

/**
 * Journals that were set aside, of former devices, of other stores and damaged ones, change no more, and so nothing in them ends. What
 * they keep of customers goes a month after they were first seen aside. Records that the hub has not had stay.
 */

const DAY_MS = 24 * 3_600_000
const KEPT_MS = 30 * DAY_MS
/** A file that can't be wiped is named in the log about once a day. */
const AGAIN_MS = DAY_MS

const notePath = (path: string) => `${path}.aside`
/** By file name. Agent clock; `triedAt`: when it could not be wiped last. */
const Note = z.record(
  z.string(),
  z.object({ seenAt: z.number(), wiped: z.boolean(), triedAt: z.number().optional() }),
)
type Note = z.infer<typeof Note>

/**
 * Looks at the journals set aside beside the one at `path`; called about once an hour. One that can't be read stays: it may hold the only
 * copy of a sale.
 * @param wipeAs removes what the journal at `file` of that device keeps of customers; false: it has to be tried again
 */
export function pruneAside(
  world: Pick<World, 'files' | 'log' | 'clock'>,
  path: string,
  wipeAs: (file: string, device: string) => boolean,
): void {
  const now = world.clock.now()
  const before = readNote(world, path)
  const note: Note = {}
  for (const file of otherJournals(world, path)) {
    const name = basename(file)
    // one seen later than now was seen while the clock was ahead
    const known = { wiped: false, ...before[name], seenAt: Math.min(before[name]?.seenAt ?? now, now) }
    const isTime =
      isDue(known.seenAt + KEPT_MS, now, KEPT_MS) && isDue((known.triedAt ?? 0) + AGAIN_MS, now, AGAIN_MS)
    if (known.wiped || !isTime) note[name] = known
    else note[name] = wipe(world, file, wipeAs) ? { ...known, wiped: true } : { ...known, triedAt: now }
  }
  const text = JSON.stringify(note)
  if (text !== JSON.stringify(before)) world.files.writePrivate(notePath(path), text)
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

function wipe(
  world: Pick<World, 'files' | 'log'>,
  file: string,
  wipeAs: (file: string, device: string) => boolean,
): boolean {
  try {
    const device = deviceOf(world, file)
    return device === null || wipeAs(file, device)
  } catch (error) {
    const { code, sentence } = describeError(error)
    world.log.warn(
      { file, code },
      `customers' data could not be removed from this file; it is tried again in a day: ${sentence}`,
    )
    return false
  }
}

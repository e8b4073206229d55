import { join } from 'node:path'
import { z } from 'zod'
import { describeError, TillbridgeError } from '../../../shared/errors.ts'
import { type AgentEvent, SourceRowRefused } from '../../../shared/events.ts'
import { epochMs } from '../../../shared/ids.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { stepRow, wallOf } from '../known-rows.ts'
import type { OpenSource, SourceParts } from '../source.ts'
import { isKeyless, restore } from './decide.ts'
import type { RefusalMark } from './examine-entries.ts'
import type { FileFormat } from './file-format.ts'
import { FileMemory, fileRow, fileRowName, identityRow } from './file-memory.ts'
import { fileQueue, type TrackedFile } from './file-queue.ts'
import { type FileReading, openReading } from './file-reading.ts'
import { watchFolder } from './folder-watch.ts'
import { type EntryGroup, groupEntries } from './group-entries.ts'
import { salesFileUnreadable } from './problems.ts'
import type { SalesFiles } from './sales-files.ts'

export interface SalesFilesSettings {
  readonly folder: string
  readonly files?: readonly string[] | undefined
  readonly startFrom: string
  readonly watch: 'system' | 'poll'
  readonly pollSeconds: number
  readonly quietSeconds: number
}

export interface SalesFilesParts {
  readonly parts: SourceParts
  readonly files: SalesFiles
  readonly format: FileFormat
  readonly settings: SalesFilesSettings
  /** How far apart the rows of one receipt may be; null: a receipt is one record. */
  readonly window: number | null
}

const Mark = z.object({
  version: z.literal(1),
  reading: z.object({ name: z.string(), memory: FileMemory }).nullable(),
})
type Mark = z.infer<typeof Mark>

/** Steps between two saved positions while there is nothing else to commit. */
const STEPS_A_MARK = 16
/** With this many refusals, more than half of the records read, the settings or the whole file are wrong. */
const MOST_REFUSED = 1_000

/** The file that is being read. */
interface Active {
  readonly tracked: TrackedFile
  readonly reading: FileReading
  readonly isFinal: boolean
  readonly pass: string
  /** Refused records without a key that this reading has passed or will pass again. */
  readonly stale: Set<string>
  /** Refused receipts that this file shows again as the hub has them. */
  readonly restored: Set<string>
  read: number
  refused: number
  steps: number
}

/**
 * Sales from the files of a folder. This is how none is missed and none is reported twice:
 *
 * - The source remembers every receipt by the POS's own key with the hash of its content (`SourceMemory`), committed
 *   with its events (decide.ts). So any file may be read again at any time, under any name: only what is new is reported.
 * - A file's position is committed with what was read up to it (file-memory.ts). It is trusted only while the bytes
 *   before it are the same (file-reading.ts); else the file is read from its beginning. Deleted files mean nothing.
 * - An incomplete record waits until the file has rested for `quietSeconds`, and is read again when the file grows.
 *   Once a file has rested it is opened once more, so that a change too quick for its time stamp is found.
 */
export function openSalesFiles({ parts, files, format, settings, window }: SalesFilesParts): OpenSource {
  const { source, memory, clock, log } = parts
  const rules = fingerprintOf([{ ...settings, pollSeconds: 0, quietSeconds: 0, watch: '' }, source])
  const mark = Mark.safeParse(memory.mark())
  const interrupted = mark.success ? mark.data.reading : null
  let isMarked = interrupted !== null
  const queue = fileQueue({ memory, clock, rules, quietMs: settings.quietSeconds * 1_000, interrupted })
  const watch = watchFolder({
    files,
    clock,
    folder: settings.folder,
    names: settings.files ?? format.names,
    how: settings.watch,
    pollMs: settings.pollSeconds * 1_000,
  })
  let active: Active | null = null

  const at = () => ({ source, now: epochMs(clock.now()) })

  const commitFile = async (tracked: TrackedFile, events: readonly AgentEvent[], known: Known = []) => {
    const { now } = at()
    const { unread, refusal } = tracked.memory
    const rows = [fileRow(tracked.file.name, tracked.memory, now)]
    if (unread.length > 0 || refusal !== null) rows.push(identityRow(tracked.file, now))
    await memory.commit({ events, known: [...known, ...rows], mark: isMarked ? markOf(null) : null })
    isMarked = false
  }

  const begin = async (tracked: TrackedFile): Promise<void> => {
    const { file, memory: known } = tracked
    const isFinal = queue.isResting(tracked)
    const path = join(settings.folder, file.name)
    try {
      const reading = await openReading({
        files,
        path,
        name: file.name,
        identity: file.identity,
        format,
        from: known.position,
        isFinal,
      })
      if (reading === null) return await leaveUnread(tracked, isFinal)
      const pass = reading.isContinued ? known.pass : known.pass + 1
      const from = reading.isContinued ? (known.position?.offset ?? 0) : 0
      const keyless = known.unread.filter(({ row, offset }) => isKeyless(row) && offset >= from)
      tracked.memory = { ...known, pass, position: reading.isContinued ? known.position : null }
      active = {
        tracked,
        reading,
        isFinal,
        pass: `${file.name}#${pass}`,
        stale: new Set(keyless.map(({ row }) => row)),
        restored: new Set(),
        read: 0,
        refused: 0,
        steps: 0,
      }
    } catch (error) {
      await failed(tracked, isFinal, error)
    }
  }

  /** The file is too short to begin, or was removed meanwhile. */
  const leaveUnread = async (tracked: TrackedFile, isFinal: boolean): Promise<void> => {
    if (!isFinal) return queue.later(tracked)
    finish(tracked)
    await commitFile(tracked, [])
  }

  /** Refuses nothing before the file rests: it may be half-written, or the POS may hold it for the moment. */
  const failed = async (tracked: TrackedFile, isFinal: boolean, error: unknown): Promise<void> => {
    queue.later(tracked)
    if (!isFinal) return
    if (error instanceof TillbridgeError) return refuseFile(tracked, error)
    const reason = error instanceof Error ? error.message : String(error)
    await refuseFile(tracked, salesFileUnreadable({ file: tracked.file.name, reason }, error), 'try-again')
  }

  const finish = (tracked: TrackedFile): void => {
    tracked.memory = { ...tracked.memory, seen: seenOf(tracked), isFinished: true }
    queue.done(tracked)
  }

  const refuseFile = async (
    tracked: TrackedFile,
    error: TillbridgeError,
    then?: 'try-again',
  ): Promise<void> => {
    const { code, sentence } = describeError(error)
    const row = tracked.memory.refusal?.row ?? fileRowName(tracked.file.name)
    const isKnown = tracked.memory.refusal?.code === code
    tracked.memory = { ...tracked.memory, refusal: { code, row } }
    if (then === undefined) finish(tracked)
    const { now } = at()
    const said = { code, sentence: sentence.slice(0, 1_000), payload: '' }
    const refused = { kind: 'source.row-refused', at: now, source, row, ...said }
    await commitFile(tracked, isKnown ? [] : [SourceRowRefused.parse(refused)])
  }

  const advance = async (now: Active): Promise<void> => {
    const { tracked, reading } = now
    const circumstances = {
      ...at(),
      startFrom: settings.startFrom === 'all' ? null : settings.startFrom,
      pass: now.pass,
      window,
    }
    let gathered: EntryGroup
    try {
      gathered = await groupEntries(reading, memory, circumstances, log)
    } catch (error) {
      active = null
      return failed(tracked, now.isFinal, error)
    }
    if (gathered.is === 'gone') {
      active = null
      return queue.later(tracked)
    }
    const { found, read } = gathered
    const unread = new Map(tracked.memory.unread.map(({ row, offset }) => [row, offset]))
    for (const { row, offset, is } of found.marks) noteMark(now, unread, { row, offset, is })
    now.read += read
    now.refused += found.refused
    now.steps += 1
    tracked.memory = {
      ...tracked.memory,
      position: reading.position(),
      seen: null,
      isFinished: false,
      unread: [...unread].slice(0, MOST_REFUSED).map(([row, offset]) => ({ row, offset })),
    }
    if (now.refused >= MOST_REFUSED && now.refused * 2 > now.read) {
      active = null
      await memory.commit({ events: found.events, known: found.known, mark: null })
      const reason = `more than half of its first ${now.read} records can't be read; the first of them say why`
      return refuseFile(tracked, salesFileUnreadable({ file: tracked.file.name, reason }))
    }
    if (gathered.is === 'end') return end(now, found)
    if (found.known.length === 0 && now.steps % STEPS_A_MARK !== 0) return
    isMarked = true
    const reached = markOf({ name: tracked.file.name, memory: tracked.memory })
    await memory.commit({ events: found.events, known: found.known, mark: reached })
  }

  const end = async (now: Active, found: Pick<Found, 'events' | 'known'>): Promise<void> => {
    active = null
    const { tracked, stale, restored } = now
    const { refusal } = tracked.memory
    const latest = new Map(memory.known(tracked.memory.unread.map(({ row }) => row)))
    for (const row of found.known) latest.set(row.key, row)
    const restoring = [...restored].flatMap(row => latest.get(row) ?? []).map(row => restore(row, at()))
    for (const { known } of restoring) if (known !== null) latest.set(known.key, known)
    const unread = tracked.memory.unread.filter(
      ({ row }) => !stale.has(row) && latest.get(row)?.state === 'refused',
    )
    tracked.memory = {
      ...tracked.memory,
      seen: seenOf(tracked),
      isFinished: now.isFinal,
      refusal: null,
      unread,
    }
    const before = memory.known([...stale, ...(refusal === null ? [] : [refusal.row])])
    const readable = [...before.values()].filter(
      row => row.state === 'refused' && !found.known.some(each => each.key === row.key),
    )
    const closed = readable.map(row =>
      stepRow(
        { ...at(), name: row.key, known: row, wall: wallOf(row) },
        { is: 'gone', undo: [], told: row.told },
      ),
    )
    const steps = [...closed, ...restoring]
    const rows = new Map(
      [...found.known, ...steps.flatMap(step => step.known ?? [])].map(row => [row.key, row]),
    )
    await commitFile(tracked, [...found.events, ...steps.flatMap(step => step.events)], [...rows.values()])
    if (now.isFinal) queue.done(tracked)
    else queue.later(tracked)
  }

  return {
    async read() {
      if (active !== null) {
        await advance(active)
        return 'more'
      }
      const next = queue.next()
      if (next !== null) {
        await begin(next)
        return 'more'
      }
      if (queue.recall()) return 'more'
      if (!watch.isDue()) return 'idle'
      queue.update(await watch.look())
      return 'more'
    },
    close: () => watch.close(),
  }
}

/** A record refused again is neither gone nor corrected; one that reads as before counts only if it was refused here. */
function noteMark(now: Active, unread: Map<string, number>, { row, offset, is }: RefusalMark): void {
  if (is === 'restored') {
    if (unread.has(row)) now.restored.add(row)
    return
  }
  now.stale.delete(row)
  now.restored.delete(row)
  unread.delete(row)
  unread.set(row, offset)
}

type Found = EntryGroup['found']
type Known = Found['known']

function markOf(reading: Mark['reading']): Mark {
  return { version: 1, reading }
}

function seenOf({ file }: TrackedFile): NonNullable<FileMemory['seen']> {
  return { bytes: file.bytes, writtenMs: file.writtenMs, identity: file.identity }
}

import { join } from 'node:path'
import { z } from 'zod'
import { describeError, TillbridgeError } from '../../../shared/errors.ts'
import { type AgentEvent, SourceRowRefused } from '../../../shared/events.ts'
import { epochMs } from '../../../shared/ids.ts'
import { zoneClock } from '../../../shared/wall-clock.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { stepRow, wallOf } from '../known-rows.ts'
import type { OpenSource, SourceParts } from '../source.ts'
import { latestWall, type TillClocks, tillClocks } from '../till-clock.ts'
import { type EntryCircumstances, isKeyless, restore } from './decide.ts'
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
  readonly zone: string
  readonly oddTimes?: 'refuse' | 'accept' | undefined
  readonly repeatedNumbers?: 'refuse' | 'keep-both' | undefined
}

export interface SalesFilesParts {
  readonly parts: SourceParts
  readonly files: SalesFiles
  readonly format: FileFormat
  readonly settings: SalesFilesSettings
  /** How far apart the rows of one receipt may be; null: a receipt is one record. */
  readonly window: number | null
}

const FieldMark = z.object({
  version: z.literal(1),
  reading: z.object({ name: z.string(), memory: FileMemory }).nullable(),
})
type FieldMark = z.infer<typeof FieldMark>

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
  readonly clocks: TillClocks
  /** Refused records without a key that this reading has passed or will pass again. */
  readonly stale: Set<string>
  /** Refused receipts that this file shows again as the hub has them. */
  readonly restored: Set<string>
  read: number
  refused: number
  elsewhere: number
  steps: number
}

/** The folder that is followed: its files in their order, and the one being read. */
interface Folder {
  readonly source: SalesFilesParts
  readonly queue: ReturnType<typeof fileQueue>
  /** The PC's time in the store's zone. */
  readonly wallClock: (ms: number) => string
  /** The clocks of the tills in the files that were read last, by file. */
  readonly clocks: Map<string, TillClocks>
  /** Whether the last mark names a file that is being read. */
  isMarked: boolean
  active: Active | null
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
  const { memory, clock } = parts
  const rules = fingerprintOf([{ ...settings, pollSeconds: 0, quietSeconds: 0, watch: '' }, parts.source])
  const mark = FieldMark.safeParse(memory.mark())
  const interrupted = mark.success ? mark.data.reading : null
  const watch = watchFolder({
    files,
    clock,
    folder: settings.folder,
    names: settings.files ?? format.names,
    how: settings.watch,
    pollMs: settings.pollSeconds * 1_000,
  })
  const quietMs = settings.quietSeconds * 1_000
  const folder: Folder = {
    source: { parts, files, format, settings, window },
    queue: fileQueue({ memory, clock, rules, quietMs, interrupted }),
    wallClock: zoneClock(settings.zone),
    clocks: new Map(),
    isMarked: interrupted !== null,
    active: null,
  }
  return {
    read: () => readStep(folder, watch),
    close: () => watch.close(),
  }
}

/** One step: a part of the file being read, the next file, or a look into the folder. */
async function readStep(folder: Folder, watch: ReturnType<typeof watchFolder>): Promise<'more' | 'idle'> {
  const { queue, active } = folder
  if (active !== null) {
    await advance(folder, active)
    return 'more'
  }
  const next = queue.next()
  if (next !== null) {
    await begin(folder, next)
    return 'more'
  }
  if (queue.recall()) return 'more'
  if (!watch.isDue()) return 'idle'
  queue.update(await watch.look())
  return 'more'
}

const circumstancesOf = ({ source: { parts } }: Folder) => ({
  source: parts.source,
  now: epochMs(parts.clock.now()),
  formerStoreAt: parts.memory.formerStoreAt,
})

async function begin(folder: Folder, tracked: TrackedFile): Promise<void> {
  const { files, format, settings } = folder.source
  const { file, memory: known } = tracked
  const isFinal = folder.queue.isResting(tracked)
  try {
    const reading = await openReading({
      files,
      path: join(settings.folder, file.name),
      name: file.name,
      identity: file.identity,
      format,
      from: known.position,
      isFinal,
    })
    if (reading === null) return await leaveUnread(folder, tracked, isFinal)
    folder.active = passOf(folder, tracked, reading, isFinal)
  } catch (error) {
    await failed(folder, tracked, isFinal, error)
  }
}

/** Continues the file's pass where its position is still true; else begins the next pass. */
function passOf(folder: Folder, tracked: TrackedFile, reading: FileReading, isFinal: boolean): Active {
  const { file, memory: known } = tracked
  const pass = reading.isContinued ? known.pass : known.pass + 1
  const from = reading.isContinued ? (known.position?.offset ?? 0) : 0
  const keyless = known.unread.filter(({ row, offset }) => isKeyless(row) && offset >= from)
  tracked.memory = { ...known, pass, position: reading.isContinued ? known.position : null }
  return {
    tracked,
    reading,
    isFinal,
    pass: `${file.name}#${pass}`,
    clocks: clocksOf(folder, file.name, reading.isContinued),
    stale: new Set(keyless.map(({ row }) => row)),
    restored: new Set(),
    read: 0,
    refused: 0,
    elsewhere: 0,
    steps: 0,
  }
}

/** Files whose tills' clocks are remembered: those that grow are few. */
const MOST_CLOCKS = 50

function clocksOf({ clocks }: Folder, file: string, isContinued: boolean): TillClocks {
  const kept = (isContinued ? clocks.get(file) : undefined) ?? tillClocks()
  clocks.delete(file)
  clocks.set(file, kept)
  for (const oldest of clocks.keys()) if (clocks.size > MOST_CLOCKS) clocks.delete(oldest)
  return kept
}

/** The file is too short to begin, or was removed meanwhile. */
async function leaveUnread(folder: Folder, tracked: TrackedFile, isFinal: boolean): Promise<void> {
  if (!isFinal) return folder.queue.later(tracked)
  finish(folder, tracked)
  await commitFile(folder, tracked, [])
}

/** Refuses nothing before the file rests: it may be half-written, or the POS may hold it for the moment. */
async function failed(folder: Folder, tracked: TrackedFile, isFinal: boolean, error: unknown): Promise<void> {
  folder.queue.later(tracked)
  if (!isFinal) return
  if (error instanceof TillbridgeError) return refuseFile(folder, tracked, error)
  const reason = error instanceof Error ? error.message : String(error)
  await refuseFile(
    folder,
    tracked,
    salesFileUnreadable({ file: tracked.file.name, reason }, error),
    'try-again',
  )
}

function finish(folder: Folder, tracked: TrackedFile): void {
  tracked.memory = { ...tracked.memory, seen: seenOf(tracked), isFinished: true }
  folder.queue.done(tracked)
}

async function refuseFile(
  folder: Folder,
  tracked: TrackedFile,
  error: TillbridgeError,
  then?: 'try-again',
): Promise<void> {
  const { code, sentence } = describeError(error)
  const row = tracked.memory.refusal?.row ?? fileRowName(tracked.file.name)
  const isKnown = tracked.memory.refusal?.code === code
  tracked.memory = { ...tracked.memory, refusal: { code, row } }
  if (then === undefined) finish(folder, tracked)
  const { now, source } = circumstancesOf(folder)
  const said = { code, sentence: sentence.slice(0, 1_000), payload: '' }
  const refused = { kind: 'source.row-refused', at: now, source, row, ...said }
  await commitFile(folder, tracked, isKnown ? [] : [SourceRowRefused.parse(refused)])
}

/** Commits what is known of a file together with the last events read from it. */
async function commitFile(
  folder: Folder,
  tracked: TrackedFile,
  events: readonly AgentEvent[],
  known: Known = [],
): Promise<void> {
  const { now } = circumstancesOf(folder)
  const { unread, refusal } = tracked.memory
  const rows = [fileRow(tracked.file.name, tracked.memory, now)]
  if (unread.length > 0 || refusal !== null) rows.push(identityRow(tracked.file, now))
  const mark = folder.isMarked ? markOf(null) : null
  await folder.source.parts.memory.commit({ events, known: [...known, ...rows], mark })
  folder.isMarked = false
}

/** Reads the next records of the file and commits what they tell. */
async function advance(folder: Folder, active: Active): Promise<void> {
  const { parts, settings, window } = folder.source
  const { tracked } = active
  const circumstances = {
    ...circumstancesOf(folder),
    startFrom: settings.startFrom === 'all' ? null : settings.startFrom,
    pass: active.pass,
    window,
    repeated: repeatedRules(folder.source),
    clock:
      settings.oddTimes === 'accept'
        ? null
        : { latest: latestWall(folder.wallClock(parts.clock.now())), tills: active.clocks },
  }
  let gathered: EntryGroup
  try {
    gathered = await groupEntries(active.reading, parts.memory, circumstances, parts.log)
  } catch (error) {
    folder.active = null
    return failed(folder, tracked, active.isFinal, error)
  }
  if (gathered.is === 'gone') {
    folder.active = null
    return folder.queue.later(tracked)
  }
  count(active, gathered)
  if (active.refused >= MOST_REFUSED && active.refused * 2 > active.read)
    return abandon(folder, active, gathered.found)
  if (gathered.is === 'end') return end(folder, active, gathered.found)
  await commitStep(folder, active, gathered.found)
}

function repeatedRules({ format, settings }: SalesFilesParts): EntryCircumstances['repeated'] {
  return {
    are: settings.repeatedNumbers ?? 'refuse',
    advice(differences) {
      const key = format.keyFor(differences)
      const both = 'set "repeatedNumbers" to "keep-both", which counts both and changes no other key.'
      if (key === null) return `To count both, ${both}`
      const fields = JSON.stringify(key.fields)
      return `${fields} as "${key.setting}" tells them apart: set it before the source first starts. If it has sent sales already, ${both}`
    },
  }
}

/** Notes in the file's memory how far it has been read, and which records were refused. */
function count(active: Active, { found, read }: EntryGroup): void {
  const { tracked } = active
  const unread = new Map(tracked.memory.unread.map(({ row, offset }) => [row, offset]))
  for (const { row, offset, is } of found.marks) noteMark(active, unread, { row, offset, is })
  active.read += read
  active.refused += found.refused
  active.elsewhere += found.elsewhere
  active.steps += 1
  tracked.memory = {
    ...tracked.memory,
    position: active.reading.position(),
    seen: null,
    isFinished: false,
    unread: [...unread].slice(0, MOST_REFUSED).map(([row, offset]) => ({ row, offset })),
  }
}

/** Most of the file can't be read: the file is refused, and what could be read of it is kept. */
async function abandon(folder: Folder, { tracked, read }: Active, found: Found): Promise<void> {
  folder.active = null
  await folder.source.parts.memory.commit({ events: found.events, known: found.known, mark: null })
  const reason = `more than half of its first ${read} records can't be read; the first of them say why`
  return refuseFile(folder, tracked, salesFileUnreadable({ file: tracked.file.name, reason }))
}

async function commitStep(folder: Folder, { tracked, steps }: Active, found: Found): Promise<void> {
  if (found.known.length === 0 && steps % STEPS_A_MARK !== 0) return
  folder.isMarked = true
  const mark = markOf({ name: tracked.file.name, memory: tracked.memory })
  await folder.source.parts.memory.commit({ events: found.events, known: found.known, mark })
}

/** The file was read to its end: refusals that it no longer shows are closed. */
async function end(folder: Folder, active: Active, found: Found): Promise<void> {
  folder.active = null
  const { tracked, isFinal, elsewhere } = active
  if (elsewhere > 0)
    folder.source.parts.log.info(
      { file: tracked.file.name, rows: elsewhere },
      'rows of other stores were left out',
    )
  const { refusal } = tracked.memory
  const { restoring, unread } = restoredRows(folder, active, found)
  tracked.memory = {
    ...tracked.memory,
    seen: seenOf(tracked),
    isFinished: isFinal,
    refusal: null,
    unread,
  }
  const steps = [...closedRefusals(folder, active, found, refusal?.row), ...restoring]
  const rows = new Map(
    [...found.known, ...steps.flatMap(step => step.known ?? [])].map(row => [row.key, row]),
  )
  const events = [...found.events, ...steps.flatMap(step => step.events)]
  await commitFile(folder, tracked, events, [...rows.values()])
  if (isFinal) folder.queue.done(tracked)
  else folder.queue.later(tracked)
}

/** Receipts that were refused and read again as the hub has them; and the records that are still refused. */
function restoredRows(folder: Folder, { tracked, stale, restored }: Active, found: Found) {
  const { memory } = folder.source.parts
  const latest = new Map(memory.known(tracked.memory.unread.map(({ row }) => row)))
  for (const row of found.known) latest.set(row.key, row)
  const restoring = [...restored]
    .flatMap(row => latest.get(row) ?? [])
    .map(row => restore(row, circumstancesOf(folder)))
  for (const { known } of restoring) if (known !== null) latest.set(known.key, known)
  const unread = tracked.memory.unread.filter(
    ({ row }) => !stale.has(row) && latest.get(row)?.state === 'refused',
  )
  return { restoring, unread }
}

/** Closes what was refused and is not in the file any more: records without a key, and the file as a whole. */
function closedRefusals(folder: Folder, { stale }: Active, found: Found, file: string | undefined) {
  const before = folder.source.parts.memory.known([...stale, ...(file === undefined ? [] : [file])])
  return [...before.values()]
    .filter(row => row.state === 'refused' && !found.known.some(each => each.key === row.key))
    .map(row =>
      stepRow(
        { ...circumstancesOf(folder), name: row.key, known: row, wall: wallOf(row) },
        { is: 'gone', undo: [], told: row.told },
      ),
    )
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

function markOf(reading: FieldMark['reading']): FieldMark {
  return { version: 1, reading }
}

function seenOf({ file }: TrackedFile): NonNullable<FileMemory['seen']> {
  return { bytes: file.bytes, writtenMs: file.writtenMs, identity: file.identity }
}

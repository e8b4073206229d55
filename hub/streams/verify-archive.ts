import { genesis } from '../../shared/stream/chain.ts'
import { heldWithoutHash } from '../../shared/stream/log.ts'
import type { ArchivedBlock, ArchiveFile } from '../db/archive-file.ts'
import { textsOf } from '../db/codes.ts'
import type { ReadDb } from '../db/db.ts'
import { blockName } from './block-source.ts'
import { blockDamaged, decodeBlock } from './event-block.ts'
import { hashOf } from './event-records.ts'
import type { HistoryGap } from './history-gap.ts'

/** What was read so far of an archive file. */
export interface VerifyProgress {
  readonly file: string
  readonly blocks: number
  readonly events: number
}

/** What an archive file was found to hold. No problems: each event is there as the hub archived it. */
export interface ArchiveVerdict extends VerifyProgress {
  readonly problems: readonly HistoryGap[]
}

/** Consecutive events of one epoch of a device that follow each other hash by hash. */
interface Run {
  readonly stream: string
  readonly first: number
  readonly previous: string
  last: number
  hash: string
}

const BLOCKS_A_REPORT = 200

/**
 * Reads an archive file whole: every block's checksum, every event against the hash before it, the runs that the hub
 * noted when it archived into this file, and what the hub itself still holds at the same places. Changes nothing.
 */
export async function verifyArchive(
  db: ReadDb,
  file: ArchiveFile,
  report: (progress: VerifyProgress) => void,
): Promise<ArchiveVerdict> {
  const problems: HistoryGap[] = []
  const runs = new Map<string, Run[]>()
  const all = await notedRuns(db)
  const isKnown = all.some(run => run.file === file.name)
  const noted = all.filter(run => run.file === file.name)
  const elsewhere = new Set<string>()
  let [blocks, events] = [0, 0]
  try {
    for (const { place, block } of file.blocks()) {
      const why = block === null ? 'are not as they were written' : faultOf(block)
      if (block === null || why !== null) problems.push({ events: place, why: why ?? '' })
      else {
        const run = follow(runs, block)
        for (const one of all) if (isWithin(one, run, block)) elsewhere.add(one.file)
        const isNoted = noted.some(one => isWithin(one, run, block))
        const other = isNoted ? null : await unlikeHub(db, block)
        if (other !== null) problems.push({ events: place, why: other })
        blocks += 1
        events += block.last_seq - block.first_seq + 1
        if (blocks % BLOCKS_A_REPORT === 0) report({ file: file.name, blocks, events })
      }
    }
    const fault = file.fault()
    if (fault !== null) problems.push({ events: file.name, why: `is damaged: ${fault}` })
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && /^SQLITE_/.test(String(error.code)))) throw error
    problems.push({ events: file.name, why: `cannot be read to its end: ${error.message}` })
  }
  // a run that was killed before its first move leaves blocks that the hub still holds: nothing is missing
  const isFirstRun = blocks > 0 && elsewhere.size === 0
  if (!isKnown && !isFirstRun) problems.push(unknownName(file.name, [...elsewhere]))
  // a copy under another name is held against what its events were archived into
  const wanted = isKnown ? noted : all.filter(run => elsewhere.has(run.file))
  for (const run of wanted)
    if (!isWhole(runs, run))
      problems.push({
        events: `${run.stream}/${run.first}-${run.last}`,
        why: `were archived into ${isKnown ? 'this file' : run.file} and are not all in it`,
      })
  report({ file: file.name, blocks, events })
  return { file: file.name, blocks, events, problems }
}

function unknownName(name: string, files: readonly string[]): HistoryGap {
  const from = files.length === 0 ? '' : `; it is a copy of ${files.join(', ')}, so name it like that`
  return { events: name, why: `is not the name of an archive that the hub knows${from}` }
}

type NotedRun = Run & { readonly file: string }

/** The runs that the hub archived, with their files. */
async function notedRuns(db: ReadDb): Promise<readonly NotedRun[]> {
  const rows = await db.selectFrom('event_archive').selectAll().execute()
  const texts = await textsOf(
    db,
    rows.flatMap(row => [row.store, row.device]),
  )
  return rows.map(row => ({
    stream: streamOf(texts.get(row.device) ?? '', row.epoch),
    first: row.first_seq,
    last: row.last_seq,
    previous: row.previous,
    hash: row.last_hash,
    file: row.file,
  }))
}

const streamOf = (device: string, epoch: number) => `${device}/${epoch}`

/** What is wrong within a block; null: nothing. */
function faultOf(block: ArchivedBlock): string | null {
  const { device, epoch, first_seq, previous } = block
  if (first_seq === 1 && previous !== genesis('events', device, epoch))
    return 'do not begin where the device’s events begin'
  try {
    decodeBlock(blockName(device, block), block, block.body)
    return null
  } catch (error) {
    if (!blockDamaged.is(error)) throw error
    return `cannot be unpacked: ${error.facts['why']}`
  }
}

/** Adds a block to the run that it goes on with, or begins one with it. */
function follow(runs: Map<string, Run[]>, block: ArchivedBlock): Run {
  const stream = streamOf(block.device, block.epoch)
  const known = runs.get(stream) ?? []
  runs.set(stream, known)
  const before = known.at(-1)
  if (before?.last === block.first_seq - 1 && before.hash === block.previous) {
    before.last = block.last_seq
    before.hash = block.last_hash
    return before
  }
  const run = {
    stream,
    first: block.first_seq,
    previous: block.previous,
    last: block.last_seq,
    hash: block.last_hash,
  }
  known.push(run)
  return run
}

/** Whether the hub noted that it moved a block's events in this run. */
function isWithin(noted: NotedRun, { stream }: Run, block: ArchivedBlock): boolean {
  return noted.stream === stream && noted.first <= block.first_seq && block.last_seq <= noted.last
}

/** Events that were written to the file and not moved: a killed run left them in the hub. Null: they are the same. */
async function unlikeHub(db: ReadDb, block: ArchivedBlock): Promise<string | null> {
  const { store, device, epoch, last_seq: seq } = block
  const held = await hashOf(db, { store, device }, { epoch, seq })
  if (held === null) return 'are unknown to the hub: it was restored from an older backup'
  if (held === heldWithoutHash || held === block.last_hash) return null
  return 'are not the events that the hub holds there: it was restored from a backup since'
}

/** Whether the blocks that were read hold a noted run from the hash before it to its last. */
function isWhole(runs: ReadonlyMap<string, readonly Run[]>, noted: Run): boolean {
  const held = runs.get(noted.stream) ?? []
  return held.some(
    run =>
      run.first <= noted.first &&
      noted.last <= run.last &&
      (run.first < noted.first || run.previous === noted.previous) &&
      (run.last > noted.last || run.hash === noted.hash),
  )
}

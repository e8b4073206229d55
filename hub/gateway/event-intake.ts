import type { TillbridgeError } from '../../shared/errors.ts'
import { decodeFrame, limits } from '../../shared/protocol.ts'
import { newRecords } from '../../shared/stream/accept.ts'
import type { Batch, InLog, Mark, ReceivedRecord } from '../../shared/stream/log.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { setAsideFull } from '../streams/device-budget.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { CommitWatch } from './commit-watch.ts'
import { creditExceeded, frameUnexpected, tooMuchQueued } from './refusals.ts'

/** Bodies of one transaction, in UTF-16 units: several frames, since a frame holds 1 MiB at most. */
const TRANSACTION_CHARACTERS = 1024 * 1024
/** What one device may have waiting before the hub takes no more of this connection. */
const LANE_CHARACTERS = 16 * 1024 * 1024
/** What one device is asked to have under way: at rest, and while many devices send their backlogs. */
const SHARE_CHARACTERS = { atRest: 2 * 1024 * 1024, crowded: limits.batchCharacters }
/** How long a device's events are not taken once it has sent too much that the hub can't read. */
const HELD_BACK_MS = 60_000
/** Taken for the size of a record until the device has sent some. */
const USUAL_RECORD_CHARACTERS = 1_024

/** Takes one device's events from the wire to their commit. */
export interface EventIntake {
  /** @param frame a batch of events as it came; it is read when it is its turn */
  take(frame: string): void
  /** How many records beyond the last ack the device may have under way. The caller tells the device. */
  credit(): number
  stop(): void
}

export interface IntakeParts {
  readonly device: string
  readonly store: string
  readonly queue: CommitQueue
  readonly log: InLog
  readonly watch: CommitWatch
  readonly timers: Pick<World['timers'], 'after'>
  ack(held: Mark, credit: number): void
  /** Nothing is committed for a while: the device has sent too much that the hub can't read. */
  heldBack(error: TillbridgeError): void
  /** Called once; nothing is taken after it. */
  failed(error: unknown): void
}

/**
 * Commits a device's batches in their order and acks each commit. Frames that wait behind one another share a
 * transaction, up to 1,000 records. A refused frame goes to `failed` with its typed error and nothing of it is kept;
 * frames before it are. Once a commit has failed, one that fails again is made in parts, so that the records before the
 * one in the way pass: first one record, then twice as many each time. Each part has its own turn in the queue.
 * A device that is beyond its budget of unreadable records stays connected: it is asked to send no more, and what waits is
 * tried again after a while.
 */
export function openEventIntake(parts: IntakeParts): EventIntake {
  const { device, log, queue, watch } = parts
  let recordCharacters = USUAL_RECORD_CHARACTERS
  let isStopped = false
  /** Why no more is taken of this connection. What came before is still committed; the next connection brings the rest. */
  let full: TillbridgeError | null = null
  /** Records that came and are not acked, and the most that the device was told it may have under way. */
  let underWay = 0
  let granted = 0
  /** Of the first frame that waits: records that an earlier part has acked. */
  let ackedInPart = 0
  /** How many records the next part may hold. */
  let most: number = limits.batchRecords
  let stopPause: Cancel = () => undefined

  function credit(): number {
    const share = queue.isCrowded() ? SHARE_CHARACTERS.crowded : SHARE_CHARACTERS.atRest
    const now = Math.max(1, Math.min(limits.credit, Math.floor(share / recordCharacters)))
    granted = Math.max(granted, now) // the device may have sent before it heard of a smaller one
    return now
  }

  async function commit(waiting: readonly string[]): Promise<number> {
    const held = await log.held()
    const { records, frames } = await joinFrames(parts, held, waiting, most)
    const part = records.slice(0, most)
    const now = await commitPart(held, part)
    if (now === null) return 0
    watch.committed()
    most = Math.min(limits.batchRecords, most * 2)
    if (part.length > 0) recordCharacters = Math.ceil(charactersOf(part) / part.length)
    const isPart = part.length < records.length
    const dealtWith = isPart ? part.length : recordsIn(waiting.slice(0, frames)) - ackedInPart
    ackedInPart = isPart ? ackedInPart + part.length : 0
    underWay -= dealtWith
    if (!isStopped) parts.ack(now, credit())
    if (isPart) return 0
    if (full !== null && frames === waiting.length) throw full
    return frames
  }

  /** @returns null when a smaller part is to be tried in the next turn */
  async function commitPart(held: Mark, part: readonly ReceivedRecord[]): Promise<Mark | null> {
    const [first] = part
    if (first === undefined) return held
    const isInParts = watch.isStuck() || most < limits.batchRecords
    try {
      return await log.commit(part)
    } catch (error) {
      if (setAsideFull.is(error)) return holdBack(error)
      if (isInParts && part.length > 1) {
        most = 1
        return null
      }
      watch.failed(first, error)
      throw error
    }
  }

  /** What fits the budget was committed, and is acked. */
  async function holdBack(error: TillbridgeError): Promise<null> {
    const taken = await log.held()
    if (isStopped) return null
    lane.pause()
    stopPause = parts.timers.after(HELD_BACK_MS, lane.resume)
    parts.ack(taken, 0)
    parts.heldBack(error)
    return null
  }

  credit()
  const lane = queue.openLane(parts.store, {
    commit,
    failed(error) {
      if (!isStopped) parts.failed(error)
      isStopped = true
    },
  })

  return {
    take(frame) {
      if (isStopped || full !== null) return
      const records = recordsIn([frame])
      if (lane.characters() > 0 && lane.characters() + frame.length > LANE_CHARACTERS)
        full = tooMuchQueued({ device })
      else if (underWay > 0 && underWay + records > granted) full = creditExceeded({ device, granted })
      if (full !== null) return
      underWay += records
      lane.push(frame)
    },
    credit,
    stop() {
      isStopped = true
      stopPause()
      lane.close()
    },
  }
}

interface Joined {
  readonly records: readonly ReceivedRecord[]
  /** How many frames the records came in. */
  readonly frames: number
}

/**
 * The new records of the first frame, and of those behind it that follow it directly and fit into its transaction. No
 * frame is added once there are `enough` records.
 */
async function joinFrames(
  parts: IntakeParts,
  held: Mark,
  waiting: readonly string[],
  enough: number,
): Promise<Joined> {
  const id = { stream: 'events', device: parts.device } as const
  const [first = ''] = waiting
  const records = [...(await newRecords(id, parts.log, held, readBatch(first)))]
  let characters = first.length
  let frames = 1
  for (const frame of waiting.slice(1)) {
    const last = records.at(-1)
    characters += frame.length
    if (last === undefined || characters > TRANSACTION_CHARACTERS || records.length >= enough) break
    const following = await recordsBehind(id, last, frame)
    if (records.length + following.length > limits.batchRecords || following.length === 0) break
    records.push(...following)
    frames += 1
  }
  return { records, frames }
}

/** The records of a frame that directly follows `last`; none otherwise, and then the frame is judged in its own turn. */
async function recordsBehind(
  id: { readonly stream: 'events'; readonly device: string },
  last: Mark,
  frame: string,
): Promise<readonly ReceivedRecord[]> {
  try {
    const batch = readBatch(frame)
    if (batch.epoch !== last.epoch || batch.first !== last.seq + 1) return []
    return await newRecords(id, { hashAt: () => null }, last, batch)
  } catch {
    return [] // its own turn finds the same fault, and says so
  }
}

function readBatch(text: string): Batch {
  const frame = decodeFrame(text)
  if (frame.t !== 'batch' || frame.stream !== 'events') throw frameUnexpected({ kind: frame.t })
  return frame
}

/** A frame is a line, and a line for each record. */
function recordsIn(frames: readonly string[]): number {
  let records = 0
  for (const frame of frames)
    for (let at = frame.indexOf('\n'); at >= 0; at = frame.indexOf('\n', at + 1)) records += 1
  return records
}

function charactersOf(records: readonly ReceivedRecord[]): number {
  return records.reduce((sum, { body }) => sum + body.length, 0)
}

import type { World } from '../../shared/world.ts'
import { openStoreTurns, type StoreTurns } from './store-turns.ts'

/** At most this much waiting text counts as live: a till's newest sales, not a backlog. UTF-16 units. */
const LIVE_CHARACTERS = 16 * 1024
/** So many live commits in a row, then a backlog has its turn: it must go on while the shops are busy. */
const LIVE_IN_A_ROW = 8
/** What all devices together may have waiting before each is asked to send less. UTF-16 units. */
const CROWDED_CHARACTERS = 64 * 1024 * 1024

/** What a device's lane does when it is its turn. */
export interface CommitLaneWork {
  /**
   * Commits from the front of the frames that wait, in one transaction.
   * @returns how many frames it has dealt with; 0: the first one in part, and the rest is for a later turn
   */
  commit(waiting: readonly string[]): Promise<number>
  /** `commit` threw, and the lane takes nothing more. */
  failed(error: unknown): void
}

/** The frames of one device that wait for their commit, as they came. */
export interface CommitLane {
  push(frame: string): void
  /** What waits, in UTF-16 units. */
  characters(): number
  /** Forgets what waits. A commit under way ends as it would have. */
  close(): void
}

/** The order in which devices' frames are committed. */
export interface CommitQueue {
  openLane(store: string, work: CommitLaneWork): CommitLane
  /** Whether so much waits over all devices that each should send less. */
  isCrowded(): boolean
  /** Resolves when no commit is under way; call it once all lanes are closed. */
  idle(): Promise<void>
}

interface WaitingLane {
  readonly store: string
  readonly work: CommitLaneWork
  readonly frames: string[]
  characters: number
  /** Where it waits for its turn; null while it is served or has nothing to commit. */
  turns: StoreTurns<WaitingLane> | null
  isClosed: boolean
}

/**
 * One commit at a time, with a turn of the event loop between two, so that sockets, timers and pages are served during
 * a storm. Live frames go before backlogs, and within both the stores take turns: after an outage a store that is up to
 * date never waits for those that are catching up.
 */
export function openCommitQueue(timers: Pick<World['timers'], 'soon'>): CommitQueue {
  const live = openStoreTurns<WaitingLane>()
  const backlog = openStoreTurns<WaitingLane>()
  let liveInARow = 0
  let characters = 0
  let served: WaitingLane | null = null
  let running: Promise<void> | null = null

  /** A lane keeps its place while it stays live, or stays a backlog. */
  function place(lane: WaitingLane): void {
    const waits = lane !== served && lane.frames.length > 0
    const turns = !waits ? null : lane.characters <= LIVE_CHARACTERS ? live : backlog
    if (lane.turns === turns) return
    lane.turns?.remove(lane)
    lane.turns = turns
    turns?.add(lane)
  }

  function next(): WaitingLane | null {
    const first = liveInARow < LIVE_IN_A_ROW ? live.next() : null
    liveInARow = first === null ? 0 : liveInARow + 1
    const lane = first ?? backlog.next() ?? live.next()
    if (lane !== null) lane.turns = null
    return lane
  }

  function forget(lane: WaitingLane, frames: number): void {
    const gone = lane.frames.splice(0, frames).reduce((sum, frame) => sum + frame.length, 0)
    lane.characters -= gone
    characters -= gone
  }

  function close(lane: WaitingLane): void {
    lane.isClosed = true
    forget(lane, lane.frames.length)
    place(lane)
  }

  async function serve(lane: WaitingLane): Promise<void> {
    try {
      const done = await lane.work.commit(lane.frames)
      if (!lane.isClosed) forget(lane, done)
    } catch (error) {
      close(lane)
      lane.work.failed(error)
    }
  }

  const turnOfTheLoop = () => new Promise<void>(resolve => void timers.soon(resolve))

  async function run(): Promise<void> {
    await turnOfTheLoop()
    for (served = next(); served !== null; served = next()) {
      const lane = served
      await serve(lane)
      served = null
      place(lane)
      await turnOfTheLoop()
    }
    running = null
  }

  return {
    openLane(store, work) {
      const lane: WaitingLane = { store, work, frames: [], characters: 0, turns: null, isClosed: false }
      return {
        push(frame) {
          if (lane.isClosed) return
          lane.frames.push(frame)
          lane.characters += frame.length
          characters += frame.length
          place(lane)
          running ??= run()
        },
        characters: () => lane.characters,
        close: () => close(lane),
      }
    },
    isCrowded: () => characters > CROWDED_CHARACTERS,
    idle: async () => void (await running),
  }
}

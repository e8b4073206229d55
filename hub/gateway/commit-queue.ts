import type { World } from '../../shared/world.ts'
import { openStoreTurns, type StoreTurns } from './store-turns.ts'

/**
 * How much the lanes of one round may have waiting, in UTF-16 units. It is halved after a round that took longer than the
 * time below, and doubled after one that took less than half of it: machines differ, and so do records.
 */
const TOGETHER_CHARACTERS = { least: 16 * 1024, first: 128 * 1024, most: 512 * 1024 }
const ROUND_MS = 50
const TOGETHER_LANES = 32
/** At most this much waiting text counts as live: a till's newest sales, not a backlog. UTF-16 units. */
const LIVE_CHARACTERS = 16 * 1024
/** After so many rounds of live commits in a row a backlog has its turn: it must go on while the shops are busy. */
const LIVE_IN_A_ROW = 8
/** What all devices together may have waiting before each is asked to send less. UTF-16 units. */
const CROWDED_CHARACTERS = 64 * 1024 * 1024

/** How long the other stores wait for one whose transaction is held up, by a rebuild for instance. */
const LATE_MS = 100

/** A turn of the event loop that took less had nothing else to do. */
const IDLE_TURN_MS = 0.03

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
  /** Commits nothing until `resume`; what comes waits. */
  pause(): void
  resume(): void
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
  isServed: boolean
  isPaused: boolean
  isClosed: boolean
}

/**
 * One round of commits at a time: lanes of one kind whose frames fit into one transaction. Live frames go before backlogs,
 * and within both the stores take turns: after an outage a store that is up to date never waits for those that are
 * catching up. Between two rounds the event loop has as much time as the round took, if it has other work: sockets,
 * timers and pages are served during a storm. One turn of the loop is too little, since it accepts one connection.
 * @param sideBySide given when the database commits for several stores at the same time: a round then waits for a store
 *   whose transaction is held up only once and only for a moment
 */
export function openCommitQueue(
  {
    timers,
    clock,
  }: {
    readonly timers: Pick<World['timers'], 'soon'>
    readonly clock: Pick<World['clock'], 'monotonicMs'>
  },
  sideBySide: Pick<World['timers'], 'after'> | null = null,
): CommitQueue {
  const live = openStoreTurns<WaitingLane>()
  const backlog = openStoreTurns<WaitingLane>()
  let liveInARow = 0
  let characters = 0
  let togetherCharacters = TOGETHER_CHARACTERS.first
  let running: Promise<void> | null = null
  /** Commits under way of rounds that did not wait for them. */
  const late = new Map<Promise<void>, string>()

  /** A lane keeps its place while it stays live, or stays a backlog. */
  function place(lane: WaitingLane): void {
    const waits = !lane.isServed && !lane.isPaused && lane.frames.length > 0
    const turns = !waits ? null : lane.characters <= LIVE_CHARACTERS ? live : backlog
    if (lane.turns === turns) return
    lane.turns?.remove(lane)
    lane.turns = turns
    turns?.add(lane)
  }

  /** The lanes of the next round, in their order; none: nothing waits. */
  function nextRound(): readonly WaitingLane[] {
    const first = liveInARow < LIVE_IN_A_ROW ? live.next() : null
    liveInARow = first === null ? 0 : liveInARow + 1
    if (first !== null) return fillRound(first, live)
    const behind = backlog.next()
    if (behind !== null) return fillRound(behind, backlog)
    const busy = live.next()
    return busy === null ? [] : fillRound(busy, live)
  }

  function fillRound(first: WaitingLane, turns: StoreTurns<WaitingLane>): readonly WaitingLane[] {
    const round = [first]
    let together = first.characters
    while (round.length < TOGETHER_LANES && together < togetherCharacters) {
      const lane = turns.next()
      if (lane === null) break
      round.push(lane)
      together += lane.characters
    }
    for (const lane of round) Object.assign(lane, { turns: null, isServed: true })
    return round
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
    lane.isServed = false
    place(lane)
  }

  async function serveRound(round: readonly WaitingLane[]): Promise<void> {
    if (sideBySide === null) return void (await Promise.all(round.map(serve)))
    const held = new Set(late.values())
    const waitedFor: Promise<void>[] = []
    for (const lane of round) {
      const served = serve(lane).then(() => {
        late.delete(served)
        wake()
      })
      late.set(served, lane.store)
      if (!held.has(lane.store)) waitedFor.push(served)
    }
    const { promise: isLate, resolve } = Promise.withResolvers<void>()
    const cancel = sideBySide.after(LATE_MS, resolve)
    await Promise.race([Promise.all(waitedFor), isLate])
    cancel()
  }

  function wake(): void {
    if (live.isEmpty() && backlog.isEmpty()) return
    running ??= run()
  }

  function adjustRounds(ms: number): void {
    const { least, most } = TOGETHER_CHARACTERS
    if (ms > ROUND_MS) togetherCharacters = Math.max(least, togetherCharacters / 2)
    else if (ms < ROUND_MS / 2) togetherCharacters = Math.min(most, togetherCharacters * 2)
  }

  /** One turn of the event loop, and further ones while it has work and no live frame waits, for at most `ms`. */
  async function leaveTime(ms: number): Promise<void> {
    const began = clock.monotonicMs()
    let turnBegan = began
    for (;;) {
      await new Promise<void>(resolve => void timers.soon(resolve))
      const now = clock.monotonicMs()
      if (now - began >= ms || now - turnBegan < IDLE_TURN_MS || !live.isEmpty()) return
      turnBegan = now
    }
  }

  async function run(): Promise<void> {
    await leaveTime(0)
    for (let round = nextRound(); round.length > 0; round = nextRound()) {
      const began = clock.monotonicMs()
      await serveRound(round)
      const took = clock.monotonicMs() - began
      adjustRounds(took)
      await leaveTime(took)
    }
    running = null
  }

  return {
    openLane(store, work) {
      const lane: WaitingLane = {
        store,
        work,
        frames: [],
        characters: 0,
        turns: null,
        isServed: false,
        isPaused: false,
        isClosed: false,
      }
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
        pause() {
          lane.isPaused = true
          place(lane)
        },
        resume() {
          lane.isPaused = false
          place(lane)
          wake()
        },
        close: () => close(lane),
      }
    },
    isCrowded: () => characters > CROWDED_CHARACTERS,
    async idle() {
      while (running !== null || late.size > 0) await Promise.all([running, ...late.keys()])
    },
  }
}

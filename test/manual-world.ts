import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodeWorld } from '../shared/node-world.ts'
import type { Log, Wire, WireHandlers, World } from '../shared/world.ts'

/** A folder of this test's own, removed with it. */
export function temporaryFolder(within = tmpdir()): { path: string; [Symbol.dispose](): void } {
  const path = mkdtempSync(join(within, 'tillbridge-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

export const quietLog: Log = { debug() {}, info() {}, warn() {}, error() {}, child: () => quietLog }

export interface ManualWorld extends World {
  /** Moves both clocks on and runs what falls due, in order. */
  advance(ms: number): Promise<void>
  /** The machine is suspended for so long, with all that runs on it; then what is overdue runs. A day costs what a minute does. */
  suspend(ms: number): Promise<void>
  /** Sets the wall clock alone, as a user or a dead battery does. */
  setWallClock(now: number): void
}

/** Real files and SQLite, a clock that moves only when told, and chance that repeats. */
export function manualWorld(options: { log?: Log; seed?: number } = {}): ManualWorld {
  const real = nodeWorld({ log: options.log ?? quietLog })
  let wall = Date.UTC(2026, 10, 25, 9)
  let elapsed = 0
  let timers: { at: number; run: () => void }[] = []
  let state = options.seed ?? 1
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
  async function advance(ms: number): Promise<void> {
    const until = elapsed + ms
    for (;;) {
      await turns()
      const due = timers.filter(timer => timer.at <= until).sort((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      timers = timers.filter(other => other !== due)
      const waited = Math.max(0, due.at - elapsed) // overdue after a suspension
      wall += waited
      elapsed += waited
      due.run()
    }
    wall += until - elapsed
    elapsed = until
    await turns()
  }
  return {
    ...real,
    clock: { now: () => wall, monotonicMs: () => elapsed },
    timers: {
      after(ms, run) {
        const timer = { at: elapsed + ms, run }
        timers.push(timer)
        return () => {
          timers = timers.filter(other => other !== timer)
        }
      },
      soon: real.timers.soon,
    },
    random: {
      bytes: count => Uint8Array.from({ length: count }, () => Math.floor(next() * 256)),
      fraction: next,
    },
    advance,
    suspend(ms) {
      wall += ms
      elapsed += ms
      return advance(0)
    },
    setWallClock(now) {
      wall = now
    },
  }
}

let answersArrived: () => Promise<boolean> = async () => false

/** Has `turns` wait for what comes from outside this process. `wait` says whether something came, so that it is asked again. */
export function beforeTurnsEnd(wait: () => Promise<boolean>): void {
  answersArrived = wait
}

/** Lets everything that is ready run: promises, the database's answers, deliveries. */
export async function turns(count = 20): Promise<void> {
  do {
    for (let i = 0; i < count; i += 1) await new Promise(resolve => setImmediate(resolve))
  } while (await answersArrived())
}

/** Waits for a condition by turns of the event loop; fails by name instead of hanging. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  most = 5_000,
): Promise<void> {
  for (let i = 0; i < most; i += 1) {
    if (await holds()) return
    await turns(1)
  }
  throw new Error(`never came: ${what}`)
}

interface WireEnd {
  handlers: WireHandlers | null
  isOpen: boolean
  inbox: (() => void)[]
}

/**
 * Two ends of one connection in memory. Messages arrive in order, a turn of the event loop later. While the line is
 * held, nothing crosses it, and an end that gives up learns of its own closing only.
 */
export function wirePair(): { a: Wire; b: Wire; cut(): void; hold(held: boolean): void } {
  const a: WireEnd = { handlers: null, isOpen: true, inbox: [] }
  const b: WireEnd = { handlers: null, isOpen: true, inbox: [] }
  let isHeld = false
  const deliver = (end: WireEnd) => {
    if (end.handlers !== null && !isHeld) for (const run of end.inbox.splice(0)) run()
  }
  const cross = (to: WireEnd, run: () => void) => {
    to.inbox.push(run)
    setImmediate(() => deliver(to))
  }
  const closed = (end: WireEnd, code: number, reason: string) => {
    if (!end.isOpen) return
    end.isOpen = false
    end.handlers?.closed(code, reason)
  }
  const wire = (own: WireEnd, other: WireEnd): Wire => ({
    send(message) {
      if (own.isOpen) cross(other, () => other.isOpen && other.handlers?.message(message))
    },
    close(code, reason) {
      cross(other, () => closed(other, code, reason))
      setImmediate(() => closed(own, code, reason))
    },
    terminate() {
      cross(other, () => closed(other, 1006, 'terminated'))
      setImmediate(() => closed(own, 1006, 'terminated'))
    },
    listen(handlers) {
      own.handlers = handlers
      setImmediate(() => {
        handlers.open()
        deliver(own)
      })
    },
  })
  return {
    a: wire(a, b),
    b: wire(b, a),
    cut() {
      for (const end of [a, b]) setImmediate(() => closed(end, 1006, 'cut'))
    },
    hold(held) {
      isHeld = held
      for (const end of [a, b]) setImmediate(() => deliver(end))
    },
  }
}

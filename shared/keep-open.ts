import { describeError } from './errors.ts'
import type { Cancel, World } from './world.ts'

/** What an error says to people, and its stable code. */
export interface OpenProblem {
  readonly code: string
  readonly sentence: string
}

/** What one turn may do with the thing that is kept open. */
export interface InTurn<Open> {
  /** Opens it if it is closed. Rejects with why it can't be opened. */
  open(): Promise<Open>
  /** It works: the next failure is the first again, and a problem that was shown is over. */
  works(): void
}

export interface KeepOpenParts<Open> {
  readonly world: Pick<World, 'timers' | 'log'>
  open(): Promise<Open>
  close(open: Open): void | Promise<void>
  /** One bounded piece of work. Resolves with the milliseconds until the next; 0: at once. */
  turn(kept: InTurn<Open>): Promise<number>
  /** How long to wait before it is opened again. `failures`: consecutive ones before this one, from 0. */
  retryMs(failures: number): number
  /** Called when the problem changes; null: it works again. */
  show(problem: OpenProblem | null): void
}

export interface KeptOpen {
  /** Takes the next turn now. Does nothing during a turn, and after a failure until it is time to try again. */
  wake(): void
  /** Resolves once the turn under way has ended and the thing is closed. */
  stop(): Promise<void>
}

/**
 * Keeps something open and takes one turn after another with it. A turn that fails closes it and shows why; it is
 * opened again after `retryMs`. The first turn comes at once.
 */
export function keepOpen<Open>(parts: KeepOpenParts<Open>): KeptOpen {
  const { timers, log } = parts.world
  let opened: { readonly it: Open } | null = null
  let shown: string | null = null
  let failures = 0
  let state: 'resting' | 'working' | 'failed' | 'stopped' = 'resting'
  let cancel: Cancel = () => undefined
  let underWay: Promise<void> = Promise.resolve()

  const show = (problem: OpenProblem | null): void => {
    if (shown === (problem?.sentence ?? null)) return
    shown = problem?.sentence ?? null
    parts.show(problem)
  }

  const close = async (): Promise<void> => {
    const closing = opened
    opened = null
    try {
      if (closing !== null) await parts.close(closing.it)
    } catch (error) {
      log.warn({ error }, 'it did not close') // left alone: the next turn opens another
    }
  }

  const kept: InTurn<Open> = {
    async open() {
      opened ??= { it: await parts.open() }
      return opened.it
    },
    works() {
      failures = 0
      show(null)
    },
  }

  const begin = async (): Promise<void> => {
    state = 'working'
    try {
      next(await parts.turn(kept), 'resting')
    } catch (error) {
      await close()
      show(describeError(error))
      next(parts.retryMs(failures), 'failed')
      failures += 1
    }
  }

  const next = (ms: number, as: 'resting' | 'failed'): void => {
    if (isStopped()) return
    state = as
    const run = () => {
      underWay = begin()
    }
    cancel = ms === 0 ? timers.soon(run) : timers.after(ms, run)
  }

  const isStopped = (): boolean => state === 'stopped'

  next(0, 'resting')
  return {
    wake() {
      if (state !== 'resting') return
      cancel()
      next(0, 'resting')
    },
    async stop() {
      state = 'stopped'
      cancel()
      await underWay
      await close()
    },
  }
}

import { backOffMs } from '../../shared/back-off.ts'
import { describeError } from '../../shared/errors.ts'
import type { Cancel, World } from '../../shared/world.ts'

export interface Loop {
  /** Runs soon: now, or once more after the run under way. */
  wake(): void
  /** Runs now, or joins the queue, and resolves when that run has ended. Throws what it threw. */
  run(): Promise<void>
  /** No run starts any more; resolves when the one under way has ended. */
  stop(): Promise<void>
}

interface LoopOptions {
  readonly world: World
  readonly name: string
  readonly everyMs: number
  /** After a failure the next run comes sooner or later than `everyMs`, with jitter. */
  readonly retryMs: number
  readonly work: () => Promise<void>
  /** Asked when a round is due that nothing woke: true, it would find nothing and is left out. */
  readonly rests?: () => boolean
}

const RETRY_CAP_MS = 60_000

/**
 * Runs work again and again, one run at a time: every so often, when woken, and after a failure with back-off. A failed
 * run is logged and never ends the loop.
 */
export function startLoop({ world, name, everyMs, retryMs, work, rests = () => false }: LoopOptions): Loop {
  let timer: Cancel | null = null
  let current: Promise<void> | null = null
  let wakened = false
  let stopped = false
  let failures = 0

  function schedule(ms: number, then: () => void): void {
    timer?.()
    timer = stopped ? null : world.timers.after(ms, then)
  }

  /** The time for a round has come. */
  function due(): void {
    if (current === null && rests()) schedule(everyMs, due)
    else begin()
  }

  function begin(): void {
    if (current !== null) {
      wakened = true
      return
    }
    // `run` sees the same failure; here it is in the log already.
    runOnce().catch(() => undefined)
  }

  function runOnce(): Promise<void> {
    timer?.()
    timer = null
    wakened = false
    const running = work()
      .then(
        () => {
          failures = 0
        },
        (error: unknown) => {
          failures += 1
          world.log.warn({ loop: name, failures, ...describeError(error) }, 'work with Shopify failed')
          throw error
        },
      )
      .finally(() => {
        current = null
        const failed = failures > 0
        if (wakened && !failed) schedule(0, begin)
        else if (!failed) schedule(everyMs, due)
        else {
          const backOff = { firstMs: retryMs, longestMs: RETRY_CAP_MS }
          schedule(Math.min(everyMs, 100 + backOffMs(world, failures, backOff)), begin)
        }
      })
    current = running
    return running
  }

  return {
    wake: () => {
      if (!stopped) begin()
    },
    async run() {
      while (current !== null) await current.catch(() => undefined) // its own caller hears of it
      await runOnce()
    },
    async stop() {
      stopped = true
      timer?.()
      timer = null
      await current?.catch(() => undefined) // logged above
    },
  }
}

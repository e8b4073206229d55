import type { World } from './world.ts'

/** Failures without a listener in a minute that a process outlives: one more, and it is not what it should be. */
const MOST_A_MINUTE = 10
/** How long an orderly end may take. */
const END_MS = 15_000

/** What a process says of failures that none of its parts has caught. */
interface Faults {
  on(kind: 'uncaughtException' | 'unhandledRejection', listener: (error: unknown) => void): unknown
}

export interface LastResort {
  /** Resolves with the reason when the process should end in order; a service manager starts it again. */
  readonly given: Promise<string>
}

/**
 * The last net: every part catches its own failures, and one that was forgotten must not end a hub or a till's capture in
 * the middle of its work. A rejected promise without a handler is logged and the rest goes on, since whatever it had begun is a
 * transaction. After an exception in a callback, or after many of either, the process ends in order.
 * @param exit ends the process hard when the orderly end hangs
 */
export function lastResort(
  parts: {
    readonly faults: Faults
    exit(): void
  } & Pick<World, 'log' | 'clock' | 'timers'>,
): LastResort {
  const { faults, log, clock, timers, exit } = parts
  const end = Promise.withResolvers<string>()
  let times: number[] = []
  let isEnding = false
  function finish(why: string): void {
    if (isEnding) return
    isEnding = true
    timers.after(END_MS, exit)
    end.resolve(why)
  }
  faults.on('unhandledRejection', error => {
    log.error({ error }, 'a failure that no part has caught; the rest goes on')
    const now = clock.monotonicMs()
    times = [...times.filter(at => now - at < 60_000), now]
    if (times.length > MOST_A_MINUTE) finish('too many failures that no part has caught')
  })
  faults.on('uncaughtException', error => {
    log.error({ error }, 'a failure that no part has caught; the process ends in order')
    finish('a failure that no part has caught')
  })
  return { given: end.promise }
}

import type { World } from './world.ts'

/** How the waits between attempts grow: doubled from `firstMs` up to `longestMs`. */
export interface BackOff {
  readonly firstMs: number
  readonly longestMs: number
}

/**
 * `firstMs`, doubled for each failure, at most `longestMs`. For hardware and files that only this process waits for;
 * where many clients wait for one server, use `backOffMs`.
 * @param failures consecutive failed attempts before this one, from 0
 */
export function doubledMs(failures: number, { firstMs, longestMs }: BackOff): number {
  return Math.min(longestMs, firstMs * 2 ** Math.min(failures, 20))
}

/**
 * Full jitter: anywhere between nothing and the doubled wait, so that a thousand tills whose server comes back don't
 * all call at once. Source: the AWS Architecture Blog's "Exponential Backoff And Jitter" (2015).
 * @param failures consecutive failed attempts before this one, from 0
 */
export function backOffMs(world: Pick<World, 'random'>, failures: number, backOff: BackOff): number {
  return Math.floor(world.random.fraction() * doubledMs(failures, backOff))
}

/**
 * Whether what waits until `dueAt` is due. A moment further ahead than the longest wait was written while the clock was
 * wrong, and counts as due: else a clock that is set right would hold it for as long as it was wrong.
 */
export function isDue(dueAt: number, now: number, longestMs: number): boolean {
  return dueAt <= now || dueAt > now + longestMs
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(world: Pick<World, 'timers'>, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.resolve()
  return new Promise(resolve => {
    const wake = () => {
      cancel()
      signal?.removeEventListener('abort', wake)
      resolve()
    }
    const cancel = world.timers.after(ms, wake)
    signal?.addEventListener('abort', wake)
  })
}

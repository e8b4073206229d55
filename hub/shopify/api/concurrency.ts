import type { World } from '../../../shared/world.ts'

/** Full jitter: anywhere between nothing and the doubled base, so that many waiters never come back together. */
export function jittered(
  world: Pick<World, 'random'>,
  baseMs: number,
  attempt: number,
  capMs: number,
): number {
  return Math.floor(world.random.fraction() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 20)))
}

/** Resolves after `ms`, or at once when the signal aborts. */
export function pause(world: Pick<World, 'timers'>, ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve()
  return new Promise(resolve => {
    const wake = () => {
      cancel()
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const cancel = world.timers.after(ms, wake)
    signal.addEventListener('abort', wake)
  })
}

export type Turn = <T>(work: () => Promise<T>) => Promise<T>

/** Lets one piece of work run at a time, in the order they came. */
export function oneAtATime(): Turn {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const mine = last.then(work)
    last = mine.then(
      () => undefined,
      () => undefined, // its owner hears of it; the next in line does not
    )
    return mine
  }
}

/** Runs `work` for each item, at most `width` at once. The first failure is thrown when all have ended. */
export async function inParallel<T>(
  items: readonly T[],
  width: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const lane = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item)
  }
  const ended = await Promise.allSettled(Array.from({ length: Math.min(width, items.length) }, lane))
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}

import type { SqlEngine } from './engine.ts'

/**
 * Keeps each read of the POS short on a slow disk: while a read runs, the POS can't commit. Batches shrink when one
 * took long and grow back to their full size while they don't. What is done with the rows keeps nobody waiting and
 * does not count.
 */
export interface Pace {
  size(full: number): number
  /** The engine with its reads timed. */
  paced(engine: SqlEngine): SqlEngine
}

const LONG_MS = 40
const SMALLEST_SHARE = 1 / 32

export function readingPace(clock: { monotonicMs(): number }): Pace {
  let share = 1
  return {
    size: full => Math.max(5, Math.floor(full * share)),
    paced: engine => ({
      ...engine,
      async read(queries) {
        const start = clock.monotonicMs()
        const results = await engine.read(queries)
        const took = clock.monotonicMs() - start
        share = took > LONG_MS ? Math.max(SMALLEST_SHARE, share / 2) : Math.min(1, share * 1.25)
        return results
      },
    }),
  }
}

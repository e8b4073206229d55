import type { SqlEngine } from './engine.ts'

/**
 * Keeps each read of the POS short on a slow disk: while a read runs, the POS can't commit. A long read halves the
 * batch; short reads let it grow back to its full size. Only the reads are timed: what is done with the rows does not
 * delay the POS.
 */
export interface AdaptiveBatch {
  size(full: number): number
  /** The engine with its reads timed. */
  timed(engine: SqlEngine): SqlEngine
}

const LONG_MS = 40
const SMALLEST_SHARE = 1 / 32

export function adaptiveBatch(clock: { monotonicMs(): number }): AdaptiveBatch {
  let share = 1
  return {
    size: full => Math.max(5, Math.floor(full * share)),
    timed: engine => ({
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

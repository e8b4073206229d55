import type { World } from '../../shared/world.ts'

const WINDOW_MS = 3_600_000
/** Beyond so many it is plain what is going on. */
const MOST = 1_000

/** Counts wrong PINs and unknown badges for head office. In memory alone: the waits that they cost are kept in the journal. */
export function openWrongTries(clock: Pick<World['clock'], 'monotonicMs'>) {
  let times: readonly number[] = []
  const recent = () => times.filter(at => clock.monotonicMs() - at < WINDOW_MS)
  return {
    note(): void {
      times = [...recent(), clock.monotonicMs()].slice(-MOST)
    },
    /** Within the last hour. */
    count: (): number => recent().length,
  }
}

import { pause } from '../../shared/back-off.ts'
import type { World } from '../../shared/world.ts'
import type { Wellness } from './watch-health.ts'

const LOOK_EVERY_MS = 5_000
/** A hub that has something else to say does so within this time from when the line is up. */
const HEARS_WITHIN_MS = 30_000
/** A till that is never quiet is restarted all the same. */
const LONGEST_WAIT_MS = 6 * 3_600_000

/**
 * Resolves once a restart would not be noticed, or when it is aborted. Not while the line is down: the hub may have changed its mind,
 * and a trial without a hub would fail. Nor while something else is on trial here: which of the two failed could not be told.
 */
export async function quietMoment(
  {
    world,
    well,
    quietMs,
    isTrying,
  }: {
    readonly world: Pick<World, 'clock' | 'timers'>
    readonly well: Wellness
    /** Nothing is recorded for so long. */
    readonly quietMs: number
    /** Something else is on trial. */
    isTrying(): boolean
  },
  signal: AbortSignal,
): Promise<void> {
  const begun = world.clock.monotonicMs()
  let offlineAt = Number.NEGATIVE_INFINITY
  const isQuiet = () => {
    const now = world.clock.monotonicMs()
    if (!well.isOnline()) offlineAt = now
    if (now - offlineAt < HEARS_WITHIN_MS || isTrying()) return false
    return now - well.lastRecordedMs() >= quietMs || now - begun >= LONGEST_WAIT_MS
  }
  while (!signal.aborted && !isQuiet()) await pause(world, LOOK_EVERY_MS, signal)
}

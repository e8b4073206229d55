import { wallClock } from '../../../shared/wall-clock.ts'

/** Reads moments as wall-clock text in the store's zone; those that name no zone are of `timesIn`. */
export function momentClock({
  zone,
  timesIn,
}: {
  readonly zone: string
  readonly timesIn: 'store' | 'utc'
}): ReturnType<typeof wallClock> {
  return wallClock({ numbers: 'epoch-ms', ...(timesIn === 'utc' ? { texts: 'utc' as const } : {}) }, zone)
}

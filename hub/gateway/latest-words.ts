import type { Cancel, World } from '../../shared/world.ts'

/** How often what one device says is taken up in a minute. A device in order says something each 15 seconds, or when it changes. */
const MOST_A_MINUTE = 60
const MINUTE_MS = 60_000

/** What devices say of themselves, of which only the newest word counts. */
export interface LatestWords {
  /**
   * Takes up a word of a device: now, or when the one before is done and the minute has room. A newer word takes the place
   * of one that waits, so that a flood of one device costs the others nothing, and its last word is never lost.
   * @param work logs its own failure
   */
  say(device: string, work: () => Promise<void>): void
  /** Takes up nothing from now on. */
  close(): void
}

interface Saying {
  waiting: (() => Promise<void>) | null
  /** When this minute's words were taken up, on the monotonic clock; the oldest first. */
  times: number[]
  isBusy: boolean
  cancel: Cancel | null
}

export function openLatestWords(parts: {
  readonly world: Pick<World, 'clock' | 'timers'>
  /** Runs work that the gateway waits for before it ends, and logs its failure. */
  background(work: Promise<void>): void
}): LatestWords {
  const { world, background } = parts
  const byDevice = new Map<string, Saying>()
  let isClosed = false

  async function takeUp(of: Saying): Promise<void> {
    while (of.waiting !== null && !of.isBusy && of.cancel === null && !isClosed) {
      const now = world.clock.monotonicMs()
      of.times = of.times.filter(at => now - at < MINUTE_MS)
      const [oldest] = of.times
      if (of.times.length >= MOST_A_MINUTE && oldest !== undefined) {
        of.cancel = world.timers.after(oldest + MINUTE_MS - now, () => {
          of.cancel = null
          background(takeUp(of))
        })
        return
      }
      const work = of.waiting
      of.waiting = null
      of.times.push(now)
      of.isBusy = true
      try {
        await work()
      } finally {
        of.isBusy = false
      }
    }
  }

  return {
    say(device, work) {
      const of = byDevice.get(device) ?? { waiting: null, times: [], isBusy: false, cancel: null }
      byDevice.set(device, of)
      of.waiting = work
      if (!of.isBusy && of.cancel === null) background(takeUp(of))
    },
    close() {
      isClosed = true
      for (const { cancel } of byDevice.values()) cancel?.()
    },
  }
}

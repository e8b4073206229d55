import { describeError } from '../shared/errors.ts'
import type { Cancel, World } from '../shared/world.ts'

/** How long the hub does other things after each block. */
const PAUSE_MS = 20
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** After the hub's start: tills come back first. */
const FIRST_MS = 10 * 60_000

/**
 * Packs what is older than `before`, in small transactions.
 * @param pause waited for after each; false ends the packing
 * @returns how many rows were packed
 */
type Pack = (wanted: { readonly before: number }, pause: () => Promise<boolean>) => Promise<number>

/** Packs what is old enough and checks what was packed, hourly, while the hub runs. */
export function startPacking(parts: {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  /** Days that rows stay as they are. */
  readonly afterDays: number
  /** What packs which rows, by their names. */
  readonly packs: Readonly<Record<string, Pack>>
  /** Looks at some of what was packed; waits for the pause after each block. */
  readonly check: (pause: () => Promise<boolean>) => Promise<void>
}): AsyncDisposable {
  const { world, afterDays, packs, check } = parts
  let isStopped = false
  let cancel: Cancel = () => undefined
  let endPause: () => void = () => undefined
  let running: Promise<void> = Promise.resolve()

  function pause(): Promise<boolean> {
    if (isStopped) return Promise.resolve(false)
    return new Promise(resolve => {
      endPause = () => resolve(!isStopped)
      cancel = world.timers.after(PAUSE_MS, endPause)
    })
  }

  async function round(): Promise<void> {
    for (const [what, pack] of Object.entries(packs))
      try {
        const packed = await pack({ before: world.clock.now() - afterDays * DAY_MS }, pause)
        if (packed > 0) world.log.info({ what, packed }, 'old rows were packed')
      } catch (error) {
        world.log.error({ what, ...describeError(error) }, 'packing failed and is tried again later')
      }
    await check(pause).catch((error: unknown) =>
      world.log.error(describeError(error), 'packed events could not be checked; it is tried again later'),
    )
    schedule(HOUR_MS)
  }

  function schedule(ms: number): void {
    if (isStopped) return
    cancel = world.timers.after(ms, () => {
      running = round()
    })
  }

  schedule(FIRST_MS)
  return {
    async [Symbol.asyncDispose]() {
      isStopped = true
      cancel()
      endPause()
      await running
    },
  }
}

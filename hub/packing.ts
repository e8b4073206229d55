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

/** Removes what is older than `before`, as `Pack` packs it. */
interface Forget {
  readonly afterDays: number
  readonly forget: Pack
}

/** Packs what is old enough, checks what was packed and removes what is too old, hourly, while the hub runs. */
export function startPacking(parts: {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  /** Days that rows stay as they are. */
  readonly afterDays: number
  /** What packs which rows, by their names. */
  readonly packs: Readonly<Record<string, Pack>>
  /** What removes which rows, by their names. */
  readonly forgets?: Readonly<Record<string, Forget>>
  /** Looks at some of what was packed; waits for the pause after each block. */
  readonly check: (pause: () => Promise<boolean>) => Promise<void>
}): AsyncDisposable {
  const { world, afterDays, packs, check, forgets = {} } = parts
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

  async function guarded(what: string, days: number, work: Pack, done: string): Promise<void> {
    try {
      const rows = await work({ before: world.clock.now() - days * DAY_MS }, pause)
      if (rows > 0) world.log.info({ what, rows }, done)
    } catch (error) {
      world.log.error(
        { what, ...describeError(error) },
        'old rows could not be handled; it is tried again later',
      )
    }
  }

  async function round(): Promise<void> {
    for (const [what, pack] of Object.entries(packs))
      await guarded(what, afterDays, pack, 'old rows were packed')
    for (const [what, one] of Object.entries(forgets))
      await guarded(what, one.afterDays, one.forget, 'old rows were removed')
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

import type { Running } from '../../shared/protocol.ts'
import type { World } from '../../shared/world.ts'
import type { Launcher } from './launcher.ts'

/** What says that this agent works. */
export interface Wellness {
  isOnline(): boolean
  /** Sources that are being read, each having been read as a whole since the start. */
  readSources(): readonly string[]
  /** When something was last recorded, on the monotonic clock. */
  lastRecordedMs(): number
  canWrite(): boolean
}

const LOOK_EVERY_MS = 5_000

/** Says when this version has worked for long enough. @param worked what an update has to read; null: it is not on trial */
export function watchHealth(
  {
    world,
    host,
    well,
    confirmMs,
    changed,
  }: {
    readonly world: Pick<World, 'clock' | 'timers'>
    readonly host: { readonly launcher: Launcher } | null
    readonly well: Wellness
    /** How long this version has to be well before it counts as healthy. */
    readonly confirmMs: number
    changed(): void
  },
  worked: readonly string[] | null,
): Disposable & { health(): Running['health'] } {
  let isHealthy = false
  let since: number | null = null
  const everyMs = Math.min(LOOK_EVERY_MS, confirmMs)
  let cancel = world.timers.after(everyMs, look)

  function missing(): string | null {
    if (!well.isOnline()) return 'It is not connected to the hub.'
    if (!well.canWrite()) return 'Its journal takes no writes.'
    const read = new Set(well.readSources())
    const unread = (worked ?? []).filter(source => !read.has(source))
    return unread.length === 0 ? null : `It does not read: ${unread.join(', ')}.`
  }

  function look(): void {
    const now = world.clock.monotonicMs()
    const why = missing()
    since = why === null ? (since ?? now) : null
    if (why !== null && worked !== null) host?.launcher.notYet(why)
    if (since !== null && now - since >= confirmMs) {
      isHealthy = true
      if (worked !== null) host?.launcher.healthy()
      changed()
      return
    }
    cancel = world.timers.after(everyMs, look)
  }

  return {
    health: () => (isHealthy ? 'healthy' : worked === null ? 'starting' : 'trial'),
    [Symbol.dispose]: () => cancel(),
  }
}

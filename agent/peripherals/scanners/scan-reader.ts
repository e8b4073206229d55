import type { Cancel, Clock, Timers } from '../../../shared/world.ts'
import type { PeripheralSays } from '../driver.ts'
import { type DropReason, dropSentence, type Framing, frameScans } from './scan-framing.ts'

/** The first drop for a reason is reported at once and later ones together, so that noise does not flood the agent. */
const DROPS_TOGETHER_MS = 1_000

export interface ScanReader {
  take(bytes: Uint8Array): void
  /** The channel is lost. */
  reset(): void
  close(): void
}

/** Turns the bytes of a scanner's channel into `scanned` and `scan-dropped`, by the framing and by the clock. */
export function readScans(
  framing: Framing,
  via: 'serial' | 'tee',
  parts: {
    readonly clock: Pick<Clock, 'monotonicMs'>
    readonly timers: Timers
    say(what: PeripheralSays): void
  },
): ScanReader {
  const { clock, timers, say } = parts
  let cancel: Cancel | null = null
  let lastByteMs = 0
  const drops = new Map<DropReason, { bytes: number; cancel: Cancel }>()

  const sayDropped = (why: DropReason, bytes: number): void => {
    const told = drops.get(why)
    if (told !== undefined) {
      told.bytes += bytes
      return
    }
    say({ is: 'scan-dropped', bytes, sentence: dropSentence(why, bytes) })
    drops.set(why, {
      bytes: 0,
      cancel: timers.after(DROPS_TOGETHER_MS, () => {
        const more = drops.get(why)?.bytes ?? 0
        drops.delete(why)
        if (more > 0) sayDropped(why, more)
      }),
    })
  }

  const framed = frameScans(framing, {
    code: bytes => say({ is: 'scanned', bytes, via }),
    dropped: (bytes, why) => sayDropped(why, bytes),
  })

  const watch = (ms: number): void => {
    // a turn later, for a host that was held up must read what has come meanwhile before it judges the silence
    cancel = timers.after(ms, () => {
      cancel = timers.soon(() => {
        cancel = null
        const waitMs = framed.waitMs()
        if (waitMs === null) return
        const silentMs = clock.monotonicMs() - lastByteMs
        if (silentMs < waitMs) watch(waitMs - silentMs)
        else framed.paused(clock.monotonicMs())
      })
    })
  }

  return {
    take(bytes) {
      lastByteMs = clock.monotonicMs()
      framed.take(bytes, lastByteMs)
      const waitMs = framed.waitMs()
      if (waitMs === null) {
        cancel?.()
        cancel = null
      } else if (cancel === null) watch(waitMs)
    },
    reset() {
      cancel?.()
      cancel = null
      framed.reset()
    },
    close() {
      cancel?.()
      for (const drop of drops.values()) drop.cancel()
      drops.clear()
    },
  }
}

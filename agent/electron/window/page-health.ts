import { doubledMs } from '../../../shared/back-off.ts'
import type { Cancel, World } from '../../../shared/world.ts'
import type { DeskPage } from '../electron-parts.ts'

const RELOAD = { firstMs: 500, longestMs: 30_000 }
/** A page that is frozen so long is ended and opened again. */
const FROZEN_MS = 10_000
/** A page that works so long is healthy: its next crash is the first again. */
const HEALTHY_MS = 60_000
/** Chromium's code for a load that another one replaced. */
const ABORTED = -3

/**
 * Opens the page again when it crashed, froze or could not be loaded, with the reason in the log. A page that fails again
 * and again is opened ever more seldom.
 * @param reopen shows what is to be shown now
 */
export function keepPageAlive(
  page: DeskPage,
  { world, reopen }: { world: Pick<World, 'timers' | 'log'>; reopen(): void },
): Disposable {
  let failures = 0
  let cancelReopen: Cancel = () => {}
  let cancelFreeze: Cancel = () => {}
  let cancelHealthy: Cancel = () => {}

  function failed(facts: Readonly<Record<string, unknown>>): void {
    cancelFreeze()
    cancelReopen()
    cancelHealthy()
    const inMs = doubledMs(failures, RELOAD)
    failures += 1
    world.log.error({ ...facts, inMs }, 'the page failed and is opened again')
    cancelReopen = world.timers.after(inMs, reopen)
  }
  page.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason !== 'clean-exit') failed({ reason, exitCode })
  })
  page.on('did-fail-load', (_event, code, why, _url, isMainFrame) => {
    if (isMainFrame && code !== ABORTED) failed({ reason: 'not loaded', why, code })
  })
  page.on('did-finish-load', () => {
    cancelHealthy()
    cancelHealthy = world.timers.after(HEALTHY_MS, () => {
      failures = 0
    })
  })
  page.on('unresponsive', () => {
    cancelFreeze()
    cancelFreeze = world.timers.after(FROZEN_MS, () => {
      world.log.error({ reason: 'frozen', forMs: FROZEN_MS }, 'the page does not answer and is ended')
      page.forcefullyCrashRenderer() // `render-process-gone` follows
    })
  })
  page.on('responsive', () => cancelFreeze())
  return {
    [Symbol.dispose]() {
      for (const cancel of [cancelReopen, cancelFreeze, cancelHealthy]) cancel()
    },
  }
}

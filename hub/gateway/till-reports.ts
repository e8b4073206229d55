import type { Status } from '../../shared/protocol.ts'
import type { Cancel, World } from '../../shared/world.ts'
import { noteReport, problemsIn } from '../checks/till-report.ts'
import type { Db } from '../db/db.ts'
import type { DeviceRow } from '../fleet/devices.ts'

/** How many changes of one device's problems are noted in a minute; what comes more often waits, and the newest counts. */
const MOST_A_MINUTE = 20
const MINUTE_MS = 60_000

export interface TillReports {
  /**
   * Opens and closes exceptions for what a till reports, one report of a device after the other. Asks the database only
   * when the problems have changed.
   */
  note(device: DeviceRow, status: Status): Promise<void>
  /** Nothing is noted from now on. */
  close(): void
}

interface Reporting {
  /** The problems of the device's last report, as this process has noted them. */
  noted: string | null
  /** The newest report that is not noted yet. */
  waiting: { readonly device: DeviceRow; readonly status: Status } | null
  /** When this minute's reports were noted, on the monotonic clock. */
  times: number[]
  isBusy: boolean
  cancel: Cancel | null
}

export function openTillReports(parts: {
  readonly world: Pick<World, 'clock' | 'timers'>
  readonly db: Db
  /** Runs work that the gateway waits for before it ends, and logs its failure. */
  background(work: Promise<void>): void
}): TillReports {
  const { world, db, background } = parts
  const byDevice = new Map<string, Reporting>()
  let isClosed = false

  function later(of: Reporting, ms: number): void {
    of.cancel = world.timers.after(ms, () => {
      of.cancel = null
      background(noteWaiting(of))
    })
  }

  async function noteWaiting(of: Reporting): Promise<void> {
    while (of.waiting !== null && !of.isBusy && of.cancel === null && !isClosed) {
      const { device, status } = of.waiting
      const problems = problemsIn(device, status)
      const key = problems.map(({ code, subject, store }) => `${code} ${subject} ${store}`).join('\n')
      const now = world.clock.monotonicMs()
      of.times = of.times.filter(at => now - at < MINUTE_MS)
      const [oldest] = of.times
      if (key !== of.noted && of.times.length >= MOST_A_MINUTE && oldest !== undefined)
        return later(of, oldest + MINUTE_MS - now)
      of.waiting = null
      if (key === of.noted) return
      of.times.push(now)
      of.noted = key
      of.isBusy = true
      try {
        await noteReport(db, device, problems, world.clock.now())
      } catch (error) {
        of.noted = null // the next report tries again
        throw error
      } finally {
        of.isBusy = false
      }
    }
  }

  return {
    note(device, status) {
      const of = byDevice.get(device.device) ?? {
        noted: null,
        waiting: null,
        times: [],
        isBusy: false,
        cancel: null,
      }
      byDevice.set(device.device, of)
      of.waiting = { device, status }
      return noteWaiting(of)
    },
    close() {
      isClosed = true
      for (const { cancel } of byDevice.values()) cancel?.()
    },
  }
}

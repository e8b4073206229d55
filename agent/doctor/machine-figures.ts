import { describeError } from '../../shared/errors.ts'
import type { MachineReport } from '../../shared/protocol.ts'
import type { Cancel, World } from '../../shared/world.ts'

/** What a till's PC can be asked of its disk and of the hub's certificate. */
export interface MachineHost {
  /** Of the disk that holds a folder, in bytes. @throws what the system says */
  disk(folder: string): { readonly free: number; readonly total: number }
  /** From when until when the certificate is valid that an https address shows, if it is for that address's name, trusted or not, in ms since 1970; null: none could be had. Never rejects. */
  certificate(url: URL): Promise<{ readonly from: number; readonly ends: number } | null>
}

/** What the PC says of itself, kept up to date. */
export interface MachineFigures extends Disposable {
  report(): MachineReport
  /**
   * The connection to the hub has begun or ended. Only while it lasts is the certificate looked at: without it, what answers
   * at the hub's address may be a sign-in page or a proxy.
   */
  linked(isOnline: boolean): void
  /** A desktop app of this version runs on this till. */
  desktopSeen(version: string): void
}

const DISK_EVERY_MS = 60_000
/** A certificate may be renewed while the connection lasts, so it is looked at on connections of its own. */
const CERTIFICATE_EVERY_MS = 6 * 3_600_000
const CERTIFICATE_AGAIN_MS = 10 * 60_000
/** Free space is said again once it has changed by this part: each change of a report is work for the hub. */
const CHANGED_BY = 0.05

/** Keeps the figures of this till's PC for the hub. @param parts.changed called when they are others */
export function followMachine(parts: {
  readonly world: Pick<World, 'timers' | 'log'>
  readonly host: MachineHost
  readonly folder: string
  readonly hubUrl: string
  changed(): void
}): MachineFigures {
  const { world, host } = parts
  const url = new URL(parts.hubUrl)
  /** The connection that lasts now; null: the till is not connected. */
  let connection: object | null = null
  let report: MachineReport = { disk: diskNow(), certificate: null, desktop: null }
  let cancelDisk: Cancel = world.timers.after(DISK_EVERY_MS, lookAtDisk)
  let cancelCertificate: Cancel = () => {}

  function become(next: Partial<MachineReport>): void {
    report = { ...report, ...next }
    parts.changed()
  }

  function lookAtDisk(): void {
    cancelDisk = world.timers.after(DISK_EVERY_MS, lookAtDisk)
    const disk = diskNow()
    if (!isSameDisk(report.disk, disk)) become({ disk })
  }

  function diskNow(): MachineReport['disk'] {
    try {
      const { free, total } = host.disk(parts.folder)
      return isAmount(free) && isAmount(total) ? { free, total } : null
    } catch (error) {
      world.log.debug({ ...describeError(error) }, 'the free space of the disk could not be read')
      return null
    }
  }

  async function lookAtCertificate(during: object): Promise<void> {
    const found = await host.certificate(url)
    if (connection !== during) return
    const again = found === null ? CERTIFICATE_AGAIN_MS : CERTIFICATE_EVERY_MS
    cancelCertificate = world.timers.after(again, () => void lookAtCertificate(during))
    const { certificate } = report
    const isNews = found !== null && (found.ends !== certificate?.ends || found.from !== certificate.from)
    if (isNews && isAmount(found.from) && isAmount(found.ends)) become({ certificate: found })
  }

  function linked(isOnline: boolean): void {
    if (isOnline === (connection !== null)) return
    cancelCertificate()
    connection = isOnline ? {} : null
    if (connection !== null && url.protocol === 'https:') void lookAtCertificate(connection)
  }

  return {
    report: () => report,
    linked,
    desktopSeen(version) {
      if (report.desktop !== version) become({ desktop: version })
    },
    [Symbol.dispose]() {
      cancelDisk()
      linked(false)
    },
  }
}

const isAmount = (value: number) => Number.isSafeInteger(value) && value >= 0

function isSameDisk(said: MachineReport['disk'], now: MachineReport['disk']): boolean {
  if (said === null || now === null) return said === now
  return said.total === now.total && Math.abs(now.free - said.free) <= said.free * CHANGED_BY
}

import { defineError, describeError } from '../../../shared/errors.ts'
import type { PeripheralName } from '../../../shared/ids.ts'
import type { Clock, Timers } from '../../../shared/world.ts'
import { tellLeftPrints } from '../spool/left-prints.ts'
import { openPrintSpool, type SpooledPrint } from '../spool/print-spool.ts'
import type { SpoolFiles } from '../spool/spool-files.ts'
import type { Outbox } from './outbox.ts'
import { type FromHost, MAX_SENTENCE, type SpoolSettings } from './protocol.ts'

export const printSpoolFailed = defineError(
  'PRINT_SPOOL_FAILED',
  (f: { why: string }) =>
    `Prints can't be kept on this PC's disk until they are recorded (${f.why}). Printing and recording go on, but prints of a moment in which the agent is ended may be missing. Look at the disk's free space.`,
)

/** A host whose agent was killed ends within a second; after this no other host writes to the spool. */
const FORMER_HOST_MS = 2_000
/** What the last writes may take when the host ends. */
const FLUSH_MS = 500

export interface HostSpoolParts {
  readonly clock: Clock
  readonly timers: Timers
  readonly outbox: Outbox
  openFiles(folder: string): SpoolFiles
  drawId(): string
  send(message: FromHost): void
}

/** The spool of one device host. */
export interface HostSpool {
  /** To be called for each print path when it is opened. */
  prepare(peripheral: PeripheralName): void
  begin(peripheral: PeripheralName): SpooledPrint
  /** Resolves once all is written, or after half a second. */
  flush(): Promise<void>
}

/** Opens the spool for the prints of this host, and tells those that former hosts left. Never throws. */
export function openHostSpool({ folder, keys }: SpoolSettings, parts: HostSpoolParts): HostSpool {
  const { outbox, timers, clock, drawId, send } = parts
  const files = parts.openFiles(folder)
  const [key] = keys
  if (key === undefined) throw new TypeError('a spool without a key')
  const failed = (error: unknown): void => {
    const problem = printSpoolFailed({ why: describeError(error).sentence })
    send({ is: 'fault', code: problem.code, sentence: problem.message.slice(0, MAX_SENTENCE) })
  }
  const made = files.list() // makes the folder before the first print
  const spool = openPrintSpool({ files, key, clock, drawId, failed })

  const tellLeft = async (): Promise<void> => {
    try {
      await made
      const isEmpty = await tellLeftPrints({
        files,
        keys,
        isOwn: spool.isOwn,
        say: outbox.say,
        taken: outbox.taken,
      })
      send({ is: 'spool-told', isEmpty })
    } catch (error) {
      failed(error)
      send({ is: 'spool-told', isEmpty: false })
    }
  }
  timers.after(FORMER_HOST_MS, () => void tellLeft())

  return {
    prepare: peripheral => void made.then(() => spool.prepare(peripheral), failed),
    begin(peripheral) {
      const print = spool.begin(peripheral)
      void outbox.taken(print.id).then(isKept => {
        if (isKept) spool.remove(print.id)
      })
      return print
    },
    async flush() {
      const limit = Promise.withResolvers<void>()
      const cancel = timers.after(FLUSH_MS, limit.resolve)
      await Promise.race([spool.flush(), limit.promise])
      cancel()
    },
  }
}

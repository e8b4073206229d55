import { EpochMs, type PeripheralName, type PickupId } from '../../shared/ids.ts'
import { type Cancel, type Clock, type Log, type Random, randomId, type Timers } from '../../shared/world.ts'
import type { Peripherals } from '../peripherals/peripherals.ts'
import type { NewPrintJob, PrintJob, PrintJobs } from './print-jobs.ts'
import { openLane, type PrinterLane } from './printer-lane.ts'

const EXPIRES_MS = 24 * 3_600_000
const SWEEP_MS = 10 * 60_000
const SWEEP_RETRY_MS = 5_000

const EXPIRED =
  'It waited a day for the printer and was given up. Look at the printer; print it again if it is still needed.'
const INTERRUPTED =
  'Tillbridge ended while this was being printed. Look whether it came out; press Reprint if it did not.'

export interface PrintQueueParts {
  readonly jobs: PrintJobs
  /** Runs `work` in the journal's next transaction; resolves once it is durable. */
  write<T>(work: () => T): Promise<T>
  readonly printers: Pick<Peripherals, 'onSays' | 'print'>
  /** Called when a job was added or has changed. */
  changed(): void
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
}

/** A slip as it is handed in; the queue gives it an id and a time. */
export type NewSlip = Omit<NewPrintJob, 'job' | 'madeAt' | 'copyOf'>

export interface PrintQueue extends Disposable {
  /** Queues a slip. Resolves with its id once it would survive a power cut. @throws PRINT_QUEUE_FULL */
  print(slip: NewSlip): Promise<string>
  /** Queues a slip once more, as asked by a person. @throws PRINT_JOB_UNKNOWN, PRINT_JOB_UNDER_WAY, PRINT_JOB_TOO_OLD */
  reprint(job: string, rights: { readonly mayNameCustomer: boolean }): Promise<string>
  /** The newest jobs, newest first. */
  newest(limit: number): PrintJob[]
  /** The jobs of a pickup, newest first. */
  ofPickup(pickup: PickupId): PrintJob[]
}

/**
 * Sends the slips of the journal to their printers, one at a time each, while the printer is there and can print. A
 * job is `sending` on disk before its first byte leaves, so that after a kill it is `maybe` and not printed twice.
 */
export function startPrintQueue(parts: PrintQueueParts): PrintQueue {
  const { jobs, write, printers, clock, timers, random, log, changed } = parts
  const lanes = new Map<PeripheralName, PrinterLane>()
  let isClosed = false
  let isReady = false
  let stopSweep: Cancel = () => {}

  async function written<T>(what: string, work: () => T): Promise<{ readonly value: T } | null> {
    try {
      const value = await write(work)
      changed()
      return { value }
    } catch (error) {
      log.warn({ error }, `${what} could not be written`)
      return null
    }
  }

  function laneOf(printer: PeripheralName): PrinterLane {
    const known = lanes.get(printer)
    if (known !== undefined) return known
    const isReadyNow = () => isReady
    const lane = openLane(printer, {
      jobs,
      written,
      print: printers.print,
      isReady: isReadyNow,
      clock,
      timers,
    })
    lanes.set(printer, lane)
    return lane
  }

  /** Closes the jobs of the former run first: nothing is sent before that. */
  async function sweep(): Promise<void> {
    const now = clock.now()
    const swept = await written('the print queue', () => {
      if (!isReady) jobs.interrupted(INTERRUPTED, now)
      jobs.expire(now - EXPIRES_MS, EXPIRED, now)
      jobs.prune(now)
    })
    if (isClosed) return
    stopSweep = timers.after(swept === null ? SWEEP_RETRY_MS : SWEEP_MS, () => void sweep())
    if (swept === null || isReady) return
    isReady = true
    for (const lane of lanes.values()) void lane.next()
  }

  const stopHearing = printers.onSays((printer, says) => laneOf(printer).hear(says))
  void sweep()
  return {
    async print(slip) {
      const job = randomId(random, 'print', 12)
      await write(() => jobs.add({ ...slip, copyOf: null, job, madeAt: EpochMs.parse(clock.now()) }))
      changed()
      void laneOf(slip.device).next()
      return job
    },
    async reprint(job, rights) {
      const copy = randomId(random, 'print', 12)
      const { device } = await write(() => jobs.copy(job, copy, EpochMs.parse(clock.now()), rights))
      changed()
      void laneOf(device).next()
      return copy
    },
    newest: jobs.newest,
    ofPickup: jobs.ofPickup,
    [Symbol.dispose]() {
      isClosed = true
      stopHearing()
      stopSweep()
      for (const lane of lanes.values()) lane.close()
    },
  }
}

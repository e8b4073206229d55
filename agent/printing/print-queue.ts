import { EpochMs } from '../../shared/ids.ts'
import { type Cancel, type Clock, type Log, type Random, randomId, type Timers } from '../../shared/world.ts'
import type { PeripheralOrder, PeripheralSays } from '../peripherals/driver.ts'
import { stoppingConditions } from '../peripherals/printers/conditions.ts'
import type { NewPrintJob, PrintJob, PrintJobs } from './print-jobs.ts'

const EXPIRES_MS = 24 * 3_600_000
const SWEEP_MS = 10 * 60_000
const FIRST_RETRY_MS = 5_000
const LONGEST_RETRY_MS = 5 * 60_000
/** Longer than a driver takes to give up, whatever the printer does. */
const SILENCE_MS = 5 * 60_000
/** After `gone`, a driver that still lives has said by then what became of its job. */
const LAST_WORD_MS = 15_000

const EXPIRED =
  'It waited a day for the printer and was given up. Look at the printer; print it again if it is still needed.'
const INTERRUPTED =
  'Tillbridge ended while this was being printed. Look whether it came out; press Reprint if it did not.'
const NO_WORD =
  'The printer was lost while this was being printed. Look whether it came out; press Reprint if it did not.'

export interface PrintQueueParts {
  readonly jobs: PrintJobs
  /** Runs `work` in the journal's next transaction; resolves once it is durable. */
  write<T>(work: () => T): Promise<T>
  /** Hands an order to a device of that name, if it has one. */
  order(device: string, order: PeripheralOrder): void
  /** Called when a job was added or has changed. */
  changed(): void
  readonly clock: Clock
  readonly timers: Timers
  readonly random: Random
  readonly log: Log
}

export type PrintQueue = ReturnType<typeof startPrintQueue>

interface Printer {
  isConnected: boolean
  conditions: Extract<PeripheralSays, { is: 'conditions' }>['conditions']
  /** The job that it has, and what stops waiting for its end. */
  sending: { job: string; stop: Cancel } | null
  /** A write that is under way; nothing else begins meanwhile. */
  isBusy: boolean
  retryMs: number
  stopRetry: Cancel
  /** It failed and waits; other news of the printer end that at once. */
  isWaiting: boolean
}

/**
 * Sends the slips of the journal to their printers, one at a time each, while the printer is there and can print. A
 * job is `sending` on disk before its first byte leaves, so that after a kill it is `maybe` and not printed twice.
 */
export function startPrintQueue(parts: PrintQueueParts) {
  const { jobs, write, clock, timers, random, log, changed } = parts
  const printers = new Map<string, Printer>()
  let isClosed = false
  let isReady = false
  let stopSweep: Cancel = () => {}

  function printerOf(device: string): Printer {
    const known = printers.get(device)
    if (known !== undefined) return known
    const fresh: Printer = {
      isConnected: false,
      conditions: [],
      sending: null,
      isBusy: false,
      retryMs: FIRST_RETRY_MS,
      stopRetry: () => {},
      isWaiting: false,
    }
    printers.set(device, fresh)
    return fresh
  }
  const canPrint = (printer: Printer) =>
    printer.isConnected && stoppingConditions(printer.conditions).length === 0

  /** Writes, or says why not; the caller decides when to try again. */
  async function written<T>(what: string, work: () => T): Promise<{ value: T } | null> {
    try {
      const value = await write(work)
      changed()
      return { value }
    } catch (error) {
      log.warn({ error }, `${what} could not be written`)
      return null
    }
  }

  function later(device: string, printer: Printer): void {
    printer.stopRetry()
    printer.isWaiting = true
    printer.stopRetry = timers.after(printer.retryMs, () => {
      printer.isWaiting = false
      void next(device)
    })
    printer.retryMs = Math.min(2 * printer.retryMs, LONGEST_RETRY_MS)
  }

  async function next(device: string): Promise<void> {
    const printer = printerOf(device)
    if (
      isClosed ||
      !isReady ||
      printer.sending !== null ||
      printer.isBusy ||
      printer.isWaiting ||
      !canPrint(printer)
    )
      return
    const job = jobs.next(device)
    if (job === null) return
    printer.isBusy = true
    const begun = await written('the start of a print job', () =>
      jobs.begin(job.job) ? jobs.bytes(job.job) : null,
    )
    printer.isBusy = false
    if (isClosed) return // it is `sending` on disk, and will be `maybe`
    if (begun === null) return later(device, printer)
    if (begun.value === null) return void next(device)
    expectEnd(device, printer, job.job, SILENCE_MS)
    parts.order(device, { is: 'print', job: job.job, bytes: begun.value })
  }

  /** Without its device's word within `ms`, nobody knows what became of the job. */
  function expectEnd(device: string, printer: Printer, job: string, ms: number): void {
    printer.sending?.stop()
    const stop = timers.after(ms, () => void ended(device, { job, outcome: 'maybe', sentence: NO_WORD }))
    printer.sending = { job, stop }
  }

  async function ended(
    device: string,
    {
      job,
      outcome,
      sentence,
    }: Pick<Extract<PeripheralSays, { is: 'print-ended' }>, 'job' | 'outcome' | 'sentence'>,
  ): Promise<void> {
    const printer = printerOf(device)
    if (printer.sending?.job !== job || isClosed) return // one that was given up, or another agent's
    printer.sending.stop()
    printer.sending = null
    printer.isBusy = true
    const end = () =>
      outcome === 'failed' ? jobs.putBack(job, sentence) : jobs.end(job, outcome, sentence, clock.now())
    const isWritten = (await written('the end of a print job', end)) !== null
    printer.isBusy = false
    if (isClosed) return
    if (!isWritten) {
      // on disk it is still `sending`; until that can be written this printer gets nothing else
      printer.sending = {
        job,
        stop: timers.after(FIRST_RETRY_MS, () => void ended(device, { job, outcome, sentence })),
      }
      return
    }
    if (outcome === 'failed') return later(device, printer)
    printer.retryMs = FIRST_RETRY_MS
    await next(device)
  }

  /** Settles the jobs of the former run first: nothing is sent before that. */
  async function sweep(): Promise<void> {
    const now = clock.now()
    const swept = await written('the print queue', () => {
      if (!isReady) jobs.interrupted(INTERRUPTED, now)
      jobs.expire(now - EXPIRES_MS, EXPIRED, now)
      jobs.prune(now)
    })
    if (isClosed) return
    stopSweep = timers.after(swept === null ? FIRST_RETRY_MS : SWEEP_MS, () => void sweep())
    if (swept === null || isReady) return
    isReady = true
    for (const device of printers.keys()) void next(device)
  }
  void sweep()

  const fresh = (job: Omit<NewPrintJob, 'job' | 'madeAt' | 'copyOf'>): NewPrintJob => ({
    ...job,
    copyOf: null,
    job: randomId(random, 'print', 12),
    madeAt: EpochMs.parse(clock.now()),
  })

  return {
    /** Queues a slip. Resolves with its id once it would survive a power cut. @throws PRINT_QUEUE_FULL */
    async print(job: Omit<NewPrintJob, 'job' | 'madeAt' | 'copyOf'>): Promise<string> {
      const made = fresh(job)
      await write(() => jobs.add(made))
      changed()
      void next(made.device)
      return made.job
    },
    /** Queues a slip once more, as asked by a person. @throws PRINT_JOB_UNKNOWN, PRINT_JOB_UNDER_WAY, PRINT_JOB_TOO_OLD */
    async reprint(job: string): Promise<string> {
      const copy = randomId(random, 'print', 12)
      const { device } = await write(() => jobs.copy(job, copy, EpochMs.parse(clock.now())))
      changed()
      void next(device)
      return copy
    },
    newest: (limit: number): PrintJob[] => jobs.newest(limit),
    ofPickup: jobs.ofPickup,
    /** What a printer or print path says; others' words are not looked at. */
    said(device: string, what: PeripheralSays): void {
      const printer = printerOf(device)
      if (what.is === 'print-ended') {
        void ended(device, what)
        return
      }
      if (what.is === 'connected') printer.isConnected = true
      else if (what.is === 'conditions') printer.conditions = what.conditions
      else if (what.is === 'gone') {
        printer.isConnected = false
        printer.conditions = []
        if (printer.sending !== null) expectEnd(device, printer, printer.sending.job, LAST_WORD_MS)
        return
      } else return
      printer.stopRetry()
      printer.isWaiting = false
      void next(device)
    },
    [Symbol.dispose](): void {
      isClosed = true
      stopSweep()
      for (const printer of printers.values()) {
        printer.stopRetry()
        printer.sending?.stop()
      }
    },
  }
}

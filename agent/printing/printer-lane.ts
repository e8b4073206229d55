import { type BackOff, doubledMs } from '../../shared/back-off.ts'
import type { PeripheralName } from '../../shared/ids.ts'
import type { Cancel, Clock, Timers } from '../../shared/world.ts'
import type { Peripherals, PrintEnd, StateSays } from '../peripherals/peripherals.ts'
import { stoppingConditions } from '../peripherals/printers/conditions.ts'
import type { PrintJobs } from './print-jobs.ts'

const RETRY: BackOff = { firstMs: 5_000, longestMs: 5 * 60_000 }
/** Longer than any driver takes to give up, whatever the printer does. */
const SILENCE_MS = 5 * 60_000
/** A driver that is still running reports the end of its job within this time after `gone`. */
const LAST_WORD_MS = 15_000

const NO_WORD =
  'The printer was lost while this was being printed. Look whether it came out; press Reprint if it did not.'

export interface LaneParts {
  readonly jobs: PrintJobs
  /** Runs `work` in the journal's next transaction; null when it could not be written, which is logged. */
  written<T>(what: string, work: () => T): Promise<{ readonly value: T } | null>
  readonly print: Peripherals['print']
  /** False until the jobs of the former run are closed. */
  isReady(): boolean
  readonly clock: Clock
  readonly timers: Timers
}

/** The slips of one printer: one at a time, in order, while the printer is connected and can print. */
export interface PrinterLane {
  /** Sends the oldest waiting job if the printer is free and can print. */
  next(): Promise<void>
  /** What the printer says of its state. Any news ends the wait after a failure. */
  hear(says: StateSays): void
  close(): void
}

/** @param printer its name in agent.json */
export function openLane(printer: PeripheralName, parts: LaneParts): PrinterLane {
  const { jobs, clock, timers } = parts
  let isConnected = false
  let conditions: Extract<StateSays, { is: 'conditions' }>['conditions'] = []
  /** The job at the printer, and what stops the wait for its end. */
  let sending: { readonly job: string; readonly stop: Cancel } | null = null
  /** A write is under way; nothing else begins until it has ended. */
  let isWriting = false
  let failures = 0
  /** The wait after a failure; null when there is none. */
  let stopRetry: Cancel | null = null
  let isClosed = false

  const isFree = () => sending === null && !isWriting && stopRetry === null
  const canPrint = () => isConnected && stoppingConditions(conditions).length === 0

  async function written<T>(what: string, work: () => T): Promise<{ readonly value: T } | null> {
    isWriting = true
    const result = await parts.written(what, work)
    isWriting = false
    return result
  }

  function retry(): void {
    endWait()
    stopRetry = timers.after(doubledMs(failures, RETRY), () => {
      stopRetry = null
      void next()
    })
    failures += 1
  }
  function endWait(): void {
    stopRetry?.()
    stopRetry = null
  }

  async function next(): Promise<void> {
    if (isClosed || !parts.isReady() || !isFree() || !canPrint()) return
    const waiting = jobs.next(printer)
    if (waiting === null) return
    const { job } = waiting
    const begun = await written('the start of a print job', () => (jobs.begin(job) ? jobs.bytes(job) : null))
    if (isClosed) return // it is `sending` on disk, and the next run makes it `maybe`
    if (begun === null) return retry()
    if (begun.value === null) return next()
    expectEnd(job, SILENCE_MS)
    void parts.print(printer, job, begun.value).then(end => ended(job, end))
  }

  /** A job whose end is not reported within `ms` may or may not be on paper. */
  function expectEnd(job: string, ms: number): void {
    sending?.stop()
    const stop = timers.after(ms, () => void ended(job, { outcome: 'maybe', sentence: NO_WORD }))
    sending = { job, stop }
  }

  async function ended(job: string, end: PrintEnd): Promise<void> {
    if (sending?.job !== job || isClosed) return // a job that was given up before
    sending.stop()
    sending = null
    const { outcome, sentence } = end
    const isWritten = await written('the end of a print job', () =>
      outcome === 'failed' ? jobs.putBack(job, sentence) : jobs.end(job, outcome, sentence, clock.now()),
    )
    if (isClosed) return
    if (isWritten === null) {
      // it is still `sending` on disk; this printer gets no other job until its end can be written
      sending = { job, stop: timers.after(RETRY.firstMs, () => void ended(job, end)) }
      return
    }
    if (outcome === 'failed') return retry()
    failures = 0
    await next()
  }

  return {
    next,
    hear(says) {
      if (says.is === 'gone') {
        isConnected = false
        conditions = []
        if (sending !== null) expectEnd(sending.job, LAST_WORD_MS)
        return
      }
      if (says.is === 'connected') isConnected = true
      else conditions = says.conditions
      endWait()
      void next()
    },
    close() {
      isClosed = true
      endWait()
      sending?.stop()
    },
  }
}

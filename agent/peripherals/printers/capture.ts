import type { Cancel, Timers } from '../../../shared/world.ts'
import type { PeripheralSays } from '../driver.ts'
import type { BeginPrint, SpooledPrint } from '../spool/print-spool.ts'
import { asksOnly } from './asks-only.ts'
import { cutWatch } from './cut-watch.ts'

/** After a cut, a pause this long ends the job. */
const PAUSE_MS = 2_000

/** Copies of what goes between a POS and its printer, as `captureJobs` makes them. */
export interface JobCapture {
  /** The POS's bytes, about to be written to the printer. */
  passing(bytes: Uint8Array): void
  /** They were written. */
  printed(bytes: Uint8Array): void
  /** The printer's bytes, handed to the POS. Those outside of a job are not captured. */
  answered(bytes: Uint8Array): void
  /** The POS's connection is over, or its last byte has been written. */
  ended(): void
  /** Whether the printer is not in the middle of a receipt of the POS. */
  isBetweenJobs(): boolean
}

/**
 * Copies of what goes between a POS and its printer, told after the real thing was written. Whatever the hearer does,
 * printing goes on: what it could not take is counted and told once it takes again.
 */
export function captureJobs(options: {
  language: 'esc-pos' | 'star'
  timers: Timers
  beginPrint: BeginPrint | null
  /** A pause this long ends a job that no cut ended: a printer without a cutter, a POS that never hangs up. */
  silenceMs: number
  say(what: PeripheralSays): void
  /** A job has ended: a moment for a slip of ours. */
  jobEnded(): void
}): JobCapture {
  const { timers, jobEnded } = options
  const cuts = cutWatch(options.language)
  let job = 0
  let isOpen = false
  let isClean = true
  let stopPause: Cancel = () => {}
  let lost: { job: number; print?: string; bytes: number } = { job: 0, bytes: 0 }
  let spooled: SpooledPrint | null = null

  /** Whether the hearer took it. */
  function say(what: PeripheralSays): boolean {
    try {
      options.say(what)
      return true
    } catch {
      return false // reported as `capture-lost`: the message has no other receiver, and the paper must not wait
    }
  }

  const ofPrint = () => (spooled === null ? { job } : { job, print: spooled.id })

  function tell(towards: 'printer' | 'pos', bytes: Uint8Array): void {
    if (lost.bytes > 0 && say({ is: 'capture-lost', ...lost })) lost = { job, bytes: 0 }
    if (lost.bytes > 0 || !say({ is: 'captured', ...ofPrint(), towards, bytes }))
      lost = { ...ofPrint(), bytes: lost.bytes + bytes.length }
  }

  function end(clean: boolean): void {
    stopPause()
    isClean = clean
    if (!isOpen) return
    isOpen = false
    if (lost.bytes > 0 && say({ is: 'capture-lost', ...lost })) lost = { job, bytes: 0 }
    spooled?.end()
    say({ is: 'capture-ended', ...ofPrint() })
    spooled = null
    jobEnded()
  }

  function open(): void {
    if (isOpen) return
    isOpen = true
    job += 1
    cuts.begin()
  }

  return {
    passing(bytes: Uint8Array): void {
      const isQuestion = asksOnly(bytes)
      if (!isOpen && isQuestion) return
      if (!isOpen) spooled = options.beginPrint?.() ?? null
      open()
      if (!isQuestion) stopPause()
      spooled?.add(bytes)
    },
    printed(bytes: Uint8Array): void {
      if (asksOnly(bytes)) {
        if (isOpen) tell('printer', bytes)
        return // a POS that polls its printer prints nothing, however often it asks
      }
      open()
      stopPause()
      cuts.see(bytes)
      tell('printer', bytes)
      stopPause = cuts.wasCut()
        ? timers.after(PAUSE_MS, () => end(cuts.isBetweenReceipts()))
        : timers.after(options.silenceMs, () => end(true))
    },
    /** The printer's bytes, handed to the POS. Outside of a job they belong to none and are not told. */
    answered(bytes: Uint8Array): void {
      if (isOpen) tell('pos', bytes)
    },
    /** The POS's connection is over, or its last byte has been written. */
    ended: (): void => end(true),
    /** Whether the printer is not in the middle of a receipt of the POS. */
    isBetweenJobs: (): boolean => !isOpen && isClean,
  }
}

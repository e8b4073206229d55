import { describeError } from '../../../shared/errors.ts'
import type { Timers } from '../../../shared/world.ts'
import { channelStalled } from '../channels/channel-errors.ts'
import type { PeripheralSays } from '../driver.ts'
import { inWords, stoppingConditions } from './conditions.ts'
import type { Confirmation, PrinterLink } from './printer-link.ts'
import type { PrinterState } from './printer-state.ts'

type Ended = Extract<PeripheralSays, { is: 'print-ended' }>
export type JobOutcome = Pick<Ended, 'outcome' | 'sentence'>

const CHUNK_BYTES = 1_024
const WRITE_MS = 10_000
/** A slip takes a printer a few seconds; one at 9,600 baud with a full buffer about ten. */
const CONFIRM_MS = 20_000
/** A printer with its cover open or without paper prints what it holds once that is fixed. */
const MEND_MS = 120_000
const LOOK_EVERY_MS = 2_000

/**
 * Prints one job and says what became of it. Nothing is sent to a printer that says it can't print, or that does not
 * answer: that job has `failed` and may be tried again. Once a byte was sent, only its own word makes it `printed`.
 * @param asks whether the printer is to be asked at all; if not, `printed` means that it took the bytes
 */
export async function sendJob(
  link: PrinterLink,
  bytes: Uint8Array,
  options: {
    asks: boolean
    state: PrinterState
    timers: Timers
    /** Runs the writing itself, with no other write at the same time. */
    alone(writing: () => Promise<void>): Promise<void>
  },
): Promise<JobOutcome> {
  const { asks, state, timers, alone } = options
  if (asks) {
    const answers = await link.ask()
    const stopping = stoppingConditions(state.conditions())
    if (stopping.length > 0) return failed(`Nothing was sent to the printer: ${inWords(stopping)}.`)
    if (!answers)
      return failed(
        'Nothing was sent: the printer does not answer. Switch it on; if it never answers, set "answers" to false.',
      )
  }
  const confirmation = asks ? await link.confirmation() : null
  const tail = confirmation?.bytes ?? new Uint8Array()
  try {
    await alone(() => writeWithin(link, [bytes, tail], timers))
  } catch (error) {
    return maybe(`${describeError(error).sentence} Some of it may be on paper.`)
  }
  if (confirmation === null)
    return { outcome: 'printed', sentence: 'The printer took it; it was not asked whether it came out.' }
  return confirmed(link, confirmation, options)
}

/** @throws CHANNEL_LOST, CHANNEL_STALLED */
async function writeWithin(link: PrinterLink, parts: readonly Uint8Array[], timers: Timers): Promise<void> {
  const limit = Promise.withResolvers<never>()
  const stop = timers.after(WRITE_MS, () =>
    limit.reject(channelStalled({ channel: 'the printer', seconds: WRITE_MS / 1_000 })),
  )
  try {
    for (const bytes of parts)
      for (let at = 0; at < bytes.length; at += CHUNK_BYTES)
        await Promise.race([link.write(bytes.subarray(at, at + CHUNK_BYTES)), limit.promise])
  } finally {
    stop()
  }
}

async function confirmed(
  link: PrinterLink,
  confirmation: Confirmation,
  { state }: { state: PrinterState },
): Promise<JobOutcome> {
  const lost = link.lost.then(() => 'lost' as const)
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const came = await Promise.race([confirmation.within(LOOK_EVERY_MS), lost])
    if (came === 'lost') return maybe('The connection was lost before the printer confirmed it.')
    if (came) return { outcome: 'printed', sentence: 'Printed.' }
    await Promise.race([link.ask(), lost])
    const stopping = stoppingConditions(state.conditions())
    if (waited >= (stopping.length > 0 ? MEND_MS : CONFIRM_MS))
      return stopping.length > 0
        ? maybe(`The printer has it but ${inWords(stopping)}. It may come out once that is fixed.`)
        : maybe('The printer took it but did not confirm it. Look whether it came out.')
  }
}

const failed = (sentence: string): JobOutcome => ({ outcome: 'failed', sentence })
const maybe = (sentence: string): JobOutcome => ({ outcome: 'maybe', sentence })

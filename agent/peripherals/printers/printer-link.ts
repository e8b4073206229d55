import type { Clock, Timers } from '../../../shared/world.ts'
import type { Channel } from '../channel.ts'
import type { PrinterState } from './printer-state.ts'

/** An open channel to a printer that understands what comes back on it, between the bytes of a POS if there is one. */
export interface PrinterLink {
  readonly channel: Channel
  /** Resolves once it is closed, with what closed it; null: on our wish. */
  readonly lost: Promise<Error | null>
  /** Our own bytes. @throws CHANNEL_LOST, CHANNEL_STALLED */
  write(bytes: Uint8Array): Promise<void>
  /** The POS's bytes. The questions in them are noted, so that their answers are understood too. */
  pass(bytes: Uint8Array): Promise<void>
  /** Asks for the whole status. Resolves within two seconds: whether the printer answered. */
  ask(): Promise<boolean>
  /** Prepares to learn when a job is done; to be called before it. Null: this printer can't tell. */
  confirmation(): Promise<Confirmation | null>
  /** Whether our answers can be told from those that the POS waits for. */
  readonly answersApart: boolean
}

export interface Confirmation {
  /** To be sent after the job. */
  readonly bytes: Uint8Array
  /** Resolves once the printer has worked through them, or after `ms`: whether it has. */
  within(ms: number): Promise<boolean>
}

export interface LinkParts {
  readonly channel: Channel
  readonly clock: Clock
  readonly timers: Timers
  readonly state: PrinterState
  /** What the printer sent to the POS: all but the answers to our own questions, at once, in order. */
  passing(bytes: Uint8Array): void
  /** The printer will send no more, but still takes data. Left out: the channel is closed. */
  ended?(): void
}

/** How long a printer may take to answer a real-time question. Epson's answer within some 10 ms, slow serial ones 200. */
export const ANSWER_MS = 500

/** Resolves with what `start`'s callback is given, or with null after `ms`. */
export function answerWithin<T>(
  timers: Timers,
  ms: number,
  start: (answered: (value: T | null) => void) => void,
): Promise<T | null> {
  return new Promise(resolve => {
    const stop = timers.after(ms, () => resolve(null))
    start(value => {
      stop()
      resolve(value)
    })
  })
}

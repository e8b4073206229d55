import type { Clock, Timers } from '../../../shared/world.ts'
import type { Channel, ChannelHandlers } from '../channel.ts'
import type { Capture } from './capture.ts'
import type { LinkUser } from './links.ts'
import type { PrinterLink } from './printer-link.ts'

/** Bytes that may be under way in one direction before the sender is held up. */
const MOST_BYTES = 128 * 1_024
/** What a channel that can't be held up may send while a slip of ours is printed. */
const MOST_HELD_BYTES = 1_024 * 1_024
/** After the POS has finished, answers are still passed on until this long none came. */
const QUIET_MS = { ownConnection: 3_000, heldChannel: 300 } as const

/** A POS that has come, before its turn: what it does meanwhile waits in its own channel. */
export interface PosConnection {
  readonly channel: Channel
  attach(handlers: ChannelHandlers): void
}

export interface Passage {
  readonly link: PrinterLink
  /** Whether a slip may go between: no receipt of the POS is under way. */
  isBetweenJobs(): boolean
  /** Runs `work` while the POS is held up. To be called between jobs only. */
  between<T>(work: () => Promise<T>): Promise<T>
  /** Resolves when the POS's use of the printer is over. */
  readonly over: Promise<void>
  /** Milliseconds since a byte came from either side. */
  idleMs(): number
  stop(): void
}

/**
 * Passes bytes on between one POS connection and the printer, both ways, each chunk as it comes. Nothing is kept back
 * but by the receiver itself: then the sender is held up as that receiver would hold it up.
 */
export function passageFor(options: {
  pos: PosConnection
  capture: Capture
  clock: Clock
  timers: Timers
}): LinkUser & { start(link: PrinterLink, ownsConnection: boolean): Passage } {
  const { pos, capture, clock, timers } = options
  let busyAt = clock.monotonicMs()
  const over = Promise.withResolvers<void>()
  let link: PrinterLink | null = null
  let quietMs: number = QUIET_MS.heldChannel
  let ownsConnection = false
  let toPrinter = 0
  let toPos = 0
  let isPosHeld = false
  let isSlipPrinting = false
  const held: Uint8Array[] = []
  let posEnded = false
  let posClosed = false
  let printerEnded = false
  let isOver = false
  let stopQuiet = () => {}

  function flow(): void {
    const hold = isSlipPrinting || toPrinter > (isPosHeld ? MOST_BYTES / 2 : MOST_BYTES)
    if (hold === isPosHeld) return
    isPosHeld = hold
    if (hold) pos.channel.pause?.()
    else pos.channel.resume?.()
  }

  function send(bytes: Uint8Array): void {
    if (link === null) return
    toPrinter += bytes.length
    busyAt = clock.monotonicMs()
    link.pass(bytes).then(
      () => {
        toPrinter -= bytes.length
        capture.printed(bytes)
        flow()
        settle()
      },
      () => {
        toPrinter -= bytes.length // the link is lost, which ends the passage
      },
    )
    flow()
  }

  function finish(): void {
    if (isOver) return
    isOver = true
    stopQuiet()
    capture.ended()
    over.resolve()
  }

  /** The POS has finished and all it sent is with the printer: the job is whole. */
  function settle(): void {
    if ((!posEnded && !posClosed) || toPrinter > 0 || held.length > 0 || isSlipPrinting || isOver) return
    capture.ended()
    if (posClosed) finish()
    else {
      if (ownsConnection) link?.channel.finish?.()
      waitForQuiet()
    }
  }
  function waitForQuiet(): void {
    stopQuiet()
    stopQuiet = timers.after(quietMs, () => void pos.channel.close())
  }

  const handlers: ChannelHandlers = {
    data(bytes) {
      if (!isSlipPrinting) return send(bytes)
      held.push(bytes)
      if (held.reduce((sum, part) => sum + part.length, 0) > MOST_HELD_BYTES) void pos.channel.close()
    },
    ended() {
      posEnded = true
      settle()
    },
    closed() {
      posClosed = true
      settle()
    },
  }

  return {
    passing(bytes) {
      if (posClosed) return
      toPos += bytes.length
      busyAt = clock.monotonicMs()
      if (toPos > MOST_BYTES) link?.channel.pause?.()
      pos.channel.write(bytes).then(
        () => {
          toPos -= bytes.length
          if (toPos <= MOST_BYTES / 2) link?.channel.resume?.()
          capture.answered(bytes)
        },
        () => {
          toPos -= bytes.length // the POS is gone, as `closed` says
        },
      )
      if (posEnded) waitForQuiet()
    },
    ended() {
      printerEnded = true
      pos.channel.finish?.()
    },
    start(opened, owns) {
      link = opened
      ownsConnection = owns
      quietMs = owns ? QUIET_MS.ownConnection : QUIET_MS.heldChannel
      void opened.lost.then(() => {
        if (isOver) return
        if (posEnded || printerEnded) void pos.channel.close()
        else if (pos.channel.reset === undefined) void pos.channel.close()
        else pos.channel.reset()
        finish()
      })
      pos.attach(handlers)
      return {
        link: opened,
        isBetweenJobs: () => !isSlipPrinting && toPrinter === 0 && !posEnded && capture.isBetweenJobs(),
        async between(work) {
          isSlipPrinting = true
          flow()
          try {
            return await work()
          } finally {
            isSlipPrinting = false
            for (const bytes of held.splice(0)) send(bytes)
            flow()
            settle()
          }
        },
        over: over.promise,
        idleMs: () => clock.monotonicMs() - busyAt,
        stop() {
          void pos.channel.close()
          finish()
        },
      }
    },
  }
}

import type { Clock, Timers } from '../../../shared/world.ts'
import type { Channel, ChannelHandlers } from '../channel.ts'
import type { JobCapture } from './capture.ts'
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

/** One POS connection's way to the printer; it begins with `start`, once the link to the printer is there. */
export interface PassageRoute extends LinkUser {
  start(link: PrinterLink, ownsConnection: boolean): Passage
}

/**
 * Passes bytes on between one POS connection and the printer, both ways, each chunk as it comes. Nothing is kept back
 * but by the receiver itself: then the sender is held up as that receiver would hold it up.
 */
export function passageFor(options: {
  pos: PosConnection
  capture: JobCapture
  clock: Clock
  timers: Timers
}): PassageRoute {
  const { pos, capture, clock, timers } = options
  const over = Promise.withResolvers<void>()
  let busyAt = clock.monotonicMs()
  let link: PrinterLink | null = null
  let ownsConnection = false
  let posEnded = false
  let posClosed = false
  let printerEnded = false
  let isOver = false
  let stopQuiet = () => {}

  const toPrinter = passToPrinter(pos, {
    write(bytes) {
      if (link === null) return Promise.resolve()
      capture.passing(bytes)
      busyAt = clock.monotonicMs()
      return link.pass(bytes)
    },
    passed(bytes) {
      capture.printed(bytes)
      endJobWhenWhole()
    },
    slipEnded: endJobWhenWhole,
  })
  const toPos = passToPos(pos, { source: () => link?.channel ?? null, passed: capture.answered })

  function finish(): void {
    if (isOver) return
    isOver = true
    stopQuiet()
    capture.ended()
    over.resolve()
  }

  /** The POS has finished and all it sent is with the printer: the job is whole. */
  function endJobWhenWhole(): void {
    if ((!posEnded && !posClosed) || !toPrinter.isEmpty() || isOver) return
    capture.ended()
    if (posClosed) finish()
    else {
      if (ownsConnection) link?.channel.finish?.()
      waitForQuiet()
    }
  }
  function waitForQuiet(): void {
    stopQuiet()
    const quietMs = ownsConnection ? QUIET_MS.ownConnection : QUIET_MS.heldChannel
    stopQuiet = timers.after(quietMs, () => void pos.channel.close())
  }

  /** The printer's connection is lost: the POS sees its own fail, unless one of the two had finished. */
  function lost(): void {
    if (isOver) return
    if (posEnded || printerEnded || pos.channel.reset === undefined) void pos.channel.close()
    else pos.channel.reset()
    finish()
  }

  return {
    passing(bytes) {
      if (posClosed) return
      busyAt = clock.monotonicMs()
      toPos.pass(bytes)
      if (posEnded) waitForQuiet()
    },
    ended() {
      printerEnded = true
      pos.channel.finish?.()
    },
    start(opened, owns) {
      link = opened
      ownsConnection = owns
      void opened.lost.then(lost)
      pos.attach({
        data: toPrinter.take,
        ended() {
          posEnded = true
          endJobWhenWhole()
        },
        closed() {
          posClosed = true
          endJobWhenWhole()
        },
      })
      return {
        link: opened,
        isBetweenJobs: () => toPrinter.isEmpty() && !posEnded && capture.isBetweenJobs(),
        between: toPrinter.holdUpFor,
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

/** The POS's bytes. The POS is held up while many are under way, and while a slip of ours is printed. */
function passToPrinter(
  pos: PosConnection,
  printer: {
    write(bytes: Uint8Array): Promise<void>
    /** The printer has these bytes. */
    passed(bytes: Uint8Array): void
    slipEnded(): void
  },
) {
  let underWay = 0
  let isPosHeldUp = false
  let isSlipPrinting = false
  /** What a channel that can't be held up sent while a slip was printed. */
  const waiting: Uint8Array[] = []

  function flow(): void {
    const holdUp = isSlipPrinting || underWay > (isPosHeldUp ? MOST_BYTES / 2 : MOST_BYTES)
    if (holdUp === isPosHeldUp) return
    isPosHeldUp = holdUp
    if (holdUp) pos.channel.pause?.()
    else pos.channel.resume?.()
  }

  function send(bytes: Uint8Array): void {
    underWay += bytes.length
    printer.write(bytes).then(
      () => {
        underWay -= bytes.length
        flow()
        printer.passed(bytes)
      },
      () => {
        underWay -= bytes.length // the link is lost, which ends the passage
      },
    )
    flow()
  }

  return {
    take(bytes: Uint8Array): void {
      if (!isSlipPrinting) {
        send(bytes)
        return
      }
      waiting.push(bytes)
      if (waiting.reduce((sum, part) => sum + part.length, 0) > MOST_HELD_BYTES) void pos.channel.close()
    },
    isEmpty: () => underWay === 0 && waiting.length === 0 && !isSlipPrinting,
    /** Runs `work` while the POS is held up. */
    async holdUpFor<T>(work: () => Promise<T>): Promise<T> {
      isSlipPrinting = true
      flow()
      try {
        return await work()
      } finally {
        isSlipPrinting = false
        for (const bytes of waiting.splice(0)) send(bytes)
        flow()
        printer.slipEnded()
      }
    },
  }
}

/** The printer's bytes. The printer is held up while many of them are under way to the POS. */
function passToPos(
  pos: PosConnection,
  printer: { source(): Channel | null; passed(bytes: Uint8Array): void },
) {
  let underWay = 0
  return {
    pass(bytes: Uint8Array): void {
      underWay += bytes.length
      if (underWay > MOST_BYTES) printer.source()?.pause?.()
      pos.channel.write(bytes).then(
        () => {
          underWay -= bytes.length
          if (underWay <= MOST_BYTES / 2) printer.source()?.resume?.()
          printer.passed(bytes)
        },
        () => {
          underWay -= bytes.length // the POS is gone, as `closed` says
        },
      )
    },
  }
}

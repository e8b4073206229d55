import { z } from 'zod'
import { takeTurns } from '../../../shared/turns.ts'
import {
  type DriverParts,
  definePeripheral,
  type Peripheral,
  type PeripheralOrder,
  type PeripheralSays,
} from '../driver.ts'
import { captureJobs, type JobCapture } from './capture.ts'
import { connectionLinks } from './connect-per-job.ts'
import { type Links, passingNothing } from './links.ts'
import { type Passage, type PosConnection, passageFor } from './pass-through.ts'
import { heldLinks } from './persistent-connection.ts'
import { PosSide, posDoors } from './pos-listener.ts'
import type { PrinterLink } from './printer-link.ts'
import { openPrinterState, type PrinterState } from './printer-state.ts'
import { type JobOutcome, sendJob } from './send-job.ts'
import { nameOfTransport, openTransport, printerSettings, Transport } from './transport.ts'

const Settings = z.strictObject({
  from: PosSide,
  to: Transport,
  ...printerSettings,
  /** How the agent reads the receipts; see print-profiles.ts. The print path itself passes every byte on unread. */
  profile: z.unknown().optional(),
  /** What was printed without a cut is a receipt after this pause. */
  silenceSeconds: z.number().min(1).max(3_600).default(900),
  codePages: z.unknown().optional(),
})
type Settings = z.infer<typeof Settings>

/** POS connections that may wait for their turn. */
const MOST_WAITING = 8
/** A POS that holds the printer without a word gives it up when another has waited this long (print servers: 90–300 s). */
const IDLE_MS = 90_000
const IDLE_CHECK_MS = 5_000
/** How long a slip of ours waits for the POS to come to an end of its receipt. */
const SLIP_WAIT_MS = 60_000
const CLOSE_MS = 1_900

/**
 * The agent between a POS and its receipt printer: the POS prints to the agent, the agent passes every byte on, both
 * ways, unchanged and at once, and tells copies. It knows nothing of what it passes on, so nothing in it can stop it.
 */
export const printPath = definePeripheral<Settings>({
  kind: 'print-path',
  what: 'print-path',
  settings: Settings,
  open: (settings, parts) => openPrintPath(settings, parts),
})

function openPrintPath(settings: Settings, parts: DriverParts): Peripheral {
  const path = new PrintPath(settings, parts)
  return { take: order => path.take(order), close: () => path.close() }
}

class PrintPath {
  readonly #settings: Settings
  readonly #parts: DriverParts
  readonly #state: PrinterState
  readonly #turns = takeTurns()
  readonly #capture: JobCapture
  readonly #doors: ReturnType<typeof posDoors>
  readonly #links: Links
  /** A POS on a cable never hangs up, so its printer's connection is held as well. */
  readonly #isHeld: boolean
  /** The POS that has the printer now. */
  #passage: Passage | null = null
  #isClosed = false
  #slips: Promise<void> = Promise.resolve()
  /** Whom to tell when a slip may find its turn. */
  readonly #moments: (() => void)[] = []

  constructor(settings: Settings, parts: DriverParts) {
    const { timers, channels } = parts
    this.#settings = settings
    this.#parts = parts
    this.#isHeld = settings.to.by !== 'tcp' || settings.from.by === 'serial'
    this.#state = openPrinterState(what => this.#say(what), settings.drawerOpenWhen)
    this.#capture = captureJobs({
      language: settings.language,
      timers,
      beginPrint: parts.beginPrint ?? null,
      silenceMs: settings.silenceSeconds * 1_000,
      say: parts.say,
      jobEnded: () => this.#moment(),
    })
    this.#doors = posDoors({
      from: settings.from,
      channels,
      timers,
      came: pos => void this.#serve(pos),
      opened: this.#state.connected,
      failed: this.#state.gone,
    })
    this.#links = this.#openLinks()
    this.#links.look()
  }

  take(order: PeripheralOrder): void {
    if (order.is === 'print')
      this.#slips = this.#slips.then(async () =>
        this.#say({ is: 'print-ended', job: order.job, ...(await this.#slip(order.bytes)) }),
      )
    else {
      this.#state.sayAgain()
      this.#links.look()
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#doors.shut()
    this.#passage?.stop()
    this.#moment()
    const limit = new Promise<void>(resolve => void this.#parts.timers.after(CLOSE_MS, resolve))
    await Promise.race([this.#links.close(), limit])
  }

  #openLinks(): Links {
    const { clock, timers, channels } = this.#parts
    const { language, answers, pollSeconds, to } = this.#settings
    const reachable = (is: boolean) => {
      if (is && !this.#isClosed) this.#doors.open()
      else this.#doors.shut()
    }
    const open = () => openTransport(channels, to, { stallMs: null }) // how long to wait for paper is for the POS to say
    const common = { clock, timers, language, answers, pollSeconds, state: this.#state, reachable, open }
    if (!this.#isHeld) return connectionLinks(common)
    return heldLinks({
      ...common,
      name: nameOfTransport(to),
      greeting: new Uint8Array(),
      mayAsk: () => this.#passage?.isBetweenJobs() === true,
    })
  }

  #say(what: PeripheralSays): void {
    try {
      this.#parts.say(what)
    } catch {
      // the receiver is broken and will be restarted; printing goes on
    }
  }

  #moment(): void {
    for (const tell of this.#moments.splice(0)) tell()
  }

  /** Passes one POS connection through, when its turn has come. */
  async #serve(pos: PosConnection): Promise<void> {
    const { clock, timers } = this.#parts
    if (this.#turns.waiting() >= MOST_WAITING) return drop(pos)
    const stopWatching = this.#turns.isFree() ? () => {} : this.#dropIdle()
    const release = await this.#turns.take()
    stopWatching()
    try {
      const route = passageFor({ pos, capture: this.#capture, clock, timers })
      const link = await this.#links.use(route)
      const passage = route.start(link, !this.#isHeld)
      this.#passage = passage
      this.#moment()
      await passage.over
      this.#passage = null
      await this.#links.done(link)
    } catch {
      drop(pos) // the printer can't be reached, as `gone` has told: the POS sees its connection fail
    } finally {
      this.#passage = null
      release()
      this.#moment()
    }
  }

  /** Ends the current POS connection once it is idle, as long as another connection is waiting. */
  #dropIdle(): () => void {
    const { timers } = this.#parts
    const check = () => {
      if (this.#passage !== null && this.#passage.idleMs() >= IDLE_MS) this.#passage.stop()
      stop = timers.after(IDLE_CHECK_MS, check)
    }
    let stop = timers.after(IDLE_CHECK_MS, check)
    return () => stop()
  }

  /** Prints a slip of ours between two receipts of the POS, or while no POS is connected. */
  async #slip(bytes: Uint8Array): Promise<JobOutcome> {
    const { clock } = this.#parts
    const until = clock.monotonicMs() + SLIP_WAIT_MS
    while (!this.#isClosed) {
      const sharing = this.#passage
      if (sharing?.isBetweenJobs()) return this.#printBetween(sharing, bytes)
      if (sharing === null && this.#turns.isFree()) return this.#printAlone(bytes)
      const left = until - clock.monotonicMs()
      if (left <= 0) break
      await this.#nextMoment(left)
    }
    return { outcome: 'failed', sentence: 'Nothing was sent: the POS is printing. It is tried again.' }
  }

  #nextMoment(ms: number): Promise<void> {
    return new Promise(resolve => {
      const stop = this.#parts.timers.after(ms, resolve)
      this.#moments.push(() => {
        stop()
        resolve()
      })
    })
  }

  #printBetween(sharing: Passage, bytes: Uint8Array): Promise<JobOutcome> {
    const asks = this.#settings.answers && sharing.link.answersApart
    return this.#send(sharing.link, bytes, { asks, alone: sharing.between })
  }

  async #printAlone(bytes: Uint8Array): Promise<JobOutcome> {
    const release = await this.#turns.take()
    try {
      const link = await this.#links.use(passingNothing)
      try {
        return await this.#send(link, bytes, { asks: this.#settings.answers, alone: work => work() })
      } finally {
        await this.#links.done(link)
      }
    } catch {
      return { outcome: 'failed', sentence: 'Nothing was sent: the printer can not be reached.' }
    } finally {
      release()
      this.#moment()
    }
  }

  #send(
    link: PrinterLink,
    bytes: Uint8Array,
    how: { asks: boolean; alone: Passage['between'] },
  ): Promise<JobOutcome> {
    return sendJob(link, bytes, { ...how, state: this.#state, timers: this.#parts.timers })
  }
}

function drop(pos: PosConnection): void {
  if (pos.channel.reset === undefined) void pos.channel.close()
  else pos.channel.reset()
}

import { z } from 'zod'
import { takeTurns } from '../../../shared/turns.ts'
import { type DriverParts, definePeripheral, type PeripheralSays } from '../driver.ts'
import { captureJobs } from './capture.ts'
import { connectionLinks } from './connect-per-job.ts'
import { nobody } from './links.ts'
import { type Passage, type PosConnection, passageFor } from './pass-through.ts'
import { heldLinks } from './persistent-connection.ts'
import { PosSide, posDoors } from './pos-listener.ts'
import { openPrinterState } from './printer-state.ts'
import { type JobOutcome, sendJob } from './send-job.ts'
import { nameOfTransport, openTransport, printerSettings, Transport } from './transport.ts'

const Settings = z.strictObject({
  from: PosSide,
  to: Transport,
  ...printerSettings,
  /** How the agent reads the receipts; see print-profiles.ts. The print path itself passes every byte on unread. */
  profile: z.unknown().optional(),
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

function openPrintPath(settings: Settings, parts: DriverParts) {
  const { clock, timers, channels } = parts
  const { language, answers, pollSeconds, to, from } = settings
  const say = (what: PeripheralSays) => {
    try {
      parts.say(what)
    } catch {
      // the receiver is broken and will be restarted; printing goes on
    }
  }
  const state = openPrinterState(say, settings.drawerOpenWhen)
  const turns = takeTurns()
  let passage: Passage | null = null
  let isClosed = false
  const moments: (() => void)[] = []
  const moment = () => {
    for (const tell of moments.splice(0)) tell()
  }
  const capture = captureJobs({ language, timers, say: parts.say, jobEnded: moment })

  const doors = posDoors({
    from,
    channels,
    timers,
    came: pos => void serve(pos),
    opened: state.connected,
    failed: state.gone,
  })
  const reachable = (is: boolean) => {
    if (is && !isClosed) doors.open()
    else doors.shut()
  }
  // a POS on a cable never hangs up, so its printer's connection is held as well
  const isHeld = to.by !== 'tcp' || from.by === 'serial'
  const common = { clock, timers, language, answers, pollSeconds, state, reachable }
  const open = () => openTransport(channels, to, { stallMs: null }) // how long to wait for paper is for the POS to say
  const links = isHeld
    ? heldLinks({
        ...common,
        open,
        name: nameOfTransport(to),
        greeting: new Uint8Array(),
        mayAsk: () => passage?.isBetweenJobs() === true,
      })
    : connectionLinks({ ...common, open })
  links.look()

  async function serve(pos: PosConnection): Promise<void> {
    if (turns.waiting() >= MOST_WAITING) return drop(pos)
    const stopWatching = turns.isFree() ? () => {} : dropIdle()
    const release = await turns.take()
    stopWatching()
    try {
      const route = passageFor({ pos, capture, clock, timers })
      const link = await links.use(route)
      passage = route.start(link, !isHeld)
      moment()
      await passage.over
      passage = null
      await links.done(link)
    } catch {
      drop(pos) // the printer can't be reached, as `gone` has told: the POS sees its connection fail
    } finally {
      passage = null
      release()
      moment()
    }
  }

  /** Ends the current POS connection once it is idle, as long as another connection is waiting. */
  function dropIdle(): () => void {
    const check = () => {
      if (passage !== null && passage.idleMs() >= IDLE_MS) passage.stop()
      stop = timers.after(IDLE_CHECK_MS, check)
    }
    let stop = timers.after(IDLE_CHECK_MS, check)
    return () => stop()
  }

  async function slip(bytes: Uint8Array): Promise<JobOutcome> {
    const until = clock.monotonicMs() + SLIP_WAIT_MS
    while (!isClosed) {
      const sharing = passage
      if (sharing?.isBetweenJobs()) return printBetween(sharing, bytes)
      if (sharing === null && turns.isFree()) return printAlone(bytes)
      const left = until - clock.monotonicMs()
      if (left <= 0) break
      await nextMoment(left)
    }
    return { outcome: 'failed', sentence: 'Nothing was sent: the POS is printing. It is tried again.' }
  }
  function nextMoment(ms: number): Promise<void> {
    return new Promise(resolve => {
      const stop = timers.after(ms, resolve)
      moments.push(() => {
        stop()
        resolve()
      })
    })
  }
  function printBetween(sharing: Passage, bytes: Uint8Array): Promise<JobOutcome> {
    const asks = answers && sharing.link.answersApart
    return sendJob(sharing.link, bytes, { asks, state, timers, alone: sharing.between })
  }
  async function printAlone(bytes: Uint8Array): Promise<JobOutcome> {
    const release = await turns.take()
    try {
      const link = await links.use(nobody)
      try {
        return await sendJob(link, bytes, { asks: answers, state, timers, alone: work => work() })
      } finally {
        await links.done(link)
      }
    } catch {
      return { outcome: 'failed', sentence: 'Nothing was sent: the printer can not be reached.' }
    } finally {
      release()
      moment()
    }
  }

  let slips: Promise<void> = Promise.resolve()
  return {
    take(order: { is: 'print'; job: string; bytes: Uint8Array } | { is: 'ask-conditions' }): void {
      if (order.is === 'print')
        slips = slips.then(async () =>
          say({ is: 'print-ended', job: order.job, ...(await slip(order.bytes)) }),
        )
      else {
        state.sayAgain()
        links.look()
      }
    },
    async close(): Promise<void> {
      isClosed = true
      doors.shut()
      passage?.stop()
      moment()
      await Promise.race([links.close(), new Promise<void>(resolve => void timers.after(CLOSE_MS, resolve))])
    },
  }
}

function drop(pos: PosConnection): void {
  if (pos.channel.reset === undefined) void pos.channel.close()
  else pos.channel.reset()
}

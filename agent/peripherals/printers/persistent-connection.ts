import type { Cancel } from '../../../shared/world.ts'
import type { Channel } from '../channel.ts'
import { channelLost } from '../channels/channel-errors.ts'
import type { Links, LinkUser } from './links.ts'
import { passingNothing } from './links.ts'
import type { PrinterLink } from './printer-link.ts'
import type { PrinterState } from './printer-state.ts'
import { linkOver, type TimeParts } from './transport.ts'

const RETRY_MS = 1_000
const LONGEST_RETRY_MS = 5_000
/** A channel that is lost sooner than this is not at once opened again. */
const LASTING_MS = 5_000

/** One channel that is held open: a serial port, a USB printer, a network printer that serves this till alone. */
export function heldLinks(
  options: TimeParts & {
    language: 'esc-pos' | 'star'
    answers: boolean
    pollSeconds: number
    state: PrinterState
    /** Names it in errors. */
    name: string
    open(): Promise<Channel>
    /** Sent whenever it was opened, to be told of changes at once; empty: nothing. */
    greeting: Uint8Array
    reachable(is: boolean): void
    /** Whether it may be asked beside a user that holds it. */
    mayAsk(): boolean
  },
): Links {
  const { clock, timers, state, reachable } = options
  let link: PrinterLink | null = null
  let user: LinkUser = passingNothing
  let isUsed = false
  let isClosed = false
  let retryMs = RETRY_MS
  let stopTimer: Cancel = () => {}
  let stopLooking: Cancel = () => {}

  function later(ms: number): void {
    stopTimer()
    if (!isClosed) stopTimer = timers.after(ms, () => void keep())
  }

  async function keep(): Promise<void> {
    let channel: Channel
    try {
      channel = await options.open()
    } catch (error) {
      state.gone(error)
      reachable(false)
      later(retryMs)
      retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)
      return
    }
    if (isClosed) return void channel.close()
    const openedAt = clock.monotonicMs()
    const opened = linkOver(options.language, {
      channel,
      clock,
      timers,
      state,
      passing: bytes => user.passing(bytes),
      ended: () => void channel.close(),
    })
    link = opened
    reachable(true)
    void opened.lost.then(problem => {
      link = null
      if (isClosed) return
      const lasted = clock.monotonicMs() - openedAt >= LASTING_MS
      if (lasted) {
        retryMs = RETRY_MS
        later(0)
        return
      }
      state.gone(problem ?? channelLost({ channel: options.name, why: 'the other side closed it' }))
      reachable(false)
      later(retryMs)
      retryMs = Math.min(2 * retryMs, LONGEST_RETRY_MS)
    })
    if (options.greeting.length > 0) opened.write(options.greeting).catch(() => {}) // `lost` tells
    look()
  }

  function look(): void {
    stopLooking()
    if (isClosed) return
    stopLooking = timers.after(options.pollSeconds * 1_000, look)
    const mayAsk = !isUsed || (link?.answersApart === true && options.mayAsk())
    if (options.answers && link !== null && mayAsk) void link.ask()
  }

  void keep()
  return {
    async use(next) {
      if (link === null) throw channelLost({ channel: options.name, why: 'it is not open' })
      isUsed = true
      user = next
      return link
    },
    async done() {
      isUsed = false
      user = passingNothing
    },
    look,
    async close() {
      isClosed = true
      stopTimer()
      stopLooking()
      await link?.channel.close()
    },
  }
}

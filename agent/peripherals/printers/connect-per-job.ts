import type { Cancel } from '../../../shared/world.ts'
import type { Channel } from '../channel.ts'
import type { Links, LinkUser } from './links.ts'
import { nobody } from './links.ts'
import type { PrinterLink } from './printer-link.ts'
import type { PrinterState } from './printer-state.ts'
import { linkOver, type TimeParts } from './transport.ts'

const RETRY_MS = 2_000
/** After our own look was broken off, a printer that serves one connection may need a moment to be free again. */
const FREEING_MS = 3_000
const FREEING_STEP_MS = 50
/** How long a printer may take to print what it holds before it hangs up. */
const LINGER_MS = 60_000

/**
 * A connection for each use, and short status checks in between. A print job interrupts a status check.
 */
export function connectionLinks(
  options: TimeParts & {
    language: 'esc-pos' | 'star'
    answers: boolean
    pollSeconds: number
    state: PrinterState
    open(): Promise<Channel>
    /** Told whenever it is found, or found gone. */
    reachable(is: boolean): void
  },
): Links {
  const { clock, timers, state, reachable } = options
  const lingering = new Set<Channel>()
  let users = 0
  let isClosed = false
  let isFound = false
  let failures = 0
  let brokenOffAt = Number.NEGATIVE_INFINITY
  let stopLooking: Cancel = () => {}
  let breakOff: (() => void) | null = null

  function found(): void {
    failures = 0
    isFound = true
    reachable(true)
  }
  function missed(error: unknown): void {
    isFound = false
    state.gone(error)
    reachable(false)
  }
  const linkTo = (channel: Channel, user: LinkUser): PrinterLink =>
    linkOver(options.language, { channel, clock, timers, state, ...user })

  async function lookOnce(): Promise<void> {
    let channel: Channel
    const opening = options.open()
    let isBrokenOff = false
    breakOff = () => {
      isBrokenOff = true
      brokenOffAt = clock.monotonicMs()
      opening.then(
        late => late.reset?.(),
        () => {},
      ) // this one is no longer awaited
    }
    try {
      channel = await opening
    } catch (error) {
      failures += 1
      if (!isBrokenOff && (failures > 1 || !isFound)) missed(error)
      return
    }
    if (isBrokenOff) return
    const link = linkTo(channel, nobody)
    found()
    if (options.answers) await Promise.race([link.ask(), link.lost])
    if (!isBrokenOff) await channel.close()
  }

  function lookAgain(afterMs: number): void {
    stopLooking()
    if (!isClosed) stopLooking = timers.after(afterMs, look)
  }
  function look(): void {
    if (users > 0 || breakOff !== null || isClosed) return
    void lookOnce().finally(() => {
      breakOff = null
      lookAgain(failures > 0 ? RETRY_MS : options.pollSeconds * 1_000)
    })
  }

  /** @throws as `open` does, after it was given the time to be free again */
  async function openForUse(): Promise<Channel> {
    for (;;) {
      try {
        return await options.open()
      } catch (error) {
        if (clock.monotonicMs() - brokenOffAt > FREEING_MS) throw error
        await new Promise<void>(resolve => void timers.after(FREEING_STEP_MS, resolve))
      }
    }
  }

  /**
   * Says goodbye and reads on until the printer hangs up. Closing at once would make its next status byte a reset,
   * and a reset throws away what it has not printed yet.
   */
  async function linger({ channel, lost }: PrinterLink): Promise<void> {
    lingering.add(channel)
    channel.finish?.()
    const limit = Promise.withResolvers<void>()
    const stop = timers.after(LINGER_MS, limit.resolve)
    await Promise.race([lost, limit.promise])
    stop()
    await channel.close()
    lingering.delete(channel)
  }

  return {
    async use(user) {
      users += 1
      breakOff?.()
      try {
        const link = linkTo(await openForUse(), user)
        found()
        return link
      } catch (error) {
        users -= 1
        missed(error)
        lookAgain(RETRY_MS)
        throw error
      }
    },
    async done(link) {
      users -= 1
      void linger(link)
      lookAgain(options.pollSeconds * 1_000)
    },
    look,
    async close() {
      isClosed = true
      stopLooking()
      breakOff?.()
      await Promise.all([...lingering].map(channel => channel.close()))
    },
  }
}

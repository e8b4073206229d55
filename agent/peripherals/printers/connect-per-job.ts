import type { Cancel } from '../../../shared/world.ts'
import type { Channel } from '../channel.ts'
import type { Links, LinkUser } from './links.ts'
import { passingNothing } from './links.ts'
import type { PrinterLink } from './printer-link.ts'
import type { PrinterState } from './printer-state.ts'
import { linkOver, type TimeParts } from './transport.ts'

const RETRY_MS = 2_000
/** After our own look was broken off, a printer that serves one connection may need a moment to be free again. */
const FREEING_MS = 3_000
const FREEING_STEP_MS = 50
/** How long a printer may take to print what it holds before it hangs up. */
const LINGER_MS = 60_000

interface JobConnections extends TimeParts {
  readonly language: 'esc-pos' | 'star'
  readonly answers: boolean
  readonly pollSeconds: number
  readonly state: PrinterState
  open(): Promise<Channel>
  /** Told whenever it is found, or found gone. */
  reachable(is: boolean): void
}

/** A connection for each use, and short status checks in between. A print job interrupts a status check. */
export function connectionLinks(options: JobConnections): Links {
  const links = new LinksPerJob(options)
  return {
    use: user => links.use(user),
    done: link => links.done(link),
    look: () => links.look(),
    close: () => links.close(),
  }
}

class LinksPerJob {
  readonly #options: JobConnections
  readonly #lingering = new Set<Channel>()
  #users = 0
  #isClosed = false
  #isFound = false
  #failures = 0
  #brokenOffAt = Number.NEGATIVE_INFINITY
  #stopLooking: Cancel = () => {}
  #breakOff: (() => void) | null = null

  constructor(options: JobConnections) {
    this.#options = options
  }

  async use(user: LinkUser): Promise<PrinterLink> {
    this.#users += 1
    this.#breakOff?.()
    try {
      const link = this.#linkTo(await this.#openForUse(), user)
      this.#found()
      return link
    } catch (error) {
      this.#users -= 1
      this.#missed(error)
      this.#lookAgain(RETRY_MS)
      throw error
    }
  }

  async done(link: PrinterLink): Promise<void> {
    this.#users -= 1
    void this.#linger(link)
    this.#lookAgain(this.#options.pollSeconds * 1_000)
  }

  look(): void {
    if (this.#users > 0 || this.#breakOff !== null || this.#isClosed) return
    void this.#lookOnce().finally(() => {
      this.#breakOff = null
      this.#lookAgain(this.#failures > 0 ? RETRY_MS : this.#options.pollSeconds * 1_000)
    })
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#stopLooking()
    this.#breakOff?.()
    await Promise.all([...this.#lingering].map(channel => channel.close()))
  }

  #found(): void {
    this.#failures = 0
    this.#isFound = true
    this.#options.reachable(true)
  }

  #missed(error: unknown): void {
    this.#isFound = false
    this.#options.state.gone(error)
    this.#options.reachable(false)
  }

  #linkTo(channel: Channel, user: LinkUser): PrinterLink {
    const { language, clock, timers, state } = this.#options
    return linkOver(language, { channel, clock, timers, state, ...user })
  }

  /** One status check, unless a print job breaks it off. */
  async #lookOnce(): Promise<void> {
    const opening = this.#options.open()
    let isBrokenOff = false
    this.#breakOff = () => {
      isBrokenOff = true
      this.#brokenOffAt = this.#options.clock.monotonicMs()
      opening.then(
        late => late.reset?.(),
        () => {},
      ) // this one is no longer awaited
    }
    let channel: Channel
    try {
      channel = await opening
    } catch (error) {
      this.#failures += 1
      if (!isBrokenOff && (this.#failures > 1 || !this.#isFound)) this.#missed(error)
      return
    }
    if (isBrokenOff) return
    const link = this.#linkTo(channel, passingNothing)
    this.#found()
    if (this.#options.answers) await Promise.race([link.ask(), link.lost])
    if (!isBrokenOff) await channel.close()
  }

  #lookAgain(afterMs: number): void {
    this.#stopLooking()
    if (!this.#isClosed) this.#stopLooking = this.#options.timers.after(afterMs, () => this.look())
  }

  /** @throws as `open` does, after it was given the time to be free again */
  async #openForUse(): Promise<Channel> {
    const { open, clock, timers } = this.#options
    for (;;) {
      try {
        return await open()
      } catch (error) {
        if (clock.monotonicMs() - this.#brokenOffAt > FREEING_MS) throw error
        await new Promise<void>(resolve => void timers.after(FREEING_STEP_MS, resolve))
      }
    }
  }

  /**
   * Says goodbye and reads on until the printer hangs up. Closing at once would make its next status byte a reset,
   * and a reset throws away what it has not printed yet.
   */
  async #linger({ channel, lost }: PrinterLink): Promise<void> {
    this.#lingering.add(channel)
    channel.finish?.()
    const limit = Promise.withResolvers<void>()
    const stop = this.#options.timers.after(LINGER_MS, limit.resolve)
    await Promise.race([lost, limit.promise])
    stop()
    await channel.close()
    this.#lingering.delete(channel)
  }
}

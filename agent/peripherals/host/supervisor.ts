import { type BackOff, doubledMs } from '../../../shared/back-off.ts'
import { defineError, describeError } from '../../../shared/errors.ts'
import type { PeripheralName } from '../../../shared/ids.ts'
import { firstIssue } from '../../../shared/protocol.ts'
import type { Cancel, World } from '../../../shared/world.ts'
import type { PeripheralConfig } from '../configured.ts'
import type { PeripheralOrder, PeripheralSays } from '../driver.ts'
import { numberedCaptures } from './capture-jobs.ts'
import { hostMessageInvalid } from './host.ts'
import type { HostLink, LaunchHost } from './host-link.ts'
import { FromHost, MAX_PRINT_BYTES, type SpoolSettings } from './protocol.ts'

export const hostEnded = defineError(
  'DEVICE_HOST_ENDED',
  (f: { why: string }) =>
    `The part of the agent that works with scanners and printers stopped (${f.why}). It restarts automatically within half a minute. If this keeps happening, send in a support bundle.`,
)

const BEAT_MS = 1_000
/** Beats without an answer. Beats, not seconds, so that a sleeping till or a busy agent never kills a healthy host. */
const SILENT_BEATS = 10
/** Until it first answers: an old till PC after its switch-on, with a virus scanner at work, needs its time. */
const STARTING_BEATS = 60
const AGAIN: BackOff = { firstMs: 1_000, longestMs: 30_000 }
/** A host that ran so long is started at once again, the next time that it ends. */
const STEADY_MS = 60_000
/** For one that even SIGKILL does not end: it waits in the system for hardware. */
const KILL_MS = 2_000
const CLOSE_MS = 2_500

export interface SupervisorParts {
  readonly world: Pick<World, 'clock' | 'timers' | 'log'>
  readonly launch: LaunchHost
  readonly peripherals: readonly PeripheralConfig[]
  /** Keeps prints until the agent has them; null: they are not kept. */
  readonly spool?: SpoolParts | null
  /**
   * What a peripheral says. The host hears that it was taken once this resolves. A rejection is logged, and the host hears that
   * it was not kept, so that a print stays in the spool.
   */
  said(peripheral: PeripheralName, what: PeripheralSays): void | Promise<void>
}

export interface SpoolParts {
  readonly settings: SpoolSettings
  /** Nothing that former starts left in the spool is there any more. */
  emptied(): void
}

export interface Supervisor extends AsyncDisposable {
  order(peripheral: PeripheralName, order: PeripheralOrder): void
}

interface Running {
  readonly link: HostLink
  readonly sinceMs: number
  silentBeats: number
  hasAnswered: boolean
}

const limitOf = (own: Running) => (own.hasAnswered ? SILENT_BEATS : STARTING_BEATS)
const isSilent = (own: Running) => own.silentBeats > limitOf(own)

const RESTARTING = 'Scanners and printers are being started again. Print once more in a moment.'
const TOO_LARGE = 'The print job is larger than 4 MiB, which no receipt is. Nothing was printed.'

/**
 * Keeps a device host running: a beat a second, killed after ten beats without an answer (sixty for its first), then
 * restarted after 1 s … 30 s with its peripherals set up again. Meanwhile its peripherals are `gone`, and a print job
 * that it had becomes `maybe`.
 */
export function superviseHost(parts: SupervisorParts): Supervisor {
  const supervised = new SupervisedHost(parts)
  return {
    order: (peripheral, order) => supervised.order(peripheral, order),
    [Symbol.asyncDispose]: () => supervised.close(),
  }
}

class SupervisedHost {
  readonly #parts: SupervisorParts
  readonly #log: World['log']
  readonly #jobs = numberedCaptures()
  readonly #printing = new Map<PeripheralName, Set<string>>()
  #running: Running | null = null
  #failures = 0
  #isClosed = false
  #cancelAgain: Cancel = () => {}
  #cancelBeat: Cancel = () => {}
  /** While it is being closed: to be called when the host has ended. */
  #closed: (() => void) | null = null

  constructor(parts: SupervisorParts) {
    this.#parts = parts
    this.#log = parts.world.log.child({ part: 'device-host' })
    this.#start()
  }

  order(peripheral: PeripheralName, order: PeripheralOrder): void {
    if (this.#running === null) this.#refuse(peripheral, order, RESTARTING)
    else if (order.is === 'print' && order.bytes.length > MAX_PRINT_BYTES)
      this.#refuse(peripheral, order, TOO_LARGE)
    else {
      if (order.is === 'print') this.#note(peripheral, order.job)
      this.#running.link.send({ is: 'order', peripheral, order })
    }
  }

  #note(peripheral: PeripheralName, job: string): void {
    const open = this.#printing.get(peripheral) ?? new Set()
    this.#printing.set(peripheral, open.add(job))
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#cancelAgain()
    const own = this.#running
    if (own === null) return
    const ended = Promise.withResolvers<void>()
    this.#closed = ended.resolve
    own.link.send({ is: 'close' })
    const cancel = this.#parts.world.timers.after(CLOSE_MS, () => {
      own.link.kill()
      ended.resolve()
    })
    await ended.promise
    cancel()
    this.#cancelBeat()
    this.#running = null
  }

  #start(): void {
    const { launch, world, peripherals, spool = null } = this.#parts
    let link: HostLink
    try {
      link = launch()
    } catch (error) {
      this.#log.error({ error }, 'the device host could not be started')
      this.#again(describeError(error).sentence, 0)
      return
    }
    const own: Running = { link, sinceMs: world.clock.monotonicMs(), silentBeats: 0, hasAnswered: false }
    this.#running = own
    link.listen({
      message: raw => {
        if (this.#running === own) this.#take(own, raw)
      },
      ended: why => this.#lost(own, why),
    })
    link.send({
      is: 'configure',
      peripherals: [...peripherals],
      ...(spool === null ? {} : { spool: spool.settings }),
    })
    this.#beatSoon(own)
  }

  #beatSoon(own: Running): void {
    this.#cancelBeat = this.#parts.world.timers.after(BEAT_MS, () => this.#beat(own))
  }

  #beat(own: Running): void {
    if (this.#running !== own) return
    own.silentBeats += 1
    if (isSilent(own)) {
      this.#log.error({}, 'the device host does not answer and is ended')
      own.link.kill()
      this.#cancelBeat = this.#parts.world.timers.after(KILL_MS, () =>
        this.#lost(own, 'it could not be ended'),
      )
      return
    }
    own.link.send({ is: 'ping' })
    this.#beatSoon(own)
  }

  #take(own: Running, raw: unknown): void {
    own.silentBeats = 0
    own.hasAnswered = true
    const parsed = FromHost.safeParse(raw)
    if (!parsed.success) {
      const problem = hostMessageInvalid({ from: 'device host', why: firstIssue(parsed.error) })
      this.#log.error({ code: problem.code }, problem.message)
      return
    }
    const message = parsed.data
    if (message.is === 'spool-told') this.#spoolTold(message.isEmpty)
    if (message.is === 'fault') this.#log.error({ code: message.code }, message.sentence)
    if (message.is !== 'said') return
    const { n, peripheral } = message
    const what = this.#jobs.renumbered(peripheral, message.what)
    if (what.is === 'print-ended') this.#printing.get(peripheral)?.delete(what.job)
    void this.#tell(peripheral, what).then(isKept => {
      if (this.#running === own) own.link.send({ is: 'took', n, ...(isKept ? {} : { unkept: true }) })
    })
  }

  #spoolTold(isEmpty: boolean): void {
    for (const { peripheral, what } of this.#jobs.missing()) void this.#tell(peripheral, what)
    if (isEmpty) this.#parts.spool?.emptied()
  }

  async #tell(peripheral: PeripheralName, what: PeripheralSays): Promise<boolean> {
    try {
      await this.#parts.said(peripheral, what)
      return true
    } catch (error) {
      this.#log.error({ error, peripheral }, 'what a peripheral said could not be taken')
      return false
    }
  }

  #lost(own: Running, why: string): void {
    if (this.#running !== own) return
    this.#running = null
    this.#cancelBeat()
    this.#closed?.()
    if (this.#parts.world.clock.monotonicMs() - own.sinceMs >= STEADY_MS) this.#failures = 0
    const reason = isSilent(own) ? `it did not answer for ${limitOf(own)} seconds` : why
    this.#again(reason, doubledMs(this.#failures, AGAIN))
  }

  #again(why: string, waitMs: number): void {
    if (this.#isClosed) return
    this.#failures += 1
    this.#cancelAgain = this.#parts.world.timers.after(Math.max(AGAIN.firstMs, waitMs), () => this.#start())
    const problem = hostEnded({ why })
    this.#log.error({ code: problem.code }, problem.message)
    this.#tellAllGone(problem.code, problem.message)
  }

  /** Every peripheral is gone; receipts that were under way are incomplete, print jobs may have been printed. */
  #tellAllGone(code: string, sentence: string): void {
    for (const { peripheral } of this.#parts.peripherals)
      void this.#tell(peripheral, { is: 'gone', code, sentence })
    for (const { peripheral, what } of this.#jobs.broken()) void this.#tell(peripheral, what)
    for (const [peripheral, open] of this.#printing)
      for (const job of open)
        void this.#tell(peripheral, { is: 'print-ended', job, outcome: 'maybe', sentence })
    this.#printing.clear()
  }

  #refuse(peripheral: PeripheralName, order: PeripheralOrder, sentence: string): void {
    if (order.is === 'print')
      void this.#tell(peripheral, { is: 'print-ended', job: order.job, outcome: 'failed', sentence })
  }
}

import { type BackOff, doubledMs } from '../../../shared/back-off.ts'
import { defineError, describeError } from '../../../shared/errors.ts'
import type { Cancel } from '../../../shared/world.ts'
import type { Channel, ChannelHandlers, OpenChannels } from '../channel.ts'
import type { ConfiguredPeripheral } from '../configured.ts'
import type { DriverParts, Peripheral, PeripheralOrder, PeripheralSays } from '../driver.ts'
import { MAX_SENTENCE } from './protocol.ts'

export const driverFailed = defineError(
  'PERIPHERAL_DRIVER_FAILED',
  (f: { kind: string; why: string }) =>
    `The part of the agent that works with this peripheral (${f.kind}) failed: ${f.why}. It restarts automatically. If this keeps happening, send in a support bundle.`,
)
const noPrinter = 'A scanner prints nothing. Name a printer instead.'

const CLOSE_MS = 1_900
const AGAIN: BackOff = { firstMs: 1_000, longestMs: 30_000 }
/** One that ran so long starts from the shortest wait again. */
const STEADY_MS = 60_000
const MAX_PIECE_BYTES = 1_048_576

export interface GuardedPeripheral {
  take(order: PeripheralOrder): void
  close(): Promise<void>
}

/**
 * A peripheral whose driver may fail: an error in its timers, its channels' handlers or its orders ends this driver
 * alone. The driver is reported as `gone` and reopened after 1 s … 30 s.
 */
export function guardPeripheral(configured: ConfiguredPeripheral, parts: DriverParts): GuardedPeripheral {
  const guarded = new GuardedDriver(configured, parts)
  return { take: order => guarded.take(order), close: () => guarded.close() }
}

const STARTING = 'The printer is being started again. Print once more in a moment.'

class GuardedDriver {
  readonly #configured: ConfiguredPeripheral
  readonly #parts: DriverParts
  #current: Run | null = null
  #printing = new Set<string>()
  #failures = 0
  #again: Cancel = () => {}
  #isClosed = false

  constructor(configured: ConfiguredPeripheral, parts: DriverParts) {
    this.#configured = configured
    this.#parts = parts
    this.#start()
  }

  take(order: PeripheralOrder): void {
    if (order.is === 'print' && this.#configured.kind.what === 'scanner') {
      this.#refuse(order.job, noPrinter)
      return
    }
    const run = this.#current
    if (run === null || run.peripheral === null) {
      if (order.is === 'print') this.#refuse(order.job, STARTING)
      return
    }
    if (order.is === 'print') this.#printing.add(order.job)
    try {
      run.peripheral.take(order)
    } catch (error) {
      this.#fail(run, error, 0)
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true
    this.#again()
    if (this.#current === null) return
    await this.#closed(this.#current)
    for (const cancel of this.#current?.cancels ?? []) cancel()
    this.#current = null
  }

  #start(): void {
    const { clock, timers, channels, beginPrint } = this.#parts
    const run: Run = { peripheral: null, cancels: new Set(), channels: new Set() }
    this.#current = run
    const guard = this.#guardFor(run)
    const isCurrent = () => this.#current === run
    try {
      run.peripheral = this.#configured.open({
        clock,
        timers: guardedTimers(timers, guard, run.cancels),
        channels: guardedChannels(channels, guard, run.channels, isCurrent),
        ...(beginPrint === undefined ? {} : { beginPrint }),
        say: what => {
          if (isCurrent() || what.is === 'print-ended') this.#say(what)
        },
      })
    } catch (error) {
      this.#fail(run, error, 0)
    }
  }

  /** Runs a call of the driver while it is the current one; an error in the call ends the driver. */
  #guardFor(run: Run): Guard {
    const { clock } = this.#parts
    const since = clock.monotonicMs()
    return call =>
      (...args) => {
        if (this.#current !== run) return
        try {
          call(...args)
        } catch (error) {
          this.#fail(run, error, clock.monotonicMs() - since)
        }
      }
  }

  #fail(run: Run, error: unknown, ranMs: number): void {
    if (this.#current !== run) return
    this.#current = null
    for (const cancel of run.cancels) cancel()
    if (ranMs >= STEADY_MS) this.#failures = 0
    this.#tellFailure(error)
    const waitMs = doubledMs(this.#failures, AGAIN)
    this.#failures += 1
    // its channels are given back first: a port is locked for as long as the old driver has it
    void this.#closed(run).then(() => {
      if (!this.#isClosed) this.#again = this.#parts.timers.after(waitMs, () => this.#start())
    })
  }

  #tellFailure(error: unknown): void {
    const { sentence } = describeError(error)
    const problem = driverFailed({ kind: this.#configured.kind.kind, why: sentence })
    this.#say({ is: 'gone', code: problem.code, sentence: problem.message })
    for (const job of this.#printing)
      this.#say({ is: 'print-ended', job, outcome: 'maybe', sentence: problem.message })
    this.#printing = new Set()
  }

  /** Resolves when the driver has closed, or has taken too long. */
  async #closed(run: Run): Promise<void> {
    const limit = Promise.withResolvers<void>()
    const cancel = this.#parts.timers.after(CLOSE_MS, limit.resolve)
    await Promise.race([this.#closeAll(run), limit.promise])
    cancel()
  }

  async #closeAll(run: Run): Promise<void> {
    const [ended] = await Promise.allSettled([(async () => run.peripheral?.close())()])
    if (ended.status === 'rejected') {
      const { code, sentence } = describeError(ended.reason)
      this.#say({ is: 'gone', code, sentence })
    }
    // what the driver left open, as one does that failed while it was starting
    await Promise.allSettled([...run.channels].map(channel => channel.close()))
  }

  #refuse(job: string, sentence: string): void {
    this.#say({ is: 'print-ended', job, outcome: 'failed', sentence })
  }

  #say(what: PeripheralSays): void {
    if (what.is === 'print-ended') this.#printing.delete(what.job)
    for (const each of said(what)) this.#parts.say(each)
  }
}

/** What a driver says within the limits of the protocol: long captures in pieces, long sentences cut. */
function said(what: PeripheralSays): PeripheralSays[] {
  if ('sentence' in what && what.sentence !== undefined && what.sentence.length > MAX_SENTENCE)
    return [{ ...what, sentence: what.sentence.slice(0, MAX_SENTENCE) }]
  if (what.is !== 'captured' || what.bytes.length <= MAX_PIECE_BYTES) return [what]
  const pieces: PeripheralSays[] = []
  for (let at = 0; at < what.bytes.length; at += MAX_PIECE_BYTES)
    pieces.push({ ...what, bytes: what.bytes.subarray(at, at + MAX_PIECE_BYTES) })
  return pieces
}

type Guard = <Args extends unknown[]>(call: (...args: Args) => void) => (...args: Args) => void

function guardedTimers(
  timers: DriverParts['timers'],
  guard: Guard,
  cancels: Set<Cancel>,
): DriverParts['timers'] {
  const kept = (begin: (run: () => void) => Cancel, run: () => void): Cancel => {
    const cancel = begin(
      guard(() => {
        cancels.delete(cancel)
        run()
      }),
    )
    cancels.add(cancel)
    return () => {
      cancels.delete(cancel)
      cancel()
    }
  }
  return {
    after: (ms, run) => kept(guarded => timers.after(ms, guarded), run),
    soon: run => kept(guarded => timers.soon(guarded), run),
  }
}

/** What a driver has open, so that it can be taken from it. */
interface Closable {
  close(): Promise<void>
}
interface Run {
  peripheral: Peripheral | null
  readonly cancels: Set<Cancel>
  readonly channels: Set<Closable>
}

function guardedChannels(
  channels: OpenChannels,
  guard: Guard,
  open: Set<Closable>,
  isCurrent: () => boolean,
): OpenChannels {
  const adopt = async <Kind extends Closable>(channel: Kind): Promise<Kind> => {
    if (isCurrent()) open.add(channel)
    else await channel.close() // the driver failed meanwhile
    return channel
  }
  const guarded = async <Kind extends Channel>(opening: Promise<Kind>): Promise<Kind> => {
    const channel = await adopt(await opening)
    return watched(channel)
  }
  const watched = <Kind extends Channel>(channel: Kind): Kind => ({
    ...channel,
    listen(handlers: ChannelHandlers) {
      channel.listen({
        data: guard(bytes => handlers.data(bytes)),
        closed: guard(problem => {
          open.delete(channel)
          handlers.closed(problem)
        }),
        ...(handlers.ended === undefined ? {} : { ended: guard(() => handlers.ended?.()) }),
      })
    },
  })
  return {
    serial: settings => guarded(channels.serial(settings)),
    tcp: settings => guarded(channels.tcp(settings)),
    usbPrinter: settings => guarded(channels.usbPrinter(settings)),
    usbHid: settings => guarded(channels.usbHid(settings)),
    tcpServer: async settings => {
      const connected = guard((channel: Channel) => {
        open.add(channel)
        settings.connected(watched(channel))
      })
      return adopt(await channels.tcpServer({ ...settings, connected }))
    },
  }
}

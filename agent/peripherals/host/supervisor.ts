import { type BackOff, doubledMs } from '../../../shared/back-off.ts'
import { defineError, describeError } from '../../../shared/errors.ts'
import type { PeripheralName } from '../../../shared/ids.ts'
import { firstIssue } from '../../../shared/protocol.ts'
import type { Cancel, World } from '../../../shared/world.ts'
import type { PeripheralConfig } from '../configured.ts'
import type { PeripheralOrder, PeripheralSays } from '../driver.ts'
import { captureJobs } from './capture-jobs.ts'
import { hostMessageInvalid } from './host.ts'
import type { HostLink, LaunchHost } from './host-link.ts'
import { FromHost, MAX_PRINT_BYTES } from './protocol.ts'

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
  /** What a peripheral says. The host hears that it was taken once this resolves; a rejection counts as taken and is logged. */
  said(peripheral: PeripheralName, what: PeripheralSays): void | Promise<void>
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

/**
 * Keeps a device host running: a beat a second, killed after ten beats without an answer (sixty for its first), then
 * restarted after 1 s … 30 s with its peripherals set up again. Meanwhile its peripherals are `gone`, and a print job
 * that it had becomes `maybe`.
 */
export function superviseHost({ world, launch, peripherals, said }: SupervisorParts): Supervisor {
  const { clock, timers } = world
  const log = world.log.child({ part: 'device-host' })
  const jobs = captureJobs()
  const printing = new Map<PeripheralName, Set<string>>()
  let running: Running | null = null
  let failures = 0
  let isClosed = false
  let cancelAgain: Cancel = () => {}
  let cancelBeat: Cancel = () => {}
  let closed: (() => void) | null = null

  const tell = async (peripheral: PeripheralName, what: PeripheralSays): Promise<void> => {
    try {
      await said(peripheral, what)
    } catch (error) {
      log.error({ error, peripheral }, 'what a peripheral said could not be taken')
    }
  }

  const start = (): void => {
    let link: HostLink
    try {
      link = launch()
    } catch (error) {
      log.error({ error }, 'the device host could not be started')
      again(describeError(error).sentence, 0)
      return
    }
    const own: Running = { link, sinceMs: clock.monotonicMs(), silentBeats: 0, hasAnswered: false }
    running = own
    link.listen({
      message: raw => {
        if (running === own) take(own, raw)
      },
      ended: why => lost(own, why),
    })
    link.send({ is: 'configure', peripherals: [...peripherals] })
    cancelBeat = timers.after(BEAT_MS, () => beat(own))
  }

  const beat = (own: Running): void => {
    if (running !== own) return
    own.silentBeats += 1
    if (isSilent(own)) {
      log.error({}, 'the device host does not answer and is ended')
      own.link.kill()
      cancelBeat = timers.after(KILL_MS, () => lost(own, 'it could not be ended'))
      return
    }
    own.link.send({ is: 'ping' })
    cancelBeat = timers.after(BEAT_MS, () => beat(own))
  }

  const take = (own: Running, raw: unknown): void => {
    own.silentBeats = 0
    own.hasAnswered = true
    const parsed = FromHost.safeParse(raw)
    if (!parsed.success) {
      const problem = hostMessageInvalid({ from: 'device host', why: firstIssue(parsed.error) })
      log.error({ code: problem.code }, problem.message)
      return
    }
    const message = parsed.data
    if (message.is === 'fault') log.error({ code: message.code }, message.sentence)
    if (message.is !== 'said') return
    const { n, peripheral } = message
    const what = jobs.renumbered(peripheral, message.what)
    if (what.is === 'print-ended') printing.get(peripheral)?.delete(what.job)
    void tell(peripheral, what).then(() => {
      if (running === own) own.link.send({ is: 'took', n })
    })
  }

  const lost = (own: Running, why: string): void => {
    if (running !== own) return
    running = null
    cancelBeat()
    closed?.()
    if (clock.monotonicMs() - own.sinceMs >= STEADY_MS) failures = 0
    const reason = isSilent(own) ? `it did not answer for ${limitOf(own)} seconds` : why
    again(reason, doubledMs(failures, AGAIN))
  }

  const again = (why: string, waitMs: number): void => {
    if (isClosed) return
    const ms = Math.max(AGAIN.firstMs, waitMs)
    failures += 1
    cancelAgain = timers.after(ms, start)
    const problem = hostEnded({ why })
    log.error({ code: problem.code }, problem.message)
    for (const { peripheral } of peripherals)
      void tell(peripheral, { is: 'gone', code: problem.code, sentence: problem.message })
    for (const { peripheral, what } of jobs.broken()) void tell(peripheral, what)
    for (const [peripheral, open] of printing)
      for (const job of open)
        void tell(peripheral, { is: 'print-ended', job, outcome: 'maybe', sentence: problem.message })
    printing.clear()
  }

  const refuse = (peripheral: PeripheralName, order: PeripheralOrder, sentence: string): void => {
    if (order.is === 'print')
      void tell(peripheral, { is: 'print-ended', job: order.job, outcome: 'failed', sentence })
  }

  start()
  return {
    order(peripheral, order) {
      if (running === null)
        return refuse(
          peripheral,
          order,
          'Scanners and printers are being started again. Print once more in a moment.',
        )
      if (order.is === 'print') {
        if (order.bytes.length > MAX_PRINT_BYTES)
          return refuse(
            peripheral,
            order,
            'The print job is larger than 4 MiB, which no receipt is. Nothing was printed.',
          )
        const open = printing.get(peripheral) ?? new Set()
        printing.set(peripheral, open.add(order.job))
      }
      running.link.send({ is: 'order', peripheral, order })
    },
    async [Symbol.asyncDispose]() {
      isClosed = true
      cancelAgain()
      const own = running
      if (own === null) return
      const ended = Promise.withResolvers<void>()
      closed = ended.resolve
      own.link.send({ is: 'close' })
      const cancel = timers.after(CLOSE_MS, () => {
        own.link.kill()
        closed?.()
      })
      await ended.promise
      cancel()
      cancelBeat()
      running = null
    },
  }
}

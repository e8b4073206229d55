import { defineError, TillbridgeError } from '../../../shared/errors.ts'
import type { Timers } from '../../../shared/world.ts'
import type { Channel, ChannelHandlers, OpenChannels, SerialSettings, WriteLimit } from '../channel.ts'
import { channelLost, channelStalled, whyOf } from './channel-errors.ts'

export const serialMissing = defineError(
  'SERIAL_MISSING',
  (f: { path: string }) =>
    `There is no serial port ${f.path}: the peripheral is unplugged or its port has a new name. Plug it in; the agent reconnects automatically.`,
)
export const serialBusy = defineError(
  'SERIAL_BUSY',
  (f: { path: string }) =>
    `Another program holds the serial port ${f.path}. Close it there; if the POS needs this scanner too, set up a scanner tee.`,
)
export const serialForbidden = defineError(
  'SERIAL_FORBIDDEN',
  (f: { path: string }) =>
    `This user may not use the serial port ${f.path}. On Linux add the user to the group "dialout" and sign in again; on Windows look at the port's rights.`,
)
export const serialUnusable = defineError(
  'SERIAL_UNUSABLE',
  (f: { path: string; why: string }) =>
    `The serial port ${f.path} can't be opened (${f.why}). Check its name and settings; unplug the device and plug it in again.`,
)

/** What is used of `serialport`'s port: tests bring one that hangs. */
export interface SerialPortLike {
  open(done: (error: Error | null) => void): void
  close(done: (error: Error | null) => void): void
  write(bytes: Uint8Array, done: (error: Error | null | undefined) => void): boolean
  drain(done: (error: Error | null) => void): void
  flush(done: (error: Error | null) => void): void
  pause(): unknown
  resume(): unknown
  on(event: 'data', listener: (bytes: Uint8Array) => void): unknown
  on(event: 'error', listener: (error: Error) => void): unknown
  on(event: 'close', listener: (error?: Error | null) => void): unknown
}

export interface SerialPortOptions {
  readonly path: string
  readonly baudRate: number
  readonly dataBits: 7 | 8
  readonly parity: 'none' | 'even' | 'odd'
  readonly stopBits: 1 | 2
  readonly rtscts: boolean
  readonly xon: boolean
  readonly xoff: boolean
  readonly lock: true
  readonly autoOpen: false
}

const OPEN_MS = 5_000
const CLOSE_MS = 900
/** On top of what the channel itself needs for the bytes. */
const STALL_MS = 10_000

/**
 * Channels over serial ports, by the `serialport` package: RS-232 and USB adapters alike. Opening, draining and closing
 * are known to hang there (bindings-cpp#237), so each has its own time limit.
 * @param makePort `options => new SerialPort(options)`
 */
export function serialChannels(
  makePort: (options: SerialPortOptions) => SerialPortLike,
  timers: Timers,
): Pick<OpenChannels, 'serial'> {
  const opening = new Set<string>() // one that hangs holds a thread of the pool: never a second one beside it
  return {
    /** @throws SERIAL_MISSING, SERIAL_BUSY, SERIAL_FORBIDDEN, SERIAL_UNUSABLE after at most five seconds */
    serial: settings =>
      new Promise<Channel>((resolve, reject) => {
        const { path } = settings
        if (opening.has(path)) {
          reject(serialUnusable({ path, why: 'an earlier attempt to open it still hangs' }))
          return
        }
        let isLate = false
        let port: SerialPortLike
        try {
          port = makePort(optionsOf(settings))
        } catch (error) {
          reject(serialUnusable({ path, why: whyOf(error) }, error))
          return
        }
        port.on('error', () => {}) // each call's own answer tells it; without a listener it would end the host
        opening.add(path)
        const stop = timers.after(OPEN_MS, () => {
          isLate = true
          reject(serialUnusable({ path, why: 'it did not open within 5 seconds' }))
        })
        port.open(error => {
          stop()
          opening.delete(path)
          if (error !== null) reject(openProblem(path, error))
          else if (isLate) port.close(() => {})
          else resolve(channelOf(port, settings, timers))
        })
      }),
  }
}

function optionsOf(settings: SerialSettings): SerialPortOptions {
  const { path, baudRate, dataBits, parity, stopBits, flowControl } = settings
  const isSoftware = flowControl === 'software'
  return {
    path,
    baudRate,
    dataBits,
    parity,
    stopBits,
    rtscts: flowControl === 'hardware',
    xon: isSoftware,
    xoff: isSoftware,
    lock: true,
    autoOpen: false,
  }
}

/** `serialport` has no codes, only the system's words: Linux's and macOS's, and those that it makes up for Windows. */
function openProblem(path: string, error: Error): TillbridgeError {
  const why = error.message.trim()
  if (/no such file|file not found|no such device/i.test(why)) return serialMissing({ path }, error)
  if (/cannot lock|busy|access denied|temporarily unavailable/i.test(why)) return serialBusy({ path }, error)
  if (/permission denied|not permitted/i.test(why)) return serialForbidden({ path }, error)
  return serialUnusable({ path, why }, error)
}

/** Milliseconds that a channel needs for so many bytes, start and stop bits included. */
export function transmitMs(bytes: number, settings: SerialSettings): number {
  const bits = 1 + settings.dataBits + (settings.parity === 'none' ? 0 : 1) + settings.stopBits
  return Math.ceil((bytes * bits * 1_000) / settings.baudRate)
}

function channelOf(port: SerialPortLike, settings: SerialSettings & WriteLimit, timers: Timers): Channel {
  const { path, stallMs = STALL_MS } = settings
  let handlers: ChannelHandlers | null = null
  let ending: { readonly problem: Error | null } | null = null
  let isOver = false
  const over = Promise.withResolvers<void>()
  const writes = new Set<Write>()
  let undrained: Write[] = []
  let isDraining = false

  const finish = (problem: Error | null): void => {
    if (isOver) return
    isOver = true
    for (const write of writes)
      write.complete(problem ?? channelLost({ channel: path, why: 'it was closed' }))
    over.resolve()
    handlers?.closed(problem)
  }

  /** What was not sent yet is let go, for the system would wait for it while it closes. */
  const stop = (problem: Error | null): Promise<void> => {
    if (ending !== null || isOver) return over.promise
    ending = { problem }
    const limit = timers.after(CLOSE_MS, () => finish(problem))
    if (writes.size > 0) port.flush(() => {}) // a port that can't even flush is closed all the same
    port.close(() => {
      limit()
      finish(problem)
    })
    return over.promise
  }

  /** One at a time: each holds a thread of the pool for as long as the channel needs. */
  const drain = (): void => {
    if (isDraining || undrained.length === 0 || isOver) return
    const drained = undrained
    undrained = []
    isDraining = true
    port.drain(error => {
      isDraining = false
      for (const write of drained) write.complete(error)
      drain()
    })
  }

  port.on('data', bytes => handlers?.data(bytes)) // always there: without a reader an unplugged port is not noticed
  port.on('close', error =>
    finish(ending === null ? channelLost({ channel: path, why: whyUnplugged(error) }) : ending.problem),
  )

  return {
    listen(given) {
      handlers = given
    },
    write(bytes) {
      if (ending !== null || isOver)
        return Promise.reject(channelLost({ channel: path, why: 'it was closed' }))
      const { promise, resolve, reject } = Promise.withResolvers<void>()
      const limitMs = stallMs === null ? null : transmitMs(bytes.length, settings) + stallMs
      const stalled = (ms: number): void => {
        const problem = channelStalled({ channel: path, seconds: Math.round(ms / 1_000) })
        write.complete(problem)
        void stop(problem)
      }
      const cancel = limitMs === null ? () => {} : timers.after(limitMs, () => stalled(limitMs))
      const write: Write = {
        complete(error) {
          if (!writes.delete(write)) return
          cancel()
          if (error === null) resolve()
          else
            reject(
              error instanceof TillbridgeError
                ? error
                : channelLost({ channel: path, why: whyOf(error) }, error),
            )
        },
      }
      writes.add(write)
      port.write(bytes, error => {
        if (error !== null && error !== undefined) return write.complete(error)
        undrained.push(write)
        drain()
      })
      return promise
    },
    pause: () => void port.pause(),
    resume: () => void port.resume(),
    close: () => stop(null),
  }
}

interface Write {
  /** Null: the system has sent it. Only the first call counts. */
  complete(error: Error | null): void
}

const whyUnplugged = (error: Error | null | undefined) =>
  error === null || error === undefined ? 'the system closed it' : `unplugged: ${whyOf(error)}`

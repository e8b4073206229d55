import { randomBytes } from 'node:crypto'
import { read, readdirSync } from 'node:fs'
import { promisify } from 'node:util'
import { defineError } from '../../../shared/errors.ts'
import type { Clock, Timers } from '../../../shared/world.ts'
import type { OpenChannels } from '../channel.ts'
import { type SerialPortLike, type SerialPortOptions, serialChannels } from '../channels/serial.ts'
import { failOnHangUp, type ReadFile } from '../channels/serial-hang-up.ts'
import { tcpChannels } from '../channels/tcp.ts'
import { usbHidChannels } from '../channels/usb-hid.ts'
import { usbPrinterChannels } from '../channels/usb-printer.ts'
import type { AnyPeripheralKind } from '../driver.ts'
import type { Hardware } from '../find.ts'
import { openHost } from './host.ts'
import { nodeSpoolFiles } from './node-spool-files.ts'

export const nativePartMissing = defineError(
  'NATIVE_PART_MISSING',
  (f: { part: string; why: string }) =>
    `The part "${f.part}" can't be loaded on this computer (${f.why}). Reinstall the agent in the version for this system.`,
)

/** Uncaught errors are reported and the host goes on. After this many in a minute a restart is safer. */
const MAX_FAULTS_A_MINUTE = 20
const CLOSE_MS = 800

const clock: Clock = { now: () => Date.now(), monotonicMs: () => performance.now() }
const timers: Timers = {
  after(ms, run) {
    const timer = setTimeout(run, ms)
    return () => clearTimeout(timer)
  },
  soon(run) {
    const turn = setImmediate(run)
    return () => clearImmediate(turn)
  },
}

/**
 * Makes this process the device host: a composition root. Ends within a second once the line to its parent closes.
 * @param parent by default, the channel of `child_process.fork` with `serialization: 'advanced'`
 */
export function runNodeHost(
  kinds: readonly AnyPeripheralKind[],
  parent: ParentLine = forkedBy(process),
): void {
  // a till with network printers alone never loads them, and lives the better for it
  const serial = once(nativeSerial)
  const usb = once(nativeUsb)
  const host = openHost({
    kinds,
    clock,
    timers,
    channels: {
      ...tcpChannels(timers),
      serial: async settings => (await serial()).channels.serial(settings),
      usbPrinter: async settings => (await usb()).channels.usbPrinter(settings),
      usbHid: async settings => (await usb()).channels.usbHid(settings),
    },
    hardware: {
      serialPorts: async () => (await serial()).list(),
      usbDevices: async () => (await usb()).list(),
      deviceFiles,
    },
    openSpoolFiles: nodeSpoolFiles,
    drawId: () => randomBytes(16).toString('hex'),
    send(message) {
      if (parent.isConnected()) parent.send(message) // a lost parent is seen below
    },
    ended: endNow,
  })

  let faults = 0
  const fault = (error: unknown): void => {
    faults += 1
    timers.after(60_000, () => {
      faults -= 1
    })
    host.fault(error)
    if (faults > MAX_FAULTS_A_MINUTE) endNow()
  }
  process.on('uncaughtException', fault)
  process.on('unhandledRejection', fault)
  parent.onMessage(message => host.take(message))
  parent.onGone(() => {
    timers.after(CLOSE_MS, endNow)
    void host.close().then(endNow)
  })
  // a stop of the service reaches the whole group: the agent stops first, and this process with its channel
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
  if (!parent.isConnected()) endNow()
}

/** The line to the agent that this device host works for. */
interface ParentLine {
  isConnected(): boolean
  send(message: unknown): void
  onMessage(run: (message: unknown) => void): void
  onGone(run: () => void): void
}

function forkedBy(own: NodeJS.Process): ParentLine {
  return {
    isConnected: () => own.connected,
    send: message => void own.send?.(message, undefined, undefined, () => {}),
    onMessage: run => void own.on('message', run),
    onGone: run => void own.on('disconnect', run),
  }
}

function once<T>(load: () => Promise<T>): () => Promise<T> {
  let loaded: Promise<T> | null = null
  return () => (loaded ??= load())
}

/** Not by `exit`, which waits for threads of native parts that may hang. */
function endNow(): void {
  process.kill(process.pid, 'SIGKILL')
}

function deviceFiles(): readonly string[] {
  try {
    return readdirSync('/dev')
  } catch {
    return [] // Windows has no such folder
  }
}

const readSome = promisify(read)
const readFile: ReadFile = async (fd, buffer, offset, length) =>
  (await readSome(fd, buffer, offset, length, null)).bytesRead

/** The part of `serialport` that opens the system's port. */
type Binding = { open(options: unknown): Promise<object> }
type Serial = { readonly channels: Pick<OpenChannels, 'serial'>; readonly list: Hardware['serialPorts'] }

async function nativeSerial(): Promise<Serial> {
  try {
    const { SerialPort } = await import('serialport')
    // its types leave out that the binding may be another, as its tests have it
    const Port = SerialPort as unknown as new (
      options: SerialPortOptions & { binding: Binding },
    ) => SerialPortLike
    const own = SerialPort.binding as unknown as Binding
    const binding: Binding = { open: async options => failOnHangUp(await own.open(options), readFile) }
    return {
      channels: serialChannels(options => new Port({ ...options, binding }), timers),
      list: () => SerialPort.list(),
    }
  } catch (error) {
    const problem = nativePartMissing({ part: 'serialport', why: whyOf(error) }, error)
    return { channels: { serial: () => Promise.reject(problem) }, list: () => Promise.reject(problem) }
  }
}

type Usb = {
  readonly channels: Pick<OpenChannels, 'usbPrinter' | 'usbHid'>
  readonly list: Hardware['usbDevices']
}

async function nativeUsb(): Promise<Usb> {
  try {
    const { usb } = await import('usb')
    const host = usb as unknown as Parameters<typeof usbHidChannels>[0] &
      Parameters<typeof usbPrinterChannels>[0]
    return {
      channels: { ...usbPrinterChannels(host, timers), ...usbHidChannels(host, timers) },
      list: () => usb.getDevices(),
    }
  } catch (error) {
    const problem = nativePartMissing({ part: 'usb', why: whyOf(error) }, error)
    const refuse = () => Promise.reject(problem)
    return { channels: { usbPrinter: refuse, usbHid: refuse }, list: refuse }
  }
}

const whyOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

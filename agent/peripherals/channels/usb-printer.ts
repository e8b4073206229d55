import { pause } from '../../../shared/back-off.ts'
import { defineError } from '../../../shared/errors.ts'
import type { Timers } from '../../../shared/world.ts'
import type { Channel, ChannelHandlers, OpenChannels } from '../channel.ts'
import { channelLost, channelStalled, whyOf } from './channel-errors.ts'
import { findUsbDevice, usbName } from './usb-device.ts'

export const usbPrinterMissing = defineError(
  'USB_PRINTER_MISSING',
  (f: { device: string }) =>
    `The USB printer ${f.device} is unplugged or switched off. Plug it in and switch it on; the agent reconnects automatically.`,
)
export const usbPrinterBusy = defineError(
  'USB_PRINTER_BUSY',
  (f: { device: string; why: string }) =>
    `The USB printer ${f.device} can't be opened (${f.why}). Another program or driver holds it: on Windows give it the WinUSB driver, on Linux allow this user by a udev rule.`,
)
export const usbNotPrinter = defineError(
  'USB_NOT_A_PRINTER',
  (f: { device: string }) =>
    `The USB device ${f.device} does not act as a printer (class 7). Set the printer to "printer class" in its own settings, or use its serial port.`,
)

/** What is used of the `usb` package (WebUSB, its own time limits, and Linux's kernel drivers): tests replace this. */
export interface UsbHost {
  getDevices(): Promise<readonly UsbHostDevice[]>
}
export interface UsbHostDevice {
  readonly vendorId: number
  readonly productId: number
  readonly serialNumber?: string | null | undefined
  readonly configuration?: UsbHostConfiguration | null | undefined
  open(): Promise<void>
  close(): Promise<void>
  claimInterface(number: number): Promise<void>
  releaseInterface(number: number): Promise<void>
  selectAlternateInterface(number: number, alternate: number): Promise<void>
  detachKernelDriver(number: number): Promise<void>
  attachKernelDriver(number: number): Promise<void>
  /** Rejects with "Cancelled" after `ms` without data. */
  transferIn(
    endpoint: number,
    length: number,
    ms: number,
  ): Promise<{ readonly data?: DataView | undefined; readonly status?: string | undefined }>
  transferOut(
    endpoint: number,
    data: Uint8Array<ArrayBuffer>,
    ms: number,
  ): Promise<{ readonly bytesWritten: number; readonly status?: string | undefined }>
}
interface UsbHostConfiguration {
  readonly interfaces: readonly {
    readonly interfaceNumber: number
    readonly alternates: readonly {
      readonly alternateSetting: number
      readonly interfaceClass: number
      readonly interfaceProtocol: number
      readonly endpoints: readonly {
        readonly endpointNumber: number
        readonly direction: string
        readonly type: string
      }[]
    }[]
  }[]
}

/** The printer's way in and, when it answers at all, its way out (USB printer class 1.1: protocol 2 is bidirectional). */
interface Pipes {
  readonly interfaceNumber: number
  readonly alternate: number
  readonly out: number
  readonly in: number | null
}

const PRINTER_CLASS = 7
const READ_MS = 700
const READ_BYTES = 512
/** After an answer of no bytes, which some printers give without end. */
const IDLE_MS = 50
const STALL_MS = 30_000
/** The longest wait that the package takes: about 24 days. */
const FOREVER_MS = 2_147_483_647
const CHUNK_BYTES = 4_096
const CLOSE_MS = 900

/** Channels to printers over USB. @param usb the `usb` package's WebUSB object */
export function usbPrinterChannels(usb: UsbHost, timers: Timers): Pick<OpenChannels, 'usbPrinter'> {
  return {
    /** @throws USB_UNAVAILABLE, USB_PRINTER_MISSING, USB_PRINTER_BUSY, USB_NOT_A_PRINTER */
    async usbPrinter({ stallMs = STALL_MS, ...settings }) {
      const name = usbName(settings)
      const device = await findUsbDevice(usb, settings, usbPrinterMissing)
      const pipes = pipesOf(device)
      if (pipes === null) throw usbNotPrinter({ device: name })
      await claim(device, pipes, name)
      return channelOf(device, pipes, name, stallMs, timers)
    },
  }
}

function pipesOf(device: UsbHostDevice): Pipes | null {
  const candidates = (device.configuration?.interfaces ?? []).flatMap(({ interfaceNumber, alternates }) =>
    alternates
      .filter(({ interfaceClass }) => interfaceClass === PRINTER_CLASS)
      .flatMap(({ alternateSetting: alternate, endpoints }) => {
        const bulk = (direction: string) =>
          endpoints.find(endpoint => endpoint.type === 'bulk' && endpoint.direction === direction)
        const out = bulk('out')?.endpointNumber
        if (out === undefined) return []
        return [{ interfaceNumber, alternate, out, in: bulk('in')?.endpointNumber ?? null }]
      }),
  )
  return candidates.find(pipes => pipes.in !== null) ?? candidates[0] ?? null
}

async function claim(device: UsbHostDevice, pipes: Pipes, name: string): Promise<void> {
  let detaching: unknown = null
  try {
    await device.open()
    // Linux binds usblp to every printer; elsewhere, and where nothing is bound, this fails and does not matter
    await device.detachKernelDriver(pipes.interfaceNumber).catch((error: unknown) => {
      detaching = error
    })
    await device.claimInterface(pipes.interfaceNumber)
    if (pipes.alternate !== 0) await device.selectAlternateInterface(pipes.interfaceNumber, pipes.alternate)
  } catch (error) {
    const why = detaching === null ? whyOf(error) : `${whyOf(error)}; ${whyOf(detaching)}`
    await device.close().catch((closing: unknown) => {
      throw usbPrinterBusy({ device: name, why: `${why}; ${whyOf(closing)}` }, error)
    })
    throw usbPrinterBusy({ device: name, why }, error)
  }
}

const wasCancelled = (error: unknown) => /cancel/i.test(whyOf(error))

function channelOf(
  device: UsbHostDevice,
  pipes: Pipes,
  name: string,
  stallMs: number | null,
  timers: Timers,
): Channel {
  let handlers: ChannelHandlers | null = null
  let end: Promise<void> | null = null
  let writing: Promise<void> = Promise.resolve()
  let resumed = Promise.withResolvers<void>()
  let isPaused = false

  /** Gives the device back within a second; what fails on the way out changes nothing any more. */
  function stop(problem: Error | null): Promise<void> {
    if (end !== null) return end
    resumed.resolve()
    const givenBack = Promise.allSettled([device.releaseInterface(pipes.interfaceNumber)])
      .then(() => Promise.allSettled([device.attachKernelDriver(pipes.interfaceNumber)]))
      .then(() => Promise.allSettled([device.close()]))
    end = Promise.race([givenBack, pause({ timers }, CLOSE_MS)]).then(() => handlers?.closed(problem))
    return end
  }

  async function writeAll(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (end !== null) throw channelLost({ channel: name, why: 'it was closed' })
      const chunk = Uint8Array.from(bytes.subarray(at, at + CHUNK_BYTES))
      const { bytesWritten, status } = await device.transferOut(pipes.out, chunk, stallMs ?? FOREVER_MS)
      if (bytesWritten <= 0) throw new Error(`the printer took nothing (${status ?? 'no status'})`)
      at += bytesWritten
    }
  }

  async function read(endpoint: number): Promise<void> {
    while (end === null) {
      if (isPaused) await resumed.promise
      const { data } = await device.transferIn(endpoint, READ_BYTES, READ_MS).catch((error: unknown) => {
        if (wasCancelled(error)) return { data: null }
        throw error
      })
      if (end !== null) return
      if (data === null) continue // nothing came within the limit
      if (data === undefined || data.byteLength === 0) await pause({ timers }, IDLE_MS)
      else handlers?.data(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))
    }
  }

  return {
    listen(given) {
      handlers = given
      if (pipes.in === null) return
      read(pipes.in).catch((error: unknown) => stop(channelLost({ channel: name, why: whyOf(error) }, error)))
    },
    write(bytes) {
      const written = writing.then(() => writeAll(bytes))
      writing = written.catch(() => {}) // its own caller hears of it; those behind find the channel closed
      return written.catch((error: unknown) => {
        const problem = wasCancelled(error)
          ? channelStalled({ channel: name, seconds: Math.round((stallMs ?? FOREVER_MS) / 1_000) }, error)
          : channelLost({ channel: name, why: whyOf(error) }, error)
        void stop(problem)
        throw problem
      })
    },
    pause() {
      if (isPaused) return
      isPaused = true
      resumed = Promise.withResolvers<void>()
    },
    resume() {
      isPaused = false
      resumed.resolve()
    },
    close: () => stop(null),
  }
}

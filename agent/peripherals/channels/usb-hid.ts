import { pause } from '../../../shared/back-off.ts'
import { defineError } from '../../../shared/errors.ts'
import type { Timers } from '../../../shared/world.ts'
import type { ChannelHandlers, HidChannel, OpenChannels, UsbSettings } from '../channel.ts'
import { BARCODE_SCANNER_PAGE, KEYBOARD, readHidDescriptor } from '../scanners/hid-descriptor.ts'
import { channelLost, whyOf } from './channel-errors.ts'
import { findUsbDevice, usbName } from './usb-device.ts'

export const hidScannerMissing = defineError(
  'HID_SCANNER_MISSING',
  (f: { device: string }) =>
    `The USB scanner ${f.device} is not plugged in. Plug it in; the agent reconnects automatically.`,
)
export const hidScannerBusy = defineError(
  'HID_SCANNER_BUSY',
  (f: { device: string; why: string }) =>
    `The USB scanner ${f.device} can't be opened (${f.why}). Another program or driver holds it: close the program, on Windows give the scanner the WinUSB driver, on Linux allow this user by a udev rule.`,
)
export const hidScannerAsKeyboard = defineError(
  'HID_SCANNER_AS_KEYBOARD',
  (f: { device: string }) =>
    `The USB scanner ${f.device} acts as a keyboard. Scan the setting "USB HID POS" (or "USB COM") from its manual.`,
)
export const usbNotScanner = defineError(
  'USB_NOT_A_SCANNER',
  (f: { device: string }) =>
    `The USB device ${f.device} has no part that acts as a HID scanner. Check the ids in the settings; a scanner in COM mode is set up as a serial scanner.`,
)

/**
 * What is used of the `usb` package's WebUSB object. This is where tests stand in for hardware: the build machine has
 * no USB, and all above this interface runs as it does at a till.
 */
export interface UsbHidHost {
  getDevices(): Promise<readonly UsbHidDevice[]>
}
export interface UsbHidDevice {
  readonly vendorId: number
  readonly productId: number
  readonly serialNumber?: string | null | undefined
  readonly configuration?: UsbHidConfiguration | null | undefined
  open(): Promise<void>
  close(): Promise<void>
  claimInterface(number: number): Promise<void>
  releaseInterface(number: number): Promise<void>
  detachKernelDriver(number: number): Promise<void>
  attachKernelDriver(number: number): Promise<void>
  clearHalt(direction: 'in' | 'out', endpoint: number): Promise<void>
  controlTransferIn(
    setup: {
      readonly requestType: 'standard'
      readonly recipient: 'interface'
      readonly request: number
      readonly value: number
      readonly index: number
    },
    length: number,
    ms: number,
  ): Promise<UsbAnswer>
  /** Rejects with "Cancelled" after `ms` without data. */
  transferIn(endpoint: number, length: number, ms: number): Promise<UsbAnswer>
}
interface UsbAnswer {
  readonly data?: DataView | undefined
  readonly status?: string | undefined
}
interface UsbHidConfiguration {
  readonly interfaces: readonly {
    readonly interfaceNumber: number
    readonly alternates: readonly {
      readonly interfaceClass: number
      readonly endpoints: readonly {
        readonly endpointNumber: number
        readonly direction: string
        readonly type: string
        readonly packetSize: number
      }[]
    }[]
  }[]
}

interface Pipe {
  readonly interfaceNumber: number
  readonly endpoint: number
  readonly packetBytes: number
}

const HID_CLASS = 3
const GET_DESCRIPTOR = 6
const REPORT_DESCRIPTOR = 0x2200
const MAX_DESCRIPTOR_BYTES = 4_096
const DESCRIPTOR_MS = 1_000
const READ_MS = 500
/** After an answer of no bytes, which a faulty device gives without end. */
const IDLE_MS = 50
const OPEN_MS = 5_000
const CLOSE_MS = 900

/** Channels to USB HID barcode scanners. @param usb the `usb` package's WebUSB object */
export function usbHidChannels(usb: UsbHidHost, timers: Timers): Pick<OpenChannels, 'usbHid'> {
  const opening = new Set<string>()
  return {
    /** @throws USB_UNAVAILABLE, HID_SCANNER_MISSING, HID_SCANNER_BUSY, HID_SCANNER_AS_KEYBOARD, USB_NOT_A_SCANNER */
    async usbHid(settings) {
      const name = usbName(settings)
      if (opening.has(name)) throw hidScannerBusy({ device: name, why: 'an earlier attempt still hangs' })
      opening.add(name)
      let isLate = false
      const opened = open(usb, settings, name, timers).then(async channel => {
        if (isLate) await channel.close()
        return channel
      })
      const ended = opened.then(
        () => opening.delete(name),
        () => opening.delete(name),
      )
      const late = Promise.withResolvers<never>()
      const cancel = timers.after(OPEN_MS, () => {
        isLate = true
        late.reject(hidScannerBusy({ device: name, why: 'it did not open within 5 seconds' }))
      })
      void ended.then(cancel)
      return Promise.race([opened, late.promise])
    },
  }
}

async function open(usb: UsbHidHost, wanted: UsbSettings, name: string, timers: Timers): Promise<HidChannel> {
  const device = await findUsbDevice(usb, wanted, hidScannerMissing)
  const pipes = pipesOf(device)
  if (pipes.length === 0) throw usbNotScanner({ device: name })
  try {
    await device.open()
    const found = await scannerPipe(device, pipes, name)
    return channelOf(device, found.pipe, found.descriptor, name, timers)
  } catch (error) {
    const [closed] = await Promise.allSettled([device.close()])
    if (hidScannerAsKeyboard.is(error) || usbNotScanner.is(error)) throw error
    const closing = closed.status === 'rejected' ? `; ${whyOf(closed.reason)}` : ''
    throw hidScannerBusy({ device: name, why: `${whyOf(error)}${closing}` }, error)
  }
}

function pipesOf(device: UsbHidDevice): Pipe[] {
  return (device.configuration?.interfaces ?? []).flatMap(({ interfaceNumber, alternates }) => {
    const hid = alternates.find(alternate => alternate.interfaceClass === HID_CLASS)
    const input = hid?.endpoints.find(({ type, direction }) => type === 'interrupt' && direction === 'in')
    if (input === undefined) return []
    const packetBytes = Math.max(1, input.packetSize)
    return [{ interfaceNumber, endpoint: input.endpointNumber, packetBytes }]
  })
}

/** The part that calls itself a barcode scanner; else one that does not describe itself. The others stay as they were. */
async function scannerPipe(device: UsbHidDevice, pipes: readonly Pipe[], name: string) {
  let silent: Pipe | null = null
  let isKeyboard = false
  let problem: unknown = null
  for (const pipe of pipes) {
    const taken = await take(device, pipe)
    if (taken === null) {
      const { descriptor, why } = await describe(device, pipe)
      const applications = descriptor === null ? [] : readHidDescriptor(descriptor).applications
      if (applications.some(of => Math.floor(of / 0x1_0000) === BARCODE_SCANNER_PAGE))
        return { pipe, descriptor }
      if (applications.includes(KEYBOARD)) isKeyboard = true
      else if (descriptor === null) {
        silent ??= pipe
        problem ??= why
      }
      await giveBack(device, pipe)
    } else problem ??= taken
  }
  if (silent !== null) {
    const refused = await take(device, silent)
    if (refused === null) return { pipe: silent, descriptor: null }
    problem = refused
  }
  if (isKeyboard) throw hidScannerAsKeyboard({ device: name })
  throw problem ?? usbNotScanner({ device: name })
}

/** @returns the error that kept us from taking it; null when it is ours */
async function take(device: UsbHidDevice, { interfaceNumber }: Pipe): Promise<unknown> {
  // Linux binds usbhid to every scanner; elsewhere, and where nothing is bound, this fails and does not matter
  const [detached] = await Promise.allSettled([device.detachKernelDriver(interfaceNumber)])
  try {
    await device.claimInterface(interfaceNumber)
    return null
  } catch (error) {
    if (detached.status === 'rejected') return new Error(`${whyOf(error)}; ${whyOf(detached.reason)}`)
    await Promise.allSettled([device.attachKernelDriver(interfaceNumber)])
    return error
  }
}

async function giveBack(device: UsbHidDevice, { interfaceNumber }: Pipe): Promise<void> {
  // a failure here is harmless: another driver takes the interface when the scanner is next plugged in
  await Promise.allSettled([device.releaseInterface(interfaceNumber)])
  await Promise.allSettled([device.attachKernelDriver(interfaceNumber)])
}

/** HID 1.11, 7.1.1: the report descriptor, by a standard request to the interface. Scanners may refuse it. */
async function describe(device: UsbHidDevice, { interfaceNumber }: Pipe) {
  const setup = {
    requestType: 'standard',
    recipient: 'interface',
    request: GET_DESCRIPTOR,
    value: REPORT_DESCRIPTOR,
    index: interfaceNumber,
  } as const
  try {
    const { data } = await device.controlTransferIn(setup, MAX_DESCRIPTOR_BYTES, DESCRIPTOR_MS)
    return data === undefined || data.byteLength === 0
      ? { descriptor: null, why: new Error('it does not describe its reports') }
      : { descriptor: bytesOf(data).slice(), why: null }
  } catch (error) {
    return { descriptor: null, why: error }
  }
}

const bytesOf = (data: DataView) => new Uint8Array(data.buffer, data.byteOffset, data.byteLength)

function channelOf(
  device: UsbHidDevice,
  pipe: Pipe,
  reportDescriptor: Uint8Array | null,
  name: string,
  timers: Timers,
): HidChannel {
  let handlers: ChannelHandlers | null = null
  let end: Promise<void> | null = null
  const layouts = reportDescriptor === null ? [] : readHidDescriptor(reportDescriptor).layouts
  const longest = Math.max(pipe.packetBytes, ...layouts.map(({ bytes }) => bytes))
  // whole packets: a report ends with a short one, or is as long as this
  const readBytes = Math.ceil(longest / pipe.packetBytes) * pipe.packetBytes

  /** Gives the scanner back within a second, to the system's own driver too. */
  function stop(problem: Error | null): Promise<void> {
    if (end !== null) return end
    const givenBack = giveBack(device, pipe).then(() => Promise.allSettled([device.close()]))
    end = Promise.race([givenBack, pause({ timers }, CLOSE_MS)]).then(() => handlers?.closed(problem))
    return end
  }

  async function read(): Promise<void> {
    while (end === null) {
      const answer = await device.transferIn(pipe.endpoint, readBytes, READ_MS).catch((error: unknown) => {
        if (/cancel/i.test(whyOf(error))) return null
        throw error
      })
      if (end !== null) return
      if (answer === null) continue // nothing came within the limit
      if (answer.status === 'stall') await device.clearHalt('in', pipe.endpoint)
      if (answer.data === undefined || answer.data.byteLength === 0) await pause({ timers }, IDLE_MS)
      else handlers?.data(bytesOf(answer.data))
    }
  }

  return {
    reportDescriptor,
    listen(given) {
      handlers = given
      read().catch((error: unknown) => stop(channelLost({ channel: name, why: whyOf(error) }, error)))
    },
    write: () => Promise.reject(channelLost({ channel: name, why: 'nothing is written to a scanner' })),
    close: () => stop(null),
  }
}

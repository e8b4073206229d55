import { z } from 'zod'
import { describeError } from '../../shared/errors.ts'
import type { Timers } from '../../shared/world.ts'

const text = z.string().max(1_024).nullable()

/** What hardware a till has, for `agent doctor`: plain data, and a sentence for each problem. */
export const Found = z.strictObject({
  serialPorts: z
    .array(
      z.strictObject({
        path: z.string().max(1_024),
        name: text,
        vendorId: text,
        productId: text,
        serialNumber: text,
      }),
    )
    .max(512),
  usbDevices: z
    .array(
      z.strictObject({
        vendorId: z.int(),
        productId: z.int(),
        serialNumber: text,
        name: text,
        /** By its interfaces' classes: a HID device may be a scanner, a class-7 device is a printer. */
        actsAs: z.array(z.enum(['printer', 'hid', 'serial'])),
      }),
    )
    .max(512),
  problems: z.array(z.strictObject({ code: z.string().max(64), sentence: z.string().max(1_000) })).max(16),
})
export type Found = z.infer<typeof Found>

/** The hardware as the system shows it; `serialport` and `usb` in the device host. */
export interface Hardware {
  /** May reject (no udev) or hang. */
  serialPorts(): Promise<
    readonly {
      readonly path: string
      readonly manufacturer?: string | undefined
      readonly vendorId?: string | undefined
      readonly productId?: string | undefined
      readonly serialNumber?: string | undefined
    }[]
  >
  /** May reject (no /sys/bus/usb) or hang. */
  usbDevices(): Promise<
    readonly {
      readonly vendorId: number
      readonly productId: number
      readonly serialNumber?: string | null | undefined
      readonly productName?: string | null | undefined
      readonly manufacturerName?: string | null | undefined
      readonly configuration?:
        | {
            readonly interfaces: readonly {
              readonly alternates: readonly { readonly interfaceClass: number }[]
            }[]
          }
        | null
        | undefined
    }[]
  >
  /** Names in /dev; none where there is no such folder. */
  deviceFiles(): readonly string[]
}

const LIST_MS = 5_000
const classes = new Map<number, 'printer' | 'hid' | 'serial'>([
  [2, 'serial'],
  [3, 'hid'],
  [7, 'printer'],
])

/** Looks for serial ports and USB devices, at most five seconds each. Never throws: what fails is a problem. */
export async function findHardware(hardware: Hardware, timers: Timers): Promise<Found> {
  const problems: { code: string; sentence: string }[] = []
  const [ports, devices] = await Promise.all([
    within(LIST_MS, timers, () => hardware.serialPorts()),
    within(LIST_MS, timers, () => hardware.usbDevices()),
  ])
  if ('error' in ports)
    problems.push({
      code: 'SERIAL_LIST_PARTIAL',
      sentence: cut(
        `The system did not list its serial ports (${describeError(ports.error).sentence}), so their names in /dev are shown, without makers. Install udev to see more.`,
      ),
    })
  if ('error' in devices)
    problems.push({
      code: 'USB_LIST_FAILED',
      sentence: cut(
        `USB can't be read on this computer (${describeError(devices.error).sentence}). Check that it has USB and that this user may use it.`,
      ),
    })
  return {
    serialPorts: ('error' in ports ? portsIn(hardware) : ports.value).slice(0, 512).map(port => ({
      path: port.path,
      name: shown(port.manufacturer),
      vendorId: shown(port.vendorId),
      productId: shown(port.productId),
      serialNumber: shown(port.serialNumber),
    })),
    usbDevices: ('error' in devices ? [] : devices.value).slice(0, 512).map(device => ({
      vendorId: device.vendorId,
      productId: device.productId,
      serialNumber: shown(device.serialNumber),
      name: shown(
        [device.manufacturerName, device.productName].filter(part => typeof part === 'string').join(' '),
      ),
      actsAs: actsAs(device.configuration?.interfaces ?? []),
    })),
    problems,
  }
}

type Listed<T> = { readonly value: T } | { readonly error: unknown }

async function within<T>(ms: number, timers: Timers, list: () => Promise<T>): Promise<Listed<T>> {
  const late = Promise.withResolvers<Listed<T>>()
  const cancel = timers.after(ms, () =>
    late.resolve({ error: new Error(`no answer within ${ms / 1_000} seconds`) }),
  )
  try {
    return await Promise.race([list().then(value => ({ value })), late.promise])
  } catch (error) {
    return { error }
  } finally {
    cancel()
  }
}

type Port = Awaited<ReturnType<Hardware['serialPorts']>>[number]

function portsIn(hardware: Hardware): readonly Port[] {
  const names = hardware.deviceFiles().filter(name => /^tty(USB|ACM|S)\d+$/.test(name))
  return names
    .sort((a, b) => a.localeCompare(b, 'en', { numeric: true }))
    .map(name => ({ path: `/dev/${name}` }))
}

function actsAs(
  interfaces: readonly { readonly alternates: readonly { readonly interfaceClass: number }[] }[],
) {
  const found = interfaces.flatMap(({ alternates }) =>
    alternates.flatMap(({ interfaceClass }) => classes.get(interfaceClass) ?? []),
  )
  return [...new Set(found)]
}

/** Text that a device gives of itself, without what could draw on a terminal. */
function shown(text: string | null | undefined): string | null {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  const clean = (text ?? '').replace(/[\x00-\x1f\x7f-\x9f]/g, '').trim()
  return clean === '' ? null : clean.slice(0, 1_024)
}

const cut = (sentence: string) => sentence.slice(0, 1_000)

import { defineError, type TillbridgeError } from '../../../shared/errors.ts'
import type { UsbSettings } from '../channel.ts'
import { whyOf } from './channel-errors.ts'

export const usbUnavailable = defineError(
  'USB_UNAVAILABLE',
  (f: { why: string }) =>
    `USB can't be read on this computer (${f.why}). Check that it has USB and that this user may use it.`,
)

interface UsbIds {
  readonly vendorId: number
  readonly productId: number
  readonly serialNumber?: string | null | undefined
}

/** As people and the system's tools name a USB device: `04b8:0202`, and its serial number if that matters. */
export function usbName({ vendorId, productId, serialNumber = null }: UsbIds): string {
  const hex = (id: number) => id.toString(16).padStart(4, '0')
  return `${hex(vendorId)}:${hex(productId)}${serialNumber === null ? '' : ` ${serialNumber}`}`
}

/** The plugged-in device that the settings mean. @throws USB_UNAVAILABLE, and `missing` when there is none */
export async function findUsbDevice<Device extends UsbIds>(
  usb: { getDevices(): Promise<readonly Device[]> },
  wanted: UsbSettings,
  missing: (facts: { device: string }) => TillbridgeError,
): Promise<Device> {
  let devices: readonly Device[]
  try {
    devices = await usb.getDevices()
  } catch (error) {
    throw usbUnavailable({ why: whyOf(error) }, error)
  }
  const found = devices.find(
    device =>
      device.vendorId === wanted.vendorId &&
      device.productId === wanted.productId &&
      (wanted.serialNumber === null || device.serialNumber === wanted.serialNumber),
  )
  if (found === undefined) throw missing({ device: usbName(wanted) })
  return found
}

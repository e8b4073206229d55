import { z } from 'zod'
import type { Clock, Timers } from '../../../shared/world.ts'
import type { Channel, OpenChannels, WriteLimit } from '../channel.ts'
import { serialSettings } from '../channels/serial-settings.ts'
import { escPosLink } from './esc-pos-link.ts'
import type { LinkParts, PrinterLink } from './printer-link.ts'
import { starLink } from './star-link.ts'

const Port = z.int().min(1).max(65_535)
const UsbId = z.int().min(0).max(0xffff)

export const SerialTransport = z.strictObject({
  by: z.literal('serial'),
  ...serialSettings,
  /** Printers stop the sender while they print; without this wire, bytes are lost. */
  flowControl: serialSettings.flowControl.unwrap().default('hardware'),
})

/** How a printer is reached. */
export const Transport = z.discriminatedUnion('by', [
  z.strictObject({ by: z.literal('tcp'), host: z.string().min(1).max(255), port: Port.default(9100) }),
  SerialTransport,
  z.strictObject({
    by: z.literal('usb'),
    vendorId: UsbId,
    productId: UsbId,
    serialNumber: z.string().max(255).nullable().default(null),
  }),
])
export type Transport = z.infer<typeof Transport>

/** Settings that a printer and a print path share. */
export const printerSettings = {
  language: z.enum(['esc-pos', 'star']).default('esc-pos'),
  /** Whether it can be asked how it is. One that never answers is told nothing but what it prints. */
  answers: z.boolean().default(true),
  /** Which level of the drawer's pin means open; null: not told. */
  drawerOpenWhen: z.enum(['high', 'low']).nullable().default(null),
  pollSeconds: z.int().min(5).max(3_600).default(30),
}

export function openTransport(
  channels: OpenChannels,
  transport: Transport,
  limit: WriteLimit = {},
): Promise<Channel> {
  switch (transport.by) {
    case 'tcp':
      return channels.tcp({ host: transport.host, port: transport.port, ...limit })
    case 'serial':
      return channels.serial({ ...transport, ...limit })
    case 'usb':
      return channels.usbPrinter({ ...transport, ...limit })
  }
}

export function linkOver(language: 'esc-pos' | 'star', parts: LinkParts): PrinterLink {
  return language === 'star' ? starLink(parts) : escPosLink(parts)
}

/** As errors name it. */
export function nameOfTransport(transport: Transport): string {
  if (transport.by === 'tcp') return `${transport.host}:${transport.port}`
  return transport.by === 'serial' ? transport.path : 'the USB printer'
}

export type TimeParts = { readonly clock: Clock; readonly timers: Timers }

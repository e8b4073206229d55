/// <reference types="w3c-web-usb" />
import { usb } from 'usb'
import { expect, test } from 'vitest'
import {
  type UsbHost,
  type UsbHostDevice,
  usbPrinterChannels,
} from '../../agent/peripherals/channels/usb-printer.ts'
import { manualWorld, turns } from '../manual-world.ts'
import { openPrinter } from './open-path.ts'

/** As node-usb rejects a transfer whose time is over: one code for all its errors, the message tells them apart. */
const cancelled = () => Object.assign(new Error('Cancelled'), { code: 'GenericFailure' })

// The transfer layer is replaced at node-usb's own interface, for no build machine here has USB. The compiler checks
// that the real object still fits it.
const realUsb: UsbHost = usb

const wanted = { vendorId: 0x04b8, productId: 0x0e15, serialNumber: null }
const printerInterface = (interfaceClass: number) => ({
  interfaceNumber: 0,
  alternates: [
    {
      alternateSetting: 0,
      interfaceClass,
      interfaceProtocol: 2,
      endpoints: [
        { endpointNumber: 2, direction: 'out', type: 'bulk' },
        { endpointNumber: 1, direction: 'in', type: 'bulk' },
      ],
    },
  ],
})

/** A device as node-usb shows it: transfers time out with "Cancelled", and fail with "Disconnected" once unplugged. */
function fakeDevice(options: { interfaceClass?: number; busy?: boolean; takes?: number } = {}) {
  const calls: string[] = []
  const written: Uint8Array[] = []
  let waiting: PromiseWithResolvers<{ data?: DataView }> | null = null
  let isPlugged = true
  let outgoing: Promise<void> = Promise.resolve()
  const note = (call: string) => {
    calls.push(call)
    return Promise.resolve()
  }
  const device: UsbHostDevice = {
    vendorId: wanted.vendorId,
    productId: wanted.productId,
    serialNumber: 'J1',
    configuration: { interfaces: [printerInterface(options.interfaceClass ?? 7)] },
    open: () => note('open'),
    close: () => note('close'),
    claimInterface: () =>
      options.busy === true ? Promise.reject(new Error('interface is busy (errno 16)')) : note('claim'),
    releaseInterface: () => note('release'),
    selectAlternateInterface: () => note('alternate'),
    detachKernelDriver: () => note('detach'),
    attachKernelDriver: () => note('attach'),
    transferIn() {
      if (!isPlugged) return Promise.reject(new Error('Disconnected'))
      waiting = Promise.withResolvers()
      return waiting.promise
    },
    async transferOut(_endpoint, data) {
      await outgoing
      if (!isPlugged) throw new Error('Fault')
      const bytesWritten = Math.min(data.length, options.takes ?? data.length)
      written.push(data.slice(0, bytesWritten))
      return { bytesWritten, status: 'ok' }
    },
  }
  return {
    device,
    calls,
    written: () => Buffer.concat(written),
    comes(...bytes: number[]) {
      waiting?.resolve({ data: new DataView(Uint8Array.from(bytes).buffer) })
    },
    timesOut: () => waiting?.reject(cancelled()),
    stalls() {
      outgoing = Promise.reject(cancelled())
      outgoing.catch(() => {})
    },
    unplug() {
      isPlugged = false
      waiting?.reject(new Error('Disconnected'))
    },
  }
}
const bus = (...devices: UsbHostDevice[]): UsbHost => ({ getDevices: () => Promise.resolve(devices) })

async function open(usb: UsbHost) {
  const world = manualWorld()
  const channel = await usbPrinterChannels(usb, world.timers).usbPrinter(wanted)
  const came: number[] = []
  const ends: (Error | null)[] = []
  channel.listen({ data: bytes => came.push(...bytes), closed: problem => ends.push(problem) })
  return { world, channel, came, ends }
}

test('the usb package still has the interface that is replaced here', () => {
  expect(typeof realUsb.getDevices).toBe('function')
})

test('takes the printer from the system, writes in order, reads across time-outs, and gives it back', async () => {
  const fake = fakeDevice({ takes: 1_000 })
  const { channel, came, ends } = await open(bus(fake.device))
  const slip = Buffer.alloc(10_000, 'slip ')
  await Promise.all([channel.write(slip), channel.write(Buffer.from('end'))])
  expect(fake.written()).toEqual(Buffer.concat([slip, Buffer.from('end')]))
  fake.comes(0x12)
  await turns()
  fake.timesOut()
  await turns()
  fake.comes(0x14, 0x00)
  await turns()
  expect(came).toEqual([0x12, 0x14, 0x00])
  await channel.close()
  expect(fake.calls).toEqual(['open', 'detach', 'claim', 'release', 'attach', 'close'])
  expect(ends).toEqual([null])
})

test('a reader that is held up reads no more until it may', async () => {
  const fake = fakeDevice()
  const { channel, came } = await open(bus(fake.device))
  channel.pause?.()
  fake.comes(1)
  await turns()
  fake.comes(2)
  await turns()
  expect(came).toEqual([1])
  channel.resume?.()
  await turns()
  fake.comes(3)
  await turns()
  expect(came).toEqual([1, 3])
})

test('unplugged: the channel is lost, once, and a write after it fails', async () => {
  const fake = fakeDevice()
  const { channel, ends } = await open(bus(fake.device))
  fake.unplug()
  await turns()
  expect(ends).toMatchObject([{ code: 'CHANNEL_LOST' }])
  await expect(channel.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'CHANNEL_LOST' })
  expect(ends).toHaveLength(1)
})

test('a printer that takes nothing within the limit has stalled', async () => {
  const fake = fakeDevice()
  const { channel } = await open(bus(fake.device))
  fake.stalls()
  await expect(channel.write(Buffer.from('x'))).rejects.toMatchObject({ code: 'CHANNEL_STALLED' })
})

test.each([
  ['is not there', bus(), 'USB_PRINTER_MISSING'],
  ['has another serial number', bus({ ...fakeDevice().device, productId: 1 }), 'USB_PRINTER_MISSING'],
  ['is held by another program', bus(fakeDevice({ busy: true }).device), 'USB_PRINTER_BUSY'],
  ['is not a printer', bus(fakeDevice({ interfaceClass: 255 }).device), 'USB_NOT_A_PRINTER'],
  ['can not be looked for', { getDevices: () => Promise.reject(new Error('no USB')) }, 'USB_UNAVAILABLE'],
] satisfies [string, UsbHost, string][])('one that %s has its own sentence', async (_what, usb, code) => {
  await expect(open(usb)).rejects.toMatchObject({ code })
})

test('the printer driver prints over USB, and finds the printer again after it was unplugged', async () => {
  let fake = fakeDevice()
  let isThere = true
  const world = manualWorld()
  const usb: UsbHost = { getDevices: () => Promise.resolve(isThere ? [fake.device] : []) }
  await using ours = openPrinter(
    { to: { by: 'usb', vendorId: wanted.vendorId, productId: wanted.productId }, answers: false },
    { channels: usbPrinterChannels(usb, world.timers) },
  )
  await turns()
  expect(ours.kinds()).toEqual(['connected'])
  ours.print('j1', Buffer.from('slip'))
  await turns()
  expect(ours.ended('j1')?.outcome).toBe('printed')
  isThere = false
  fake.unplug()
  await turns()
  await ours.world.advance(10_000)
  expect(ours.said.findLast(what => what.is === 'gone')).toMatchObject({ code: 'USB_PRINTER_MISSING' })
  fake = fakeDevice()
  isThere = true
  await ours.world.advance(5_000)
  ours.print('j2', Buffer.from('again'))
  await turns()
  expect(ours.ended('j2')?.outcome).toBe('printed')
  expect(fake.written().toString()).toBe('again')
})

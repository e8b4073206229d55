import { describe, expect, test } from 'vitest'
import type { OpenChannels } from '../../agent/peripherals/channel.ts'
import { type UsbHidHost, usbHidChannels } from '../../agent/peripherals/channels/usb-hid.ts'
import type { PeripheralSays } from '../../agent/peripherals/driver.ts'
import { hidScanner } from '../../agent/peripherals/scanners/hid-scanner.ts'
import { type ManualWorld, manualWorld, turns } from '../manual-world.ts'
import { fakeUsb } from './fake-usb.ts'
import { keyboardDescriptor, scannerDescriptor, scanReports } from './hid-samples.ts'

const refuse = () => Promise.reject(new Error('not used here'))
const settings = { vendorId: 0x0c2e, productId: 0x0b61 }

async function opened(usb: UsbHidHost, world: ManualWorld = manualWorld()) {
  const said: PeripheralSays[] = []
  const channels: OpenChannels = {
    serial: refuse,
    tcp: refuse,
    usbPrinter: refuse,
    tcpServer: refuse,
    ...usbHidChannels(usb, world.timers),
  }
  const open = hidScanner.configure(settings)
  const device = open({
    clock: world.clock,
    timers: world.timers,
    channels,
    say: what => void said.push(what),
  })
  await turns()
  const scans = () =>
    said.flatMap(what => (what.is === 'scanned' ? [Buffer.from(what.bytes).toString('latin1')] : []))
  return { world, said, device, scans }
}

describe('a HID POS scanner', () => {
  test('is taken from the kernel, read, and given back', async () => {
    const bus = fakeUsb([{ descriptor: scannerDescriptor() }])
    const { said, device, scans } = await opened(bus.usb)
    expect(said).toEqual([{ is: 'connected' }])
    bus.scan(...scanReports(']E0', '4006381333931'))
    await turns()
    for (let idle = 0; idle < 3; idle += 1) {
      bus.cancel()
      await turns()
    }
    expect(said.map(({ is }) => is)).toEqual(['connected', 'scanned'])
    bus.scan(...scanReports(']Q1', 'x'.repeat(200)))
    await turns()
    expect(scans()).toEqual([']E04006381333931', `]Q1${'x'.repeat(200)}`])
    await device.close()
    expect(bus.done).toEqual(['detach 0', 'attach 0'])
    expect(bus.isOpen()).toBe(false)
  })
  test('is unplugged in the middle of a code, plugged in, and read again', async () => {
    const bus = fakeUsb([{ descriptor: scannerDescriptor() }])
    const { world, said, scans, device } = await opened(bus.usb)
    const [half = new Uint8Array()] = scanReports(']Q1', 'x'.repeat(100))
    bus.scan(half)
    await turns()
    bus.unplug()
    await world.advance(2_000)
    expect(said.map(({ is }) => is)).toEqual(['connected', 'scan-dropped', 'gone', 'gone'])
    expect(said.at(-1)).toMatchObject({
      code: 'HID_SCANNER_MISSING',
      sentence: expect.stringContaining('0c2e:0b61'),
    })
    bus.plug()
    await world.advance(5_000)
    bus.scan(...scanReports(']E0', '12345670'))
    await turns()
    expect(said.map(({ is }) => is)).toEqual([
      'connected',
      'scan-dropped',
      'gone',
      'gone',
      'connected',
      'scanned',
    ])
    expect(scans()).toEqual([']E012345670'])
    await device.close()
  })
  test('that leaves a code unfinished is told after a second', async () => {
    const bus = fakeUsb([{ descriptor: scannerDescriptor() }])
    const { world, said, device } = await opened(bus.usb)
    const [half = new Uint8Array()] = scanReports(']Q1', 'x'.repeat(100))
    bus.scan(half)
    await world.advance(999)
    expect(said.map(({ is }) => is)).toEqual(['connected'])
    await world.advance(1)
    expect(said.at(-1)).toMatchObject({ is: 'scan-dropped', bytes: 56 })
    await device.close()
  })
  test('has a keyboard beside it, which stays the kernel’s', async () => {
    const bus = fakeUsb([{ descriptor: keyboardDescriptor }, { descriptor: scannerDescriptor() }])
    const { scans, device } = await opened(bus.usb)
    expect(bus.done).toEqual(['detach 0', 'attach 0', 'detach 1'])
    bus.scan(...scanReports(']E0', '12345670'))
    await turns()
    expect(scans()).toEqual([']E012345670'])
    await device.close()
  })
  test('that does not describe itself is read by the common layout', async () => {
    const bus = fakeUsb([{}])
    const { scans, device } = await opened(bus.usb)
    bus.scan(...scanReports(']E0', '12345670'))
    await turns()
    expect(scans()).toEqual([']E012345670'])
    await device.close()
  })
  test('with reports longer than a packet', async () => {
    const bus = fakeUsb([{ descriptor: scannerDescriptor({ dataBytes: 120 }) }], { packetSize: 32 })
    const { scans, device } = await opened(bus.usb)
    const report = new Uint8Array(128)
    report.set([2, 3, 0x5d, 0x45, 0x30, 0x31, 0x32, 0x33])
    bus.scan(report)
    await turns()
    expect(scans()).toEqual([']E0123'])
    await device.close()
  })
})

describe('what can not be used says why', () => {
  test.each([
    ['a keyboard', fakeUsb([{ descriptor: keyboardDescriptor }]).usb, 'HID_SCANNER_AS_KEYBOARD'],
    ['no HID part', fakeUsb([{ interfaceClass: 7 }]).usb, 'USB_NOT_A_SCANNER'],
    ['held by another', fakeUsb([{ isBusy: true }]).usb, 'HID_SCANNER_BUSY'],
    [
      'another HID device',
      fakeUsb([{ descriptor: Uint8Array.of(0x05, 0x0c, 0x09, 0x01, 0xa1, 0x01, 0xc0) }]).usb,
      'USB_NOT_A_SCANNER',
    ],
    ['none there', { getDevices: async () => [] }, 'HID_SCANNER_MISSING'],
    [
      'no USB at all',
      { getDevices: () => Promise.reject(new Error('/sys/bus/usb/devices/ not found')) },
      'USB_UNAVAILABLE',
    ],
  ])('%s', async (_name, usb, code) => {
    const { world, said, device } = await opened(usb)
    await world.advance(20_000) // tried again all the while, told once
    expect(said).toEqual([{ is: 'gone', code, sentence: expect.any(String) }])
    await device.close()
  })
  test('one that hangs while it is opened', async () => {
    const bus = fakeUsb([{ descriptor: scannerDescriptor() }])
    const [device] = await bus.usb.getDevices()
    if (device === undefined) throw new Error('no device')
    const usb: UsbHidHost = {
      getDevices: async () => [{ ...device, open: () => new Promise<void>(() => {}) }],
    }
    const { world, said } = await opened(usb)
    await world.advance(5_000)
    expect(said).toMatchObject([{ code: 'HID_SCANNER_BUSY', sentence: expect.stringContaining('5 seconds') }])
  })
})

import { describe, expect, test } from 'vitest'
import { Found, findHardware, type Hardware } from '../../agent/peripherals/find.ts'
import { findThroughHost } from '../../agent/peripherals/host/find-through-host.ts'
import { forkHost } from '../../agent/peripherals/host/fork-host.ts'
import type { HostLink } from '../../agent/peripherals/host/host-link.ts'
import { nodeWorld } from '../../shared/node-world.ts'
import { manualWorld, quietLog } from '../manual-world.ts'

const nothing: Hardware = {
  serialPorts: async () => [],
  usbDevices: async () => [],
  deviceFiles: () => [],
}

describe('what hardware there is', () => {
  test('serial ports and USB devices, by what they act as, without control characters', async () => {
    const found = await findHardware(
      {
        ...nothing,
        serialPorts: async () => [
          { path: '/dev/ttyACM0', manufacturer: 'Zebra\x1b[2J', vendorId: '05e0', productId: '1701' },
        ],
        usbDevices: async () => [
          {
            vendorId: 0x04b8,
            productId: 0x0202,
            serialNumber: null,
            manufacturerName: 'EPSON',
            productName: 'TM-T88',
            configuration: {
              interfaces: [{ alternates: [{ interfaceClass: 7 }] }, { alternates: [{ interfaceClass: 3 }] }],
            },
          },
        ],
      },
      manualWorld().timers,
    )
    expect(found).toEqual({
      serialPorts: [
        { path: '/dev/ttyACM0', name: 'Zebra[2J', vendorId: '05e0', productId: '1701', serialNumber: null },
      ],
      usbDevices: [
        {
          vendorId: 0x04b8,
          productId: 0x0202,
          serialNumber: null,
          name: 'EPSON TM-T88',
          actsAs: ['printer', 'hid'],
        },
      ],
      problems: [],
    })
  })
  test('without udev the names in /dev, without USB a sentence', async () => {
    const found = await findHardware(
      {
        serialPorts: () => Promise.reject(new Error('spawn udevadm ENOENT')),
        usbDevices: () => Promise.reject(new Error('/sys/bus/usb/devices/ not found')),
        deviceFiles: () => ['tty', 'ttyS0', 'ttyUSB10', 'ttyUSB9', 'ttyACM0', 'sda', 'ttyprintk'],
      },
      manualWorld().timers,
    )
    expect(found.serialPorts.map(({ path }) => path)).toEqual([
      '/dev/ttyACM0',
      '/dev/ttyS0',
      '/dev/ttyUSB9',
      '/dev/ttyUSB10',
    ])
    expect(found.problems.map(({ code }) => code)).toEqual(['SERIAL_LIST_PARTIAL', 'USB_LIST_FAILED'])
    expect(found.problems[0]?.sentence).toContain('udevadm ENOENT')
  })
  test('a list that hangs is given up after five seconds', async () => {
    const world = manualWorld()
    const finding = findHardware({ ...nothing, usbDevices: () => new Promise(() => {}) }, world.timers)
    await world.advance(5_000)
    expect((await finding).problems).toMatchObject([{ code: 'USB_LIST_FAILED' }])
  })
})

describe('through a device host', () => {
  test('a real one', async () => {
    const found = await findThroughHost(forkHost, nodeWorld({ log: quietLog }).timers)
    expect(Found.parse(found)).toEqual(found)
  })
  test.each(['dies', 'says nothing'])('one that %s is a problem, not an end', async how => {
    const world = manualWorld()
    let isKilled = false
    const launch = (): HostLink => ({
      send: () => {},
      kill() {
        isKilled = true
      },
      listen: handlers =>
        void (how === 'dies' && world.timers.after(10, () => handlers.ended('signal SIGSEGV'))),
    })
    const finding = findThroughHost(launch, world.timers)
    await world.advance(30_000)
    expect(await finding).toMatchObject({
      serialPorts: [],
      usbDevices: [],
      problems: [{ code: 'DEVICE_HOST_ENDED' }],
    })
    expect(isKilled).toBe(how !== 'dies')
  })
})

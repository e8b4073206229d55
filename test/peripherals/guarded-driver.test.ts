import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Channel, ChannelHandlers, OpenChannels } from '../../agent/peripherals/channel.ts'
import { configuredPeripheral } from '../../agent/peripherals/configured.ts'
import {
  type DriverParts,
  definePeripheral,
  type Peripheral,
  type PeripheralSays,
} from '../../agent/peripherals/driver.ts'
import { guardPeripheral } from '../../agent/peripherals/host/guarded-driver.ts'
import { FromHost } from '../../agent/peripherals/host/protocol.ts'
import { manualWorld, turns } from '../manual-world.ts'
import { peripheralConfig } from './real-till.ts'

function guarded(what: 'scanner' | 'printer', open: (parts: DriverParts) => Peripheral) {
  const world = manualWorld()
  const said: PeripheralSays[] = []
  const channels = { opened: 0, closed: 0, handlers: null as ChannelHandlers | null }
  const channel: Channel = {
    write: async () => {},
    listen(handlers) {
      channels.handlers = handlers
    },
    async close() {
      channels.closed += 1
    },
  }
  const refuse = () => Promise.reject(new Error('not used here'))
  const openChannels: OpenChannels = {
    async serial() {
      channels.opened += 1
      return channel
    },
    tcp: refuse,
    usbPrinter: refuse,
    usbHid: refuse,
    tcpServer: refuse,
  }
  const kind = definePeripheral({
    kind: 'test',
    what,
    settings: z.unknown(),
    open: (_settings, parts) => open(parts),
  })
  const peripheral = guardPeripheral(configuredPeripheral(peripheralConfig('one', 'test', null), [kind]), {
    clock: world.clock,
    timers: world.timers,
    channels: openChannels,
    say: saying => void said.push(saying),
  })
  return { world, said, peripheral, channels, is: () => said.map(({ is }) => is) }
}

const settings = {
  path: 'COM3',
  baudRate: 9_600,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  flowControl: 'none',
} as const

/** A driver with one open channel that throws where it is told to. */
const failing =
  (where: 'open' | 'timer' | 'data' | 'take') =>
  (parts: DriverParts): Peripheral => {
    const fail = () => {
      throw new Error(`in ${where}`)
    }
    void parts.channels.serial(settings).then(channel => {
      channel.listen({ data: where === 'data' ? fail : () => {}, closed: () => {} })
      parts.say({ is: 'connected' })
      if (where === 'timer') parts.timers.after(10, fail)
    })
    if (where === 'open') fail()
    return { take: where === 'take' ? fail : () => {}, close: async () => {} }
  }

describe('a driver that throws', () => {
  test.each(['open', 'timer', 'data', 'take'] as const)(
    'in its %s is gone, its channel given back, and is reopened',
    async where => {
      const { world, said, channels, peripheral } = guarded('printer', failing(where))
      await turns()
      if (where === 'data') channels.handlers?.data(Uint8Array.of(1))
      if (where === 'take') peripheral.take({ is: 'print', job: 'j', bytes: Uint8Array.of(1) })
      await world.advance(20)
      const gone = said.find(what => what.is === 'gone')
      expect(gone).toMatchObject({
        code: 'PERIPHERAL_DRIVER_FAILED',
        sentence: expect.stringContaining(`in ${where}`),
      })
      expect(channels.closed).toBe(1)
      if (where === 'take')
        expect(said.at(-1)).toMatchObject({ is: 'print-ended', job: 'j', outcome: 'maybe' })
      expect(channels.opened).toBe(1)
      await world.advance(1_000)
      expect(channels.opened).toBe(2)
      await peripheral.close()
    },
  )
  test('again and again is opened ever more seldom', async () => {
    const { world, channels, peripheral } = guarded('printer', failing('open'))
    await world.advance(60_000)
    expect(channels.opened).toBe(6) // at 0, 1, 3, 7, 15 and 31 s
    await peripheral.close()
    await world.advance(600_000)
    expect(channels.opened).toBe(6)
  })
})

test('closing takes at most two seconds, whatever the driver does', async () => {
  const { world, peripheral } = guarded('scanner', () => ({
    take: () => {},
    close: () => new Promise(() => {}),
  }))
  let isClosed = false
  void peripheral.close().then(() => {
    isClosed = true
  })
  await world.advance(2_000)
  expect(isClosed).toBe(true)
})

test('a scanner prints nothing', () => {
  const { said, peripheral } = guarded('scanner', () => ({ take: () => {}, close: async () => {} }))
  peripheral.take({ is: 'print', job: 'j', bytes: Uint8Array.of(1) })
  expect(said).toMatchObject([{ is: 'print-ended', job: 'j', outcome: 'failed' }])
})

test('what a driver says keeps within the protocol', () => {
  const { said } = guarded('printer', ({ say }) => {
    say({ is: 'gone', code: 'X', sentence: 'long '.repeat(1_000) })
    say({ is: 'captured', job: 1, towards: 'printer', bytes: new Uint8Array(3_000_000) })
    return { take: () => {}, close: async () => {} }
  })
  const parsed = said.map(what => FromHost.parse({ is: 'said', n: 0, peripheral: 'one', what }))
  expect(parsed).toHaveLength(4)
  expect(said.flatMap(what => (what.is === 'captured' ? [what.bytes.length] : []))).toEqual([
    1_048_576, 1_048_576, 902_848,
  ])
})

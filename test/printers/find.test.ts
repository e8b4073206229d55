import type { NetworkInterfaceInfo } from 'node:os'
import { expect, test } from 'vitest'
import { tcpChannels } from '../../agent/peripherals/channels/tcp.ts'
import { neighbours, probePrinter, scanForPrinters } from '../../agent/peripherals/printers/find.ts'
import { manualWorld } from '../manual-world.ts'
import { fakePrinter } from './fake-printer.ts'
import { soon } from './open-path.ts'

function parts() {
  const world = manualWorld()
  return { world, probe: { channels: tcpChannels(world.timers), timers: world.timers } }
}
const host = '127.0.0.1'

/** Runs a probe on a clock that is moved on while it waits. */
async function probed(port: number) {
  const { world, probe } = parts()
  let result: Awaited<ReturnType<typeof probePrinter>> | null = null
  void probePrinter(probe, host, port).then(found => {
    result = found
  })
  let rounds = 0
  await soon('a verdict', () => {
    rounds += 1
    if (rounds % 2_000 === 0) void world.advance(200)
    return result !== null
  })
  return result
}

test('a printer is told with its troubles, in plain words', async () => {
  await using printer = await fakePrinter()
  expect(await probed(printer.port)).toMatchObject({
    found: 'esc-pos',
    sentence: `A receipt printer at ${host}:${printer.port} answers in ESC/POS: it is ready.`,
  })
  printer.bits.paper = 0x60
  printer.bits.cover = 0x04
  expect(await probed(printer.port)).toMatchObject({
    conditions: ['cover-open', 'paper-out'],
    sentence: expect.stringContaining('its cover is open and it is out of paper'),
  })
})

test('one without answers, one of Star, something else, and nothing are told apart', async () => {
  await using printer = await fakePrinter()
  printer.mode = 'silent'
  expect(await probed(printer.port)).toMatchObject({
    found: 'silent',
    sentence: expect.stringContaining('"answers"'),
  })
  printer.connected = socket =>
    socket.on('data', bytes => {
      if (bytes.toString('hex').endsWith('1b0601'))
        socket.write(Buffer.from([0x0f, 0x06, 0x20, 0, 0, 0x08, 0]))
    })
  expect(await probed(printer.port)).toMatchObject({ found: 'star', conditions: ['cover-open', 'paper-out'] })
  printer.connected = socket =>
    void socket.write('220 mail.example ready, tell me your name, please\r\n'.repeat(3))
  expect(await probed(printer.port)).toMatchObject({ found: 'something-else' })
  await printer.off()
  expect(await probed(printer.port)).toMatchObject({ found: 'nothing' })
})

test('a scan asks a few at once and gives what it found in order', async () => {
  await using printer = await fakePrinter()
  const { probe } = parts()
  let open = 0
  let most = 0
  const counting = {
    ...probe,
    channels: {
      async tcp(settings: Parameters<typeof probe.channels.tcp>[0]) {
        open += 1
        most = Math.max(most, open)
        await new Promise(resolve => setImmediate(resolve))
        open -= 1
        if (!['10.0.0.7', '10.0.0.9'].includes(settings.host)) throw new Error('nobody')
        return probe.channels.tcp({ ...settings, host })
      },
    },
  }
  const hosts = Array.from({ length: 100 }, (_, index) => `10.0.0.${index}`)
  const found = await scanForPrinters(counting, hosts, printer.port)
  expect(found.map(printer => [printer.host, printer.found])).toEqual([
    ['10.0.0.7', 'esc-pos'],
    ['10.0.0.9', 'esc-pos'],
  ])
  expect(most).toBeGreaterThan(1)
  expect(most).toBeLessThanOrEqual(24)
})

test('only private networks of this computer are looked through', () => {
  const at = (address: string, internal = false): NetworkInterfaceInfo => ({
    address,
    netmask: '255.255.255.0',
    family: 'IPv4',
    mac: '00:00:00:00:00:00',
    internal,
    cidr: null,
  })
  const hosts = neighbours({ lo: [at('127.0.0.1', true)], lan: [at('192.168.7.20')], wan: [at('8.8.8.8')] })
  expect(hosts).toHaveLength(253)
  expect(hosts[0]).toBe('192.168.7.1')
  expect(hosts).not.toContain('192.168.7.20')
})

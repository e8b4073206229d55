import { expect, test } from 'vitest'
import { channelLost, channelUnreachable } from '../../agent/peripherals/channels/channel-errors.ts'
import { turns } from '../manual-world.ts'
import { fakeChannel, well } from './fake-channel.ts'
import { fakePrinter } from './fake-printer.ts'
import { openPrinter, soon } from './open-path.ts'

const tcp = (port: number) => ({ to: { by: 'tcp', host: '127.0.0.1', port } })
const serial = { to: { by: 'serial', path: 'COM3' } }
const slip = Buffer.from('a slip\n'.repeat(400))

test('a slip is printed once the printer itself says so', async () => {
  await using printer = await fakePrinter()
  await using ours = openPrinter(tcp(printer.port))
  await soon('it to be found', () => ours.kinds().includes('connected'))
  printer.mode = 'holds-jobs' // takes everything, and never says that it is done
  ours.print('j1', slip)
  await soon('all of it', () => printer.received().includes(slip))
  await turns()
  expect(ours.ended('j1')).toBeUndefined()
  for (const socket of printer.open()) socket.write(Uint8Array.of(0x00))
  await soon('the end', () => ours.ended('j1') !== undefined)
  expect(ours.ended('j1')).toEqual({ is: 'print-ended', job: 'j1', outcome: 'printed', sentence: 'Printed.' })
  await soon('its connection to be free for others', () => printer.open().length === 0)
})

test('one that can not print gets nothing', async () => {
  await using printer = await fakePrinter()
  await using ours = openPrinter(tcp(printer.port))
  await soon('it to be found', () => ours.kinds().includes('connected'))
  printer.bits.paper = 0x60
  printer.bits.cover = 0x04
  ours.print('j1', slip)
  await soon('the end', () => ours.ended('j1') !== undefined)
  expect(ours.ended('j1')).toMatchObject({
    outcome: 'failed',
    sentence: 'Nothing was sent to the printer: its cover is open and it is out of paper.',
  })
  expect(ours.conditions()).toEqual(['cover-open', 'paper-out'])
  expect(printer.received().includes('a slip')).toBe(false)
})

test('one that dies in the middle leaves maybe', async () => {
  await using printer = await fakePrinter()
  await using ours = openPrinter({ ...tcp(printer.port), answers: false })
  await soon('it to be found', () => ours.kinds().includes('connected'))
  printer.mode = 'stalled'
  ours.print('j1', Buffer.alloc(64 * 2 ** 20, 'x'))
  await soon('its connection', () => printer.open().length === 1)
  for (let round = 0; round < 50; round += 1) await turns()
  for (const socket of printer.open()) socket.resetAndDestroy()
  await soon('the end', () => ours.ended('j1') !== undefined)
  expect(ours.ended('j1')?.outcome).toBe('maybe')
})

test('one that stalls is given up, as maybe', async () => {
  await using printer = await fakePrinter()
  await using ours = openPrinter({ ...tcp(printer.port), answers: false })
  await soon('it to be found', () => ours.kinds().includes('connected'))
  printer.mode = 'stalled'
  ours.print('j1', Buffer.alloc(64 * 2 ** 20, 'x'))
  await soon('its connection', () => printer.open().length === 1)
  for (let round = 0; round < 50; round += 1) await turns()
  await ours.world.advance(31_000)
  await soon('the end', () => ours.ended('j1') !== undefined)
  expect(ours.ended('j1')).toMatchObject({
    outcome: 'maybe',
    sentence: expect.stringContaining('may be on paper'),
  })
})

test('one that is not there fails the slip, and is found when it comes', async () => {
  await using printer = await fakePrinter()
  await printer.off()
  await using ours = openPrinter(tcp(printer.port))
  await soon('gone', () => ours.kinds().includes('gone'))
  ours.print('j1', slip)
  await soon('the end', () => ours.ended('j1') !== undefined)
  expect(ours.ended('j1')?.outcome).toBe('failed')
  await printer.on()
  await ours.world.advance(2_100)
  await soon('it to be found', () => ours.kinds().includes('connected'))
  printer.bits.errors = 0x08
  await ours.world.advance(30_000)
  await soon('its trouble', () => ours.conditions().includes('cutter-error'))
  printer.bits.errors = 0
  ours.peripheral.take({ is: 'ask-conditions' })
  await soon('its recovery', () => ours.conditions().length === 0)
})

test('over a serial port: told at once by automatic status, unplugged and plugged in again', async () => {
  let port = fakeChannel(well)
  let isPlugged = true
  await using ours = openPrinter(serial, {
    channels: {
      serial: () =>
        isPlugged
          ? Promise.resolve(port.channel)
          : Promise.reject(channelUnreachable({ channel: 'COM3', why: 'ENOENT' })),
    },
  })
  await turns()
  expect(port.written().subarray(0, 3)).toEqual(Buffer.from([0x1d, 0x61, 0x0e]))
  port.comes(0x38, 0x00, 0x00, 0x00)
  expect(ours.conditions()).toEqual(['offline', 'cover-open'])
  isPlugged = false
  port.lose(channelLost({ channel: 'COM3', why: 'ENXIO' }))
  await turns()
  expect(ours.said.at(-1)).toMatchObject({ is: 'gone', code: 'CHANNEL_LOST' })
  await ours.world.advance(20_000)
  port = fakeChannel(well)
  isPlugged = true
  await ours.world.advance(5_000)
  expect(ours.said.findLast(what => what.is === 'connected' || what.is === 'gone')?.is).toBe('connected')
  ours.print('j1', slip)
  await turns()
  expect(ours.ended('j1')?.outcome).toBe('printed')
  expect(port.written().includes(slip)).toBe(true)
})

test('a serial printer that is switched off is off-line, and nothing is printed into the void', async () => {
  const port = fakeChannel()
  await using ours = openPrinter(serial, { channels: { serial: () => Promise.resolve(port.channel) } })
  await ours.world.advance(90_000)
  expect(ours.conditions()).toEqual(['offline'])
  ours.print('j1', slip)
  await ours.world.advance(1_000)
  expect(ours.ended('j1')?.outcome).toBe('failed')
  expect(port.written().includes('a slip')).toBe(false)
})

test('one that takes a slip and never confirms it leaves maybe; without paper it is waited for longer', async () => {
  let status = 0x12
  const port = fakeChannel(bytes => (bytes[0] === 0x10 ? [bytes[2] === 4 ? status : 0x12] : []))
  await using ours = openPrinter(serial, { channels: { serial: () => Promise.resolve(port.channel) } })
  await turns()
  ours.print('j1', slip)
  await ours.world.advance(30_000)
  expect(ours.ended('j1')).toMatchObject({
    outcome: 'maybe',
    sentence: expect.stringContaining('did not confirm'),
  })
  ours.print('j2', slip)
  await turns()
  status = 0x72
  await ours.world.advance(60_000)
  expect(ours.ended('j2')).toBeUndefined()
  await ours.world.advance(90_000)
  expect(ours.ended('j2')).toMatchObject({
    outcome: 'maybe',
    sentence: expect.stringContaining('out of paper'),
  })
})

test("Star's printers are asked in their own language and count the slip", async () => {
  let count = 30
  const port = fakeChannel(bytes => {
    if (bytes.at(-1) === 0x17) count = (count + 1) % 32
    if (Buffer.from(bytes).toString('hex') !== '1b0601') return []
    return [0x21, 0x06, 0x00, 0x00, 0x00, 0x04, 0x00, ((count & 7) << 1) | ((count & 24) << 2)]
  })
  await using ours = openPrinter(
    { ...serial, language: 'star' },
    { channels: { serial: () => Promise.resolve(port.channel) } },
  )
  await turns()
  expect(ours.conditions()).toEqual(['paper-low'])
  ours.print('j1', slip)
  await ours.world.advance(3_000)
  expect(ours.ended('j1')?.outcome).toBe('printed')
  expect(port.written().includes(Buffer.concat([slip, Buffer.from([0x17])]))).toBe(true)
})

test('closing takes at most two seconds, whatever the hardware does', async () => {
  const port = fakeChannel()
  const never = { ...port.channel, close: () => new Promise<void>(() => {}) }
  const ours = openPrinter(serial, { channels: { serial: () => Promise.resolve(never) } })
  await turns()
  let isClosed = false
  const closing = ours.peripheral.close().then(() => {
    isClosed = true
  })
  await ours.world.advance(2_000)
  expect(isClosed).toBe(true)
  await closing
})

import { expect, test } from 'vitest'
import { channelLost } from '../../agent/peripherals/channels/channel-errors.ts'
import { turns } from '../manual-world.ts'
import { fakeChannel, well } from './fake-channel.ts'
import { fakePrinter } from './fake-printer.ts'
import { CUT, openPath, posOn, soon } from './open-path.ts'

const slip = Buffer.from('<slip>')
const receipt = Buffer.from(`receipt${CUT}`, 'latin1')

test('a slip of ours is printed while no POS is there, and the next POS waits for it', async () => {
  await using printer = await fakePrinter()
  await using path = openPath({ by: 'tcp', host: '127.0.0.1', port: printer.port })
  await soon('an open door', () => path.port > 0)
  path.print('j1', slip)
  await soon('the slip', () => path.ended('j1') !== undefined)
  expect(path.ended('j1')?.outcome).toBe('printed')
  const pos = await posOn(path.port)
  pos.socket.end(receipt)
  await soon('the receipt', () => printer.received().subarray(-receipt.length).equals(receipt))
  expect(
    path.said.filter(what => what.is === 'captured').every(what => !Buffer.from(what.bytes).includes(slip)),
  ).toBe(true)
})

test('on a connection that stays it goes between two receipts, never inside one, and the POS hears nothing of it', async () => {
  await using printer = await fakePrinter()
  await using path = openPath({ by: 'tcp', host: '127.0.0.1', port: printer.port })
  await soon('an open door', () => path.port > 0)
  const pos = await posOn(path.port)
  pos.socket.write('first half')
  await soon('it', () => printer.received().includes('first half'))
  await soon('its copy', () => path.kinds().includes('captured'))
  path.print('j1', slip)
  await path.world.advance(30_000)
  pos.socket.write(Buffer.concat([Buffer.from(', second half'), Buffer.from(CUT, 'latin1')]))
  // whole: nothing of the slip went between the halves in those 30 seconds
  await soon('the rest', () => printer.received().includes('first half, second half'))
  await soon('its copy', () =>
    path.said.some(what => what.is === 'captured' && Buffer.from(what.bytes).includes('second half')),
  )
  expect(printer.received().includes(slip)).toBe(false)
  await path.world.advance(2_000)
  await soon('the slip', () => path.ended('j1') !== undefined)
  expect(path.ended('j1')?.outcome).toBe('printed')
  pos.socket.write('next')
  await soon('the next receipt', () => printer.received().toString('latin1').endsWith('next'))
  expect(pos.received().length).toBe(0)
  pos.socket.destroy()
})

test('a POS in the middle of its receipt for a minute: the slip has failed, nothing of it was sent', async () => {
  await using printer = await fakePrinter()
  await using path = openPath({ by: 'tcp', host: '127.0.0.1', port: printer.port })
  await soon('an open door', () => path.port > 0)
  const pos = await posOn(path.port)
  pos.socket.write('half a receipt')
  await soon('its copy', () => path.kinds().includes('captured'))
  path.print('j1', slip)
  await turns()
  await path.world.advance(60_000)
  await soon('the end', () => path.ended('j1') !== undefined)
  expect(path.ended('j1')).toMatchObject({ outcome: 'failed' })
  expect(printer.received().includes(slip)).toBe(false)
  pos.socket.destroy()
})

test('between serial POS and serial printer: every byte, both ways; our answers stay with us', async () => {
  const till = fakeChannel()
  const printer = fakeChannel(well)
  await using path = openPath(
    { by: 'serial', path: 'COM2' },
    {
      settings: { from: { by: 'serial', path: 'COM1' } },
      channels: { serial: ({ path }) => Promise.resolve(path === 'COM1' ? till.channel : printer.channel) },
    },
  )
  await turns()
  expect(path.kinds()[0]).toBe('connected')
  till.comes(...receipt)
  await turns()
  expect(printer.written().subarray(-receipt.length)).toEqual(receipt)
  till.comes(0x10, 0x04, 0x01)
  await turns()
  expect([...till.written()]).toEqual([0x12])
  await path.world.advance(2_000)
  expect(path.kinds()).toContain('capture-ended')
  path.print('j1', slip)
  await turns()
  expect(path.ended('j1')?.outcome).toBe('printed')
  expect(printer.written().includes(slip)).toBe(true)
  await path.world.advance(120_000) // it looked at the printer between the receipts
  expect([...till.written()]).toEqual([0x12])
})

test('a POS is held up while a slip is being printed, and goes on after it', async () => {
  const till = fakeChannel()
  const printer = fakeChannel(well)
  await using path = openPath(
    { by: 'serial', path: 'COM2' },
    {
      settings: { from: { by: 'serial', path: 'COM1' } },
      channels: { serial: ({ path }) => Promise.resolve(path === 'COM1' ? till.channel : printer.channel) },
    },
  )
  await turns()
  const asked = printer.written().length
  path.print('j1', slip)
  printer.stall(true)
  printer.stall(false)
  await turns()
  expect(printer.written().length).toBeGreaterThan(asked)
  printer.stall(true)
  path.print('j2', slip)
  await turns()
  till.comes(...receipt)
  printer.stall(false)
  await turns()
  const all = printer.written().toString('latin1')
  expect(all.match(/<slip>/g)).toHaveLength(2)
  expect(all).toContain(receipt.toString('latin1'))
  expect(till.isPaused()).toBe(false)
})

test('a serial printer that is unplugged closes the port to the POS, and opens it again', async () => {
  let till = fakeChannel()
  let printer = fakeChannel(well)
  let isPlugged = true
  await using path = openPath(
    { by: 'serial', path: 'COM2' },
    {
      settings: { from: { by: 'serial', path: 'COM1' } },
      channels: {
        serial({ path }) {
          if (path === 'COM2')
            return isPlugged
              ? Promise.resolve(printer.channel)
              : Promise.reject(channelLost({ channel: path, why: 'ENOENT' }))
          till = fakeChannel()
          return Promise.resolve(till.channel)
        },
      },
    },
  )
  await turns()
  expect(till.isOpen()).toBe(true)
  isPlugged = false
  printer.lose(channelLost({ channel: 'COM2', why: 'ENXIO' }))
  await turns()
  expect(till.isOpen()).toBe(false)
  printer = fakeChannel(well)
  isPlugged = true
  await path.world.advance(10_000)
  expect(till.isOpen()).toBe(true)
  till.comes(...receipt)
  await turns()
  expect(printer.written().includes(receipt)).toBe(true)
})

test('TCP to a serial printer: a POS that hangs up leaves the channel to the next', async () => {
  const printer = fakeChannel(well)
  await using path = openPath(
    { by: 'serial', path: 'COM2' },
    { channels: { serial: () => Promise.resolve(printer.channel) } },
  )
  await soon('an open door', () => path.port > 0)
  for (const text of ['first', 'second']) {
    const pos = await posOn(path.port)
    pos.socket.end(text)
    await soon(text, () => printer.written().toString().endsWith(text))
    await path.world.advance(300)
    await soon('the end', () => pos.ended() === 'closed')
  }
  expect(path.said.filter(what => what.is === 'capture-ended')).toHaveLength(2)
})

import { describe, expect, test } from 'vitest'
import { type SerialPortLike, serialChannels, transmitMs } from '../../agent/peripherals/channels/serial.ts'
import { manualWorld, turns } from '../manual-world.ts'

const settings = {
  path: '/dev/ttyUSB7',
  baudRate: 9_600,
  dataBits: 8,
  parity: 'none',
  stopBits: 1,
  flowControl: 'none',
} as const

type Call = 'open' | 'close' | 'write' | 'drain' | 'flush'
type Done = (error: Error | null) => void

/** A port whose calls are answered by the test, or never: as the native part behaves that is known to hang. */
function hangingPort() {
  const calls: [Call, Done][] = []
  const listeners = new Map<string, ((value: never) => void)[]>()
  const call = (name: Call) => (done: Done) => void calls.push([name, done])
  const port: SerialPortLike = {
    open: call('open'),
    close: call('close'),
    write(_bytes, done) {
      calls.push(['write', done])
      return true
    },
    drain: call('drain'),
    flush: call('flush'),
    pause: () => {},
    resume: () => {},
    on: (event: string, listener: (value: never) => void) =>
      void listeners.set(event, [...(listeners.get(event) ?? []), listener]),
  }
  return {
    port,
    names: () => calls.map(([name]) => name),
    answer(name: Call, error: Error | null = null) {
      const at = calls.findIndex(([each]) => each === name)
      const [[, done] = [name, () => {}]] = at === -1 ? [] : calls.splice(at, 1)
      done(error)
    },
    emit(event: string, value: unknown) {
      for (const listener of listeners.get(event) ?? []) listener(value as never)
    },
  }
}

function onHanging() {
  const world = manualWorld()
  const fake = hangingPort()
  const channels = serialChannels(() => fake.port, world.timers)
  return { world, fake, channels }
}

async function opened() {
  const one = onHanging()
  const opening = one.channels.serial(settings)
  one.fake.answer('open')
  const channel = await opening
  const closed: (string | null)[] = []
  const data: number[] = []
  channel.listen({
    data: bytes => void data.push(...bytes),
    closed: problem => void closed.push(problem === null ? null : problem.message),
  })
  return { ...one, channel, closed, data }
}

describe('opening', () => {
  test.each([
    ['Error: No such file or directory, cannot open /dev/ttyUSB7', 'SERIAL_MISSING'],
    ['Opening COM3: File not found', 'SERIAL_MISSING'],
    ['Error Resource temporarily unavailable Cannot lock port', 'SERIAL_BUSY'],
    ['Opening COM3: Access denied', 'SERIAL_BUSY'],
    ['Error: Device or resource busy, cannot open /dev/ttyUSB7', 'SERIAL_BUSY'],
    ['Error: Permission denied, cannot open /dev/ttyUSB7', 'SERIAL_FORBIDDEN'],
    ['Error: Inappropriate ioctl for device setting custom baud rate of 9600', 'SERIAL_UNUSABLE'],
  ])('%s', async (message, code) => {
    const { fake, channels } = onHanging()
    const opening = channels.serial(settings)
    fake.answer('open', new Error(message))
    await expect(opening).rejects.toMatchObject({ code, message: expect.stringContaining('/dev/ttyUSB7') })
  })
  test('one that hangs is given up after five seconds, not tried beside, and closed when it opens after all', async () => {
    const { world, fake, channels } = onHanging()
    const opening = channels.serial(settings)
    const refused = expect(opening).rejects.toMatchObject({ code: 'SERIAL_UNUSABLE' })
    await world.advance(5_000)
    await refused
    await expect(channels.serial(settings)).rejects.toMatchObject({ code: 'SERIAL_UNUSABLE' })
    expect(fake.names()).toEqual(['open'])
    fake.answer('open')
    expect(fake.names()).toEqual(['close'])
    void channels.serial(settings)
    expect(fake.names()).toEqual(['close', 'open'])
  })
})

describe('writing', () => {
  test('is done when the system has sent it; one drain at a time', async () => {
    const { fake, channel } = await opened()
    const done: string[] = []
    for (const name of ['a', 'b', 'c']) void channel.write(Uint8Array.of(1)).then(() => done.push(name))
    fake.answer('write')
    fake.answer('write')
    fake.answer('write')
    expect(fake.names()).toEqual(['drain'])
    fake.answer('drain')
    await turns()
    expect(done).toEqual(['a'])
    expect(fake.names()).toEqual(['drain'])
    fake.answer('drain')
    await turns()
    expect(done).toEqual(['a', 'b', 'c'])
  })
  test.each(['write', 'drain'] as const)(
    'a %s that hangs ends the channel, after what size and speed allow',
    async where => {
      const { world, fake, channel, closed } = await opened()
      const bytes = new Uint8Array(9_600) // ten seconds on this channel
      const writing = channel.write(bytes)
      const refused = expect(writing).rejects.toMatchObject({ code: 'CHANNEL_STALLED' })
      if (where === 'drain') fake.answer('write')
      await world.advance(19_900)
      expect(closed).toEqual([])
      await world.advance(100)
      await refused
      fake.answer('close')
      expect(closed).toEqual([expect.stringContaining('has taken no data for 20 seconds')])
      await expect(channel.write(bytes)).rejects.toMatchObject({ code: 'CHANNEL_LOST' })
    },
  )
  test('without a limit it waits as long as it takes', async () => {
    const { world, fake, channels } = onHanging()
    const opening = channels.serial({ ...settings, stallMs: null })
    fake.answer('open')
    const channel = await opening
    const writing = channel.write(Uint8Array.of(1))
    await world.advance(3_600_000)
    fake.answer('write')
    fake.answer('drain')
    await expect(writing).resolves.toBeUndefined()
  })
  test('the time that a channel needs', () => {
    expect(transmitMs(960, settings)).toBe(1_000)
    expect(transmitMs(960, { ...settings, dataBits: 7, parity: 'even', stopBits: 2 })).toBe(1_100)
  })
})

describe('closing', () => {
  test('never takes longer than a second', async () => {
    const { world, channel, closed } = await opened()
    const closing = channel.close()
    await world.advance(1_000)
    await closing
    expect(closed).toEqual([null])
  })
  test('lets go of what was not sent', async () => {
    const { fake, channel } = await opened()
    const refused = expect(channel.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'CHANNEL_LOST' })
    const closing = channel.close()
    expect(fake.names()).toEqual(['write', 'flush', 'close'])
    fake.answer('close')
    await Promise.all([closing, refused])
  })
  test('an unplugged port is told once, and what waits fails', async () => {
    const { fake, channel, closed, data } = await opened()
    fake.emit('data', Uint8Array.of(1, 2))
    const refused = expect(channel.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'CHANNEL_LOST' })
    fake.emit('close', Object.assign(new Error('bad file descriptor'), { disconnected: true }))
    await refused
    await channel.close()
    expect(data).toEqual([1, 2])
    expect(closed).toEqual([expect.stringContaining('unplugged: bad file descriptor')])
  })
})

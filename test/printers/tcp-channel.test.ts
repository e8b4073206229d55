import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import type { Channel } from '../../agent/peripherals/channel.ts'
import { tcpChannels } from '../../agent/peripherals/channels/tcp.ts'
import { manualWorld } from '../manual-world.ts'
import { fakePrinter } from './fake-printer.ts'
import { soon } from './open-path.ts'

const host = '127.0.0.1'

test('a port where nothing listens is unreachable, and says so', async () => {
  await using printer = await fakePrinter()
  const { port } = printer
  await printer.off()
  await expect(tcpChannels(manualWorld().timers).tcp({ host, port })).rejects.toMatchObject({
    code: 'CHANNEL_UNREACHABLE',
    message: expect.stringContaining('ECONNREFUSED'),
  })
})

test('a host that does not answer is given up after three seconds', async () => {
  await using printer = await fakePrinter()
  const limits: { ms: number; run: () => void }[] = []
  const after = (ms: number, run: () => void) => {
    limits.push({ ms, run })
    return () => {}
  }
  const opening = tcpChannels({ ...manualWorld().timers, after }).tcp({ host, port: printer.port })
  expect(limits.map(({ ms }) => ms)).toEqual([3_000])
  limits[0]?.run() // before the system has had a turn to connect
  await expect(opening).rejects.toMatchObject({
    code: 'CHANNEL_UNREACHABLE',
    message: expect.stringContaining('3 seconds'),
  })
})

test('an address that is taken has its own sentence', async () => {
  await using printer = await fakePrinter()
  const channels = tcpChannels(manualWorld().timers)
  await expect(channels.tcpServer({ host, port: printer.port, connected() {} })).rejects.toMatchObject({
    code: 'LISTEN_REFUSED',
  })
})

test('half-closing, answering and closing are three things', async () => {
  const world = manualWorld()
  const channels = tcpChannels(world.timers)
  const accepted = Promise.withResolvers<Channel>()
  const server = await channels.tcpServer({ host, port: 0, connected: accepted.resolve })
  const theirs = await channels.tcp({ host, port: server.port })
  const ours = await accepted.promise
  const heard: string[] = []
  ours.listen({
    data: bytes => heard.push(Buffer.from(bytes).toString()),
    ended: () => heard.push('ended'),
    closed: problem => heard.push(`closed ${problem?.message ?? 'on our wish'}`),
  })
  const answers: string[] = []
  theirs.listen({
    data: bytes => answers.push(Buffer.from(bytes).toString()),
    closed: problem => answers.push(problem === null ? 'closed' : 'lost'),
  })
  await theirs.write(Buffer.from('job'))
  theirs.finish?.()
  await soon('the end of it', () => heard.includes('ended'))
  await ours.write(Buffer.from('answer'))
  await soon('the answer', () => answers.includes('answer'))
  await ours.close()
  expect(heard).toEqual(['job', 'ended', 'closed on our wish'])
  await theirs.close()
  await server.close()
})

test('closing takes less than a second, even when the other side never does', async () => {
  const world = manualWorld()
  const goodbye = Promise.withResolvers<void>()
  const server = createServer({ allowHalfOpen: true }, socket => {
    socket.on('error', () => {})
    socket.on('end', goodbye.resolve)
    socket.resume()
  })
  await new Promise<void>(resolve => server.listen(0, host, resolve))
  const address = server.address()
  if (typeof address !== 'object' || address === null) throw new Error('no port')
  const channel = await tcpChannels(world.timers).tcp({ host, port: address.port })
  channel.listen({ data() {}, closed() {} })
  let isClosed = false
  const closing = channel.close().then(() => {
    isClosed = true
  })
  await goodbye.promise // the other side was told, and keeps its half open
  expect(isClosed).toBe(false)
  await world.advance(1_000)
  await closing
  server.close()
})

test('a write that is not accepted is given up after its limit, and the channel with it', async () => {
  await using printer = await fakePrinter()
  printer.mode = 'stalled'
  const world = manualWorld()
  const channel = await tcpChannels(world.timers).tcp({ host, port: printer.port, stallMs: 5_000 })
  const ends: unknown[] = []
  channel.listen({ data() {}, closed: problem => ends.push(problem) })
  const failing = expect(channel.write(new Uint8Array(64 * 2 ** 20))).rejects.toMatchObject({
    code: 'CHANNEL_STALLED',
  })
  await world.advance(5_000)
  await failing
  await soon('its end', () => ends.length === 1)
  expect(ends).toMatchObject([{ code: 'CHANNEL_STALLED' }])
})

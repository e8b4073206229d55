import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { jsonLog, nodeWorld } from '../../shared/node-world.ts'
import { temporaryFolder } from '../manual-world.ts'
import { runHere, start, typeHere } from './command.ts'

const json = (text: string): unknown => JSON.parse(text)
const Address = z.object({ url: z.string() })

/** Reads the hub's metrics until one till is connected. */
async function tillConnected(hub: string): Promise<void> {
  for (;;) {
    const metrics = await (await fetch(`${hub}/metrics`)).text()
    if (/^tillbridge_hub_device_connected\{.*\} 1$/m.test(metrics)) return
  }
}

/** A WebSocket that has received the hub's first frame, and the close code that ends it. */
async function openSocket(hub: string) {
  const { sockets } = nodeWorld({ log: jsonLog('silent', {}) })
  const wire = sockets.connect(`${hub.replace('http', 'ws')}/device`, {
    maxPayload: 65_536,
    handshakeTimeoutMs: 10_000,
  })
  const greeted = Promise.withResolvers<void>()
  const closed = Promise.withResolvers<number>()
  wire.listen({
    open() {},
    message: () => greeted.resolve(),
    closed: code => closed.resolve(code),
  })
  await greeted.promise
  return { closeCode: closed.promise }
}

test('hub serve ends on SIGTERM while a till is connected: sockets get 1001, and the till comes back', async () => {
  using folder = temporaryFolder()
  const hubData = ['--data', join(folder.path, 'hub'), '--json']
  const agentFolder = join(folder.path, 'agent')
  const agentData = ['--data', agentFolder, '--json']
  const store = ['HAR', '--name', 'Harbour', '--zone', 'Europe/Berlin', '--currency', 'EUR']
  expect((await runHere('hub', ['store', 'add', ...store, ...hubData])).code).toBe(0)
  const made = await runHere('hub', ['enrol-code', 'HAR', ...hubData])
  const { code } = z.object({ code: z.string() }).parse(json(made.out))

  await using first = await start('hub', ['serve', '--port', '0', ...hubData])
  const { url } = Address.parse(json(first.first))
  expect((await typeHere('agent', ['enrol', '--hub', url, ...agentData], code)).code).toBe(0)
  writeFileSync(join(agentFolder, 'agent.json'), '{"till":{"port":0}}')
  await using till = await start('agent', ['run', ...agentData])
  await tillConnected(url)
  const socket = await openSocket(url)

  expect(await first.stop()).toBe(0)
  expect(await socket.closeCode).toBe(1001)
  await using second = await start('hub', ['serve', '--port', new URL(url).port, ...hubData])
  await tillConnected(url)
  expect(await second.stop()).toBe(0)
  expect(till.log()).toContain('"code":1001')
  expect(await till.stop()).toBe(0)
})

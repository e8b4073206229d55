import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { listenOnPort } from '../../shared/node-port.ts'
import type { HttpPort, PortHandlers } from '../../shared/world.ts'

const LOOPBACK = '127.0.0.1'
const webSockets = { maxPayload: 1_000, maxFragments: 4 }

const handlers: PortHandlers = {
  request: (request, response) => void response.end(`${request.method} ${request.url}`),
  upgrade: () => null,
}

async function dial({ port }: HttpPort): Promise<Socket> {
  const socket = connect({ host: LOOPBACK, port })
  await once(socket, 'connect')
  return socket
}

async function answerTo(socket: Socket, request: string): Promise<string> {
  socket.write(request)
  const [bytes] = await once(socket, 'data')
  return String(bytes)
}

test('a port without WebSockets answers a request that offers HTTP/2 as a plain one', async () => {
  await using port = await listenOnPort({ host: LOOPBACK, port: 0, webSockets: null })
  port.serve(handlers)
  const socket = await dial(port)
  const offer = 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'
  const answer = await answerTo(
    socket,
    `POST /sales HTTP/1.1\r\nHost: till\r\n${offer}Content-Length: 0\r\n\r\n`,
  )
  expect(answer).toContain('HTTP/1.1 200 OK')
  expect(answer).toContain('POST /sales')
  socket.destroy()
})

test('a connection is kept for a POS that posts again within a minute', async () => {
  await using port = await listenOnPort({ host: LOOPBACK, port: 0, webSockets: null })
  port.serve(handlers)
  const socket = await dial(port)
  expect(await answerTo(socket, 'GET / HTTP/1.1\r\nHost: till\r\n\r\n')).toContain('Keep-Alive: timeout=60')
  socket.destroy()
})

test('a device that gives up before the port is served does no harm', async () => {
  await using port = await listenOnPort({ host: LOOPBACK, port: 0, webSockets })
  const early = once(port.server, 'upgrade')
  const socket = await dial(port)
  socket.write(
    'GET /device HTTP/1.1\r\nHost: hub\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
  )
  const [, upgraded] = (await early) as [unknown, Socket]
  const closed = new Promise<void>(resolve => upgraded.once('close', () => resolve()))
  socket.resetAndDestroy()
  await closed
  port.serve(handlers)
  const next = await dial(port)
  expect(await answerTo(next, 'GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n')).toContain('GET /healthz')
  next.destroy()
})

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { until } from '../manual-world.ts'
import { ask } from '../till/open-till.ts'
import { openHub, PASSWORD } from './open-hub.ts'

type Hub = Awaited<ReturnType<typeof openHub>>
const PROXY = ['127.0.0.1']

async function login(hub: Hub, caller: string, given: { password?: string; cookie?: string } = {}) {
  const { password = PASSWORD, cookie = '' } = given
  const headers = {
    'content-type': 'application/json',
    'x-tillbridge': '1',
    origin: hub.url,
    'x-forwarded-for': caller,
    cookie,
  }
  return ask(`${hub.url}/api/login`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ user: 'kim', password }),
  })
}
test('behind a proxy of ours, a stranger’s guesses keep out the stranger alone, and no browser that has logged in before', async () => {
  await using hub = await openHub({ trustedProxies: PROXY })
  const known = await login(hub, '203.0.113.9')
  const cookie = [known.headers['set-cookie'] ?? []]
    .flat()
    .map(each => each.split(';', 1)[0])
    .join('; ')
  const password = 'wrong wrong wrong'
  // what a stranger writes into the header does not make a new address
  const guesses = Array.from({ length: 11 }, (_, n) => login(hub, `10.9.8.${n}, 203.0.113.9`, { password }))
  const statuses = (await Promise.all(guesses)).map(({ status }) => status)
  expect(statuses.filter(status => status === 401)).toHaveLength(10)
  const refused = await login(hub, '203.0.113.9')
  expect([refused.status, refused.headers['retry-after']]).toEqual([429, '60'])
  expect((await login(hub, '198.51.100.1')).status).toBe(200)
  expect((await login(hub, '203.0.113.9', { cookie })).status).toBe(200)
  const forged = cookie.replace(/(tillbridge-known=)[^.;]+/, '$1another')
  expect((await login(hub, '203.0.113.9', { cookie: forged })).status).toBe(429)
})

test('the figures are for this machine, or for who brings the token', async () => {
  await using hub = await openHub({ metricsToken: 'a token' })
  const read = async (headers: Record<string, string>) =>
    (await ask(`${hub.url}/metrics`, { headers })).status
  expect(await read({})).toBe(200)
  expect(await read({ 'x-forwarded-for': '203.0.113.9' })).toBe(403)
  expect(await read({ 'x-forwarded-for': '203.0.113.9', authorization: 'Bearer a' })).toBe(403)
  await using proxied = await openHub({ trustedProxies: PROXY })
  expect((await ask(`${proxied.url}/metrics`)).status).toBe(403)
  const token = 'a-token'
  await using named = await openHub({ trustedProxies: PROXY, metricsToken: token })
  const headers = { authorization: `Bearer ${token}` }
  expect((await ask(`${named.url}/metrics`, { headers })).status).toBe(200)
})

test('a device’s connection to another host name is refused', async () => {
  await using hub = await openHub()
  const opens = (host: string) =>
    new Promise<string>(resolve => {
      const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/device`, { headers: { host } })
      socket.on('error', () => resolve('refused'))
      socket.on('open', () => {
        resolve('open')
        socket.terminate()
      })
    })
  expect(await opens(new URL(hub.url).host)).toBe('open')
  expect(await opens('evil.example')).toBe('refused')
})

test('one address holds 200 connections open and no more; others still get in', async () => {
  await using hub = await openHub({ trustedProxies: PROXY })
  const { port } = new URL(hub.url)
  const sockets = Array.from({ length: 210 }, () =>
    connect({ host: '127.0.0.1', port: Number(port), localAddress: '127.0.0.2' }),
  )
  const ends = sockets.map(socket =>
    once(
      socket.on('error', () => {}),
      'close',
    ),
  )
  let ended = 0
  const tenEnded = new Promise<void>(resolve => {
    for (const end of ends)
      void end.then(() => {
        ended += 1
        if (ended === 10) resolve()
      })
  })
  await tenEnded
  expect(sockets.filter(socket => !socket.destroyed)).toHaveLength(200)
  expect((await ask(`${hub.url}/healthz`)).status).toBe(200)
  for (const socket of sockets) socket.destroy()
})

test('connections beyond those that an address may begin end with what they send, and not the hub', async () => {
  await using hub = await openHub()
  const dial = async () => {
    const socket = new WebSocket(`${hub.url.replace('http', 'ws')}/device`)
    await once(socket, 'open')
    return socket
  }
  const sockets: WebSocket[] = []
  for (let n = 0; n < 20; n += 1) sockets.push(await dial())
  const { port } = new URL(hub.url)
  const raw = connect({ host: '127.0.0.1', port: Number(port) })
  raw.on('error', () => {})
  const closed = once(raw, 'close')
  const unmasked = Buffer.from([0x81, 5, 1, 2, 3, 4, 5])
  const asked = `GET /device HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${Buffer.alloc(16).toString('base64')}\r\nSec-WebSocket-Version: 13\r\n\r\n`
  raw.write(asked)
  await once(raw, 'data')
  raw.write(unmasked)
  await closed
  expect((await ask(`${hub.url}/healthz`)).status).toBe(200)
  for (const socket of sockets) socket.terminate()
})

const LARGE = 4 * 1024 * 1024 - 10

/** A connection that announces a large body and sends a part of it. */
function beginBody(hub: Hub, { caller, sends }: { caller: string; sends: number }) {
  const port = Number(new URL(hub.url).port)
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => undefined)
  socket.write(
    `POST /webhooks/shopify HTTP/1.1\r\nhost: 127.0.0.1:${port}\r\nx-forwarded-for: ${caller}\r\ncontent-type: application/json\r\ncontent-length: ${LARGE}\r\n\r\n`,
  )
  socket.write('x'.repeat(sends))
  return socket
}

/** All that the hub answers before it closes the connection, or up to the answer's code. */
function answerOf(socket: Socket): Promise<string> {
  return new Promise(resolve => {
    let text = ''
    socket.on('data', data => {
      text += String(data)
      if (text.includes('"code"')) resolve(text)
    })
    socket.once('close', () => resolve(text))
  })
}

const sendWebhook = (hub: Hub, caller: string, bytes = 60_000) =>
  ask(`${hub.url}/webhooks/shopify`, {
    method: 'POST',
    headers: { 'x-forwarded-for': caller },
    body: 'x'.repeat(bytes),
  })

test('what a caller sends at a time is bounded, and its room is free once it ends', async () => {
  await using hub = await openHub({ trustedProxies: PROXY })
  const held = Array.from({ length: 4 }, () => beginBody(hub, { caller: '203.0.113.1', sends: LARGE - 1 }))
  const send = () => sendWebhook(hub, '203.0.113.1')
  await until('all its room is taken', async () => (await send()).status === 503)
  expect((await send()).headers['retry-after']).toBe('5')
  expect((await sendWebhook(hub, '203.0.113.2')).status).toBe(200)
  for (const socket of held) socket.destroy()
  await until('its room is free', async () => (await send()).status !== 503)
})

test('strangers who announce large bodies and send none keep no one out', async () => {
  await using hub = await openHub({ trustedProxies: PROXY })
  const callers = Array.from({ length: 24 }, (_, n) => `203.0.113.${Math.floor(n / 4)}`)
  const held = callers.map(caller => beginBody(hub, { caller, sends: 1 }))
  await Promise.all(held.map(socket => once(socket, 'connect')))
  expect((await sendWebhook(hub, '198.51.100.1')).status).toBe(200)
  expect((await sendWebhook(hub, '203.0.113.0')).status).toBe(200)
  for (const socket of held) socket.destroy()
})

test('strangers who fill the room with what they send give way to who sends little', async () => {
  await using hub = await openHub({ trustedProxies: PROXY })
  const callers = Array.from({ length: 24 }, (_, n) => `203.0.113.${Math.floor(n / 4)}`)
  const held = callers.map(caller => beginBody(hub, { caller, sends: LARGE - 1 }))
  expect(await Promise.race(held.map(answerOf))).toContain('BODIES_BUSY')
  expect(await sendWebhook(hub, '198.51.100.1')).toMatchObject({ status: 200 })
  for (const socket of held) socket.destroy()
})

import { once } from 'node:events'
import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { ask } from '../till/open-till.ts'
import { openHub, PASSWORD } from './open-hub.ts'

type Hub = Awaited<ReturnType<typeof openHub>>
const PROXY = ['127.0.0.1']

async function login(
  hub: Hub,
  caller: string,
  given: { user?: string; password?: string; cookie?: string } = {},
) {
  const { user = 'kim', password = PASSWORD, cookie = '' } = given
  const headers = {
    'content-type': 'application/json',
    'x-tillbridge': '1',
    origin: hub.url,
    'x-forwarded-for': caller,
    cookie,
  }
  return ask(`${hub.url}/api/login`, { method: 'POST', headers, body: JSON.stringify({ user, password }) })
}
const guesses = async (
  hub: Hub,
  count: number,
  caller: (n: number) => string,
  user = (_n: number) => 'kim',
) => {
  const statuses: number[] = []
  for (let n = 0; n < count; n += 1)
    statuses.push((await login(hub, caller(n), { user: user(n), password: 'wrong wrong wrong' })).status)
  return statuses
}

test('behind a proxy of ours, a stranger’s guesses keep out the stranger alone', async () => {
  await using hub = await openHub({ trustedProxies: PROXY })
  const statuses = await guesses(hub, 11, () => '203.0.113.9')
  expect(statuses.at(-1)).toBe(429)
  expect((await login(hub, '203.0.113.9')).headers['retry-after']).toBe('60')
  expect((await login(hub, '198.51.100.1')).status).toBe(200)
})

test('what a stranger writes into X-Forwarded-For does not make a new address', async () => {
  await using hub = await openHub({ trustedProxies: PROXY })
  const statuses = await guesses(hub, 11, n => `10.9.8.${n}, 203.0.113.9`)
  expect(statuses.at(-1)).toBe(429)
})

test('guessing many names from one address is stopped too', async () => {
  await using hub = await openHub({ trustedProxies: PROXY })
  const statuses = await guesses(
    hub,
    31,
    () => '203.0.113.9',
    n => `name ${n}`,
  )
  expect(statuses.slice(0, 30)).not.toContain(429)
  expect(statuses.at(-1)).toBe(429)
})

test('a browser that has logged in before is not kept out by the guesses of others, from its own address or from many', async () => {
  await using hub = await openHub({ trustedProxies: PROXY })
  const known = await login(hub, '198.51.100.1')
  const cookie = [known.headers['set-cookie'] ?? []]
    .flat()
    .map(each => each.split(';', 1)[0])
    .join('; ')
  await guesses(hub, 11, () => '198.51.100.1')
  expect((await login(hub, '198.51.100.1')).status).toBe(429)
  expect((await login(hub, '198.51.100.1', { cookie })).status).toBe(200)
  const forged = cookie.replace(/(tillbridge-known=)[^.;]+/, '$1another')
  expect((await login(hub, '198.51.100.1', { cookie: forged })).status).toBe(429)
  const wrong = { cookie, password: 'wrong wrong wrong' }
  for (let n = 0; n < 10; n += 1) expect((await login(hub, '198.51.100.1', wrong)).status).toBe(401)
  expect((await login(hub, '198.51.100.1', wrong)).status).toBe(429)
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

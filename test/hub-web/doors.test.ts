import { connect } from 'node:net'
import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { signedEnrolment } from '../../shared/protocol.ts'
import { newSigningKey } from '../../shared/signing.ts'
import { ask } from '../till/open-till.ts'
import { openHub } from './open-hub.ts'

type Hub = Awaited<ReturnType<typeof openHub>>

function enrolment(hub: Hub, code: string) {
  const key = newSigningKey(hub.world.random)
  return { code, publicKey: key.publicKey, proof: key.sign(signedEnrolment(code, key.publicKey)), till: null }
}
async function enrol(hub: Hub, body: unknown) {
  const headers = { 'content-type': 'application/json' }
  const { status, body: text } = await ask(`${hub.url}/enrol`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  })
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}

test('a code enrols one till, once', async () => {
  await using hub = await openHub()
  const code = await hub.enrolCode('Till 2')
  expect(await enrol(hub, enrolment(hub, code))).toMatchObject({
    status: 200,
    body: { store: 'HAR', till: 'Till 2' },
  })
  expect(await enrol(hub, enrolment(hub, code))).toMatchObject({
    status: 403,
    body: { code: 'ENROL_CODE_WRONG' },
  })
})

test('a code is typed as people type: small letters, blanks, no dashes', async () => {
  await using hub = await openHub()
  const code = (await hub.enrolCode()).toLowerCase().replaceAll('-', ' ')
  expect((await enrol(hub, enrolment(hub, code))).status).toBe(200)
})

test('a code is good for a day', async () => {
  await using hub = await openHub()
  const code = await hub.enrolCode()
  await hub.world.suspend(24 * 3_600_000 + 1)
  expect((await enrol(hub, enrolment(hub, code))).status).toBe(403)
})

test('a key that its sender does not hold is refused, and the code stays good', async () => {
  await using hub = await openHub()
  const code = await hub.enrolCode()
  const foreign = { ...enrolment(hub, code), publicKey: newSigningKey(hub.world.random).publicKey }
  expect(await enrol(hub, foreign)).toMatchObject({ status: 400, body: { code: 'ENROL_MALFORMED' } })
  expect((await enrol(hub, enrolment(hub, code))).status).toBe(200)
})

test('guessing codes is stopped after ten', async () => {
  await using hub = await openHub()
  const code = await hub.enrolCode()
  for (let i = 0; i < 10; i += 1) await enrol(hub, enrolment(hub, `GUESS-${i}`))
  expect(await enrol(hub, enrolment(hub, code))).toMatchObject({
    status: 429,
    body: { code: 'ENROL_THROTTLED' },
  })
  await hub.world.advance(61_000)
  expect((await enrol(hub, enrolment(hub, code))).status).toBe(200)
})

test('guesses that come all at once are counted like guesses in turn', async () => {
  await using hub = await openHub()
  const burst = Array.from({ length: 30 }, (_, i) => enrol(hub, enrolment(hub, `GUESS-${i}`)))
  const statuses = (await Promise.all(burst)).map(({ status }) => status)
  expect(statuses.filter(status => status === 403)).toHaveLength(10)
  expect(statuses.filter(status => status === 429)).toHaveLength(20)
})

test('a re-enrolled till leaves its former device revoked', async () => {
  await using hub = await openHub()
  const first = await enrol(hub, enrolment(hub, await hub.enrolCode()))
  await enrol(hub, enrolment(hub, await hub.enrolCode()))
  const row = await hub.db
    .selectFrom('device')
    .select('state')
    .where('device', '=', String(first.body['device']))
    .executeTakeFirst()
  expect(row?.state).toBe('revoked')
})

test('a webhook’s bytes arrive as they were sent, whatever their type says', async () => {
  await using hub = await openHub()
  const body = '{"id": 1,   "note":"\u00fc"}\n'
  for (const type of ['application/json', 'text/plain', 'application/json; charset=utf-8'])
    expect(
      (
        await ask(`${hub.url}/webhooks/shopify`, {
          method: 'POST',
          headers: { 'content-type': type, 'x-shopify-topic': 'orders/create' },
          body,
        })
      ).status,
    ).toBe(200)
  expect(hub.webhooks.map(({ raw }) => raw.toString())).toEqual([body, body, body])
})

test('a body that is too large is refused and the hub goes on', async () => {
  await using hub = await openHub()
  const large = 'x'.repeat(2 * 1024 * 1024)
  expect((await enrol(hub, { code: large })).status).toBe(413)
  expect(
    (
      await ask(`${hub.url}/webhooks/shopify`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: large,
      })
    ).status,
  ).toBe(200)
  expect((await ask(`${hub.url}/healthz`)).status).toBe(200)
})

/** How a WebSocket handshake ends. */
function handshake(url: string, origin?: string): Promise<'open' | 'refused'> {
  return new Promise(resolve => {
    const socket = new WebSocket(url, origin === undefined ? {} : { origin })
    socket.on('open', () => {
      socket.terminate()
      resolve('open')
    })
    socket.on('error', () => resolve('refused'))
  })
}

test('devices come in at /device; a browser’s page, and any other path, does not', async () => {
  await using hub = await openHub()
  const url = hub.url.replace('http', 'ws')
  expect(await handshake(`${url}/device`)).toBe('open')
  expect(await handshake(`${url}/device`, hub.url)).toBe('refused')
  expect(await handshake(`${url}/device`, 'https://evil.example')).toBe('refused')
  expect(await handshake(`${url}/api/live`)).toBe('refused')
})

/** Sends words as they are and waits for the server to hang up. */
function say(url: string, words: string): Promise<string> {
  return new Promise(resolve => {
    let heard = ''
    const socket = connect(Number(new URL(url).port), '127.0.0.1', () => socket.write(words))
    socket.setEncoding('utf8').on('data', (text: string) => {
      heard += text
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(heard))
  })
}

test.each(['//', '//[', '/\\\\[', 'http://[/device', '/dev%69ce', '/device/', '*'])(
  'a handshake for %s is hung up on, and the hub goes on',
  async target => {
    await using hub = await openHub()
    const { host } = new URL(hub.url)
    const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13'
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=='
    const heard = await say(
      hub.url,
      `GET ${target} HTTP/1.1\r\nHost: ${host}\r\n${upgrade}\r\n${key}\r\n\r\n`,
    )
    expect(heard).not.toContain('101')
    expect((await ask(`${hub.url}/healthz`)).status).toBe(200)
  },
)

// a closed pool of PostgreSQL connects again at the next query; a server that is gone is test/hub-db's
test.skipIf(process.env['HUB_ENGINE'] === 'postgres')(
  'a hub whose database is gone is not ready, and says so',
  async () => {
    await using hub = await openHub()
    await hub.db.destroy()
    const { status, body } = await ask(`${hub.url}/readyz`)
    expect([status, JSON.parse(body)]).toEqual([503, { status: 'database unavailable' }])
    expect((await ask(`${hub.url}/healthz`)).status).toBe(200)
    expect((await ask(`${hub.url}/metrics`)).body).toMatch(/^tillbridge_hub_storage_writable 0$/m)
  },
)

test('health, readiness and figures answer; unknown addresses say so as JSON; the page is there', async () => {
  await using hub = await openHub()
  expect((await ask(`${hub.url}/healthz`)).status).toBe(200)
  expect(JSON.parse((await ask(`${hub.url}/readyz`)).body)).toEqual({ status: 'ready' })
  expect((await ask(`${hub.url}/metrics`)).body).toMatch(/^tillbridge_hub_open_pickups\{store="HAR"\} 0$/m)
  const missing = await ask(`${hub.url}/nothing`)
  expect([missing.status, JSON.parse(missing.body).code]).toEqual([404, 'NOT_FOUND'])
  const page = await ask(hub.url)
  expect(page.status).toBe(200)
  expect(page.body).toContain('<div id="root">')
  expect(String(page.headers['content-security-policy'])).toContain("frame-ancestors 'none'")
})

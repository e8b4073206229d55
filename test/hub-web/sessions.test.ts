import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { expect, test } from 'vitest'
import { transaction } from '../../hub/db/db.ts'
import { NowView } from '../../hub/web/api-schema.ts'
import { ask } from '../till/open-till.ts'
import { openHub, PASSWORD } from './open-hub.ts'

type Hub = Awaited<ReturnType<typeof openHub>>

function post(hub: Hub, path: string, body: unknown, more: Record<string, string> = {}) {
  const headers = { 'content-type': 'application/json', 'x-tillbridge': '1', origin: hub.url, ...more }
  return ask(hub.url + path, { method: 'POST', headers, body: JSON.stringify(body) })
}
const login = (hub: Hub, user = 'kim', password = PASSWORD) => post(hub, '/api/login', { user, password })

async function signedIn(hub: Hub): Promise<{ cookie: string }> {
  const { headers } = await login(hub)
  return { cookie: String(headers['set-cookie']).split(';', 1)[0] ?? '' }
}

test('the right password opens a session that scripts can’t read and other sites don’t send', async () => {
  await using hub = await openHub()
  const { status, headers, body } = await login(hub)
  expect({ status, body: JSON.parse(body) }).toEqual({ status: 200, body: { user: 'kim', role: 'owner' } })
  expect(headers['set-cookie']?.[0]).toMatch(
    /^tillbridge=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
  )
})

test('a wrong password and an unknown name get one answer', async () => {
  await using hub = await openHub()
  const wrong = await login(hub, 'kim', 'wrong wrong wrong')
  const unknown = await login(hub, 'nobody', 'wrong wrong wrong')
  expect([wrong.status, wrong.body]).toEqual([unknown.status, unknown.body])
  expect([wrong.status, JSON.parse(wrong.body).code]).toEqual([401, 'LOGIN_WRONG'])
  expect(wrong.headers['set-cookie']).toBeUndefined()
})

test('guessing is stopped, for that name alone, and goes on later', async () => {
  await using hub = await openHub()
  for (let i = 0; i < 10; i += 1) await login(hub, 'kim', `guess ${i} guess guess`)
  expect((await login(hub)).status).toBe(429)
  expect((await login(hub, 'someone', 'else else else')).status).toBe(401)
  await hub.world.advance(5 * 60_000)
  expect((await login(hub)).status).toBe(200)
})

test('a browser that logged in before has a limit of its own until the password changes', async () => {
  await using hub = await openHub()
  const status = async (password: string, cookie: { cookie: string }) =>
    (await post(hub, '/api/login', { user: 'kim', password }, cookie)).status
  const cookies = [(await login(hub)).headers['set-cookie'] ?? []].flat()
  const known = { cookie: cookies.find(one => one.startsWith('tillbridge-known='))?.split(';', 1)[0] ?? '' }
  for (let i = 0; i < 10; i += 1) await login(hub, 'kim', `guess ${i} guess guess`)
  expect([(await login(hub)).status, await status(PASSWORD, known)]).toEqual([429, 200])
  await hub.setPassword('another good battery')
  expect(await status('another good battery', known)).toBe(429)
})

test('guesses that come all at once are counted like guesses in turn', async () => {
  await using hub = await openHub()
  const burst = Array.from({ length: 30 }, (_, i) => login(hub, 'kim', `guess ${i} guess guess`))
  const statuses = (await Promise.all(burst)).map(({ status }) => status)
  expect(statuses.filter(status => status === 401)).toHaveLength(10)
  expect(statuses.filter(status => status === 429)).toHaveLength(20)
})

test('signing in often does not count as guessing', async () => {
  await using hub = await openHub()
  for (let i = 0; i < 12; i += 1) expect((await login(hub)).status).toBe(200)
})

test('behind https the cookie is bound to its host and never sent in the clear', async () => {
  await using hub = await openHub({ publicUrl: 'https://hub.example' })
  const { status, headers } = await post(
    hub,
    '/api/login',
    { user: 'kim', password: PASSWORD },
    { host: 'hub.example', origin: 'https://hub.example' },
  )
  expect(status).toBe(200)
  expect(String(headers['set-cookie'])).toMatch(/^__Host-tillbridge=[\w-]{43}; Path=\/; .*; Secure$/)
})

test('a session ends when it expires, at logout, and when the password is changed', async () => {
  await using hub = await openHub()
  const me = async (headers: { cookie: string }) => (await ask(`${hub.url}/api/me`, { headers })).status
  const long = await signedIn(hub)
  expect(await me(long)).toBe(200)
  await hub.world.advance(12 * 3_600_000 + 1)
  expect(await me(long)).toBe(401)
  const left = await signedIn(hub)
  await post(hub, '/api/logout', {}, left)
  expect(await me(left)).toBe(401)
  const former = await signedIn(hub)
  await hub.setPassword('another good battery')
  expect(await me(former)).toBe(401)
  expect((await login(hub)).status).toBe(401)
  expect((await login(hub, 'kim', 'another good battery')).status).toBe(200)
})

test.each(['/api/me', '/api/now', '/api/live'])('%s wants a session', async path => {
  await using hub = await openHub()
  for (const cookie of ['', 'tillbridge=guess', `tillbridge=${PASSWORD}`]) {
    const { status, body } = await ask(hub.url + path, { headers: { cookie } })
    expect([status, JSON.parse(body).code]).toEqual([401, 'NOT_SIGNED_IN'])
  }
})

test('a login that another site’s page or form sends is refused', async () => {
  await using hub = await openHub()
  const body = { user: 'kim', password: PASSWORD }
  expect((await post(hub, '/api/login', body, { origin: 'https://evil.example' })).status).toBe(403)
  expect((await post(hub, '/api/login', body, { origin: 'null' })).status).toBe(403)
  expect((await post(hub, '/api/login', body, { 'x-tillbridge': '' })).status).toBe(403)
})

test('a rebound name reaches no page and no API', async () => {
  await using hub = await openHub()
  const cookie = await signedIn(hub)
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'evil.example:80'])
    for (const path of ['/', '/api/now', '/metrics'])
      expect((await ask(hub.url + path, { headers: { ...cookie, host } })).status).toBe(403)
})

test('the first page’s facts parse, of an empty hub and of one with a till and an exception', async () => {
  await using hub = await openHub()
  const cookie = await signedIn(hub)
  const now = async () =>
    NowView.parse(JSON.parse((await ask(`${hub.url}/api/now`, { headers: cookie })).body))
  expect((await now()).locations).toMatchObject([
    { store: 'HAR', devices: [], lastSale: null, salesToday: { receipts: 0 }, openPickups: 0 },
  ])
  await transaction(hub.db, tx =>
    tx
      .insertInto('exception')
      .values({
        kind: 'sku-unknown',
        subject: 'X',
        store: 'HAR',
        severity: 'warning',
        owner: 'e-commerce',
        code: 'sku-unknown',
        fields_json: JSON.stringify({ sku: 'X', stores: 'HAR' }),
        evidence_json: '{}',
        count: 2,
        first_seen: 1,
        last_seen: 2,
        closed_at: null,
      })
      .execute(),
  )
  expect(await now()).toMatchObject({
    exceptions: [{ kind: 'sku-unknown', count: 2 }],
    locations: [{ openExceptions: 1 }],
  })
})

test('a hub that cannot store is not ready, and says so where people and monitoring look', async () => {
  const since = Date.UTC(2026, 10, 25, 9)
  await using hub = await openHub({ storage: () => ({ code: 'SQLITE_FULL', since }) })
  const ready = await ask(`${hub.url}/readyz`)
  const status = 'the hub cannot store: SQLITE_FULL, since 2026-11-25T09:00:00.000Z'
  expect([ready.status, JSON.parse(ready.body)]).toEqual([503, { status }])
  expect((await ask(`${hub.url}/metrics`)).body).toMatch(/^tillbridge_hub_storage_writable 0$/m)
  const now = await ask(`${hub.url}/api/now`, { headers: await signedIn(hub) })
  expect(JSON.parse(now.body)).toMatchObject({ storage: { code: 'SQLITE_FULL', since } })
})

/** A page that hears of changes, and when it no longer does. */
async function listen(hub: Hub, cookie: string) {
  const response = await new Promise<IncomingMessage>((resolve, reject) =>
    request(`${hub.url}/api/live`, { headers: { cookie } }, resolve).on('error', reject).end(),
  )
  response.resume()
  return { status: response.statusCode, ended: once(response, 'end') }
}

const ends: [string, (hub: Hub, cookie: string) => Promise<unknown>][] = [
  ['log-out', (hub, cookie) => post(hub, '/api/logout', {}, { cookie })],
  ['another password', hub => hub.setPassword('another long password')],
  ['the account’s removal', hub => transaction(hub.db, tx => tx.deleteFrom('account').execute())],
  ['twelve hours', hub => hub.world.advance(12 * 3_600_000)],
]
test.each(ends)('live updates end with the session: %s', async (_what, end) => {
  await using hub = await openHub()
  const { cookie } = await signedIn(hub)
  const page = await listen(hub, cookie)
  expect(page.status).toBe(200)
  await end(hub, cookie)
  await hub.world.advance(5_000)
  await page.ended
  expect((await ask(`${hub.url}/api/live`, { headers: { cookie } })).status).toBe(401)
})

test('another session’s live updates go on', async () => {
  await using hub = await openHub()
  const [one, other] = [await signedIn(hub), await signedIn(hub)]
  const page = await listen(hub, one.cookie)
  const stays = await listen(hub, other.cookie)
  await post(hub, '/api/logout', {}, one)
  await page.ended
  await hub.world.advance(5_000)
  const state = await Promise.race([stays.ended.then(() => 'ended'), Promise.resolve('open')])
  expect(state).toBe('open')
})

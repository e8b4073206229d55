import { createServer } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { launchChromium } from '../chromium.ts'
import { ask, cookieBy, openTill } from './open-till.ts'

const own = (cookie: string, more: Record<string, string> = {}) => ({ cookie, ...more })
const move = (cookie: string, url: string) => ({
  method: 'POST',
  headers: { cookie, origin: url, 'x-tillbridge': '1', 'content-type': 'application/json' },
  body: JSON.stringify({ move: 'pick', staff: 'Maya', reason: null }),
})
const PICKUP = `/api/pickups/${encodeURIComponent('gid://shopify/FulfillmentOrder/7')}/moves`

test('the link’s code becomes a cookie that scripts can’t read and other sites don’t send, and leaves the address', async () => {
  await using till = await openTill()
  const { status, headers } = await ask(till.link)
  expect({ status, location: headers['location'] }).toEqual({ status: 303, location: '/' })
  expect(String(headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict$/)
  expect(headers['referrer-policy']).toBe('no-referrer')
})

test('another code gives no cookie, and leads to the page that says how to open it', async () => {
  await using till = await openTill()
  for (const code of ['', 'x', till.linkCode.slice(1), `${till.linkCode}a`]) {
    const { status, headers } = await ask(`${till.url}/open?code=${code}`)
    expect({ status, cookie: headers['set-cookie'] }).toEqual({ status: 303, cookie: undefined })
  }
})

test.each(['/api/state', '/api/pickups', '/api/live'])(
  '%s without the cookie, or with a wrong one, is refused',
  async path => {
    await using till = await openTill()
    for (const headers of [{}, own('tillbridge_till=guess'), own(`tillbridge_till=${till.linkCode}`)]) {
      const { status, body } = await ask(till.url + path, { headers })
      expect({ status, code: JSON.parse(body).code }).toEqual({ status: 401, code: 'TILL_NOT_OPENED' })
    }
  },
)

test('a rebound name reaches nothing, whatever cookie it brings', async () => {
  await using till = await openTill()
  const cookie = await cookieBy(till.link)
  const port = new URL(till.url).port
  for (const host of [
    `evil.example:${port}`,
    'evil.example',
    `127.0.0.1.evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1:1${port}`,
  ])
    for (const path of ['/api/state', '/metrics', '/'])
      expect((await ask(till.url + path, { headers: own(cookie, { host }) })).status).toBe(403)
  expect(
    (await ask(`${till.url}/api/state`, { headers: own(cookie, { host: `localhost:${port}` }) })).status,
  ).toBe(200)
})

test('a move asked for by another site is refused, by each sign of it', async () => {
  await using till = await openTill()
  till.put()
  const cookie = await cookieBy(till.link)
  const right = move(cookie, till.url)
  const wrong: Record<string, string>[] = [
    { ...right.headers, origin: 'https://evil.example' },
    { ...right.headers, origin: 'null' },
    { ...right.headers, origin: till.url.replace('127.0.0.1', 'localhost') },
    { ...right.headers, 'sec-fetch-site': 'cross-site' },
    { ...right.headers, 'sec-fetch-site': 'same-site' },
    { ...right.headers, 'x-tillbridge': '' },
  ]
  for (const headers of wrong) expect((await ask(till.url + PICKUP, { ...right, headers })).status).toBe(403)
  expect(till.journal.unsent().events).toBe(0)
  expect((await ask(till.url + PICKUP, right)).status).toBe(200)
})

test('every answer forbids framing, sniffing, foreign content and inline script', async () => {
  await using till = await openTill()
  for (const path of ['/', '/api/state', '/nothing']) {
    const { headers } = await ask(till.url + path)
    expect(String(headers['content-security-policy'])).toMatch(
      /default-src 'self'.*object-src 'none'.*frame-ancestors 'none'/,
    )
    expect(String(headers['content-security-policy'])).not.toMatch(/script-src[^;]*unsafe/)
    expect(headers['x-content-type-options']).toBe('nosniff')
    expect(headers['access-control-allow-origin']).toBeUndefined()
  }
})

test('other machines find no port', async () => {
  await using till = await openTill()
  const addresses = Object.values(networkInterfaces())
    .flatMap(list => list ?? [])
    .filter(a => !a.internal && a.family === 'IPv4')
  for (const { address } of addresses) {
    const reached = await new Promise<boolean>(resolve => {
      const socket = connect(Number(new URL(till.url).port), address, () => resolve(true))
      socket.on('error', () => resolve(false))
    })
    expect(reached).toBe(false)
  }
  expect(till.url).toMatch(/^http:\/\/127\.0\.0\.1:/)
})

test('a page of another origin in the same browser can neither read, nor move, nor listen', async () => {
  await using till = await openTill()
  till.put()
  const foreign = createServer((_request, response) =>
    response.setHeader('content-type', 'text/html').end('<title>evil</title>'),
  )
  await new Promise<void>(resolve => foreign.listen(0, '127.0.0.1', resolve))
  const address = foreign.address()
  const evil = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const browser = await launchChromium()
  try {
    const context = await browser.newContext()
    context.setDefaultTimeout(300_000)
    const staff = await context.newPage()
    await staff.goto(till.link) // the browser holds the till's cookie: same host, so even its port does not keep it away
    const page = await context.newPage()
    await page.goto(evil)
    const outcome = await page.evaluate(
      async ({ url, path }) => {
        const read = await fetch(`${url}/api/pickups`, { credentials: 'include' }).then(
          r => r.status,
          () => 'blocked',
        )
        const json = { 'content-type': 'application/json', 'x-tillbridge': '1' }
        const body = JSON.stringify({ move: 'pick', staff: 'Evil', reason: null })
        const moved = await fetch(url + path, {
          method: 'POST',
          credentials: 'include',
          headers: json,
          body,
        }).then(
          r => r.status,
          () => 'blocked',
        )
        const plain = await fetch(url + path, {
          method: 'POST',
          credentials: 'include',
          mode: 'no-cors',
          body,
        }).then(
          r => r.type,
          () => 'blocked',
        )
        const heard = await new Promise<string>(resolve => {
          const source = new EventSource(`${url}/api/live`, { withCredentials: true })
          source.onopen = () => resolve('open')
          source.onerror = () => resolve('blocked')
        })
        return { read, moved, plain, heard }
      },
      { url: till.url, path: PICKUP },
    )
    expect(outcome).toMatchObject({ read: 'blocked', moved: 'blocked', heard: 'blocked' })
    expect(till.journal.unsent().events).toBe(0)
  } finally {
    await browser.close()
    foreign.close()
  }
})

import { createServer, type IncomingHttpHeaders } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { expect, test } from 'vitest'
import { PAGE_HEADER } from '../../shared/page-proof.ts'
import { launchChromium } from '../chromium.ts'
import { ask, openTill, pageBy } from './open-till.ts'

type OpenedTill = Awaited<ReturnType<typeof openTill>>
const own = (cookie: string, more: Record<string, string> = {}) => ({ cookie, ...more })
const BODY = JSON.stringify({ move: 'pick', staff: 'Maya', reason: null })
const PICKUP = `/api/pickups/${encodeURIComponent('gid://shopify/FulfillmentOrder/7')}/moves`

test('the link’s code becomes a cookie that scripts can’t read and other sites don’t send, and a key for the page itself', async () => {
  await using till = await openTill()
  const { status, headers } = await ask(till.link)
  expect(status).toBe(303)
  expect(headers['location']).toMatch(/^\/#page=[\w-]{16}&key=[\w-]{43}$/)
  expect(String(headers['set-cookie'])).toMatch(/HttpOnly; SameSite=Strict$/)
  expect(headers['referrer-policy']).toBe('no-referrer')
})

const moveWith = (till: OpenedTill, headers: Record<string, string>, body = BODY) =>
  ask(till.url + PICKUP, { method: 'POST', headers, body })

test('the link works once, and only for a time; the newest one is always at hand', async () => {
  await using till = await openTill()
  const first = till.link
  expect((await ask(first)).headers['set-cookie']).toBeDefined()
  const again = await ask(first)
  expect([again.headers['set-cookie'], again.headers['location']]).toEqual([undefined, '/'])
  const second = till.link
  expect(second).not.toBe(first)
  expect(till.links.at(-1)).toBe(second)
  await till.world.advance(16 * 60_000)
  expect((await ask(second)).headers['set-cookie']).toBeUndefined()
  expect((await ask(till.link)).headers['set-cookie']).toBeDefined()
})

test('who holds the cookie and not the page’s key can do nothing with it', async () => {
  await using till = await openTill()
  till.put()
  const page = await pageBy(till.link)
  const other = await pageBy(till.link)
  const { [PAGE_HEADER]: proof = '', ...stolen } = page.headers('POST', PICKUP, BODY)
  const asked = { host: new URL(till.url).host, run: page.run, method: 'POST', path: PICKUP, body: BODY }
  const bad = [
    undefined,
    '',
    'rubbish',
    proof.slice(0, -1) + (proof.endsWith('A') ? 'B' : 'A'),
    proof.replace(/^[^.]+/, 'another-page-id0'),
    other.headers('GET', PICKUP)[PAGE_HEADER],
    ...[
      { method: 'GET' },
      { path: '/api/scans' },
      { body: BODY.replace('Maya', 'Evil') },
      { host: '127.0.0.1:1' },
    ].map(over => page.proof({ ...asked, ...over, nonce: 'a-nonce-of-its-own' })),
  ]
  for (const given of bad) {
    const headers = { ...stolen, ...(given === undefined ? {} : { [PAGE_HEADER]: given }) }
    expect((await moveWith(till, headers)).status).toBe(401)
  }
  for (const path of ['/api/state', '/api/pickups', '/api/live', '/api/live?page=x'])
    expect((await ask(till.url + path, { headers: own(page.cookie) })).status).toBe(401)
  expect(till.journal.unsent().events).toBe(0)
})

test('a request that was overheard is worth nothing: not again, not with other words, not after a restart', async () => {
  await using till = await openTill()
  till.put()
  const page = await pageBy(till.link)
  const headers = page.headers('POST', PICKUP, BODY)
  expect((await moveWith(till, headers, BODY.replace('pick', 'refuse'))).status).toBe(401)
  expect((await moveWith(till, headers)).status).toBe(200)
  expect((await moveWith(till, headers)).status).toBe(401)
  const later = page.headers('GET', '/api/pickups', '', { run: 'another-life-of-the-agent' })
  const { status, body } = await ask(`${till.url}/api/pickups`, { headers: later })
  expect([status, JSON.parse(body).code]).toEqual([401, 'TILL_RUN_CHANGED'])
  expect(till.journal.unsent().events).toBe(1)
})

test('the state for commands wants their token, and gives pages nothing', async () => {
  await using till = await openTill()
  const read = async (headers: Record<string, string>) =>
    (await ask(`${till.url}/status`, { headers })).status
  const authorization = 'Bearer a-status-token'
  expect(await read({ authorization })).toBe(200)
  expect(await read({})).toBe(401)
  expect(await read({ authorization: 'Bearer x' })).toBe(401)
  expect(await read({ authorization, origin: till.url })).toBe(403)
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
  const page = await pageBy(till.link)
  const port = new URL(till.url).port
  for (const host of [
    `evil.example:${port}`,
    'evil.example',
    `127.0.0.1.evil.example:${port}`,
    '127.0.0.1',
    `127.0.0.1:1${port}`,
  ])
    for (const path of ['/api/state', '/metrics', '/'])
      expect((await ask(till.url + path, { headers: { ...page.headers('GET', path), host } })).status).toBe(
        403,
      )
  const host = `localhost:${port}`
  const { origin: _, ...headers } = page.headers('GET', '/api/state', '', { host })
  expect((await ask(`${till.url}/api/state`, { headers: { ...headers, host } })).status).toBe(200)
})

test('a move asked for by another site is refused, by each sign of it', async () => {
  await using till = await openTill()
  till.put()
  const page = await pageBy(till.link)
  const right = () => page.headers('POST', PICKUP, BODY)
  const wrong: Record<string, string>[] = [
    { ...right(), origin: 'https://evil.example' },
    { ...right(), origin: 'null' },
    { ...right(), origin: till.url.replace('127.0.0.1', 'localhost') },
    { ...right(), 'sec-fetch-site': 'cross-site' },
    { ...right(), 'sec-fetch-site': 'same-site' },
    { ...right(), 'x-tillbridge': '' },
  ]
  for (const headers of wrong) expect((await moveWith(till, headers)).status).toBe(403)
  expect(till.journal.unsent().events).toBe(0)
  expect((await moveWith(till, right())).status).toBe(200)
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
  const port = Number(new URL(till.url).port)
  const own = Object.values(networkInterfaces())
    .flatMap(list => list ?? [])
    .filter(({ internal }) => !internal)
    .map(({ address, family, scopeid }) => (family === 'IPv6' && scopeid ? `${address}%${scopeid}` : address))
  // a port that is open on all addresses answers at each of these, also on a PC without a network
  for (const address of ['127.0.0.2', '::1', ...own])
    expect([address, await reaches(address, port)]).toEqual([address, false])
  expect(await reaches('127.0.0.1', port)).toBe(true)
})

function reaches(address: string, port: number): Promise<boolean> {
  return new Promise(resolve => {
    const socket = connect(port, address, () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}

test('a page of another origin in the same browser can neither read, nor move, nor listen', async () => {
  await using till = await openTill()
  till.put()
  const overheard: IncomingHttpHeaders[] = []
  const foreign = createServer((request, response) => {
    overheard.push(request.headers)
    response.setHeader('content-type', 'text/html').end('<title>evil</title>')
  })
  await new Promise<void>(resolve => foreign.listen(0, '127.0.0.1', resolve))
  const address = foreign.address()
  const evil = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`
  const browser = await launchChromium()
  try {
    const context = await browser.newContext()
    context.setDefaultTimeout(300_000)
    const staff = await context.newPage()
    await staff.goto(till.link) // the browser holds the till's cookie: same host, so even its port does not keep it away
    await staff.getByText('#1043').first().waitFor()
    expect(staff.url()).not.toContain('key=')
    await staff.reload()
    await staff.getByText('#1043').first().waitFor()
    const page = await context.newPage()
    await page.goto(evil)
    const cookie = overheard.find(headers => headers.cookie !== undefined)?.cookie ?? ''
    expect(cookie).toContain('tillbridge_till=')
    const stolen = { cookie, 'x-tillbridge': '1', 'content-type': 'application/json' }
    expect((await ask(`${till.url}/api/pickups`, { headers: stolen })).status).toBe(401)
    expect((await moveWith(till, stolen)).status).toBe(401)
    const tab = await context.newPage()
    await tab.goto(till.url) // with the cookie and without the key
    await tab.getByTestId('not-opened').waitFor()
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

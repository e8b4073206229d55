import { get } from 'node:http'
import { expect, test } from 'vitest'
import { PickupView, TillLiveMessage, TillState } from '../../agent/till/api-schema.ts'
import { EpochMs } from '../../shared/ids.ts'
import { Currency, minor } from '../../shared/money.ts'
import { until } from '../manual-world.ts'
import { ask, openTill, pageBy } from './open-till.ts'

type Till = Awaited<ReturnType<typeof openTill>>
const PATH = `/api/pickups/${encodeURIComponent('gid://shopify/FulfillmentOrder/7')}/moves`

async function move(till: Till, body: unknown, path = PATH) {
  const page = await pageBy(till.link)
  const said = typeof body === 'string' ? body : JSON.stringify(body)
  const headers = page.headers('POST', path, said)
  const { status, body: text } = await ask(till.url + path, { method: 'POST', headers, body: said })
  return { status, body: JSON.parse(text) as Record<string, unknown> }
}
const step = (name: string) => ({ move: name, staff: 'Maya', reason: null })

test('a move is in the journal before it is answered, and shown at once as not yet sent', async () => {
  await using till = await openTill()
  till.put()
  const { status, body } = await move(till, step('pick'))
  expect(status).toBe(200)
  expect(PickupView.parse(body)).toMatchObject({ state: 'picking', movedBy: 'Maya', pendingMoves: 1 })
  expect(till.journal.unsent().events).toBe(1)
})

test('a whole pickup goes by while the hub is away, each step once', async () => {
  await using till = await openTill()
  till.put()
  for (const name of ['pick', 'finish', 'collect']) expect((await move(till, step(name))).status).toBe(200)
  expect(await move(till, step('collect'))).toMatchObject({ status: 409, body: { code: 'MOVE_ILLEGAL' } })
  expect(till.journal.unsent().events).toBe(3)
})

test('an order that is not paid is handed over only when staff confirm that it was; the event says so, and what was shown', async () => {
  await using till = await openTill()
  const outstanding = { minor: minor(1_250), currency: Currency.parse('EUR') }
  till.put({ outstanding })
  for (const name of ['pick', 'finish']) await move(till, step(name))
  expect(await move(till, step('collect'))).toMatchObject({
    status: 409,
    body: { code: 'PAYMENT_UNCONFIRMED', sentence: expect.stringContaining('12.50 EUR') },
  })
  expect(till.journal.unsent().events).toBe(2)
  expect((await move(till, { ...step('collect'), paid: true })).status).toBe(200)
  const held = till.journal.events.read({ epoch: 1, seq: 0 }, { records: 9, characters: 99_999 })
  expect(held?.bodies.map(body => JSON.parse(body))).toMatchObject([
    { move: 'pick' },
    { move: 'finish', lines: [{ units: expect.any(Number) }] },
    { move: 'collect', paid: true, lines: [{ pickupLine: expect.any(String), units: expect.any(Number) }] },
  ])
})

test('the hub’s word confirms what it has seen and keeps newer moves on top', async () => {
  await using till = await openTill()
  till.put()
  await move(till, step('pick'))
  await move(till, step('finish'))
  till.put({ state: 'picking', movedBy: 'Maya', movedAt: EpochMs.parse(2), seen: { epoch: 1, seq: 1 } })
  const page = await pageBy(till.link)
  const [view] = JSON.parse((await page.get('/api/pickups')).body) as unknown[]
  expect(view).toMatchObject({ state: 'ready', pendingMoves: 1 })
})

test.each([
  ['an unknown pickup', step('pick'), '/api/pickups/nothing/moves', 404, 'PICKUP_UNKNOWN'],
  ['no pickup at all', step('pick'), '/api/pickups//moves', 404, 'PICKUP_UNKNOWN'],
  ['an unknown move', step('dance'), PATH, 400, 'TILL_REQUEST_MALFORMED'],
  ['a move without a name', { move: 'pick', staff: ' ', reason: null }, PATH, 400, 'TILL_REQUEST_MALFORMED'],
  ['a field too many', { ...step('pick'), admin: true }, PATH, 400, 'TILL_REQUEST_MALFORMED'],
  ['a body that is not JSON', '{', PATH, 400, 'TILL_REQUEST_MALFORMED'],
])('%s is refused by name and leaves the journal alone', async (_what, body, path, status, code) => {
  await using till = await openTill()
  till.put()
  expect(await move(till, body, path)).toMatchObject({ status, body: { code } })
  expect(till.journal.unsent().events).toBe(0)
})

test('a page that listens hears of a new pickup and of the state, in one message each', async () => {
  await using till = await openTill()
  const page = await pageBy(till.link)
  let heard = ''
  const listening = get(`${till.url}/api/live`, { headers: page.headers('GET', '/api/live') }, response => {
    response.on('data', chunk => {
      heard += String(chunk)
    })
  })
  listening.on('error', () => {}) // the server ends it with itself
  await until('the stream is open', () => heard.includes('retry:'))
  till.put()
  till.put({ state: 'accepted' })
  await till.world.advance(150)
  await until('both kinds', () => heard.includes('"pickups"'))
  const messages = heard
    .split('\n')
    .filter(line => line.startsWith('data: '))
    .map(line => TillLiveMessage.parse(JSON.parse(line.slice(6))))
  expect(messages.map(message => message.type)).toEqual(['state', 'pickups'])
  listening.destroy()
})

test('health, readiness and figures answer without the cookie and say nothing of customers', async () => {
  await using till = await openTill()
  till.put()
  expect((await ask(`${till.url}/healthz`)).status).toBe(200)
  expect(JSON.parse((await ask(`${till.url}/readyz`)).body)).toMatchObject({
    status: 'ready',
    link: 'offline',
  })
  const { body } = await ask(`${till.url}/metrics`)
  expect(body).toMatch(/^tillbridge_agent_online 0$/m)
  expect(body).not.toContain('Ana')
})

test('the state names store, till and what waits', async () => {
  await using till = await openTill()
  till.put()
  await move(till, step('pick'))
  const page = await pageBy(till.link)
  const state = TillState.parse(JSON.parse((await page.get('/api/state')).body))
  expect(state).toMatchObject({ store: 'HAR', till: 'Till 1', link: 'offline', unsent: 1, unsentSales: 0 })
})

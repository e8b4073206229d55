import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type AgentSeen, watchAgent } from '../../agent/electron/agent-watch.ts'
import { deskDoorPath } from '../../agent/till/desk-door.ts'
import { manualWorld, temporaryFolder, until } from '../manual-world.ts'
import { DESK_TOKEN, openTill } from '../till/open-till.ts'
import { deskView } from './till-view.ts'

type Fetch = (url: string, init?: RequestInit) => Promise<Response>

function watched(folder: string, fetch: Fetch) {
  const real = manualWorld()
  const world = { ...real, sockets: { ...real.sockets, fetch } }
  const seen: AgentSeen[] = []
  const watch = watchAgent({ world, folder, version: '0.3.0', changed: one => seen.push(one) })
  return { world: real, watch, seen }
}
const door = (folder: string, link = 'http://127.0.0.1:8765/open?code=1') =>
  writeFileSync(deskDoorPath(folder), JSON.stringify({ link, token: DESK_TOKEN }))
const answering: Fetch = async () => Response.json(deskView({ orders: ['#1'] }))

test('it asks the agent behind the door that the agent has told, with its token', async () => {
  using folder = temporaryFolder()
  door(folder.path)
  const asked: unknown[] = []
  const { watch, seen } = watched(folder.path, (url, init) => {
    asked.push([url, init?.headers, init?.redirect])
    return answering(url)
  })
  watch.look()
  await until('an answer', () => seen.length === 1)
  expect(asked).toEqual([
    [
      'http://127.0.0.1:8765/desk',
      { authorization: `Bearer ${DESK_TOKEN}`, 'tillbridge-desktop': '0.3.0' },
      'error',
    ],
  ])
  expect([seen[0]?.view?.newPickups.length, watch.link()]).toEqual([1, 'http://127.0.0.1:8765/open?code=1'])
})

test('a real agent answers it', async () => {
  await using till = await openTill()
  till.put()
  const desk = join(till.folder, 'desk')
  mkdirSync(desk)
  door(desk, till.link)
  const { watch, seen } = watched(desk, (url, init) => fetch(url, init))
  watch.look()
  await until('an answer', () => seen.length === 1)
  expect(seen[0]?.view?.newPickups).toEqual([
    { pickup: 'gid://shopify/FulfillmentOrder/7', order: '#1043', units: 1 },
  ])
})

test('it looks every five seconds, and every two while no agent answers', async () => {
  using folder = temporaryFolder()
  const { world, watch, seen } = watched(folder.path, answering)
  watch.look()
  await world.advance(4_000)
  expect(seen.map(({ missed }) => missed)).toEqual([1, 2, 3])
  door(folder.path)
  await world.advance(2_000)
  expect(seen.at(-1)).toMatchObject({ missed: 0 })
  await world.advance(4_999)
  expect(seen).toHaveLength(4)
  await world.advance(1)
  expect(seen).toHaveLength(5)
})

test.each<[string, Fetch]>([
  ['one that refuses the connection', () => Promise.reject(new Error('ECONNREFUSED'))],
  ['another program on its port', async () => new Response('<html>', { status: 200 })],
  [
    'an agent that refuses the token',
    async () => Response.json({ code: 'TILL_NOT_OPENED' }, { status: 401 }),
  ],
])('a door that an ended agent left behind is not taken for a running one: %s', async (_what, fetch) => {
  using folder = temporaryFolder()
  door(folder.path)
  const { watch, seen } = watched(folder.path, fetch)
  watch.look()
  await until('a look', () => seen.length === 1)
  expect(seen[0]).toMatchObject({ view: null, missed: 1 })
})

test('an agent that never answers is given up after four seconds', async () => {
  using folder = temporaryFolder()
  door(folder.path)
  const { world, watch, seen } = watched(folder.path, (_url, init) => {
    const { promise, reject } = Promise.withResolvers<Response>()
    init?.signal?.addEventListener('abort', () => reject(new Error('aborted')))
    return promise
  })
  watch.look()
  await world.advance(3_999)
  expect(seen).toEqual([])
  await world.advance(1)
  expect(seen[0]).toMatchObject({ view: null, missed: 1 })
})

test('a damaged door, and one that leads away from this PC, let it in nowhere', async () => {
  using folder = temporaryFolder()
  writeFileSync(deskDoorPath(folder.path), '{"link":')
  const { world, watch, seen } = watched(folder.path, answering)
  watch.look()
  await until('a look', () => seen.length === 1)
  door(folder.path, 'http://evil.example/open?code=1')
  await world.advance(2_000)
  expect(seen.map(each => each.door)).toEqual([null, null])
  expect(watch.link()).toBeNull()
})

test('once it is closed it looks no more', async () => {
  using folder = temporaryFolder()
  const { world, watch, seen } = watched(folder.path, answering)
  watch.look()
  watch[Symbol.dispose]()
  await world.advance(60_000)
  expect(seen.length).toBeLessThanOrEqual(1)
})

import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DeskDoor, DeskView } from '../../agent/till/api-schema.ts'
import { DESKTOP_HEADER, deskDoorPath, keepDeskDoor } from '../../agent/till/desk-door.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'
import { ask, DESK_TOKEN, openTill } from './open-till.ts'

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

test('the desktop app is told the state and the new pickups, and nothing of customers', async () => {
  await using till = await openTill()
  till.put()
  const { status, body, headers } = await ask(`${till.url}/desk`, { headers: bearer(DESK_TOKEN) })
  expect(status).toBe(200)
  expect(headers['cache-control']).toBe('no-store')
  const told = DeskView.parse(JSON.parse(body))
  expect(told.newPickups).toEqual([{ pickup: 'gid://shopify/FulfillmentOrder/7', order: '#1043', units: 1 }])
  expect(told.state.link).toBe('offline')
  expect(body).not.toContain('Ana')
})

test('the desktop app’s version is told on, and nothing else that calls itself one', async () => {
  await using till = await openTill()
  for (const version of ['0.3.0', '', 'x'.repeat(40), '0.3.0; rm'])
    await ask(`${till.url}/desk`, { headers: { ...bearer(DESK_TOKEN), [DESKTOP_HEADER]: version } })
  await ask(`${till.url}/desk`, { headers: { ...bearer('wrong'), [DESKTOP_HEADER]: '9.9.9' } })
  expect(till.desktops).toEqual(['0.3.0'])
})

test('a pickup that was accepted is no longer new', async () => {
  await using till = await openTill()
  till.put({ state: 'picking' })
  const { body } = await ask(`${till.url}/desk`, { headers: bearer(DESK_TOKEN) })
  expect(DeskView.parse(JSON.parse(body)).newPickups).toEqual([])
})

test.each([
  ['no token', {}],
  ['another token', bearer('a-desk-token-of-at-least-32-letterx')],
  ['the token of the status command', bearer('a-status-token')],
  ['a page', { ...bearer(DESK_TOKEN), origin: 'http://127.0.0.1:1' }],
  ['a page of the same origin', { ...bearer(DESK_TOKEN), 'sec-fetch-site': 'same-origin' }],
  ['a rebound name', { ...bearer(DESK_TOKEN), host: 'evil.example' }],
])('the door stays closed for %s', async (_who, headers) => {
  await using till = await openTill()
  expect((await ask(`${till.url}/desk`, { headers })).status).toBeGreaterThanOrEqual(400)
})

test('the token opens no page', async () => {
  await using till = await openTill()
  expect((await ask(`${till.url}/api/pickups`, { headers: bearer(DESK_TOKEN) })).status).toBe(401)
})

test('the door’s file can be read by the folder’s group, and is removed with the agent', () => {
  using folder = temporaryFolder()
  const desk = join(folder.path, 'desk')
  mkdirSync(desk)
  const door = keepDeskDoor(manualWorld(), desk)
  door.write('http://127.0.0.1:8765/open?code=1')
  door.write('http://127.0.0.1:8765/open?code=2')
  const world = manualWorld()
  const told = DeskDoor.parse(JSON.parse(world.files.readText(deskDoorPath(desk)) ?? ''))
  expect(told).toEqual({ link: 'http://127.0.0.1:8765/open?code=2', token: door.token })
  if (process.platform !== 'win32') expect(statSync(deskDoorPath(desk)).mode & 0o777).toBe(0o640)
  door[Symbol.dispose]()
  expect(readdirSync(desk)).toEqual([])
})

test('a folder that can’t be written to does not stop the agent', () => {
  const warned: string[] = []
  const world = manualWorld()
  const log = { ...world.log, warn: (_facts: unknown, message: string) => void warned.push(message) }
  keepDeskDoor({ ...world, log }, '/nowhere/at/all').write('http://127.0.0.1:8765/open?code=1')
  expect(warned).toHaveLength(1)
})

test.each([
  'https://127.0.0.1:8765/open?code=1',
  'http://till.example/open?code=1',
  'http://127.0.0.1:8765/other',
  'file:///etc/passwd',
  'rubbish',
])('a link that does not lead to this PC’s own till page is refused: %s', link => {
  expect(DeskDoor.safeParse({ link, token: DESK_TOKEN }).success).toBe(false)
})

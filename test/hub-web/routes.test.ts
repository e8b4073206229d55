import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import Fastify from 'fastify'
import { expect, test } from 'vitest'
import { z } from 'zod'
import { openException } from '../../hub/checks/exceptions.ts'
import { transaction } from '../../hub/db/db.ts'
import { mountRoutes } from '../../hub/web/mount-routes.ts'
import { defineRoute, type HubRoute, routeRoles, type WebContext } from '../../hub/web/route.ts'
import { routes } from '../../hub/web/routes/index.ts'
import { ask } from '../till/open-till.ts'
import { openHub, PASSWORD } from './open-hub.ts'

/** What is wrong with a list of routes: no role, or something that a viewer may change. */
function complaints(list: readonly Partial<HubRoute>[]): string[] {
  return list.flatMap(({ method, path, role, ownPageOnly }) => {
    const name = `${method} ${path}`
    if (role === undefined || !routeRoles.includes(role)) return [`${name} has no role`]
    if (method !== 'GET' && role === 'viewer') return [`${name} lets a viewer change something`]
    if (method !== 'GET' && role === 'owner' && ownPageOnly !== true)
      return [`${name} can be called from another site`]
    return []
  })
}

test('every route says who may call it, and viewers only read', () => {
  expect(complaints(routes)).toEqual([])
  expect(
    complaints([
      { method: 'GET', path: '/no-role' },
      { method: 'POST', path: '/change', role: 'viewer', ownPageOnly: true },
      { method: 'POST', path: '/forged', role: 'owner', ownPageOnly: false },
    ]),
  ).toEqual([
    'GET /no-role has no role',
    'POST /change lets a viewer change something',
    'POST /forged can be called from another site',
  ])
})

test('every file in routes/ is one route of the index', () => {
  const files = readdirSync(join(process.cwd(), 'hub/web/routes')).filter(name => name !== 'index.ts')
  expect(routes.length).toBe(files.length)
  expect(new Set(routes.map(({ method, path }) => `${method} ${path}`)).size).toBe(routes.length)
})

/** A web server with one route for owners, whose session says which account calls. */
async function withRole(role: 'owner' | 'viewer') {
  await using hub = await openHub()
  if (role === 'viewer') await hub.makeViewer()
  const { headers } = await ask(`${hub.url}/api/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-tillbridge': '1' },
    body: JSON.stringify({ user: 'kim', password: PASSWORD }),
  })
  const token = /tillbridge=([\w-]+)/.exec(String(headers['set-cookie']))?.[1] ?? null
  const app = Fastify()
  app.setErrorHandler((error, _request, reply) =>
    reply.code(403).send(error instanceof Error && 'code' in error ? error.code : ''),
  )
  const change = defineRoute({
    method: 'POST',
    path: '/change',
    role: 'owner',
    ownPageOnly: false,
    schema: z.strictObject({ to: z.int() }),
    handler: async (_context, { body, account }) => ({ to: body.to, by: account?.name }),
  })
  const context = { db: hub.db, world: hub.world, session: { read: () => token } }
  mountRoutes(app, context as unknown as WebContext, [change])
  const send = async (body: object) =>
    (await app.inject({ method: 'POST', url: '/change', payload: body })).body
  return { right: await send({ to: 1 }), wrong: await send({ to: 'one' }) }
}

test('an owner may change what a viewer may only look at; a body is parsed before the handler runs', async () => {
  expect(await withRole('owner')).toEqual({
    right: JSON.stringify({ to: 1, by: 'kim' }),
    wrong: 'REQUEST_MALFORMED',
  })
  expect(await withRole('viewer')).toEqual({ right: 'ROLE_INSUFFICIENT', wrong: 'ROLE_INSUFFICIENT' })
})

test.each(['owner', 'viewer'] as const)(
  'a customer’s link is on the first page of an owner only: %s',
  async role => {
    await using hub = await openHub()
    const link = `${hub.url}/choice/abc.def.ghi`
    const fields = { order: '#1', store: 'HAR', items: '1 × Mug', customer: 'Ada', link, until: 'tomorrow' }
    const about = { subject: 'gid://shopify/Order/1/choice/abc', store: 'HAR', device: null, evidence: {} }
    await transaction(hub.db, tx =>
      openException(tx, { ...about, code: 'pickup-short.asked', fields }, hub.world.clock.now()),
    )
    if (role === 'viewer') await hub.makeViewer()
    const { headers } = await ask(`${hub.url}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-tillbridge': '1' },
      body: JSON.stringify({ user: 'kim', password: PASSWORD }),
    })
    const cookie = String(headers['set-cookie']).split(';')[0] ?? ''
    const { status, body } = await ask(`${hub.url}/api/now`, { headers: { cookie } })
    expect(status).toBe(200)
    expect(body).toContain('1 × Mug')
    expect(body.includes('/choice/abc.')).toBe(role === 'owner')
  },
)

import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { defineError } from '../../shared/errors.ts'
import { type Account, sessionOf } from './accounts.ts'
import type { HubRoute, RouteRole, WebContext } from './route.ts'

export const notSignedIn = defineError('NOT_SIGNED_IN', () => 'Log in first.')
export const roleInsufficient = defineError(
  'ROLE_INSUFFICIENT',
  () => 'Your account may look at this but not change it. Ask an owner to do it.',
)
export const crossSite = defineError(
  'CROSS_SITE',
  () => 'This request does not come from the hub’s own page.',
)

/** Mounts routes. Each call is checked for its origin and its caller's role before its handler runs. */
export function mountRoutes(app: FastifyInstance, context: WebContext, routes: readonly HubRoute[]): void {
  for (const route of routes)
    if (route.rawBodyBytes === undefined) mount(app, context, route)
    else
      void app.register(async raw => {
        raw.removeAllContentTypeParsers()
        raw.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
        mount(raw, context, route)
      })
}

function mount(app: FastifyInstance, context: WebContext, route: HubRoute): void {
  app.route({
    method: route.method,
    url: route.path,
    ...(route.rawBodyBytes === undefined ? {} : { bodyLimit: route.rawBodyBytes }),
    async handler(request, reply) {
      if (route.ownPageOnly) demandOwnPage(request)
      const account = await admit(context, request, route.role)
      return answer(
        reply,
        await route.handle(context, { request, reply, account, body: request.body ?? null }),
      )
    },
  })
}

/** What a handler returns is the answer; a handler that has answered itself returns nothing. */
function answer(reply: FastifyReply, body: unknown): unknown {
  return body === undefined ? reply : body
}

/** @throws NOT_SIGNED_IN, ROLE_INSUFFICIENT */
async function admit(
  { db, world, session }: WebContext,
  request: FastifyRequest,
  role: RouteRole,
): Promise<Account | null> {
  if (role === 'anyone') return null
  const token = session.read(request)
  const account = token === null ? null : await sessionOf(db, token, world.clock.now())
  if (account === null) throw notSignedIn({})
  if (role === 'owner' && account.role !== 'owner') throw roleInsufficient({})
  return account
}

/** A form on another site can't send this header, and a script there may not without the hub's permission. */
function demandOwnPage(request: FastifyRequest): void {
  const origin = request.headers.origin
  const own = origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.headers.host)
  if (!own || request.headers['x-tillbridge'] !== '1') throw crossSite({})
}

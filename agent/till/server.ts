import type { RequestListener } from 'node:http'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { pageHeaders } from '../../shared/http-security.ts'
import { PAGE_HEADER, PageProof } from '../../shared/page-proof.ts'
import { openEventStream } from '../../shared/server-sent-events.ts'
import { type Access, openAccess, originWrong, tillNotOpened } from './access.ts'
import { answerErrors } from './answer-errors.ts'
import type { TillState } from './api-schema.ts'
import { addDeskDoor } from './desk-door.ts'
import { type LinkCodes, openLinkCodes } from './link-codes.ts'
import { sendChanges } from './live-messages.ts'
import { agentMetrics } from './metrics.ts'
import { addPageApi, type PageGuard } from './page-api.ts'
import type { TillServerParts } from './parts.ts'
import { addPosDoor } from './pos-api.ts'
import { same } from './secrets.ts'
import { openTillPort } from './till-port.ts'

export interface TillServer {
  readonly url: string
  /** Opens one page: its code works once, and for a time. */
  link(): string
  [Symbol.asyncDispose](): Promise<void>
}

/** Serves the till page and its API, to this PC only. */
export async function serveTill(parts: TillServerParts): Promise<TillServer> {
  await using building = new AsyncDisposableStack()
  const port = building.use(await openTillPort(parts.world, parts.port))
  const taken = Promise.withResolvers<RequestListener>()
  const app = building.adopt(
    Fastify({
      logger: false,
      bodyLimit: 64 * 1024,
      routerOptions: { maxParamLength: 300 }, // a pickup's id, a receipt's key
      serverFactory(handler) {
        taken.resolve(handler)
        return port.server
      },
    }),
    one => one.close(),
  )
  const { world } = parts
  const link = () => `${port.url}/open?code=${codes.newest()}`
  const codes: LinkCodes = building.use(
    openLinkCodes({ world, given: parts.linkCode, changed: () => parts.onLink?.(link()) }),
  )
  const access = openAccess({ random: world.random, codes, pages: parts.openedPages })
  const live = openEventStream(parts.world.timers)
  building.defer(() => live.close())
  answerErrors(app, parts.world.log)
  app.addHook('onRequest', async request => access.demandHost(request, port.port))
  app.addHook('onSend', async (_request, reply) => void reply.headers(pageHeaders))
  addHealth(app, parts.state)
  addDoor(app, access)
  addPosDoor(app, parts.pos)
  addStatus(app, parts)
  addDeskDoor(app, parts)
  addPageApi(app, parts, pageGuard(access, port.port), live.add)
  if (parts.world.files.sizeOf(join(parts.pages, 'index.html')) !== null)
    await app.register(fastifyStatic, { root: parts.pages, cacheControl: false })
  await app.ready()

  building.defer(sendChanges(parts, message => live.send(message)))
  port.serve({ request: await taken.promise, upgrade: () => null })
  const all = building.move()
  return {
    url: port.url,
    link,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

function addHealth(app: FastifyInstance, state: () => TillState): void {
  const metrics = agentMetrics(state)
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', () => ({ status: 'ready', link: state().link }))
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}

/** The page's link: its code becomes a cookie and a key, and leaves the address bar. Without it the page says how to open it. */
function addDoor(app: FastifyInstance, access: Access): void {
  const Query = z.object({ code: z.string().max(100) })
  app.get('/open', (request, reply) => {
    const query = Query.safeParse(request.query)
    const opened = access.open(query.success ? query.data.code : '')
    if (opened !== null) reply.header('set-cookie', opened.cookie)
    return reply.header('cache-control', 'no-store').redirect(opened?.location ?? '/', 303)
  })
  app.get('/api/run', (_request, reply) =>
    reply.header('cache-control', 'no-store').send({ run: access.run() }),
  )
}

/** The state for the commands of the agent's own user, which are not pages. */
function addStatus(app: FastifyInstance, { state, statusToken }: TillServerParts): void {
  app.get('/status', ({ headers }) => {
    if (headers.origin !== undefined || headers['sec-fetch-site'] !== undefined) throw originWrong({})
    if (!same(headers.authorization ?? '', `Bearer ${statusToken}`)) throw tillNotOpened({})
    return state()
  })
}

function pageGuard(access: Access, port: number): PageGuard {
  return {
    before: request => access.demandPage(request, port),
    page: request => PageProof.parse(proofIn(request)).page,
    after(request, body) {
      const { method, headers } = request
      access.demandProof({ method, headers, path: pathOf(request), body, proof: proofIn(request) })
    },
  }
}

const pathOf = ({ url }: FastifyRequest) => url.split('?', 1)[0] ?? ''

/** A stream of events is opened without headers of our own: its proof is in the address. */
function proofIn(request: FastifyRequest): unknown {
  const query = z.object({ page: z.string() }).safeParse(request.query)
  const inAddress = pathOf(request) === '/api/live' && query.success ? query.data.page : undefined
  return request.headers[PAGE_HEADER] ?? inAddress
}

import type { IncomingMessage, RequestListener } from 'node:http'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { WebSocketServer } from 'ws'
import type { z } from 'zod'
import { defineError, describeError, TillbridgeError } from '../../shared/errors.ts'
import { failureLimit } from '../../shared/failure-limit.ts'
import { cookieOf, pageHeaders } from '../../shared/http-security.ts'
import { wireOf } from '../../shared/node-world.ts'
import { firstIssue, limits } from '../../shared/protocol.ts'
import { openEventStream } from '../../shared/server-sent-events.ts'
import type { World } from '../../shared/world.ts'
import type { Db } from '../db/db.ts'
import { enrolCodeWrong, enrolMalformed, enrolThrottled } from '../fleet/enrolment.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { Signals } from '../signals.ts'
import { type Account, login, loginThrottled, loginWrong, logout, sessionOf } from './accounts.ts'
import type { LiveMessage, NowView } from './api-schema.ts'
import { LoginRequest } from './api-schema.ts'
import { hubMetrics } from './metrics.ts'
import type { HubPort } from './port.ts'

export const notSignedIn = defineError('NOT_SIGNED_IN', () => 'Sign in first.')
export const crossSite = defineError(
  'CROSS_SITE',
  () => 'This request does not come from the hub’s own page.',
)
export const hostForeign = defineError(
  'HOST_FOREIGN',
  () => 'This address is not the hub’s own. Use the one that head office gave.',
)
export const requestMalformed = defineError(
  'REQUEST_MALFORMED',
  (f: { why: string }) => `The request can't be read: ${f.why}.`,
)
export interface HubServerParts {
  readonly world: World
  readonly db: Db
  readonly gateway: Gateway
  readonly signals: Signals
  readonly port: HubPort
  /** The folder of the built head-office page. */
  readonly pages: string
  /** The address under which the world reaches this hub; null when it is the one it listens on. */
  readonly publicUrl: string | null
  readNow(): Promise<NowView>
  enrol(body: unknown): Promise<unknown>
  /** Resolves once it is stored; throws WEBHOOK_FORGED, WEBHOOK_FOREIGN. */
  receiveWebhook(headers: IncomingMessage['headers'], rawBody: Buffer): Promise<void>
}

/**
 * Serves the hub's HTTP API, its page, the devices' WebSocket, enrolment and Shopify's webhooks on its port. Disposing it
 * takes no further request; the gateway then ends the devices' connections.
 */
export async function serveHub(parts: HubServerParts): Promise<AsyncDisposable> {
  const taken = Promise.withResolvers<RequestListener>()
  const app = Fastify({
    logger: false,
    bodyLimit: 1024 * 1024,
    serverFactory(handler) {
      taken.resolve(handler)
      return parts.port.server
    },
  })
  const live = openEventStream(parts.world.timers)
  answerErrors(app, parts.world)
  app.addHook('onRequest', async request => {
    if (!isOwnHost(parts, request.headers.host)) throw hostForeign({})
  })
  app.addHook('onSend', async (_request, reply) => void reply.headers(pageHeaders))
  addHealth(app, parts)
  addDoors(app, parts)
  addApi(app, parts, live.add)
  if (parts.world.files.sizeOf(join(parts.pages, 'index.html')) !== null)
    await app.register(fastifyStatic, { root: parts.pages, cacheControl: false, etag: true })
  await app.ready()

  const stopLive = liveHints(parts, message => live.send(message))
  const devices = deviceUpgrades(parts.gateway)
  parts.port.serve({ request: await taken.promise, upgrade: devices.upgrade })
  return {
    async [Symbol.asyncDispose]() {
      stopLive()
      live.close()
      devices.close()
      await app.close()
    },
  }
}

/** Turns upgrade requests for /device into connections of the gateway, and refuses all others. */
function deviceUpgrades(gateway: Gateway) {
  let closed = false
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: limits.frameBytes,
    perMessageDeflate: false,
    maxFragments: 64,
  })
  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
      socket.on('error', () => socket.destroy())
      const [path] = (request.url ?? '').split('?', 1) // never parsed: an exception here would end the hub
      if (closed || path !== '/device' || request.headers.origin !== undefined) return void socket.destroy()
      sockets.handleUpgrade(request, socket, head, ws =>
        gateway.accept(wireOf(ws), request.socket.remoteAddress ?? ''),
      )
    },
    close(): void {
      closed = true
      sockets.close()
    },
  }
}

/**
 * Whether a Host header names this hub, so that a rebound DNS name reaches no page and no API. A hub that listens on
 * the network under names that nobody has told it takes any.
 */
function isOwnHost(parts: HubServerParts, host: string | undefined): boolean {
  const isLocal = LOOPBACK.includes(parts.port.host)
  if (!isLocal && parts.publicUrl === null) return true
  if (parts.publicUrl !== null && host === new URL(parts.publicUrl).host) return true
  return isLocal && URL.canParse(`http://${host}`) && LOOPBACK.includes(new URL(`http://${host}`).hostname)
}
const LOOPBACK = ['127.0.0.1', '[::1]', '::1', 'localhost']

/** At most two hints a second: a page reads the whole first screen anew at each. */
function liveHints(parts: HubServerParts, send: (message: z.infer<typeof LiveMessage>) => void): () => void {
  let pending: (() => void) | null = null
  const forget = parts.signals.on('now', () => {
    pending ??= parts.world.timers.after(500, () => {
      pending = null
      send({ type: 'now' })
    })
  })
  return () => {
    forget()
    pending?.()
  }
}

/** More than the largest order that Shopify describes. */
const WEBHOOK_BYTES = 4 * 1024 * 1024

const statusOf: Readonly<Record<string, number>> = {
  [notSignedIn.code]: 401,
  [loginWrong.code]: 401,
  [crossSite.code]: 403,
  [hostForeign.code]: 403,
  [enrolCodeWrong.code]: 403,
  [enrolThrottled.code]: 429,
  [loginThrottled.code]: 429,
  WEBHOOK_FORGED: 401,
  WEBHOOK_FOREIGN: 404,
}

function answerErrors(app: FastifyInstance, world: World): void {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof TillbridgeError)
      return reply.code(statusOf[error.code] ?? 400).send({ code: error.code, sentence: error.message })
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    if (status >= 400 && status < 500)
      return reply.code(status).send({ code: 'REQUEST_MALFORMED', sentence: describeError(error).sentence })
    world.log.error({ error, path: request.routeOptions.url }, 'a request failed')
    return reply
      .code(500)
      .send({ code: 'UNEXPECTED', sentence: 'The hub could not do this. It is in the log; try again.' })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', sentence: 'There is nothing at this address.' }),
  )
}

function addHealth(app: FastifyInstance, parts: HubServerParts): void {
  const metrics = hubMetrics(parts.readNow)
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', async (_request, reply) => {
    const ready = await parts.db
      .selectFrom('setting')
      .select('key')
      .limit(1)
      .execute()
      .then(
        () => true,
        (error: unknown) => {
          parts.world.log.error({ error }, 'the database does not answer')
          return false
        },
      )
    return reply.code(ready ? 200 : 503).send({ status: ready ? 'ready' : 'database unavailable' })
  })
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}

/** What machines use: enrolment and webhooks. */
function addDoors(app: FastifyInstance, parts: HubServerParts): void {
  const guesses = failureLimit(parts.world.clock, { failures: 10, windowMs: 60_000 })
  app.post('/enrol', async request => {
    const forgive = guesses.begin(request.ip)
    if (forgive === null) throw enrolThrottled({})
    try {
      const answer = await parts.enrol(request.body)
      forgive()
      parts.signals.say('now')
      return answer
    } catch (error) {
      if (!enrolCodeWrong.is(error) && !enrolMalformed.is(error)) forgive()
      throw error
    }
  })
  void app.register(async raw => {
    raw.removeAllContentTypeParsers()
    raw.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body))
    raw.post('/webhooks/shopify', { bodyLimit: WEBHOOK_BYTES }, async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      await parts.receiveWebhook(request.headers, body)
      return reply.code(200).send('')
    })
  })
}

function addApi(
  app: FastifyInstance,
  parts: HubServerParts,
  addPage: (response: FastifyReply['raw']) => boolean,
): void {
  const { db, world } = parts
  const secure = parts.publicUrl?.startsWith('https:') ?? false
  const cookie = secure ? '__Host-tillbridge' : 'tillbridge'
  const guesses = failureLimit(world.clock, { failures: 10, windowMs: 5 * 60_000 })

  async function account(request: FastifyRequest): Promise<Account> {
    const token = cookieOf(request.headers.cookie, cookie)
    const found = token === null ? null : await sessionOf(db, token, world.clock.now())
    if (found === null) throw notSignedIn({})
    return found
  }
  const setCookie = (reply: FastifyReply, value: string, maxAge: number) =>
    reply.header(
      'set-cookie',
      `${cookie}=${value}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${maxAge}${secure ? '; Secure' : ''}`,
    )

  app.post('/api/login', async (request, reply) => {
    demandOwnPage(request)
    const asked = LoginRequest.safeParse(request.body)
    if (!asked.success) throw requestMalformed({ why: firstIssue(asked.error) })
    const who = `${request.ip} ${asked.data.user}`
    const forgive = guesses.begin(who)
    if (forgive === null) throw loginThrottled({})
    try {
      const { token, account: found } = await login(
        db,
        world.random,
        asked.data.user,
        asked.data.password,
        world.clock.now(),
      )
      forgive()
      setCookie(reply, token, 12 * 3_600)
      return { user: found.name, role: found.role }
    } catch (error) {
      if (!loginWrong.is(error)) forgive()
      throw error
    }
  })
  app.post('/api/logout', async (request, reply) => {
    demandOwnPage(request)
    const token = cookieOf(request.headers.cookie, cookie)
    if (token !== null) await logout(db, token)
    setCookie(reply, '', 0)
    return {}
  })
  app.get('/api/me', async request => {
    const { name, role } = await account(request)
    return { user: name, role }
  })
  app.get('/api/now', async (request, reply) => {
    await account(request)
    return reply.header('cache-control', 'no-store').send(await parts.readNow())
  })
  app.get('/api/live', async (request, reply) => {
    await account(request)
    reply.hijack()
    if (!addPage(reply.raw)) reply.raw.writeHead(503).end()
  })
}

/** A form on another site can't send this header, and a script there may not without the hub's leave. */
function demandOwnPage(request: FastifyRequest): void {
  const origin = request.headers.origin
  const own = origin === undefined || (URL.canParse(origin) && new URL(origin).host === request.headers.host)
  if (!own || request.headers['x-tillbridge'] !== '1') throw crossSite({})
}

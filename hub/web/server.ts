import type { IncomingMessage, RequestListener } from 'node:http'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance } from 'fastify'
import type { z } from 'zod'
import { defineError, describeError, TillbridgeError } from '../../shared/errors.ts'
import { failureLimit } from '../../shared/failure-limit.ts'
import { openHashQueue } from '../../shared/hash-queue.ts'
import { pageHeaders } from '../../shared/http-security.ts'
import { openEventStream } from '../../shared/server-sent-events.ts'
import type { HttpPort, PortHandlers, World } from '../../shared/world.ts'
import type { Db } from '../db/db.ts'
import { enrolCodeWrong, enrolThrottled, tillConnected, tillNameTaken } from '../fleet/enrolment.ts'
import type { HubKey } from '../fleet/hub-key.ts'
import type { Gateway } from '../gateway/gateway.ts'
import type { CustomerLinks } from '../pickups/customer-choice/links.ts'
import { downloadRefused, downloadsBusy, type ReleaseDownloads } from '../releases/release-files.ts'
import type { Signals } from '../signals.ts'
import { loginBusy, loginThrottled, loginWrong, passwordHashOf } from './accounts.ts'
import type { HubLiveMessage } from './api-schema.ts'
import { bodiesBusy, limitBodies } from './body-budget.ts'
import { type Callers, openCallers } from './callers.ts'
import { gzipText } from './compress.ts'
import { limitConnections } from './connection-limits.ts'
import { isCustomerAddress, show } from './customer-page/answer.ts'
import { openChoiceLimits } from './customer-page/choice-limits.ts'
import { knownBrowser } from './known-browser.ts'
import { openLivePages } from './live-pages.ts'
import { openLoginLimits } from './login-limits.ts'
import { hubMetrics } from './metrics.ts'
import { crossSite, mountRoutes, notSignedIn, roleInsufficient } from './mount-routes.ts'
import { type NowParts, readFigures, readNow } from './now-view.ts'
import type { WebContext } from './route.ts'
import { routes } from './routes/index.ts'
import { metricsClosed } from './routes/metrics.ts'
import { sessionCookie } from './session-cookie.ts'

export const hostForeign = defineError(
  'HOST_FOREIGN',
  () => 'This address is not the hub’s own. Use the one that head office gave.',
)

export interface HubServerParts {
  readonly world: World
  readonly db: Db
  readonly gateway: Gateway
  readonly signals: Signals
  readonly port: HttpPort
  /** The folder of the built head-office page. */
  readonly pages: string
  /** The address under which the world reaches this hub; null when it is the one it listens on. */
  readonly publicUrl: string | null
  /** Our own reverse proxies. */
  readonly trustedProxies?: readonly string[]
  readonly maxConnections?: number
  /** What Prometheus sends to read the figures from elsewhere; null: only this machine may. */
  metricsToken?(): string | null
  readonly key: HubKey
  /** Checks the links under which customers choose. */
  readonly links: CustomerLinks
  /** Where the first page's facts come from. */
  readonly view: NowParts
  enrol(body: unknown): Promise<unknown>
  /** Where devices fetch updates. */
  readonly downloads: ReleaseDownloads
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
    frameworkErrors: answerUnreadable,
    serverFactory(handler) {
      taken.resolve(handler)
      return parts.port.server
    },
  })
  const callers = openCallers(parts.trustedProxies ?? [])
  limitConnections(parts.port.server, { most: parts.maxConnections ?? 10_000, callers })
  const live = openEventStream(parts.world.timers)
  const pages = openLivePages({ db: parts.db, world: parts.world, stream: live })
  answerErrors(app, parts.world)
  app.addHook('onRequest', async request => {
    if (!isOwnHost(parts, request.headers.host)) throw hostForeign({})
  })
  limitBodies(app, callers)
  app.addHook('onSend', async (_request, reply) => void reply.headers(pageHeaders))
  app.addHook('onSend', gzipText)
  mountRoutes(app, contextOf(parts, { pages, callers }), routes)
  if (parts.world.files.sizeOf(join(parts.pages, 'index.html')) !== null)
    await app.register(fastifyStatic, { root: parts.pages, cacheControl: false, etag: true })
  await app.ready()

  const stopLive = liveHints(parts, message => live.send(message))
  const devices = deviceUpgrades(parts, callers)
  parts.port.serve({ request: await taken.promise, upgrade: devices.upgrade })
  return {
    async [Symbol.asyncDispose]() {
      stopLive()
      pages[Symbol.dispose]()
      live.close()
      devices.close()
      await app.close()
    },
  }
}

function contextOf(
  parts: HubServerParts,
  { pages, callers }: Pick<WebContext, 'pages' | 'callers'>,
): WebContext {
  const { world, db, signals, enrol, downloads } = parts
  const secure = parts.publicUrl?.startsWith('https:') ?? false
  return {
    world,
    db,
    signals,
    enrol,
    downloads,
    pages,
    callers,
    session: sessionCookie(secure),
    knownBrowser: knownBrowser({
      key: parts.key,
      random: world.random,
      clock: world.clock,
      passwordHash: name => passwordHashOf(db, name),
      secure,
    }),
    logins: openLoginLimits(world.clock),
    hashing: openHashQueue(() => loginBusy({})),
    metricsToken: parts.metricsToken ?? (() => null),
    failedEnrolments: failureLimit(world.clock, { failures: 10, windowMs: 60_000 }),
    storage: parts.view.storage,
    metrics: hubMetrics(world, { figures: () => readFigures(parts.view), storage: parts.view.storage }),
    readNow: shareReads(language => readNow(parts.view, language)),
    receiveWebhook: parts.receiveWebhook,
    links: parts.links,
    choices: openChoiceLimits(world.clock),
  }
}

/** Callers that ask while a read is under way share its result: after a hint, all open pages ask at once. */
function shareReads<K, T>(read: (key: K) => Promise<T>): (key: K) => Promise<T> {
  const current = new Map<K, Promise<T>>()
  return key => {
    const shared = current.get(key) ?? read(key).finally(() => current.delete(key))
    current.set(key, shared)
    return shared
  }
}

/** Hands connections to /device to the gateway, and refuses all others: a browser's page is never a device. */
function deviceUpgrades(
  parts: HubServerParts,
  callers: Callers,
): { upgrade: PortHandlers['upgrade']; close(): void } {
  let closed = false
  return {
    upgrade({ path, origin, address, headers }) {
      if (closed || path !== '/device' || origin !== null || !isOwnHost(parts, headers.host)) return null
      return wire => parts.gateway.accept(wire, callers.of({ peer: address, headers }))
    },
    close() {
      closed = true
    },
  }
}

/**
 * Whether a Host header names this hub, so that a rebound DNS name reaches no page and no API. A hub that listens on
 * the network without configured names accepts any.
 */
function isOwnHost(parts: HubServerParts, host: string | undefined): boolean {
  const isLocal = LOOPBACK.includes(parts.port.host)
  if (!isLocal && parts.publicUrl === null) return true
  if (parts.publicUrl !== null && host === new URL(parts.publicUrl).host) return true
  return isLocal && URL.canParse(`http://${host}`) && LOOPBACK.includes(new URL(`http://${host}`).hostname)
}
const LOOPBACK = ['127.0.0.1', '[::1]', '::1', 'localhost']

/** At most two hints a second: at each, a page reads the whole first screen again. */
function liveHints(
  parts: HubServerParts,
  send: (message: z.infer<typeof HubLiveMessage>) => void,
): () => void {
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

const statusOf: Readonly<Record<string, number>> = {
  [notSignedIn.code]: 401,
  [loginWrong.code]: 401,
  [crossSite.code]: 403,
  [roleInsufficient.code]: 403,
  [hostForeign.code]: 403,
  [enrolCodeWrong.code]: 403,
  [tillNameTaken.code]: 409,
  [tillConnected.code]: 409,
  [enrolThrottled.code]: 429,
  [loginThrottled.code]: 429,
  [loginBusy.code]: 503,
  [bodiesBusy.code]: 503,
  [metricsClosed.code]: 403,
  [downloadRefused.code]: 403,
  [downloadsBusy.code]: 503,
  WEBHOOK_FORGED: 401,
  WEBHOOK_FOREIGN: 404,
}

/** When a caller may try again, in seconds. */
const retryAfter: Readonly<Record<string, number>> = {
  [enrolThrottled.code]: 60,
  [loginThrottled.code]: 60,
  [loginBusy.code]: 3,
  [downloadsBusy.code]: 30,
  [bodiesBusy.code]: 5,
}

function statusOfError(error: unknown): number {
  if (error instanceof TillbridgeError) return statusOf[error.code] ?? 400
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
}

/** An address whose signs can't be read reaches no route and no hook. It is not repeated: it may be most of a customer's link. */
function answerUnreadable(
  _error: unknown,
  request: Parameters<typeof show>[0]['request'],
  reply: Parameters<typeof show>[0]['reply'],
): void {
  void reply.headers(pageHeaders)
  if (isCustomerAddress(request.url))
    return void reply.send(show({ request, reply }, { shows: 'unknown' }, null))
  const sentence = 'This address can’t be read.'
  void reply.code(400).header('cache-control', 'no-store').send({ code: 'REQUEST_MALFORMED', sentence })
}

function answerErrors(app: FastifyInstance, world: World): void {
  app.setErrorHandler((error, request, reply) => {
    if (error instanceof TillbridgeError && error.code in retryAfter)
      void reply.header('retry-after', retryAfter[error.code])
    const status = statusOfError(error)
    if (isCustomerAddress(request.url)) {
      if (status >= 500) world.log.error({ error, path: request.routeOptions.url }, 'a request failed')
      const shows = status >= 500 ? 'failed' : 'unknown'
      const page = show({ request, reply }, { shows }, null)
      return reply.code(status).send(page)
    }
    if (error instanceof TillbridgeError)
      return reply.code(status).send({ code: error.code, sentence: error.message })
    if (status >= 400 && status < 500)
      return reply.code(status).send({ code: 'REQUEST_MALFORMED', sentence: describeError(error).sentence })
    world.log.error({ error, path: request.routeOptions.url }, 'a request failed')
    return reply
      .code(500)
      .send({ code: 'UNEXPECTED', sentence: 'The hub could not do this. It is in the log; try again.' })
  })
  app.setNotFoundHandler((request, reply) =>
    isCustomerAddress(request.url)
      ? reply.send(show({ request, reply }, { shows: 'unknown' }, null))
      : reply.code(404).send({ code: 'NOT_FOUND', sentence: 'There is nothing at this address.' }),
  )
}

import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { z } from 'zod'
import { defineError, describeError, TillbridgeError } from '../../shared/errors.ts'
import { pageHeaders } from '../../shared/http-security.ts'
import { PickupId } from '../../shared/ids.ts'
import { firstIssue } from '../../shared/protocol.ts'
import { openEventStream } from '../../shared/server-sent-events.ts'
import type { World } from '../../shared/world.ts'
import { printJobUnderWay, printJobUnknown } from '../journal/print-jobs.ts'
import { moveIllegal, type Pickups, pickupUnknown } from '../pickups/pickups.ts'
import type { PosInlet } from '../sources/http/http-source.ts'
import { idempotencyKeyReused, posSourceClosed, postedReceiptUnknown } from '../sources/http/problems.ts'
import { type Access, hostWrong, openAccess, originWrong, tillNotOpened } from './access.ts'
import {
  type LiveMessage,
  MoveRequest,
  type PrintJobView,
  ScanRequest,
  type ScanView,
  SlipRequest,
  type slipKinds,
  type TillState,
} from './api-schema.ts'
import { agentMetrics } from './metrics.ts'
import { addPosDoor, posTokenWrong } from './pos-api.ts'

export const tillRequestMalformed = defineError(
  'TILL_REQUEST_MALFORMED',
  (f: { why: string }) => `The request can't be read: ${f.why}.`,
)
export const tillPortTaken = defineError(
  'TILL_PORT_TAKEN',
  (f: { port: number }) =>
    `Port ${f.port} on this PC is in use. Stop what uses it, or set another till port.`,
)

export interface TillServerParts {
  readonly world: World
  readonly port: number
  readonly linkCode: string
  /** The folder of the built till page. */
  readonly pages: string
  readonly pickups: Pickups
  /** Where the POS's own calls go, and the token that they carry. */
  readonly pos: { readonly inlet: PosInlet; readonly token: string }
  /** What a scanner in keyboard mode typed into the page: journalled, and what it means. */
  readonly scanned: (text: string) => Promise<ScanView>
  readonly slips: Slips
  state(): TillState
  /** Called with a listener for every scan of this till's other scanners. */
  onScan(listener: (scan: ScanView) => void): () => void
  /** Called with a listener for every change of pickups or state. */
  onChange(listener: () => void): () => void
}

/** Slips for pickups: printed once each, and again when staff say so. */
export interface Slips {
  /** Those of the last day, newest first. */
  list(): readonly PrintJobView[]
  /** @throws PICKUP_UNKNOWN, PRINTER_NOT_SET */
  print(pickup: PickupId, slip: (typeof slipKinds)[number]): Promise<PrintJobView>
  /** @throws PRINT_JOB_UNKNOWN */
  reprint(job: string): Promise<PrintJobView>
  /** Called with a listener for every change of a job. */
  onChange(listener: () => void): () => void
}

export interface TillServer {
  readonly url: string
  /** Opens the page: carries this start's code. */
  readonly link: string
  [Symbol.asyncDispose](): Promise<void>
}

const LOOPBACK = '127.0.0.1'

/** Serves the till page and its API, to this PC only. */
export async function serveTill(parts: TillServerParts): Promise<TillServer> {
  const app = Fastify({
    logger: false,
    bodyLimit: 64 * 1024,
    routerOptions: { maxParamLength: 300 }, // a pickup's id, a receipt's key
    requestTimeout: 30_000,
    forceCloseConnections: true,
  })
  const access = openAccess(parts.linkCode)
  const live = openEventStream(parts.world.timers)
  const portOf = () => {
    const address = app.server.address()
    return typeof address === 'object' && address !== null ? address.port : parts.port
  }
  answerErrors(app, parts.world)
  app.addHook('onRequest', async request => access.demandHost(request, portOf()))
  app.addHook('onSend', async (_request, reply) => void reply.headers(pageHeaders))
  addHealth(app, parts.state)
  addDoor(app, access)
  addPosDoor(app, parts.pos)
  addApi(app, parts, request => access.demandPage(request, portOf()), live.add)
  if (parts.world.files.sizeOf(join(parts.pages, 'index.html')) !== null)
    await app.register(fastifyStatic, { root: parts.pages, cacheControl: false })

  const stopLive = sendChanges(parts, message => live.send(message))
  async function close(): Promise<void> {
    stopLive()
    live.close()
    await app.close()
  }
  try {
    await app.listen({ host: LOOPBACK, port: parts.port })
  } catch (cause) {
    await close()
    if (cause instanceof Error && 'code' in cause && cause.code === 'EADDRINUSE')
      throw tillPortTaken({ port: parts.port }, cause)
    throw cause
  }
  const url = `http://${LOOPBACK}:${portOf()}`
  return {
    url,
    link: `${url}/open?code=${parts.linkCode}`,
    [Symbol.asyncDispose]: close,
  }
}

/** Changes gather for a moment: a drained backlog is one repaint, not thousands. */
function sendChanges(parts: TillServerParts, send: (message: LiveMessage) => void): () => void {
  let pending: (() => void) | null = null
  const forget = parts.onChange(() => {
    pending ??= parts.world.timers.after(100, () => {
      pending = null
      send({ type: 'state', state: parts.state() })
      send({ type: 'pickups' })
    })
  })
  const forgetSlips = parts.slips.onChange(() => send({ type: 'print-jobs' }))
  const forgetScans = parts.onScan(scan => send({ type: 'scan', scan }))
  return () => {
    forget()
    forgetScans()
    forgetSlips()
    pending?.()
  }
}

const statusOf: Readonly<Record<string, number>> = {
  [tillNotOpened.code]: 401,
  [hostWrong.code]: 403,
  [originWrong.code]: 403,
  [pickupUnknown.code]: 404,
  [moveIllegal.code]: 409,
  [printJobUnknown.code]: 404,
  [printJobUnderWay.code]: 409,
  [posTokenWrong.code]: 401,
  [posSourceClosed.code]: 404,
  [postedReceiptUnknown.code]: 404,
  [idempotencyKeyReused.code]: 409,
}

function answerErrors(app: FastifyInstance, world: World): void {
  app.setErrorHandler((error, _request, reply) => {
    if (error instanceof TillbridgeError)
      return reply.code(statusOf[error.code] ?? 400).send({ code: error.code, sentence: error.message })
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500
    if (status < 500)
      return reply
        .code(status)
        .send({ code: tillRequestMalformed.code, sentence: describeError(error).sentence })
    world.log.error({ error }, 'a request failed')
    return reply
      .code(500)
      .send({ code: 'UNEXPECTED', sentence: 'This could not be saved. Try again; if it stays so, tell IT.' })
  })
  app.setNotFoundHandler((_request, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', sentence: 'There is nothing at this address.' }),
  )
}

function addHealth(app: FastifyInstance, state: () => TillState): void {
  const metrics = agentMetrics(state)
  app.get('/healthz', () => ({ status: 'ok' }))
  app.get('/readyz', () => ({ status: 'ready', link: state().link }))
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))
}

/** The page's link: its code becomes a cookie, and leaves the address bar. Without it the page says how to open it. */
function addDoor(app: FastifyInstance, access: Access): void {
  const Query = z.object({ code: z.string().max(100) })
  app.get('/open', (request, reply) => {
    const query = Query.safeParse(request.query)
    const cookie = access.cookieFor(query.success ? query.data.code : '')
    if (cookie !== null) reply.header('set-cookie', cookie)
    return reply.header('cache-control', 'no-store').redirect('/', 303)
  })
}

function addApi(
  app: FastifyInstance,
  parts: TillServerParts,
  demandPage: (request: FastifyRequest) => void,
  addPage: ReturnType<typeof openEventStream>['add'],
): void {
  const Params = z.object({ pickup: PickupId })
  const JobParams = z.object({ job: z.string().min(1).max(64) })
  app.get('/api/state', (request, reply) => {
    demandPage(request)
    return reply.header('cache-control', 'no-store').send(parts.state())
  })
  app.get('/api/pickups', (request, reply) => {
    demandPage(request)
    return reply.header('cache-control', 'no-store').send(parts.pickups.list())
  })
  app.post('/api/pickups/:pickup/moves', async request => {
    demandPage(request)
    const params = Params.safeParse(request.params)
    if (!params.success) throw pickupUnknown({ pickup: '' })
    const { pickup } = params.data
    const asked = MoveRequest.safeParse(request.body)
    if (!asked.success) throw tillRequestMalformed({ why: firstIssue(asked.error) })
    return parts.pickups.move(pickup, asked.data)
  })
  app.post('/api/scans', request => {
    demandPage(request)
    const asked = ScanRequest.safeParse(request.body)
    if (!asked.success) throw tillRequestMalformed({ why: firstIssue(asked.error) })
    return parts.scanned(asked.data.text)
  })
  app.get('/api/print-jobs', (request, reply) => {
    demandPage(request)
    return reply.header('cache-control', 'no-store').send(parts.slips.list())
  })
  app.post('/api/pickups/:pickup/slips', request => {
    demandPage(request)
    const params = Params.safeParse(request.params)
    if (!params.success) throw pickupUnknown({ pickup: '' })
    const asked = SlipRequest.safeParse(request.body)
    if (!asked.success) throw tillRequestMalformed({ why: firstIssue(asked.error) })
    return parts.slips.print(params.data.pickup, asked.data.slip)
  })
  app.post('/api/print-jobs/:job/reprint', request => {
    demandPage(request)
    const params = JobParams.safeParse(request.params)
    if (!params.success) throw tillRequestMalformed({ why: firstIssue(params.error) })
    return parts.slips.reprint(params.data.job)
  })
  app.get('/api/live', (request, reply) => {
    demandPage(request)
    reply.hijack()
    if (!addPage(reply.raw)) reply.raw.writeHead(503).end()
  })
}

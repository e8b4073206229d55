import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { PickupId } from '../../shared/ids.ts'
import { firstIssue } from '../../shared/protocol.ts'
import { ReturnId } from '../../shared/returns.ts'
import { pickupUnknown } from '../pickups/pickup-problems.ts'
import { printJobUnknown } from '../printing/print-jobs.ts'
import { returnUnknown } from '../returns/return-problems.ts'
import { tillRequestMalformed } from './answer-errors.ts'
import {
  AcknowledgeRequest,
  MoveRequest,
  PickRequest,
  RemindRequest,
  RemindUndoRequest,
  ReturnRequest,
  ReturnSearch,
  ReturnUndoRequest,
  ScanRequest,
  SlipRequest,
  StockSearch,
} from './api-schema.ts'
import type { TillServerParts } from './parts.ts'

const PickupParams = z.object({ pickup: PickupId })
const ReturnParams = z.object({ returned: ReturnId })
const JobParams = z.object({ job: z.string().min(1).max(64) })

/** Throws unless a request comes from a page that was let in. */
export interface PageGuard {
  /** By what its headers say. */
  before(request: FastifyRequest): void
  /** By its signature, which covers the body. */
  after(request: FastifyRequest, body: string): void
}

type PageParts = Pick<TillServerParts, 'state' | 'pickups' | 'returns' | 'stock' | 'scanned' | 'slips'>

/**
 * What the till page reads and does.
 * @param addPage takes over a live stream's response; false when there are too many
 */
export function addPageApi(
  app: FastifyInstance,
  parts: PageParts,
  guard: PageGuard,
  addPage: (response: ServerResponse) => boolean,
): void {
  app.register(async api => {
    const bodies = new WeakMap<FastifyRequest, string>()
    api.addHook('onRequest', async request => guard.before(request))
    api.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
      bodies.set(request, String(body))
      api.getDefaultJsonParser('error', 'error')(request, String(body), done)
    })
    api.addHook('preHandler', async request => guard.after(request, bodies.get(request) ?? ''))
    addReads(api, parts)
    addActions(api, parts)
    addReturns(api, parts)
    addStock(api, parts)
    api.get('/api/live', (_request, reply) => {
      reply.hijack()
      if (!addPage(reply.raw)) reply.raw.writeHead(503).end()
    })
  })
}

function addReads(api: FastifyInstance, parts: PageParts): void {
  const fresh = (reply: FastifyReply, body: unknown) => reply.header('cache-control', 'no-store').send(body)
  api.get('/api/state', (_request, reply) => fresh(reply, parts.state()))
  api.get('/api/pickups', (_request, reply) => fresh(reply, parts.pickups.list()))
  api.get('/api/print-jobs', (_request, reply) => fresh(reply, parts.slips.list()))
}

function addActions(api: FastifyInstance, parts: PageParts): void {
  api.post('/api/pickups/:pickup/moves', async request =>
    parts.pickups.move(pickupIn(request), bodyOf(request, MoveRequest)),
  )
  api.post('/api/pickups/:pickup/picks', async request =>
    parts.pickups.count(pickupIn(request), bodyOf(request, PickRequest)),
  )
  api.post('/api/pickups/:pickup/acknowledgements', async request => {
    bodyOf(request, AcknowledgeRequest)
    return parts.pickups.acknowledge(pickupIn(request))
  })
  api.post('/api/pickups/:pickup/reminders', async request =>
    parts.pickups.remind(pickupIn(request), bodyOf(request, RemindRequest)),
  )
  api.post('/api/pickups/:pickup/reminders/undo', async request =>
    parts.pickups.undoReminder(pickupIn(request), bodyOf(request, RemindUndoRequest)),
  )
  api.post('/api/scans', request => parts.scanned(bodyOf(request, ScanRequest).text))
  api.post('/api/pickups/:pickup/slips', request =>
    parts.slips.print(pickupIn(request), bodyOf(request, SlipRequest).slip),
  )
  api.post('/api/print-jobs/:job/reprint', request => {
    const params = JobParams.safeParse(request.params)
    if (!params.success) throw printJobUnknown({ job: '' })
    return parts.slips.reprint(params.data.job)
  })
}

function addStock(api: FastifyInstance, { stock }: PageParts): void {
  api.post('/api/stock/questions', (request, reply) =>
    reply.header('cache-control', 'no-store').send(stock.search(bodyOf(request, StockSearch).text)),
  )
}

function addReturns(api: FastifyInstance, { returns, slips }: PageParts): void {
  const fresh = (reply: FastifyReply, body: unknown) => reply.header('cache-control', 'no-store').send(body)
  api.get('/api/returns', (_request, reply) => fresh(reply, returns.list()))
  // a question has no place in an address: it names a customer
  api.post('/api/returns/questions', async (request, reply) =>
    fresh(reply, await returns.search(bodyOf(request, ReturnSearch))),
  )
  api.post('/api/returns', async request => returns.record(bodyOf(request, ReturnRequest)))
  api.post('/api/returns/:returned/slips', request => slips.printReturn(returnIn(request)))
  api.post('/api/returns/:returned/undo', async request =>
    returns.undo(returnIn(request), bodyOf(request, ReturnUndoRequest).staff),
  )
}

/** @throws RETURN_UNKNOWN */
function returnIn(request: FastifyRequest): ReturnId {
  const params = ReturnParams.safeParse(request.params)
  if (!params.success) throw returnUnknown({ returnId: '' })
  return params.data.returned
}

/** @throws PICKUP_UNKNOWN */
function pickupIn(request: FastifyRequest): PickupId {
  const params = PickupParams.safeParse(request.params)
  if (!params.success) throw pickupUnknown({ pickup: '' })
  return params.data.pickup
}

/** @throws TILL_REQUEST_MALFORMED */
function bodyOf<T>(request: FastifyRequest, schema: z.ZodType<T>): T {
  const asked = schema.safeParse(request.body)
  if (!asked.success) throw tillRequestMalformed({ why: firstIssue(asked.error) })
  return asked.data
}

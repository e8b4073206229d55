import type { ServerResponse } from 'node:http'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { PickupId } from '../../shared/ids.ts'
import { firstIssue } from '../../shared/protocol.ts'
import { ReturnId } from '../../shared/returns.ts'
import { pickupUnknown } from '../pickups/pickup-problems.ts'
import { printJobUnknown } from '../printing/print-jobs.ts'
import { returnUnknown } from '../returns/return-problems.ts'
import type { Holder } from '../staff/staff-door.ts'
import { tillRequestMalformed } from './answer-errors.ts'
import {
  AcknowledgeRequest,
  MoveRequest,
  PASS_HEADER,
  PickRequest,
  RemindRequest,
  RemindUndoRequest,
  ReturnRequest,
  ReturnSearch,
  ReturnUndoRequest,
  ScanRequest,
  SlipRequest,
  type StaffActive,
  StockSearch,
  UnlockRequest,
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
  /** Which page has signed it. */
  page(request: FastifyRequest): string
}

type PageParts = Pick<
  TillServerParts,
  'state' | 'pickups' | 'returns' | 'stock' | 'scanned' | 'slips' | 'staff'
>

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
    const holder = (request: FastifyRequest): Holder => {
      const pass = request.headers[PASS_HEADER]
      return { page: guard.page(request), pass: typeof pass === 'string' ? pass : '' }
    }
    const who: Who = (request, said) => parts.staff.who(holder(request), said)
    addReads(api, parts)
    addActions(api, parts, who, guard.page)
    addReturns(api, parts, who)
    addStock(api, parts)
    addStaff(api, parts, holder)
    api.get('/api/live', (request, reply) => {
      reply.hijack()
      if (!addPage(reply.raw)) return void reply.raw.writeHead(503).end()
      reply.raw.on('close', parts.staff.opened(guard.page(request)))
    })
  })
}

/** In whose name a step is made. @param said the page's word; null: the step names no one @throws STAFF_PASS_NEEDED */
type Who = (request: FastifyRequest, said: string | null) => string

function addReads(api: FastifyInstance, parts: PageParts): void {
  const fresh = (reply: FastifyReply, body: unknown) => reply.header('cache-control', 'no-store').send(body)
  api.get('/api/state', (_request, reply) => fresh(reply, parts.state()))
  api.get('/api/pickups', (_request, reply) => fresh(reply, parts.pickups.list()))
  api.get('/api/print-jobs', (_request, reply) => fresh(reply, parts.slips.list()))
}

function addActions(
  api: FastifyInstance,
  parts: PageParts,
  who: Who,
  page: (request: FastifyRequest) => string,
): void {
  const byStaff = <T extends { staff: string }>(request: FastifyRequest, schema: z.ZodType<T>): T => {
    const body = bodyOf(request, schema)
    return { ...body, staff: who(request, body.staff) }
  }
  api.post('/api/pickups/:pickup/moves', async request =>
    parts.pickups.move(pickupIn(request), byStaff(request, MoveRequest)),
  )
  api.post('/api/pickups/:pickup/picks', async request =>
    parts.pickups.count(pickupIn(request), byStaff(request, PickRequest)),
  )
  api.post('/api/pickups/:pickup/acknowledgements', async request => {
    byStaff(request, AcknowledgeRequest)
    return parts.pickups.acknowledge(pickupIn(request))
  })
  api.post('/api/pickups/:pickup/acknowledgements/undo', async request => {
    byStaff(request, AcknowledgeRequest)
    return parts.pickups.undoAcknowledge(pickupIn(request))
  })
  api.post('/api/pickups/:pickup/reminders', async request =>
    parts.pickups.remind(pickupIn(request), byStaff(request, RemindRequest)),
  )
  api.post('/api/pickups/:pickup/reminders/undo', async request =>
    parts.pickups.undoReminder(pickupIn(request), byStaff(request, RemindUndoRequest)),
  )
  api.post('/api/scans', request => parts.scanned(bodyOf(request, ScanRequest).text, page(request)))
  api.post('/api/pickups/:pickup/slips', async request => {
    who(request, null)
    return parts.slips.print(pickupIn(request), bodyOf(request, SlipRequest).slip)
  })
  api.post('/api/print-jobs/:job/reprint', async request => {
    who(request, null)
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

function addReturns(api: FastifyInstance, { returns, slips }: PageParts, who: Who): void {
  const fresh = (reply: FastifyReply, body: unknown) => reply.header('cache-control', 'no-store').send(body)
  api.get('/api/returns', (_request, reply) => fresh(reply, returns.list()))
  // a question has no place in an address: it names a customer
  api.post('/api/returns/questions', async (request, reply) => {
    who(request, null) // it finds customers of the whole shop
    return fresh(reply, await returns.search(bodyOf(request, ReturnSearch)))
  })
  api.post('/api/returns', async request => {
    const asked = bodyOf(request, ReturnRequest)
    return returns.record({ ...asked, staff: who(request, asked.staff) })
  })
  api.post('/api/returns/:returned/slips', async request => {
    who(request, null)
    return slips.printReturn(returnIn(request))
  })
  api.post('/api/returns/:returned/undo', async request =>
    returns.undo(returnIn(request), who(request, bodyOf(request, ReturnUndoRequest).staff)),
  )
}

/** Who is at the till, and how they show it. */
function addStaff(api: FastifyInstance, { staff }: PageParts, holder: (request: FastifyRequest) => Holder) {
  const fresh = (reply: FastifyReply, body: unknown) => reply.header('cache-control', 'no-store').send(body)
  api.get('/api/staff', (request, reply) => fresh(reply, staff.view(holder(request))))
  api.post('/api/staff/unlock', async (request, reply) =>
    fresh(reply, await staff.unlock(holder(request).page, bodyOf(request, UnlockRequest))),
  )
  api.post(
    '/api/staff/active',
    async (request): Promise<z.infer<typeof StaffActive>> => ({
      isOpen: staff.active(holder(request)),
    }),
  )
  api.post('/api/staff/lock', async (request): Promise<z.infer<typeof StaffActive>> => {
    staff.lock(holder(request).page)
    return { isOpen: false }
  })
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

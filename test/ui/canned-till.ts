import type { FastifyInstance } from 'fastify'
import type { z } from 'zod'
import {
  type AcknowledgeRequest,
  type MoveRequest,
  PASS_HEADER,
  type PickRequest,
  PickupView,
  PrintJobView,
  type RemindRequest,
  ReturnFound,
  type ReturnRequest,
  type ReturnSearch,
  ReturnView,
  type StaffView,
  StockFound,
  TillLiveMessage,
  TillState,
  type UnlockAnswer,
  type UnlockRequest,
} from '../../agent/till/api-schema.ts'
import { EpochMs } from '../../shared/ids.ts'
import { isUndoable, stateAfter, UNDO_MS } from '../../shared/pickup-moves.ts'
import { type LiveStreams, serveLive, servePage } from './built-page.ts'

/** The moment at which every canned answer was given: Wednesday 14:08 in London. */
export const cannedNow = Date.parse('2026-11-25T14:08:00Z')
const minuteMs = 60_000

/** A time so many minutes before (or, negative, after) the canned moment. */
export const minutesAgo = (minutes: number): number => cannedNow - minutes * minuteMs

export const upToDate = TillState.parse({
  store: 'HAR',
  storeName: 'Harbour Street',
  till: 'Till 2',
  zone: 'Europe/London',
  link: 'online',
  since: minutesAgo(300),
  problem: null,
  unsent: 0,
  unsentSales: 0,
  sources: [{ source: 'unicenta', state: 'reading', problem: null }],
})

type Line = z.input<typeof PickupView>['lines'][number]
type Given = Partial<z.input<typeof PickupView>> & {
  number: number
  customer?: z.input<typeof PickupView>['customer']
}

/** One line of an order. */
export function line(units: number, title: string, more: Partial<Line> = {}): Line {
  const id = `${title}-${units}`
  const counts = { ordered: units, picked: 0, missing: null, collected: 0, cancelled: 0, countedBy: null }
  return {
    id,
    sku: null,
    barcode: null,
    title,
    variantTitle: null,
    imageUrl: null,
    units,
    ...counts,
    ...more,
  }
}

/** One pickup, new unless said otherwise. */
export function pickup({ number, ...given }: Given): PickupView {
  return PickupView.parse({
    at: minutesAgo(5),
    pickup: `gid://shopify/FulfillmentOrder/${number}`,
    version: 1,
    order: { name: `#${number}`, placedAt: minutesAgo(12) },
    customer: { name: 'Ana Petrov', phoneEnd: '42' },
    note: null,
    promisedBy: minutesAgo(-22),
    lines: [line(2, 'Canvas tote bag', { variantTitle: 'Navy', sku: 'TOTE-NVY', barcode: '4006381333931' })],
    goneLines: [],
    undo: null,
    toAcknowledge: false,
    state: 'received',
    movedBy: null,
    movedAt: null,
    shopify: 'nothing-due',
    notice: null,
    pendingMoves: 0,
    ...given,
  })
}

const photo = (name: string) => `https://cdn.example/${name}.svg`

/** A usual afternoon: one late and in work, one new, one ready, one short, one done. */
function usualPickups(): PickupView[] {
  return [
    pickup({
      number: 1043,
      lines: [
        line(2, 'Canvas tote bag', {
          variantTitle: 'Navy',
          sku: 'TOTE-NVY',
          barcode: '4006381333931',
          imageUrl: photo('bag'),
        }),
        line(1, 'Enamel mug', { variantTitle: 'White', sku: 'MUG-WHT', imageUrl: photo('mug') }),
      ],
    }),
    pickup({
      number: 1041,
      customer: { name: 'Tom Okafor', phoneEnd: '07' },
      promisedBy: minutesAgo(12),
      note: 'Gift for my sister, please leave the price tag off.',
      lines: [
        line(1, 'Wool beanie', {
          variantTitle: 'Forest green / L',
          sku: 'BEAN-GRN-L',
          barcode: '5012345678900',
          imageUrl: photo('hat'),
        }),
      ],
      state: 'picking',
      movedBy: 'Maya',
      movedAt: minutesAgo(6),
      pendingMoves: 1,
    }),
    pickup({
      number: 1038,
      customer: { name: 'Li Wei', phoneEnd: null },
      promisedBy: minutesAgo(-112),
      lines: [
        line(3, 'Notebook A5', {
          variantTitle: 'Dotted',
          sku: 'NB-A5-DOT',
          imageUrl: photo('book'),
          picked: 3,
        }),
      ],
      state: 'ready',
      keptAt: 'Shelf B3',
      movedBy: 'Maya',
      movedAt: minutesAgo(48),
      shopify: 'confirmed',
    }),
    pickup({
      number: 1035,
      customer: { name: 'Greta Lindqvist', phoneEnd: '88' },
      promisedBy: minutesAgo(-172),
      lines: [line(1, 'Enamel mug', { variantTitle: 'White', sku: 'MUG-WHT', imageUrl: photo('mug') })],
      state: 'accepted',
      movedBy: 'Sam',
      movedAt: minutesAgo(2),
    }),
    pickup({
      number: 1029,
      customer: { name: 'Omar Haddad', phoneEnd: '31' },
      state: 'collected',
      keptAt: 'Hook 2',
      handedTo: { who: 'other', checked: 'code' },
      promisedBy: minutesAgo(200),
      movedBy: 'Sam',
      movedAt: minutesAgo(95),
      shopify: 'confirmed',
    }),
  ]
}

const order1029 = {
  order: 'gid://shopify/Order/1029',
  name: '#1029',
  placedAt: minutesAgo(4_000),
  customer: { name: 'Omar Haddad', phoneEnd: '31' },
}

/** What head office finds: two orders by name, one by number, and of that one two lines. */
export function cannedFound(question: ReturnSearch): z.input<typeof ReturnFound> {
  if (question.ask === 'returnable') {
    const mug = { title: 'Enamel mug', variantTitle: 'White', sku: 'MUG-WHT', barcode: '5000000000017' }
    const tote = { title: 'Canvas tote bag', variantTitle: 'Navy', sku: 'TOTE-NVY', barcode: '4006381333931' }
    const lines = [
      { orderLine: 'l1', ...mug, imageUrl: photo('mug'), units: 2, price: { minor: 1_250, currency: 'GBP' } },
      {
        orderLine: 'l2',
        ...tote,
        imageUrl: photo('bag'),
        units: 1,
        price: { minor: 1_900, currency: 'GBP' },
      },
    ]
    return { is: 'order', order: { ...order1029, lines }, isLocal: false, why: null }
  }
  const other = {
    ...order1029,
    order: 'gid://shopify/Order/1011',
    name: '#1011',
    placedAt: minutesAgo(30_000),
  }
  const orders = [
    { ...order1029, units: 3 },
    { ...other, units: 1 },
  ]
  if (question.text === 'zoe') return { is: 'orders', orders: [], isMore: false, isLocal: false, why: null }
  return {
    is: 'orders',
    orders: question.text === '1029' ? orders.slice(0, 1) : orders,
    isMore: false,
    isLocal: false,
    why: null,
  }
}

/** What this till knows of a text: a mug that six stores have, one of them as of an hour ago. */
export function cannedStock(text: string): StockFound {
  const names = ['Harbour Street', 'Market Square', 'Station', 'Airport Terminal 2', 'Old Town', 'University']
  const stores = (free: readonly (number | null)[]) =>
    names.map((name, place) => ({
      ...{ store: `S${place}`, name, isOwn: place === 0, free: free[place] ?? null },
      asOf: EpochMs.parse(place === 3 ? minutesAgo(70) : cannedNow),
    }))
  const mug = { title: 'Enamel mug', variantTitle: 'White', sku: 'MUG-WHT', barcode: '5000000000017' }
  const tote = { title: 'Canvas tote bag', variantTitle: 'Navy', sku: 'TOTE-NVY', barcode: '4006381333931' }
  const all = [
    { item: 'i1', ...mug, stores: stores([2, 14, 5, 3, 0, null]) },
    { item: 'i2', ...tote, stores: stores([0, 1, 0, 0, 0, 0]) },
  ]
  const wanted = text.toLowerCase()
  const items = all.filter(
    one => wanted !== '' && [one.title, one.sku, one.barcode].some(own => own.toLowerCase().includes(wanted)),
  )
  return StockFound.parse({ heardAt: cannedNow, isComplete: true, items, isMore: false })
}

/** A request that a page made with POST. */
interface Posted {
  readonly url: string
  readonly headers: Readonly<Record<string, unknown>>
  readonly body: unknown
}

/** A pretend till server; tests change its fields between requests. */
export interface CannedTill extends AsyncDisposable {
  readonly url: string
  readonly posted: Posted[]
  state: TillState
  /** What an answer about the state waits for after it was made: one that is overtaken by what is told live. */
  stateAnswers: Promise<void>
  pickups: PickupView[]
  /** `closed`: 401 to all. `broken`: 500 to all. `silent`: never answers. `refusing`: no move is legal. */
  mood: 'well' | 'closed' | 'broken' | 'silent' | 'refusing'
  /** What was counted: by whom, how, of which line, how many were found and how many are missing. */
  readonly picks: string[]
  /** Texts that the page said a scanner typed. */
  readonly scans: string[]
  printJobs: PrintJobView[]
  returns: ReturnView[]
  /** What a look-up for a return is answered. */
  found(question: ReturnSearch): z.input<typeof ReturnFound>
  /** What staff find of the stores' stock. */
  stock(text: string): StockFound
  /** Until when a step can be undone; null: no step can. */
  undoUntil: EpochMs | null
  /** Who works here, and whether steps need a PIN. Every PIN but 4802 is wrong. */
  staff: StaffView
  /** What a wrong PIN is answered. */
  wrongPin: UnlockAnswer
  readonly live: LiveStreams
  readonly tell: (message: z.input<typeof TillLiveMessage>) => void
}

/** What the agent answers about who is at the till. */
function serveStaff(server: FastifyInstance, till: Pick<CannedTill, 'staff' | 'wrongPin'>): void {
  server.get('/api/staff', () => till.staff)
  server.post<{ Body: UnlockRequest }>('/api/staff/unlock', ({ body }): UnlockAnswer => {
    const named = 'ticket' in body ? body.ticket : body.pin === '4802' ? body.staff : ''
    const found = till.staff.people.find(({ staff }) => staff === named)
    if (found === undefined) return 'ticket' in body ? { is: 'expired' } : till.wrongPin
    const { staff, name } = found
    till.staff = { ...till.staff, at: { staff, name } }
    return { is: 'open', pass: `pass-${staff}`, staff, name }
  })
  server.post('/api/staff/active', () => ({ isOpen: till.staff.at !== null }))
  server.post('/api/staff/lock', () => {
    till.staff = { ...till.staff, at: null }
    return { isOpen: false }
  })
}

const noStaffRule: StaffView = { rule: 'off', idleMs: 300_000, people: [], at: null }

/** Three people at a store that requires PINs. */
export const pinStaff: StaffView = {
  rule: 'required',
  idleMs: 300_000,
  people: [
    { staff: 'M17', name: 'Maya', opensBy: 'pin' },
    { staff: 'S4', name: 'Sam', opensBy: 'badge' },
    { staff: 'T2', name: 'Maximiliane Oberhuber-Lindqvist', opensBy: 'pin' },
  ],
  at: null,
}

/** Serves a built till page with canned answers. */
export async function cannedTill(folder: string): Promise<CannedTill> {
  const posted: Posted[] = []
  let live: LiveStreams | undefined
  const till = {
    state: upToDate,
    stateAnswers: Promise.resolve(),
    pickups: usualPickups(),
    mood: 'well' as CannedTill['mood'],
    picks: [] as string[],
    scans: [] as string[],
    printJobs: [] as PrintJobView[],
    returns: [] as ReturnView[],
    found: cannedFound,
    stock: cannedStock,
    undoUntil: null as EpochMs | null,
    staff: noStaffRule,
    wrongPin: { is: 'wrong', triesLeft: 4 } as UnlockAnswer,
  }
  const served = await servePage(folder, server => {
    server.addHook('onRequest', async (request, reply) => {
      if (!request.url.startsWith('/api/')) return
      if (till.mood === 'closed') await reply.code(401).send({ code: 'TILL_CLOSED', sentence: 'Open it.' })
      if (till.mood === 'broken')
        await reply.code(500).send({ code: 'UNEXPECTED', sentence: 'disk I/O error' })
      if (till.mood === 'silent') reply.hijack()
    })
    server.addHook('preHandler', async (request, reply) => {
      const isStep = request.method === 'POST' && /^\/api\/(?:pickups|returns|print-jobs)\//.test(request.url)
      if (!isStep || till.staff.rule === 'off') return
      const pass = request.headers[PASS_HEADER]
      if (till.staff.at === null || pass !== `pass-${till.staff.at.staff}`)
        await reply.code(403).send({ code: 'STAFF_PASS_NEEDED', sentence: 'The till is locked.' })
    })
    live = serveLive(server, () => true)
    serveStaff(server, till)
    server.get('/api/state', async () => {
      const answer = till.state
      await till.stateAnswers
      return answer
    })
    server.get('/api/pickups', () => till.pickups)
    server.get('/api/print-jobs', () => till.printJobs)
    server.post<{ Body: { text: string } }>('/api/scans', ({ body }) => {
      till.scans.push(body.text)
      return { code: body.text, problem: null }
    })
    server.post<{ Params: { id: string }; Body: { slip: string } }>('/api/pickups/:id/slips', request => {
      const { id } = request.params
      const job = {
        job: `job_${till.printJobs.length}`,
        subject: id,
        kind: request.body.slip,
        madeAt: cannedNow,
      }
      const queued = PrintJobView.parse({
        ...job,
        orderName: '#1041',
        state: 'queued',
        sentence: 'Waits for the printer.',
      })
      till.printJobs = [queued, ...till.printJobs]
      return queued
    })
    server.post<{ Params: { job: string } }>('/api/print-jobs/:job/reprint', request => {
      till.printJobs = till.printJobs.map(one =>
        one.job === request.params.job
          ? { ...one, state: 'queued', sentence: 'Waits for the printer.' }
          : one,
      )
      return till.printJobs.find(one => one.job === request.params.job)
    })
    server.post<{ Body: { text: string } }>('/api/stock/questions', ({ body }) => till.stock(body.text))
    server.get('/api/returns', () => till.returns)
    server.post<{ Body: ReturnSearch }>('/api/returns/questions', ({ body }) =>
      ReturnFound.parse(till.found(body)),
    )
    server.post<{ Body: ReturnRequest }>('/api/returns', (request, reply) => {
      posted.push({ url: request.url, headers: request.headers, body: request.body })
      if (till.mood === 'refusing')
        return reply.code(409).send({
          code: 'RETURN_TOO_MANY',
          sentence: 'Of order #1029, 1 × Enamel mug can still be taken back.',
        })
      const { returnId, orderName, lines, staff } = request.body
      const made = ReturnView.parse({
        ...{ returnId, orderName, lines, staff, till: 'Till 2', madeAt: cannedNow },
        ...{ state: till.state.link === 'online' ? 'waiting' : 'recorded', refunded: null, problem: null },
        undo: till.undoUntil === null ? null : { until: till.undoUntil },
      })
      till.returns = [made, ...till.returns.filter(one => one.returnId !== returnId)]
      return made
    })
    server.post<{ Params: { id: string } }>('/api/returns/:id/undo', ({ params, url, headers, body }) => {
      posted.push({ url, headers, body })
      till.returns = till.returns.map(view =>
        view.returnId === params.id
          ? { ...view, state: 'refused' as const, problem: 'undone' as const, undo: null }
          : view,
      )
      return till.returns.find(view => view.returnId === params.id)
    })
    server.post<{ Params: { id: string } }>('/api/returns/:id/slips', ({ params }) =>
      PrintJobView.parse({
        ...{ job: 'job_r', subject: params.id, kind: 'return-slip', madeAt: cannedNow, orderName: '#1029' },
        ...{ state: 'queued', sentence: 'Waits for the printer.' },
      }),
    )
    const undone = new Map<string, PickupView>()
    server.post<Asked<MoveRequest>>('/api/pickups/:id/moves', (request, reply) => {
      posted.push({ url: request.url, headers: request.headers, body: request.body })
      const before = till.pickups.find(one => one.pickup === request.params.id)
      const after = before === undefined ? null : moved(before, request.body, till.undoUntil, undone)
      if (before === undefined || after === null || till.mood === 'refusing')
        return reply.code(409).send({
          code: 'MOVE_ILLEGAL',
          sentence: 'Sam at Till 1 has already handed this order over.',
        })
      till.pickups = till.pickups.map(one => (one === before ? after : one))
      return after
    })
    server.post<Asked<PickRequest>>('/api/pickups/:id/picks', ({ params, body }, reply) => {
      const before = till.pickups.find(one => one.pickup === params.id)
      const isPicking = before?.state === 'picking' || before?.state === 'short'
      if (before === undefined || !isPicking)
        return reply.code(409).send({ code: 'MOVE_ILLEGAL', sentence: 'It is not being picked.' })
      const counts = { picked: body.picked, missing: body.missing }
      till.picks.push(`${body.staff} ${body.by} ${body.line} ${body.picked} ${body.missing?.units ?? 0}`)
      const lines = before.lines.map(one => (one.id === body.line ? { ...one, ...counts } : one))
      const after = PickupView.parse({ ...before, lines })
      till.pickups = till.pickups.map(one => (one.pickup === before.pickup ? after : one))
      return after
    })
    server.post<Asked<RemindRequest>>('/api/pickups/:id/reminders', (request, reply) => {
      const { params, body, url, headers } = request
      posted.push({ url, headers, body })
      if (till.mood === 'refusing')
        return reply.code(409).send({ code: 'MOVE_ILLEGAL', sentence: 'Sam has already handed it over.' })
      till.pickups = till.pickups.map(one => (one.pickup === params.id ? reminded(one, body, till) : one))
      return till.pickups.find(one => one.pickup === params.id)
    })
    server.post<{ Params: { id: string } }>('/api/pickups/:id/reminders/undo', request => {
      const { params, body, url, headers } = request
      posted.push({ url, headers, body })
      till.pickups = till.pickups.map(one =>
        one.pickup === params.id
          ? { ...one, reminders: one.reminders.slice(0, -1), undoReminder: null }
          : one,
      )
      return till.pickups.find(one => one.pickup === params.id)
    })
    server.post<Asked<AcknowledgeRequest>>('/api/pickups/:id/acknowledgements', ({ params }) => {
      till.pickups = till.pickups.map(one =>
        one.pickup === params.id
          ? {
              ...one,
              toAcknowledge: false,
              undoAcknowledge: { until: EpochMs.parse(cannedNow + UNDO_MS) },
            }
          : one,
      )
      return till.pickups.find(one => one.pickup === params.id)
    })
    server.post<Asked<AcknowledgeRequest>>('/api/pickups/:id/acknowledgements/undo', ({ params }) => {
      till.pickups = till.pickups.map(one =>
        one.pickup === params.id ? { ...one, toAcknowledge: true, undoAcknowledge: null } : one,
      )
      return till.pickups.find(one => one.pickup === params.id)
    })
  })
  const streams = live
  if (streams === undefined) throw new Error('no live streams')
  return Object.assign(till, {
    url: served.url,
    posted,
    live: streams,
    tell: (message: z.input<typeof TillLiveMessage>) => streams.send(TillLiveMessage.parse(message)),
    [Symbol.asyncDispose]: async () => {
      streams.drop()
      await served.close()
    },
  })
}

interface Asked<Body> {
  Params: { id: string }
  Body: Body
}

function reminded(
  before: PickupView,
  { number, how, staff }: RemindRequest,
  { undoUntil }: Pick<CannedTill, 'undoUntil'>,
): PickupView {
  const reminder = { readyAt: before.movedAt ?? before.at, number, how, staff, at: EpochMs.parse(cannedNow) }
  const undoReminder = undoUntil === null ? null : { number, until: undoUntil }
  return { ...before, reminders: [...before.reminders, reminder], undoReminder }
}

/** A pickup after a move, as the till's program would make it; null when it refuses. */
function moved(
  before: PickupView,
  { move, staff }: MoveRequest,
  until: EpochMs | null,
  undone: Map<string, PickupView>,
): PickupView | null {
  if (move === 'undo') return undone.get(before.pickup) ?? null
  const state = stateAfter(before.state, move)
  if (state === null) return null
  undone.set(before.pickup, before)
  const lines = before.lines.map(one => ({ ...one, picked: one.units - (one.missing?.units ?? 0) }))
  return PickupView.parse({
    ...before,
    state,
    movedBy: staff,
    movedAt: cannedNow,
    pendingMoves: 1,
    ...(move === 'finish' ? { lines } : {}),
    undo: until !== null && isUndoable(move) ? { move, until } : null,
  })
}

import { expect, test } from 'vitest'
import { ReturnFound, ReturnView } from '../../agent/till/api-schema.ts'
import { ReturnPut, StoreDescribed } from '../../shared/commands.ts'
import { epochMs, PickupId } from '../../shared/ids.ts'
import { Currency, minor } from '../../shared/money.ts'
import { UNDO_MS } from '../../shared/pickup-moves.ts'
import { ReturnAnswer, type ReturnRule } from '../../shared/returns.ts'
import { readChain } from '../journal/test-journal.ts'
import { openTill, pageBy } from './open-till.ts'

type Till = Awaited<ReturnType<typeof openTill>>
const ORDER = 'gid://shopify/Order/5'
const LINE = 'gid://shopify/LineItem/6'
const PICKUP = 'gid://shopify/FulfillmentOrder/7'
const KEY = 'ret_0123456789abcdef'
const item = { title: 'Mug', variantTitle: 'Blue', sku: 'MUG-BLU', barcode: null }
const back = (over: object = {}) => ({
  orderLine: LINE,
  ...item,
  units: 1,
  condition: 'sellable',
  reason: 'unwanted',
  ...over,
})
const request = (over: object = {}) => ({
  returnId: KEY,
  order: ORDER,
  orderName: '#1005',
  lines: [back()],
  staff: 'Maya',
  ...over,
})

function describe(till: Till, returns: ReturnRule = 'refund'): void {
  const said = { store: 'HAR', name: 'Harbour', till: 'Till 1', zone: 'Europe/Berlin', returns }
  till.tell(StoreDescribed.parse({ kind: 'store.described', at: 1, ...said }))
}

async function send(till: Till, path: string, body: unknown) {
  const answer = await (await pageBy(till.link)).post(path, body)
  return { status: answer.status, body: JSON.parse(answer.body) as unknown }
}
const search = async (till: Till, question: object) =>
  ReturnFound.parse((await send(till, '/api/returns/questions', question)).body)
const listed = async (till: Till) => {
  const { body } = await (await pageBy(till.link)).get('/api/returns')
  return ReturnView.array().parse(JSON.parse(body))
}
const events = async (till: Till) => (await readChain(till.journal)).map(body => JSON.parse(body) as object)

function told(over: Partial<ReturnPut> = {}): ReturnPut {
  return ReturnPut.parse({
    kind: 'return.put',
    at: 2,
    returnId: KEY,
    order: '#1005',
    lines: [back()],
    staff: 'Maya',
    till: 'Till 1',
    madeAt: 1_000,
    state: 'done',
    refunded: { minor: 1_690, currency: 'EUR' },
    problem: null,
    ...over,
  })
}

const ordersAnswer = ReturnAnswer.parse({
  is: 'order',
  order: {
    order: ORDER,
    name: '#1005',
    placedAt: 1,
    customer: { name: 'Ann Lee', phoneEnd: null },
    lines: [{ orderLine: LINE, ...item, imageUrl: null, units: 2, price: { minor: 1_690, currency: 'EUR' } }],
  },
})

test('what is taken back is journalled once, and shows what the hub says of it', async () => {
  await using till = await openTill()
  describe(till)
  const first = await send(till, '/api/returns', request())
  expect(first).toMatchObject({ status: 200, body: { returnId: KEY, state: 'recorded', refunded: null } })
  expect(await send(till, '/api/returns', request())).toEqual(first) // a second tap
  expect(await events(till)).toMatchObject([
    {
      kind: 'return.made',
      returnId: KEY,
      orderId: ORDER,
      orderName: '#1005',
      pickup: null,
      staff: 'Maya',
      till: 'Till 1',
    },
  ])
  till.tell(told({ state: 'waiting', refunded: null }))
  expect(await listed(till)).toMatchObject([{ returnId: KEY, state: 'waiting' }])
  till.tell(told())
  expect(await listed(till)).toMatchObject([{ state: 'done', refunded: { minor: 1_690, currency: 'EUR' } }])
  till.tell(
    told({
      returnId: ReturnPut.shape.returnId.parse('ret_of00000000another'),
      madeAt: epochMs(till.world.clock.now()),
      state: 'refused',
      problem: 'not-returnable',
    }),
  )
  expect(await listed(till)).toHaveLength(2) // another till's
})

test('what was taken back is undone once, within eight seconds, and the customer may bring it later', async () => {
  await using till = await openTill()
  describe(till)
  till.hub.answer = async () => ordersAnswer
  const undo = () => send(till, `/api/returns/${KEY}/undo`, { staff: 'Sam' })
  expect(await undo()).toMatchObject({ status: 404, body: { code: 'RETURN_UNKNOWN' } })
  const made = await send(till, '/api/returns', request())
  const until = till.world.clock.now() + UNDO_MS
  expect(made.body).toMatchObject({ undo: { until } })
  till.tell(told({ state: 'waiting', refunded: null })) // the hub holds it back
  expect(await undo()).toMatchObject({
    status: 200,
    body: { state: 'refused', problem: 'undone', undo: null },
  })
  expect(await undo()).toMatchObject({ status: 200 })
  expect(await events(till)).toMatchObject([
    { kind: 'return.made' },
    { kind: 'return.undone', returnId: KEY, staff: 'Sam', till: 'Till 1' },
  ])
  const question = { ask: 'returnable', order: ORDER }
  expect(await search(till, question)).toMatchObject({ order: { lines: [{ units: 2 }] } })
  till.tell(told({ state: 'waiting', refunded: null, undoTooLate: true })) // Shopify had heard of it
  expect(await listed(till)).toMatchObject([{ state: 'waiting', undoTooLate: true }])
  till.tell(told({ undoTooLate: true }))
  expect(await listed(till)).toMatchObject([{ state: 'done', undoTooLate: true }])
})

test('a return can’t be undone later, nor when the hub has carried it out', async () => {
  await using till = await openTill()
  describe(till)
  const undo = () => send(till, `/api/returns/${KEY}/undo`, { staff: 'Sam' })
  const late = { status: 409, body: { code: 'RETURN_UNDO_TOO_LATE' } }
  await send(till, '/api/returns', request())
  till.tell(told())
  expect(await undo()).toMatchObject(late)
  const other = 'ret_0123456789abcdeg'
  await send(till, '/api/returns', request({ returnId: other }))
  await till.world.advance(UNDO_MS)
  expect(await send(till, `/api/returns/${other}/undo`, { staff: 'Sam' })).toMatchObject(late)
  expect(await events(till)).toHaveLength(2)
})

test('the same key with other items is refused, and nothing of it is dropped', async () => {
  await using till = await openTill()
  describe(till)
  await send(till, '/api/returns', request())
  for (const lines of [[back({ units: 2 })], [back(), back({ orderLine: 'gid://shopify/LineItem/8' })]])
    expect(await send(till, '/api/returns', request({ lines }))).toMatchObject({
      status: 409,
      body: { code: 'RETURN_RECORDED' },
    })
  expect(await events(till)).toHaveLength(1)
})

test('where head office pays, no other promise is made', async () => {
  await using till = await openTill()
  describe(till, 'goods-only')
  expect(await send(till, '/api/returns', request())).toMatchObject({
    body: { state: 'recorded', officePays: true },
  })
  till.tell(told({ state: 'waiting', rule: 'goods-only', refunded: null }))
  expect(await listed(till)).toMatchObject([{ state: 'waiting', officePays: true }])
  const due = { minor: minor(1_690), currency: Currency.parse('EUR') }
  till.tell(told({ rule: 'goods-only', due, refunded: null })) // closed by a person
  expect(await listed(till)).toMatchObject([{ state: 'done', officePays: true }])
  till.tell(told({ rule: 'goods-only', due }))
  expect(await listed(till)).toMatchObject([{ state: 'done', officePays: false }])
})

test('what head office refuses is not looked for at the till instead', async () => {
  await using till = await openTill()
  describe(till)
  const line = { id: 'l1', ...item, imageUrl: null, units: 2 }
  till.put({ state: 'collected', movedAt: epochMs(till.world.clock.now()), lines: [line] as never })
  till.hub.answer = async () => ({ is: 'problem', code: 'RETURNS_NOT_AGREED', sentence: 'No.' })
  expect(await search(till, { ask: 'find-orders', text: '#1043' })).toMatchObject({
    is: 'problem',
    code: 'RETURNS_NOT_AGREED',
  })
})

test('a store that takes nothing back records nothing; nor does a till that was not told', async () => {
  await using till = await openTill()
  expect(await send(till, '/api/returns', request())).toMatchObject({
    status: 409,
    body: { code: 'RETURNS_CLOSED' },
  })
  describe(till, 'none')
  expect(await send(till, '/api/returns', request())).toMatchObject({ status: 409 })
  expect(till.state().returns).toBe('none')
  expect(await events(till)).toEqual([])
})

test('a look-up goes to head office, is not kept, and leaves out what is under way here', async () => {
  await using till = await openTill()
  describe(till)
  till.hub.answer = async () => ordersAnswer
  const question = { ask: 'returnable', order: ORDER }
  expect(await search(till, question)).toMatchObject({ isLocal: false, order: { lines: [{ units: 2 }] } })
  expect(await events(till)).toEqual([])
  await send(till, '/api/returns', request())
  expect(await search(till, question)).toMatchObject({ order: { lines: [{ units: 1 }] } })
  till.tell(told()) // Shopify's own count has it by now
  expect(await search(till, question)).toMatchObject({ order: { lines: [{ units: 2 }] } })
})

test('without head office staff take back what was handed over here, and no more of it', async () => {
  await using till = await openTill()
  describe(till)
  const line = { id: 'l1', ...item, imageUrl: null, units: 2 }
  const isNow = epochMs(till.world.clock.now())
  till.put({ state: 'collected', movedAt: isNow, lines: [line] as never })
  expect(await search(till, { ask: 'find-orders', text: 'zoe' })).toMatchObject({
    is: 'problem',
    code: 'HUB_OFFLINE',
  })
  for (const text of ['1043', '#1043', 'ana', 'MUG-BLU'])
    expect(await search(till, { ask: 'find-orders', text }), text).toMatchObject({
      isLocal: true,
      orders: [{ order: PICKUP, name: '#1043', units: 2 }],
    })
  const lines = [back({ orderLine: 'l1' })]
  const one = request({ order: PICKUP, orderName: '#1043', lines })
  expect(await send(till, '/api/returns', one)).toMatchObject({ status: 200 })
  expect(await events(till)).toMatchObject([{ orderId: null, pickup: PICKUP, lines: [{ orderLine: 'l1' }] }])
  expect(await search(till, { ask: 'returnable', order: PICKUP })).toMatchObject({
    isLocal: true,
    order: { lines: [{ orderLine: 'l1', units: 1, price: null }] },
  })
  const more = { ...one, returnId: 'ret_00000000000000002', lines: [back({ orderLine: 'l1', units: 2 })] }
  expect(await send(till, '/api/returns', more)).toMatchObject({
    status: 409,
    body: { code: 'RETURN_TOO_MANY' },
  })
})

test('what another till of the store took back is not taken back here again, with head office or without', async () => {
  await using till = await openTill()
  describe(till)
  const isNow = epochMs(till.world.clock.now())
  const line = { id: 'l1', ...item, imageUrl: null, units: 2 }
  till.put({ state: 'collected', movedAt: isNow, lines: [line] as never })
  till.hub.answer = async () => ordersAnswer
  const ofPickups: ReturnPut['ofPickups'] = [{ pickup: PickupId.parse(PICKUP), line: 'l1', units: 1 }]
  till.tell(told({ state: 'waiting', refunded: null, madeAt: isNow, orderId: ORDER, ofPickups }))
  const question = { ask: 'returnable', order: ORDER }
  expect(await search(till, question)).toMatchObject({ order: { lines: [{ units: 1 }] } })
  const here = { ask: 'returnable', order: PICKUP }
  expect(await search(till, here)).toMatchObject({ order: { lines: [{ orderLine: 'l1', units: 1 }] } })
  till.tell(told({ madeAt: isNow, orderId: ORDER, ofPickups }))
  expect(await search(till, question)).toMatchObject({ order: { lines: [{ units: 2 }] } }) // Shopify's count has it
  expect(await search(till, here)).toMatchObject({ order: { lines: [{ units: 1 }] } })
  till.tell(
    told({
      madeAt: isNow,
      orderId: ORDER,
      ofPickups,
      state: 'refused',
      problem: 'not-returnable',
      refunded: null,
    }),
  )
  expect(await search(till, here)).toMatchObject({ order: { lines: [{ units: 2 }] } })
})

test('a return’s slip waits for its printer like any other', async () => {
  await using till = await openTill()
  describe(till)
  await send(till, '/api/returns', request())
  expect(await send(till, `/api/returns/${KEY}/slips`, {})).toMatchObject({
    status: 200,
    body: { kind: 'return-slip', orderName: '#1005', state: 'queued', subject: KEY },
  })
  expect(await send(till, '/api/returns/ret_00000000000000009/slips', {})).toMatchObject({
    status: 404,
    body: { code: 'RETURN_UNKNOWN' },
  })
})

test.each([
  ['no key', { returnId: 'x' }],
  ['no lines', { lines: [] }],
  ['no units', { lines: [back({ units: 0 })] }],
  ['an unknown condition', { lines: [back({ condition: 'eaten' })] }],
  ['no name', { staff: ' ' }],
])('a request with %s is refused', async (_what, over) => {
  await using till = await openTill()
  describe(till)
  expect(await send(till, '/api/returns', request(over))).toMatchObject({ status: 400 })
})

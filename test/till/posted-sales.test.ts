import { expect, test } from 'vitest'
import { z } from 'zod'
import { AgentEvent } from '../../shared/events.ts'
import { readChain } from '../journal/test-journal.ts'
import { ask, openTill, POS_TOKEN } from './open-till.ts'

type Till = Awaited<ReturnType<typeof openTill>>

const sale = {
  receipt: 'R-457',
  receiptNumber: '457',
  till: '1',
  staff: 'Maya',
  soldAt: '2026-11-25T14:03:00',
  lines: [{ sku: 'SHIRT-M', title: 'Shirt', quantity: '2', net: '33.62', discount: '1.00' }],
  taxes: [{ name: 'VAT', ratePercent: 19, base: '33.62', amount: '6.39' }],
  tenders: [{ kind: 'card', name: 'Visa', amount: 40.01 }],
}
const numbers = Array.from({ length: 1_000 }, (_, n) => n).values()
const newKey = () => `key-${numbers.next().value}`

async function send(
  till: Till,
  body: unknown,
  given: { key?: string; headers?: Record<string, string>; path?: string; method?: string } = {},
) {
  const { status, body: text } = await ask(`${till.url}${given.path ?? '/pos/register/sales'}`, {
    method: given.method ?? 'POST',
    headers: {
      authorization: `Bearer ${POS_TOKEN}`,
      'idempotency-key': given.key ?? newKey(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...given.headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  return { status, answer: z.record(z.string(), z.unknown()).parse(JSON.parse(text)) }
}
const voidOf = (till: Till, receipt: string, key = newKey()) =>
  send(till, undefined, { key, method: 'DELETE', path: `/pos/register/sales/${receipt}` })

/** What the journal owes the hub. */
async function told(till: Till): Promise<AgentEvent[]> {
  const bodies = await readChain(till.journal)
  return bodies.map(body => AgentEvent.parse(JSON.parse(body)))
}

test('a posted sale is journalled before it is answered, with what it came to', async () => {
  await using till = await openTill()
  expect(await send(till, sale)).toEqual({
    status: 200,
    answer: { receipt: 'R-457', taken: 'new', unexplained: 0 },
  })
  expect(await told(till)).toMatchObject([
    {
      kind: 'sale.completed',
      source: 'register',
      businessDate: '2026-11-25',
      lines: [{ quantity: 2000, net: 3362, discount: 100, warehouse: '0' }],
      taxes: [{ rate: 190_000, amount: 639 }],
      tenders: [{ kind: 'card', amount: 4001 }],
      rounding: 0,
      unexplained: 0,
    },
  ])
})

test('the same request again changes nothing, however often and at once it comes', async () => {
  await using till = await openTill()
  const answers = await Promise.all([1, 2, 3].map(() => send(till, sale, { key: 'once' })))
  expect(answers.map(({ answer }) => answer['taken'])).toEqual(['new', 'known', 'known'])
  expect(await told(till)).toHaveLength(1)
})

test('a key with other content is refused; other content of the receipt under a new key is an edit', async () => {
  await using till = await openTill()
  await send(till, sale, { key: 'mine' })
  const edited = { ...sale, staff: 'Sam' }
  expect(await send(till, edited, { key: 'mine' })).toMatchObject({
    status: 409,
    answer: { code: 'IDEMPOTENCY_KEY_REUSED' },
  })
  expect((await send(till, edited)).answer['taken']).toBe('edit')
  expect((await told(till)).map(event => event.kind)).toEqual(['sale.completed', 'sale.completed'])
})

test('a sale is taken back once, and one that this PC does not know is taken back at the hub', async () => {
  await using till = await openTill()
  await send(till, sale)
  expect((await voidOf(till, 'R-457')).answer['taken']).toBe('edit')
  expect((await voidOf(till, 'R-457')).status).toBe(200)
  expect(await voidOf(till, 'R-999')).toMatchObject({ status: 200, answer: { taken: 'passed-on' } })
  const events = await told(till)
  expect(events.map(event => event.kind)).toEqual(['sale.completed', 'sale.voided', 'sale.voided'])
  expect(events.at(-1)).toMatchObject({ receipt: 'R-999', reason: 'unknown-here' })
})

test('what can’t be read is reported to the POS and to head office, its card numbers masked, and corrected by the next post', async () => {
  await using till = await openTill()
  const wrong = { ...sale, lines: [{ ...sale.lines[0], quantity: 'two', title: 'card 4111 1111 1111 1111' }] }
  expect(await send(till, wrong, { key: 'k' })).toMatchObject({
    status: 400,
    answer: { code: 'QUANTITY_UNREADABLE', sentence: expect.stringContaining('lines.0.quantity') },
  })
  await send(till, wrong, { key: 'k' })
  expect((await send(till, sale, { key: 'k' })).answer['taken']).toBe('new')
  const events = await told(till)
  expect(events.map(event => event.kind)).toEqual([
    'source.row-refused',
    'source.row-accepted',
    'sale.completed',
  ])
  expect(JSON.stringify(events)).not.toMatch(/4111 ?1111/)
})

test.each([
  ['1', '-33.62'],
  ['-1', '33.62'],
])('%s of an item for %s may be sold or have come back: it is refused', async (quantity, net) => {
  await using till = await openTill()
  const lines = [{ sku: 'SHIRT-M', title: 'Shirt', quantity, net }]
  expect(await send(till, { ...sale, lines })).toMatchObject({
    status: 400,
    answer: { code: 'POSTED_SALE_MALFORMED', sentence: expect.stringContaining('lines.0 has') },
  })
  const off = [...sale.lines, { sku: null, title: 'Voucher of the day', quantity: '1', net: '-1.00' }]
  expect(await send(till, { ...sale, lines: off })).toMatchObject({ status: 200 })
})

test('a sale that does not add up is kept with what is unexplained', async () => {
  await using till = await openTill()
  const { answer } = await send(till, { ...sale, tenders: [{ kind: 'cash', amount: '50.00' }] })
  expect(answer['unexplained']).toBe(999)
  expect(await told(till)).toMatchObject([{ unexplained: 999, rounding: 0 }])
})

test.each<[string, Parameters<typeof send>[2], number, string]>([
  ['without the token', { headers: { authorization: '' } }, 401, 'POS_TOKEN_WRONG'],
  ['with another token', { headers: { authorization: 'Bearer nonsense' } }, 401, 'POS_TOKEN_WRONG'],
  ['by a page', { headers: { origin: 'http://evil.example' } }, 403, 'ORIGIN_WRONG'],
  ['by the till page itself', { headers: { 'sec-fetch-site': 'same-origin' } }, 403, 'ORIGIN_WRONG'],
  ['under a foreign name', { headers: { host: 'evil.example' } }, 403, 'HOST_WRONG'],
  ['without a key', { headers: { 'idempotency-key': ' ' } }, 400, 'IDEMPOTENCY_KEY_MISSING'],
  ['for a source that does not exist', { path: '/pos/nothing/sales' }, 404, 'POS_SOURCE_CLOSED'],
])('a sale posted %s is refused and leaves nothing', async (_how, given, status, code) => {
  await using till = await openTill()
  expect(await send(till, sale, given)).toMatchObject({ status, answer: { code } })
  expect(await told(till)).toEqual([])
})

test('a refund that has the receipt of its sale never replaces it, and a wrong clock is asked about', async () => {
  await using till = await openTill()
  await send(till, sale)
  const refund = {
    ...sale,
    soldAt: '2026-11-25T15:00:00',
    lines: [{ sku: ' SHIRT-M ', quantity: '-2', net: '-33.62' }],
    taxes: [{ name: 'VAT', base: '-33.62', amount: '-6.39' }],
    tenders: [{ kind: 'cash', amount: '-40.00' }],
  }
  const repeated = await send(till, refund)
  expect(repeated).toMatchObject({ status: 409, answer: { code: 'RECEIPT_NUMBER_REPEATED' } })
  expect(repeated.answer['sentence']).toContain('the refund of 2026-11-25 15:00 over -40.00 EUR')
  expect(await send(till, { ...refund, receipt: 'R-457/refund' })).toMatchObject({ status: 200 })
  const early = await send(till, { ...sale, receipt: 'R-1', soldAt: '1970-01-01T00:10:00' })
  expect(early).toMatchObject({ status: 400, answer: { code: 'TILL_CLOCK_WRONG' } })
  const events = await told(till)
  expect(events.map(({ kind }) => kind)).toEqual([
    'sale.completed',
    'source.row-refused',
    'sale.completed',
    'source.row-refused',
  ])
  expect(events[2]).toMatchObject({ lines: [{ sku: 'SHIRT-M' }], rounding: 1, unexplained: 0 })
})

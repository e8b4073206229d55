import { join } from 'node:path'
import { expect, test } from 'vitest'
import { memoryOf } from '../../agent/agent-journal.ts'
import { codeFields, maskEvents } from '../../agent/sources/masked-events.ts'
import { AgentEvent } from '../../shared/events.ts'
import { lightWorld, openTestJournal, readChain } from '../journal/test-journal.ts'
import { temporaryFolder } from '../manual-world.ts'

const CARD = '4111 1111 1111 1111'
const MASKED = '**** **** **** 1111'
const at = 1_795_597_200_000
const soldAt = { wall: '2026-11-25T10:00:00.000', zone: 'UTC' }
const fingerprint = 'f'.repeat(43)
const source = 'pos'
const fields = { sku: '4111111111111111', barcode: '4006381333931', quantity: 1_000, warehouse: 'W1' }
const problem = { code: 'X', sentence: `refused ${CARD}` }

/** One event of each kind, by an adapter that masks nothing: a card number in every text that the schema lets it be in. */
const events: Readonly<Record<AgentEvent['kind'], object>> = {
  'sale.completed': {
    receipt: '4111111111111111',
    receiptNumber: CARD,
    fingerprint,
    till: CARD,
    staff: CARD,
    businessDate: '2026-11-25',
    soldAt,
    currency: 'EUR',
    lines: [{ line: 0, title: `Gift card ${CARD}`, net: 100, ...fields }],
    taxes: [{ name: CARD, rate: null, base: 100, amount: 0 }],
    tenders: [{ kind: 'card', name: `Visa ${CARD}`, amount: 100 }],
    rounding: 0,
    unexplained: 0,
  },
  'sale.voided': { receipt: '4111111111111111', reason: 'deleted' },
  'stock.moved': { entry: 'e', fingerprint, reason: 'received', happenedAt: soldAt, ...fields },
  'cash.moved': {
    receipt: 'r',
    till: CARD,
    businessDate: '2026-11-25',
    currency: 'EUR',
    amount: 100,
    name: CARD,
  },
  'source.row-refused': { row: '4111111111111111', code: 'X', sentence: CARD, payload: `{"pan":"${CARD}"}` },
  'source.row-accepted': { row: '4111111111111111' },
  'pickup.moved': { pickup: 'p', move: 'pick', staff: CARD, till: CARD, reason: CARD },
  'epoch.opened': { reason: CARD, previous: { epoch: 1, seq: 1, head: 'h' } },
  'stock.counted': { entry: 'e', fingerprint, countedAt: soldAt, ...fields },
  'price.changed': { entry: 'e', fingerprint, price: 100, currency: 'EUR', taxIncluded: null, ...fields },
  'sale.unposted': {
    expected: 'pos-2',
    receipt: 'r',
    receiptNumber: CARD,
    till: CARD,
    soldAt,
    currency: 'EUR',
    total: 100,
  },
  'journal.salvaged': { cause: CARD, file: CARD, events: 0, sales: 0, isEndLost: false, parts: [CARD] },
  'sale.posted': { receipt: '4111111111111111' },
  'scan.observed': {
    peripheral: 'scanner',
    via: 'hid',
    aim: null,
    symbology: CARD,
    text: CARD,
    gtin: null,
    elements: [{ ai: '91', value: CARD }],
    item: { rule: CARD, code: 'c', quantity: null, price: null },
    order: CARD,
    problem,
  },
  'peripheral.changed': {
    peripheral: 'scanner',
    what: 'scanner',
    connected: true,
    conditions: [],
    sentence: CARD,
  },
  'pos.written': { what: 'order', externalId: '4111111111111111', problem },
}

const kinds = AgentEvent.options.map(option => option.shape.kind.value)

test.each(kinds)('no card number of an adapter that masks nothing is journalled: %s', async kind => {
  using folder = temporaryFolder()
  using opened = openTestJournal(lightWorld(), join(folder.path, 'journal.db'))
  const event = { kind, at, source, ...events[kind] } as unknown as AgentEvent
  const before = JSON.stringify(event)
  await memoryOf(opened.journal)(source).commit({ events: [event], known: [], mark: null })
  const [body = ''] = await readChain(opened.journal)
  expect(body).toBe(before.replaceAll(CARD, MASKED))
  expect(JSON.stringify(event)).toBe(before) // the adapter's own object is left as it was
})

test('codes are left as they are, whatever they look like; texts are not', () => {
  expect([...codeFields].filter(field => ['title', 'name', 'till', 'staff', 'text'].includes(field))).toEqual(
    [],
  )
  const plain = { kind: 'sale.posted', at, source, receipt: '4111111111111111' } as unknown as AgentEvent
  expect(maskEvents([plain])[0]).toBe(plain) // uncopied
})

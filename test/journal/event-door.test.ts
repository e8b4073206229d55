import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { memoryOf } from '../../agent/agent-journal.ts'
import { throughDoor } from '../../shared/event-door.ts'
import { AgentEvent } from '../../shared/events.ts'
import { temporaryFolder } from '../manual-world.ts'
import { lightWorld, openTestJournal, readChain } from './test-journal.ts'

const CARD = '4111 1111 1111 1111'
const MASKED = '**** **** **** 1111'
const at = 1_795_597_200_000
const soldAt = { wall: '2026-11-25T10:00:00.000', zone: 'UTC' }
const fingerprint = 'f'.repeat(43)
const source = 'pos'
const fields = { sku: 'SHIRT-1', barcode: '4006381333931', quantity: 1_000, warehouse: 'W1' }
const problem = { code: 'X', sentence: `refused ${CARD}` }

/** One event of each kind, by an adapter that masks nothing: a card number in every text that the schema lets it be in. */
const events: Readonly<Record<AgentEvent['kind'], object>> = {
  'sale.completed': {
    receipt: 'r-1',
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
  'sale.voided': { receipt: 'r-1', reason: 'deleted' },
  'stock.moved': { entry: 'e', fingerprint, reason: 'received', happenedAt: soldAt, ...fields },
  'cash.moved': {
    receipt: 'r',
    till: CARD,
    businessDate: '2026-11-25',
    currency: 'EUR',
    amount: 100,
    name: CARD,
  },
  'source.row-refused': { row: 'receipts/r-1', code: 'X', sentence: CARD, payload: `{"pan":"${CARD}"}` },
  'source.row-accepted': { row: 'receipts/r-1' },
  'pickup.moved': { pickup: 'p', move: 'pick', staff: CARD, till: CARD, reason: CARD },
  'pickup.reminded': { pickup: 'p', readyAt: at, number: 1, how: 'phone', staff: CARD, till: CARD },
  'return.undone': { returnId: 'ret_0123456789abcdef', staff: CARD, till: CARD },
  'return.made': {
    returnId: 'ret_0123456789abcdef',
    orderId: 'gid://shopify/Order/4111111111111111',
    orderName: CARD,
    pickup: null,
    lines: [
      {
        orderLine: 'gid://shopify/LineItem/4111111111111111',
        title: CARD,
        variantTitle: CARD,
        sku: 'SHIRT-1',
        barcode: null,
        units: 1,
        condition: 'sellable',
        reason: 'other',
      },
    ],
    staff: CARD,
    till: CARD,
  },
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
  'sale.posted': { receipt: 'r-1' },
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
  'pos.written': { what: 'order', externalId: 'order-1', problem },
}

const kinds = AgentEvent.options.map(option => option.shape.kind.value)
const eventOf = (kind: AgentEvent['kind'], over: object = {}) =>
  ({ kind, at, source, ...events[kind], ...over }) as unknown as AgentEvent

/** What the journal holds after an adapter's event, through its source's memory or without one. */
async function journalled(event: AgentEvent, by: 'memory' | 'record' = 'memory'): Promise<string[]> {
  using folder = temporaryFolder()
  using opened = openTestJournal(lightWorld(), join(folder.path, 'journal.db'))
  if (by === 'record') await opened.journal.record([event])
  else await memoryOf(opened.journal)(source).commit({ events: [event], known: [], mark: null })
  return await readChain(opened.journal)
}

describe('whatever makes an event, the journal', () => {
  test.each(kinds)('keeps no card number of it: %s', async kind => {
    const event = eventOf(kind)
    const before = JSON.stringify(event)
    const masked = AgentEvent.parse(JSON.parse(before.replaceAll(CARD, MASKED)))
    for (const by of ['memory', 'record'] as const) {
      const bodies = await journalled(event, by)
      expect(bodies.map(body => JSON.parse(body))).toMatchObject([masked])
      expect(bodies.join()).not.toContain(CARD)
    }
    expect(JSON.stringify(event)).toBe(before) // the adapter's own object is left as it was
  })

  test.each([
    ['sale.completed', 'receipt', { receipt: '4111111111111111' }],
    ['sale.completed', 'receipt', { receipt: 'till-2/4111-1111-1111-1111' }],
    ['sale.voided', 'receipt', { receipt: 'R378282246310005' }],
    ['sale.posted', 'receipt', { receipt: '４111111111111111' }],
    ['stock.moved', 'sku', { sku: '5555555555554444' }],
    ['stock.counted', 'entry', { entry: '6011000990139424' }],
    ['price.changed', 'sku', { sku: '4111.1111.1111.1111' }],
  ] as const)('refuses %s whose %s is a card number', async (kind, field, over) => {
    const [body = ''] = await journalled(eventOf(kind, over))
    const refused = AgentEvent.parse(JSON.parse(body))
    expect(refused).toMatchObject({ kind: 'source.row-refused', code: 'CARD_NUMBER_AS_CODE' })
    expect(body).toContain(`\\"${field}\\"`)
    expect(body.replace(/\D*/g, '')).not.toMatch(
      /4111111111111111|378282246310005|5555555555554444|6011000990139424/,
    )
  })

  const line = { line: 0, title: 'Tea', net: 100, ...fields }
  test.each([
    ['lines.0.quantity', { lines: [{ ...line, quantity: 4_006_381_333_931_000 }] }],
    ['lines.1.quantity', { lines: [line, { ...line, line: 1, quantity: 40_063_813_000 }] }],
    ['lines.0.net', { lines: [{ ...line, net: 9e15 }] }],
    ['lines.0.discount', { lines: [{ ...line, discount: -4_111_111_111_111 }] }],
    ['tenders.0.amount', { tenders: [{ kind: 'cash', name: '', amount: 2e12 }] }],
    ['taxes.0.rate', { taxes: [{ name: '', rate: 4e9, base: 1, amount: 1 }] }],
    ['rounding', { rounding: 1.5 }],
    ['unexplained', { unexplained: Number.NaN }],
    ['lines', { lines: Array.from({ length: 2_001 }, () => line) }],
    ['tenders', { tenders: Array.from({ length: 51 }, () => ({ kind: 'cash', name: '', amount: 1 })) }],
    ['receiptNumber', { receiptNumber: '9'.repeat(65) }],
    ['lines.0.title', { lines: [{ ...line, title: 'x'.repeat(501) }] }],
    ['lines.0.sku', { lines: [{ ...line, sku: '' }] }],
    ['receipt', { receipt: 'r'.repeat(256) }],
    ['businessDate', { businessDate: '9999-12-31' }],
    ['businessDate', { businessDate: '2026-02-31' }],
    ['soldAt.wall', { soldAt: { wall: '0001-01-01T00:00:00', zone: 'UTC' } }],
    ['soldAt.wall', { soldAt: { wall: '2026-13-01T00:00:00', zone: 'UTC' } }],
  ])('refuses a sale by the name of what is beyond its bounds: %s', async (field, over) => {
    const [body = '', ...more] = await journalled(eventOf('sale.completed', over))
    const refused = AgentEvent.parse(JSON.parse(body))
    expect(more).toEqual([])
    expect(refused).toMatchObject({ kind: 'source.row-refused', code: 'ROW_OUT_OF_BOUNDS', source })
    expect(refused.kind === 'source.row-refused' && refused.sentence).toContain(`"${field}"`)
  })

  test('refuses what belongs to no row to its caller, and keeps nothing of it', async () => {
    using folder = temporaryFolder()
    using opened = openTestJournal(lightWorld(), join(folder.path, 'journal.db'))
    const moved = eventOf('pickup.moved', { reason: 'x'.repeat(501) })
    await expect(opened.journal.record([moved])).rejects.toMatchObject({ code: 'ROW_OUT_OF_BOUNDS' })
    expect(await readChain(opened.journal)).toEqual([])
  })

  test('takes out what hides, turns the direction or drives a terminal, and leaves every language its signs', async () => {
    const kept = ['Crème brûlée', 'שלום', 'مرحبا', 'می‌خواهم', 'क्‍ष', '👨‍👩‍👧', '❤️', '漢字', 'ﬁ', 'Ⅷ']
    const over = {
      till: '\u001b]0;pwned\u0007Till\n1\u202e',
      staff: kept.join(' '),
      receiptNumber: '\u202e43\u200b21\ufeff',
      receipt: 'r\u200b1',
    }
    const [body = ''] = await journalled(eventOf('sale.completed', over))
    expect(JSON.parse(body)).toMatchObject({
      till: ']0;pwnedTill 1',
      staff: kept.join(' '),
      receiptNumber: '4321',
      receipt: 'r<U+200B>1', // another receipt than r1
    })
  })

  test('keeps lines of a refused row’s payload, and cuts what is too long of it', async () => {
    const over = {
      payload: `a\r\nb\tc\u0007${'x'.repeat(20_000)}`,
      sentence: `\u001b[2J${'y'.repeat(2_000)}`,
    }
    const [body = ''] = await journalled(eventOf('source.row-refused', over))
    const refused = JSON.parse(body)
    expect(refused.payload.slice(0, 6)).toBe('a\nb\tcx')
    expect([refused.payload.length, refused.sentence.length]).toEqual([16_384, 1_000])
  })
})

test('barcodes, UUIDs, hashes, dates and running numbers are not taken for card numbers', () => {
  const codes = [
    '4006381333931',
    '4000521006419',
    '9c18cf33-4506-0189-2259-3ef61707cfa0',
    '1977ca2e-4506-0189-2259-3ef61707cfa0',
  ]
  const more = [
    'a4111111111111111fedcbaf',
    '20261128100000123',
    '2026-11-28/000123',
    '1795597200000',
    '00340123456789012349',
  ]
  for (const receipt of [...codes, ...more]) {
    const plain = eventOf('sale.posted', { receipt })
    expect(throughDoor(plain).event, receipt).toBe(plain) // uncopied
  }
})

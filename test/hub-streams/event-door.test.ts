import { expect, test } from 'vitest'
import { listExceptions } from '../../hub/checks/exceptions.ts'
import { audit } from '../../hub/stock/audit.ts'
import { isInOrder } from '../../hub/streams/event-records.ts'
import type { SaleCompleted } from '../../shared/events.ts'
import { genesis, link } from '../../shared/stream/chain.ts'
import { onHand, sale } from '../gateway/till-and-hub.ts'
import { openTillRecords } from './till-records.ts'

const CARD = '4539148803436467'
const SPACED = '4539 1488 0343 6467'

/** A sale as an older agent's journal, which has no door, sends it. */
function raw(number: number, over: object = {}, line: object = {}): object {
  const good = sale(number) as SaleCompleted
  return { ...good, lines: [{ ...good.lines[0], ...line }], ...over }
}

/** Every text in every table. */
async function everything(db: Awaited<ReturnType<typeof openTillRecords>>['db']): Promise<string> {
  const tables = ['event', 'sale', 'code', 'item', 'exception', 'cash'] as const
  const rows = await Promise.all(tables.map(table => db.selectFrom(table).selectAll().execute()))
  return JSON.stringify(rows)
}

test('a till without a door of its own gets no card number into the hub', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  await hub.receive(till, [
    raw(1, { staff: SPACED, receiptNumber: CARD }, { title: `Gift card ${SPACED}`, barcode: CARD }),
    raw(2, { receipt: CARD }),
    raw(3, {}, { sku: CARD }),
    {
      kind: 'pickup.moved',
      at: 1,
      pickup: 'p',
      move: 'miss',
      staff: SPACED,
      till: CARD,
      reason: `pays by ${CARD}`,
    },
    { kind: 'some.later-kind', at: 1, note: CARD, nested: [{ deep: SPACED }], number: Number(CARD) },
    { kind: CARD, at: 1 },
    `{"kind":"sale.completed","note":"${CARD}"`,
    {
      kind: 'source.row-refused',
      at: 1,
      source: 'pos',
      row: `receipts/${CARD}`,
      code: 'X',
      sentence: SPACED,
      payload: CARD,
    },
    raw(4),
  ])
  const held = await everything(hub.db)
  expect(held.replaceAll(/[^0-9a-zA-Z]/g, '')).not.toContain(CARD)
  expect(await onHand(hub.db)).toBe(-2) // of the first and the last
  expect(
    (await hub.db.selectFrom('event').select('seq').where('state', '=', 'quarantined').execute())
      .map(({ seq }) => seq)
      .toSorted((a, b) => a - b),
  ).toEqual([2, 3, 7])
  expect((await audit(hub.db)).findings).toEqual([]) // the chain goes on over what was masked
})

test('a masked record keeps the hash that its till knows, and is not packed', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  const body = JSON.stringify(raw(1, { staff: SPACED }))
  await hub.receive(till, [body])
  const [row] = await hub.db
    .selectFrom('event')
    .select(['hash', 'problem', 'state', 'applied_late'])
    .execute()
  expect(row?.hash).toBe(link(genesis('events', till, 1), body))
  expect(row === undefined || isInOrder(row)).toBe(false)
})

test.each([
  ['lines.0.quantity', {}, { quantity: 4_006_381_333_931_000 }],
  ['lines.0.net', {}, { net: -9e15 }],
  ['tenders', { tenders: Array.from({ length: 51 }, () => ({ kind: 'cash', name: '', amount: 9e15 })) }, {}],
  ['soldAt.wall', { soldAt: { wall: '9999-01-01T00:00:00', zone: 'UTC' } }, {}],
])('%s beyond its bounds sets one record aside and names it; the rest goes on', async (field, over, line) => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  await hub.receive(till, [raw(1), raw(2, over, line), raw(3)])
  expect(await onHand(hub.db)).toBe(-2)
  const open = await listExceptions(hub.db)
  expect(open.map(({ kind }) => kind)).toContain('event-unreadable')
  expect(open.find(({ kind }) => kind === 'event-unreadable')?.sentence).toContain(field)
  expect((await audit(hub.db)).findings).toEqual([])
})

test('a till’s own texts drive no terminal and turn no direction', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  const evil = '\u001b[2J\u202eAll is well\u0007\u200b'
  await hub.receive(till, [
    raw(1, { till: evil, staff: evil, receiptNumber: evil }, { title: evil, sku: `SHIRT-M${evil}` }),
    {
      kind: 'source.row-refused',
      at: 1,
      source: 'pos',
      row: 'r\u001b[31m',
      code: 'X',
      sentence: evil,
      payload: evil,
    },
    { kind: `k${evil}`, at: 1 },
  ])
  const shown = await hub.db.selectFrom('code').select('text').execute()
  const open = await listExceptions(hub.db)
  const texts = JSON.stringify([
    shown,
    open.map(({ subject, sentence, evidence_json }) => [subject, sentence, evidence_json]),
  ])
  expect(texts).not.toMatch(/\\u001b|\\u0007|\\\\u001b|\u202e|\u200b/)
})

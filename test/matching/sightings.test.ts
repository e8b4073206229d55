import { expect, test } from 'vitest'
import { isAlike, mayBeSameTill, numberKey, tillKey } from '../../agent/matching/alike.ts'
import { AgentEvent } from '../../shared/events.ts'
import { SourceId } from '../../shared/ids.ts'
import { momentOf } from '../../shared/moment.ts'
import { minute, primary, printer, sale, start, voided, Watched, witnessed } from './sales.ts'

test('a sale seen by printer and database is told once, whichever is first', () => {
  using watched = new Watched()
  const first = sale(primary, { receipt: 'db-1', number: '1' })
  expect(watched.absorb(printer, sale(printer, { receipt: 'p-1', number: '0001' }))).toEqual([])
  expect(watched.absorb(primary, first)).toEqual([first])
  const second = sale(primary, { receipt: 'db-2', number: '2' })
  expect(watched.absorb(primary, second)).toEqual([second])
  expect(watched.absorb(printer, sale(printer, { receipt: 'p-2', number: 'Bon 2' }))).toEqual([])
  expect(watched.pass(60 * minute)).toEqual([])
  expect(watched.nextDue()).toBeNull()
})

test('a sale that the database never tells is told as unposted, once, and as posted when it turns up', () => {
  using watched = new Watched()
  watched.absorb(printer, sale(printer, { receipt: 'p-1', number: 'T1-0042', till: 'Kasse 1', total: 500 }))
  expect(watched.nextDue()).toBe(start + 15 * minute)
  expect(watched.pass(14 * minute)).toEqual([])
  const [unposted, ...rest] = watched.pass(minute)
  expect(rest).toEqual([])
  expect(unposted).toEqual({
    kind: 'sale.unposted',
    at: start + 15 * minute,
    source: 'printer',
    expected: 'pos',
    receipt: 'p-1',
    receiptNumber: 'T1-0042',
    till: 'Kasse 1',
    soldAt: { wall: '2026-11-25T12:00:00', zone: 'UTC' },
    currency: 'EUR',
    total: 500,
  })
  expect(AgentEvent.parse(unposted)).toEqual(unposted)
  watched.restart()
  expect(watched.pass(60 * minute)).toEqual([])
  const late = sale(primary, { receipt: 'db-1', number: '42', till: '01', total: 500 })
  const [told, posted] = watched.absorb(primary, late)
  expect(told).toEqual(late)
  expect(posted).toEqual({ kind: 'sale.posted', at: watched.now, source: 'printer', receipt: 'p-1' })
  expect(watched.absorb(primary, late)).toEqual([late])
})

test('nothing is missing while the primary can’t be read; its time counts from when it can', () => {
  using watched = new Watched()
  watched.readUntil = null
  watched.absorb(printer, sale(printer, { receipt: 'p-1', number: '1' }))
  expect(watched.pass(600 * minute)).toEqual([])
  watched.readUntil = start + 14 * minute
  expect(watched.pass(minute)).toEqual([])
  watched.readUntil = start + 15 * minute
  expect(watched.pass(minute)).toHaveLength(1)
})

test.each([
  ['another total', { total: 1_991 }],
  ['another till', { till: '2' }],
  ['another number', { number: '8' }],
  ['another time', { at: start + 10 * minute + 1_000 }],
])('%s is another sale', (_, other) => {
  using watched = new Watched()
  const printed = { number: '7', till: '1', at: start, total: 1_990 }
  watched.absorb(printer, sale(printer, { receipt: 'p-1', ...printed }))
  watched.absorb(primary, sale(primary, { receipt: 'db-1', ...printed, ...other }))
  expect(watched.pass(20 * minute).map(event => event.kind)).toEqual(['sale.unposted'])
})

test('the same moment in two zones is one', () => {
  using watched = new Watched()
  const berlin = { receipt: 'p-1', number: '1', at: start + 60 * minute, zone: 'Europe/Berlin' } // 13:00 there
  watched.absorb(printer, sale(printer, berlin))
  watched.absorb(primary, sale(primary, { receipt: 'db-1', number: '1', at: start }))
  expect(watched.pass(20 * minute)).toEqual([])
})

test('without a number, time and total pair sales one to one: of three cups of coffee two are posted', () => {
  using watched = new Watched()
  for (const [i, at] of [0, 2, 4].entries())
    watched.absorb(printer, sale(printer, { receipt: `p-${i}`, at: start + at * minute, total: 250 }))
  for (const [i, at] of [1, 3].entries())
    watched.absorb(
      primary,
      sale(primary, { receipt: `db-${i}`, number: `${i}`, at: start + at * minute, total: 250 }),
    )
  watched.pass(20 * minute)
  expect(watched.told('sale.unposted')).toHaveLength(1)
  watched.absorb(primary, sale(primary, { receipt: 'db-late', at: start + 4 * minute, total: 250 }))
  expect(watched.told('sale.posted')).toEqual(watched.told('sale.unposted'))
})

test('voids and edits at the primary leave the sighting posted; a refund is matched like a sale', () => {
  using watched = new Watched()
  watched.absorb(printer, sale(printer, { receipt: 'p-1', number: '1' }))
  watched.absorb(primary, sale(primary, { receipt: 'db-1', number: '1' }))
  watched.absorb(
    primary,
    sale(primary, { receipt: 'db-1', number: '1', total: 5, fingerprint: 'fedcba9876543210' }),
  )
  watched.absorb(primary, voided(primary, 'db-1'))
  watched.absorb(primary, sale(primary, { receipt: 'db-2', number: '2' }), voided(primary, 'db-2'))
  watched.absorb(printer, sale(printer, { receipt: 'p-2', number: '2' }))
  watched.absorb(printer, sale(printer, { receipt: 'p-3', number: '3', total: -700 }))
  watched.absorb(primary, sale(primary, { receipt: 'db-3', number: '3', total: -700 }))
  expect(watched.pass(60 * minute)).toEqual([])
})

test('a sighting voided at the witness is not reported as missing, and a report is withdrawn', () => {
  using watched = new Watched()
  watched.absorb(
    printer,
    sale(printer, { receipt: 'p-1', number: '1' }),
    sale(printer, { receipt: 'p-2', number: '2' }),
  )
  expect(watched.absorb(printer, voided(printer, 'p-1'))).toEqual([])
  watched.pass(20 * minute)
  expect(watched.told('sale.unposted')).toEqual(['p-2'])
  expect(watched.absorb(printer, voided(printer, 'p-2')).map(event => event.kind)).toEqual(['sale.posted'])
  expect(watched.absorb(printer, voided(printer, 'p-2'))).toEqual([])
})

test('a receipt printed twice is one sighting, also under another key', () => {
  using watched = new Watched()
  watched.absorb(primary, sale(primary, { receipt: 'db-1', number: '1' }))
  for (const receipt of ['p-1', 'p-1', 'p-1-copy', 'p-1-copy'])
    watched.absorb(printer, sale(printer, { receipt, number: '1' }))
  expect(watched.pass(60 * minute)).toEqual([])
})

test('what else a witness tells goes on, and other sources are left alone', () => {
  using watched = new Watched()
  const refused = {
    kind: 'source.row-refused',
    at: start,
    source: 'printer',
    row: 'r',
    code: 'RECEIPT_UNPARSED',
    sentence: '',
    payload: '',
    what: 'receipt',
  }
  const event = AgentEvent.parse(refused)
  expect(watched.absorb(printer, event)).toEqual([event])
  const other = SourceId.parse('other')
  const events = [sale(other, { receipt: '1' })]
  expect(watched.absorb(other, ...events)).toEqual(events)
})

test('sales from before the primary’s are remembered are not missed', () => {
  using watched = new Watched()
  watched.absorb(printer, sale(printer, { receipt: 'old', number: '1', at: start - 31 * 24 * 60 * minute }))
  expect(watched.pass(60 * minute)).toEqual([])
})

test('after 30 days nothing is kept', () => {
  using watched = new Watched()
  watched.absorb(printer, sale(printer, { receipt: 'p-1', number: '1' }))
  watched.absorb(primary, sale(primary, { receipt: 'db-1', number: '1' }))
  watched.now += 31 * 24 * 60 * minute
  for (let i = 0; i < 1_001; i += 1)
    watched.absorb(primary, sale(primary, { receipt: `db-${i + 2}`, number: `${i + 2}`, at: watched.now }))
  expect(watched.db.prepare('SELECT COUNT(*) FROM sighting').pluck().get()).toBe(0)
  expect(watched.db.prepare("SELECT COUNT(*) FROM witnessed_sale WHERE receipt = 'db-1'").pluck().get()).toBe(
    0,
  )
})

test('numbers that are counted differently can be left out', () => {
  using watched = new Watched([{ ...witnessed, compareNumbers: false }])
  watched.absorb(printer, sale(printer, { receipt: 'p-1', number: '17' }))
  watched.absorb(primary, sale(primary, { receipt: 'db-1', number: '90017' }))
  expect(watched.pass(60 * minute)).toEqual([])
})

test.each([
  ['000123', '123'],
  ['Bon-Nr. T1-000123', '123'],
  ['2026/0', '0'],
  ['ABC-x', 'abcx'],
  ['１２', '12'],
  ['', ''],
])('the number %j compares as %j', (number, key) => expect(numberKey(number)).toBe(key))

test('tills compare by number, else by letters; unlike kinds say nothing', () => {
  expect(mayBeSameTill(tillKey('Kasse 01'), tillKey('1'))).toBe(true)
  expect(mayBeSameTill(tillKey('Kasse 01'), tillKey('2'))).toBe(false)
  expect(mayBeSameTill(tillKey('Front'), tillKey('FRONT'))).toBe(true)
  expect(mayBeSameTill(tillKey('Front'), tillKey('Back'))).toBe(false)
  expect(mayBeSameTill(tillKey('HAR-PC'), tillKey('3'))).toBe(true)
  expect(mayBeSameTill('', tillKey('3'))).toBe(true)
})

test('a moment is right on both sides of a clock change', () => {
  expect(momentOf({ wall: '2026-10-25T01:30:00', zone: 'Europe/Berlin' })).toBe(
    Date.parse('2026-10-24T23:30:00Z'),
  )
  expect(momentOf({ wall: '2026-10-25T03:30:00', zone: 'Europe/Berlin' })).toBe(
    Date.parse('2026-10-25T02:30:00Z'),
  )
  expect(momentOf({ wall: '2026-03-29T01:59:00', zone: 'Europe/Berlin' })).toBe(
    Date.parse('2026-03-29T00:59:00Z'),
  )
  expect(momentOf({ wall: '2026-03-29T03:00:00', zone: 'Europe/Berlin' })).toBe(
    Date.parse('2026-03-29T01:00:00Z'),
  )
  expect(momentOf({ wall: '2026-11-25T12:00:00', zone: 'No/Where' })).toBe(start)
  expect(momentOf({ wall: '2026-99-25T12:00:00', zone: 'UTC' })).toBeNull()
})

test('another currency is another sale', () => {
  const facts = { receipt: '1', number: '', till: '', at: 0, currency: 'EUR', total: 1 }
  expect(isAlike(facts, { ...facts, currency: 'CHF' }, 1)).toBe(false)
})

test('the next due time is the earliest of all witnesses, not that of the oldest sighting', () => {
  const quick = SourceId.parse('quick')
  const rules = [
    { ...witnessed, reportWithinMs: 60 * minute },
    { ...witnessed, witness: quick, reportWithinMs: 5 * minute },
  ]
  using watched = new Watched(rules)
  watched.absorb(printer, sale(printer, { receipt: 'p-1', number: '1' }))
  watched.pass(minute)
  watched.absorb(quick, sale(quick, { receipt: 'q-1', number: '2' }))
  expect(watched.nextDue()).toBe(start + 6 * minute)
  expect(watched.pass(5 * minute)).toMatchObject([{ kind: 'sale.unposted', receipt: 'q-1' }])
  expect(watched.nextDue()).toBe(start + 60 * minute)
})

test('a sighting of a witness that is no longer configured is never due', () => {
  using watched = new Watched()
  watched.absorb(printer, sale(printer, { receipt: 'p-1', number: '1' }))
  watched.restart([{ ...witnessed, witness: SourceId.parse('other') }])
  expect(watched.nextDue()).toBeNull()
})

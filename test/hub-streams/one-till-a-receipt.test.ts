import { expect, test } from 'vitest'
import { closeByHand, listExceptions } from '../../hub/checks/exceptions.ts'
import { type Db, transaction } from '../../hub/db/db.ts'
import { projections } from '../../hub/effects/projections.ts'
import { rebuildProjection } from '../../hub/streams/rebuild.ts'
import { onHand, sale } from '../gateway/till-and-hub.ts'
import { dump, eventOf } from './lives.ts'
import { openTillRecords } from './till-records.ts'

const at = (time: string) => ({ soldAt: { wall: `2026-07-23T${time}`, zone: 'Europe/Berlin' } })
const voided = (number: number, source = 'pos') => ({
  kind: 'sale.voided',
  at: 9,
  source,
  receipt: `r-${number}`,
  reason: 'deleted',
})
const another = (number: number, units = 5, over = {}) =>
  sale(number, units, { ...at('11:30:00'), fingerprint: `another-sale-of-${number}-${units}`, ...over })
const entry = (units: number, time: string, source = 'pos') => ({
  ...eventOf({ what: 'entry', number: 1, units }, 1),
  source,
  fingerprint: `fingerprint-of-entry-${units}-${time}`,
  happenedAt: { wall: `2026-07-23T${time}`, zone: 'Europe/Berlin' },
})
const cash = (units: number, source = 'pos') => ({
  ...eventOf({ what: 'cash', number: 1, units }, 1),
  source,
})

const open = async (db: Db) => (await listExceptions(db, 'en', 50)).map(({ code }) => code)
const cashIn = async (db: Db) =>
  (await db.selectFrom('cash').select('amount').where('store', '>', 0).execute())
    .map(row => row.amount)
    .sort((a, b) => a - b)

/** Till 1 has sold a receipt 1, and till 2 has told another one. */
async function twoTills() {
  const hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  await hub.receive(first, [sale(1, 2, at('10:00:00'))])
  await hub.receive(second, [another(1), sale(2, 1, at('11:31:00'))])
  return { hub, db: hub.db, first, second, [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() }
}

test('two tills that each print a receipt 1 never replace or void each other’s sale: the second is asked about', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  expect(await onHand(db)).toEqual(-3) // the second till’s own receipt 2 counts
  const [named, ...others] = await listExceptions(db, 'en', 50)
  expect(others).toEqual([])
  expect(named).toMatchObject({ kind: 'receipt-of-two-tills', severity: 'urgent', device: second })
  expect(named?.sentence).toMatch(/Receipt 1 of 2026-07-23 11:30:00 for .*50\.00.*"Till 2".*"Till 1"/)
  expect(JSON.parse(named?.evidence_json ?? '')).toMatchObject({ device: second, epoch: 1, seq: 1 })
  await hub.receive(second, [voided(1)])
  expect(await onHand(db)).toEqual(-3)
  expect(await open(db)).toEqual(['receipt-of-two-tills.void'])
  await hub.receive(first, [sale(1, 1, { ...at('10:05:00'), fingerprint: 'corrected-by-its-own-till' })])
  expect(await onHand(db)).toEqual(-2)
})

test('a till’s void of a receipt that only another till has told takes back nothing of that one', async () => {
  await using hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  await hub.receive(first, [sale(1, 2, at('10:00:00')), sale(2, 1, at('10:01:00'))])
  // its own receipt 1, which the hub has lost or never had
  await hub.receive(second, [{ ...voided(1), wall: '2026-07-23T11:30:00' }])
  expect(await onHand(hub.db)).toBe(-3)
  expect(await open(hub.db)).toEqual(['receipt-of-two-tills.void'])
  // of one POS that both read
  await hub.receive(second, [{ ...voided(2), wall: '2026-07-23T10:01:00' }])
  expect(await onHand(hub.db)).toBe(-2)
  await hub.receive(first, [{ ...voided(1), wall: '2026-07-23T10:59:00' }]) // its own till may correct the moment
  expect(await onHand(hub.db)).toBe(0)
})

test('what a POS takes back and its till does not know is its own receipt: another till’s of that number stays', async () => {
  await using hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  await hub.receive(first, [sale(1, 2, at('10:00:00'))])
  await hub.receive(second, [{ ...voided(1), reason: 'unknown-here' }])
  expect(await onHand(hub.db)).toBe(-2)
  expect(await open(hub.db)).toEqual(['receipt-of-two-tills.void'])
  const replaced = await hub.enrol('Till 1')
  await hub.receive(replaced, [{ ...voided(1), reason: 'unknown-here' }])
  expect(await onHand(hub.db)).toBe(0)
})

test('two tills that read one POS correct and void one receipt in turns', async () => {
  await using hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  await hub.receive(first, [sale(1, 2)])
  await hub.receive(second, [sale(1, 3, { fingerprint: 'corrected-at-the-other-till' })])
  expect(await onHand(hub.db)).toEqual(-3)
  await hub.receive(first, [voided(1)])
  expect(await onHand(hub.db)).toEqual(0)
  expect(await listExceptions(hub.db, 'en', 50)).toEqual([])
})

test('a till whose source gets another name counts what was refused, and nothing that had counted twice', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [entry(10, '09:00:00'), cash(1)])
  await hub.receive(second, [entry(3, '09:30:00'), cash(50)])
  await hub.receive(second, [{ ...entry(4, '09:40:00'), entry: 'e-own' }])
  const all = (source: string) => [
    another(1, 5, { source }),
    sale(2, 1, { ...at('11:31:00'), source }),
    entry(3, '09:30:00', source),
    { ...entry(4, '09:40:00', source), entry: 'e-own' },
    cash(50, source),
  ]
  await hub.receive(second, all('pos-2'))
  expect(await onHand(db)).toBe(-2 - 5 - 1 + 10 + 3 + 4)
  expect(await cashIn(db)).toEqual([100, 5_000])
  expect(await open(db)).toEqual([])
  // what was counted under the former name is corrected and voided under the new one, whatever its moment is by then
  await hub.receive(second, [sale(2, 2, { ...at('11:59:00'), source: 'pos-2' })])
  expect(await onHand(db)).toBe(-2 - 5 - 2 + 17)
  await hub.receive(second, [voided(2, 'pos-2'), voided(1, 'pos-2')])
  expect(await onHand(db)).toBe(-2 + 17)
  // and what it still sends under the former name changes nothing
  await hub.receive(second, [another(1), voided(1)])
  expect(await onHand(db)).toBe(-2 + 17)
  expect(await open(db)).toEqual([])
})

test('what changes under a former name of a source, once its till has told it under another, is asked about', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [entry(10, '09:00:00')])
  await hub.receive(second, [entry(3, '09:30:00')])
  await hub.receive(second, [another(1, 5, { source: 'pos-2' }), entry(3, '09:30:00', 'pos-2')])
  const stock = -2 - 1 - 5 + 10 + 3
  expect([await onHand(db), await open(db)]).toEqual([stock, []])
  // the same moment, other contents: the POS has corrected both, and the former name is in use again
  await hub.receive(second, [another(1, 7), entry(4, '09:30:00')])
  expect(await onHand(db)).toBe(stock)
  expect((await open(db)).toSorted()).toEqual(['receipt-of-two-tills.entry', 'receipt-of-two-tills.sale'])
  await hub.receive(second, [another(1, 7, { source: 'pos-2' }), entry(4, '09:30:00', 'pos-2')])
  expect([await onHand(db), await open(db)]).toEqual([stock - 2 + 1, []])
  await hub.receive(second, [another(1, 7), entry(4, '09:30:00')])
  expect(await open(db)).toEqual([])
  await hub.receive(second, [voided(1)])
  expect(await open(db)).toEqual(['receipt-of-two-tills.void'])
})

test('a source that gets another name where no till was ever refused counts nothing twice', async () => {
  await using hub = await openTillRecords()
  const device = await hub.enrol('Till 1')
  const all = (source: string) => [
    sale(1, 2, { ...at('10:00:00'), source }),
    sale(2, 1, { ...at('10:01:00'), source }),
    entry(10, '09:00:00', source),
    cash(50, source),
  ]
  await hub.receive(device, all('pos'))
  await hub.receive(device, all('pos-2'))
  await hub.receive(await hub.enrol('Till 1'), all('pos-3')) // a new PC of the till, set up with yet another name
  expect([await onHand(hub.db), await cashIn(hub.db)]).toEqual([7, [5_000]])
  await hub.receive(device, [
    sale(1, 3, { ...at('10:00:00'), source: 'pos-2', fingerprint: 'a-corrected-receipt' }),
  ])
  await hub.receive(device, [{ ...voided(2, 'pos-2'), wall: '2026-07-23T10:01:00' }])
  expect(await onHand(hub.db)).toEqual(7)
  // under both names, a number’s newest content counts; another number of another moment is another receipt
  await hub.receive(device, [
    sale(1, 1, { ...at('12:00:00'), source: 'pos-2', fingerprint: 'of-the-year-after-it' }),
  ])
  await hub.receive(device, [
    sale(9, 1, { ...at('12:00:00'), source: 'pos' }),
    sale(9, 1, { ...at('12:30:00'), source: 'pos-2' }),
  ])
  expect(await onHand(hub.db)).toEqual(7 + 3 - 1 - 2)
  for (const projection of projections) {
    const before = await dump(hub.db, projection)
    await rebuildProjection({ db: hub.db, projection, fromStart: true, report() {} })
    expect(await dump(hub.db, projection)).toEqual(before)
  }
})

test('a till that tells under ever new names adds no more than a few of them to what is looked up', async () => {
  await using hub = await openTillRecords()
  const device = await hub.enrol('Till 1')
  const all = Array.from({ length: 200 }, (_, n) => sale(n, 1, { source: `pos-${n}` }))
  await hub.receive(device, all.slice(0, 150))
  await hub.receive(device, all.slice(150))
  expect(await hub.db.selectFrom('told_source').selectAll().execute()).toHaveLength(32)
  expect(await onHand(hub.db)).toBe(-200)
})

test('a receipt that was corrected, or is read in another way, under another name of its source counts once', async () => {
  await using hub = await openTillRecords()
  const device = await hub.enrol('Till 1')
  await hub.receive(device, [sale(1, 2, at('10:00:00')), entry(10, '09:00:00'), sale(2, 1, at('00:00:00'))])
  await hub.receive(device, [
    another(1, 3, { ...at('10:00:00'), source: 'pos-2' }),
    entry(8, '09:00:00', 'pos-2'),
  ])
  expect(await onHand(hub.db)).toBe(-3 + 8 - 1)
  await hub.receive(device, [voided(1, 'pos-2')])
  expect(await onHand(hub.db)).toBe(8 - 1)
  // where a POS tells the date alone, two of its sources may both have a receipt 2 that day
  await hub.receive(device, [another(2, 4, { ...at('00:00:00'), source: 'pos-2' })])
  expect(await onHand(hub.db)).toBe(8 - 1 - 4)
  for (const projection of projections) {
    const before = await dump(hub.db, projection)
    await rebuildProjection({ db: hub.db, projection, fromStart: true, report() {} })
    expect(await dump(hub.db, projection)).toEqual(before)
  }
})

test('the name may as well change at the till that was first', async () => {
  await using of = await twoTills()
  const { hub, db, first } = of
  await hub.receive(first, [sale(1, 2, { ...at('10:00:00'), source: 'pos-1' })])
  expect(await onHand(db)).toBe(-3)
})

test('both names of a source in one batch count once, also one with the refusal itself', async () => {
  await using hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  await hub.receive(first, [sale(1, 2, at('10:00:00'))])
  const own = (source: string) => [another(1, 5, { source }), sale(2, 1, { ...at('11:31:00'), source })]
  await hub.receive(second, [...own('pos'), cash(3), ...own('pos-2'), cash(3, 'pos-2'), voided(2, 'pos-2')])
  expect(await onHand(hub.db)).toBe(-2 - 5)
  expect(await cashIn(hub.db)).toEqual([300])
  expect(await open(hub.db)).toEqual([])
})

test('a rebuild makes the same rows when a till’s source has had two names', async () => {
  await using of = await twoTills()
  const { hub, db, second } = of
  await hub.receive(second, [
    another(1, 5, { source: 'pos-2' }),
    sale(2, 1, { ...at('11:31:00'), source: 'pos-2' }),
  ])
  await hub.receive(second, [
    sale(2, 4, { ...at('11:31:00'), source: 'pos-2' }),
    cash(3),
    entry(2, '10:00:00'),
  ])
  for (const projection of projections) {
    const before = await dump(db, projection)
    await rebuildProjection({ db, projection, fromStart: true, report() {} })
    expect(await dump(db, projection)).toEqual(before)
  }
})

test('a void is judged by what was refused, not by whether the exception is still open', async () => {
  await using of = await twoTills()
  const { hub, db, second } = of
  const [named] = await listExceptions(db, 'en', 50)
  await transaction(db, tx => closeByHand(tx, named?.id ?? 0, 'dealt with', 1))
  await hub.receive(second, [voided(1)])
  expect(await onHand(db)).toBe(-3)
})

test('an unreadable sale of a till says nothing about its voids', async () => {
  await using hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  await hub.receive(first, [sale(1, 2, at('10:00:00'))])
  await hub.receive(second, [{ ...sale(99), currency: 5 }, voided(1)])
  expect(await onHand(hub.db)).toBe(0)
})

test('the devices of one till are one teller: a new PC corrects, voids and re-reads what the former one told', async () => {
  await using hub = await openTillRecords()
  const former = await hub.enrol('Till 1')
  await hub.receive(former, [
    sale(1, 2, at('10:00:00')),
    sale(2, 1, at('10:01:00')),
    entry(10, '09:00:00'),
    cash(1),
  ])
  const device = await hub.enrol('Till 1')
  expect(device).not.toBe(former)
  await hub.receive(device, [another(1, 3), voided(2), entry(8, '09:10:00'), cash(2)])
  expect(await onHand(hub.db)).toBe(8 - 3)
  expect(await cashIn(hub.db)).toEqual([200])
  expect(await open(hub.db)).toEqual([])
})

test('once the till that holds a receipt tells what was refused, the exception closes and both may void it', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [another(1)])
  expect(await open(db)).toEqual([])
  expect(await onHand(db)).toBe(-6)
  await hub.receive(second, [voided(1)])
  expect(await onHand(db)).toBe(-1)
})

test('stock entries and cash of two tills with numbers of their own never replace each other', async () => {
  await using hub = await openTillRecords()
  const [first, second] = [await hub.enrol('Till 1'), await hub.enrol('Till 2')]
  await hub.receive(first, [entry(10, '10:00:00'), cash(1)])
  await hub.receive(second, [entry(10, '10:00:00'), cash(1)]) // one POS, read by both
  expect(await open(hub.db)).toEqual([])
  await hub.receive(second, [entry(3, '12:00:00'), cash(50), sale(5)])
  expect(await onHand(hub.db)).toBe(10 - 1)
  expect(await cashIn(hub.db)).toEqual([100])
  expect((await open(hub.db)).toSorted()).toEqual(['receipt-of-two-tills.cash', 'receipt-of-two-tills.entry'])
  await hub.receive(first, [entry(3, '12:00:00'), cash(50)])
  expect(await onHand(hub.db)).toBe(3 - 1)
  expect(await cashIn(hub.db)).toEqual([5_000])
  expect(await open(hub.db)).toEqual([])
})

test('each refused receipt has its own exception', async () => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  await hub.receive(first, [sale(3), sale(4)])
  await hub.receive(second, [another(3), another(4)])
  const open = await listExceptions(db, 'en', 50)
  expect(open.map(({ subject, count }) => [subject, count]).toSorted()).toEqual(
    [1, 3, 4].map(number => [`${second}/sale/pos/r-${number}`, 1]),
  )
})

test.each([1, 100])('%i refused records of a batch cost it one more transaction', async refused => {
  await using of = await twoTills()
  const { hub, db, first, second } = of
  const numbers = Array.from({ length: 100 }, (_, index) => index + 10)
  await hub.receive(
    first,
    numbers.map(number => sale(number)),
  )
  const turn = async () => (await db.selectFrom('store_turn').select('turn').executeTakeFirst())?.turn ?? 0
  const before = await turn()
  await hub.receive(
    second,
    numbers.map((number, index) => (index < refused ? another(number) : sale(number + 1_000))),
  )
  expect(await turn()).toBe(before + 1)
  const aside = await db.selectFrom('event').select('seq').where('state', '=', 'quarantined').execute()
  expect(aside).toHaveLength(1 + refused)
})

import { expect, test } from 'vitest'
import { tillUnusual } from '../../hub/checks/till-unusual.ts'
import { transaction } from '../../hub/db/db.ts'
import { notePace } from '../../hub/sales/pace.ts'
import type { AgentEvent } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { openTillRecords } from '../hub-streams/till-records.ts'

const HOUR_MS = 3_600_000

type Hub = Awaited<ReturnType<typeof openTillRecords>>
type Till = Awaited<ReturnType<typeof openTrading>>

/** A till and the sales that it makes within hours of its own. */
async function openTrading() {
  const hub = await openTillRecords()
  const device = await hub.enrol()
  async function note(events: readonly AgentEvent[]): Promise<void> {
    const at = hub.world.clock.now()
    const placed = events.map((event, seq) => ({
      event,
      origin: { store: 'HAR', device, epoch: 1, seq, at },
    }))
    await transaction(hub.db, tx => notePace(tx, placed, at))
  }
  /** Sells within one hour and moves the clock to its end. */
  async function hour(receipts: number, minor = 5_000): Promise<void> {
    const wall = new Date(hub.world.clock.now()).toISOString().slice(0, 19)
    const tenders = [{ kind: 'cash', name: 'cash', amount: minor }]
    const event = sale(1, 1, { soldAt: { wall, zone: 'UTC' }, tenders })
    await note(Array.from({ length: receipts }, () => event))
    hub.world.setWallClock(hub.world.clock.now() + HOUR_MS)
  }
  /** Three days of ten hours with few sales in the morning and `peak` at noon. */
  async function ordinary(peak: number): Promise<void> {
    for (let day = 0; day < 3; day += 1)
      for (const share of [0.2, 0.4, 0.6, 1, 0.8, 0.5, 0.5, 0.6, 0.4, 0.2])
        await hour(Math.ceil(peak * share))
  }
  const found = async () => (await tillUnusual.find(hub.db, hub.world.clock.now())).map(({ code }) => code)
  return { hub, device, note, hour, ordinary, found, [Symbol.asyncDispose]: () => hub[Symbol.asyncDispose]() }
}

test('a promotion day of five times the trade is nothing unusual, and neither is a quiet till', async () => {
  await using till = await openTrading()
  await till.ordinary(30)
  for (const share of [0.2, 0.4, 0.6, 1, 0.8]) await till.hour(30 * 5 * share)
  expect(await till.found()).toEqual([])
})

test('a till that had a few sales and now has dozens is nothing unusual: the amounts are small', async () => {
  await using till = await openTrading()
  await till.ordinary(1)
  await till.hour(60)
  expect(await till.found()).toEqual([])
})

test.each<[string, (till: Till) => Promise<void>, string]>([
  ['more receipts', till => till.hour(310, 10), 'till-unusual.receipts'],
  ['higher sums', till => till.hour(1, 30_000_000), 'till-unusual.sold'],
  ['refunds', till => till.hour(20, -20_000), 'till-unusual.refunded'],
])('an hour with far %s than any before is named, and forgotten after a week', async (_what, act, code) => {
  await using till = await openTrading()
  await till.ordinary(30)
  await act(till)
  await till.ordinary(5) // what follows does not cover it
  expect(await till.found()).toEqual([code])
  expect((await tillUnusual.find(till.hub.db, till.hub.world.clock.now(), never)).length).toBe(0)
  till.hub.world.setWallClock(till.hub.world.clock.now() + 7 * 24 * HOUR_MS)
  expect(await till.found()).toEqual([])
})

const never = { times: 1_000, receipts: 1e9, sold: 1e15, refunded: 1e15, units: 1e6, amount: 1e15 }

test('three days sent at once look as the three days they were; a new till is only learnt', async () => {
  await using till = await openTrading()
  await till.hour(400) // its first hour ever
  await till.ordinary(30)
  expect(await till.found()).toEqual([])
  await till.note(backlog(till.hub, 30, 20))
  expect(await till.found()).toEqual([])
})

function backlog(hub: Hub, hours: number, receipts: number) {
  return Array.from({ length: hours * receipts }, (_, index) => {
    const at = hub.world.clock.now() + Math.floor(index / receipts - hours) * HOUR_MS
    return sale(100_000 + index, 1, {
      soldAt: { wall: new Date(at).toISOString().slice(0, 19), zone: 'UTC' },
    })
  })
}

test('a clock far ahead does not blind the hub to what the till does next', async () => {
  await using till = await openTrading()
  await till.ordinary(30)
  const wall = '2099-01-01T10:00:00'
  await till.note([sale(90_000, 1, { soldAt: { wall, zone: 'UTC' } })])
  await till.hour(320, 10)
  expect(await till.found()).toEqual(['till-unusual.receipts'])
})

test('sales that take effect are counted', async () => {
  await using hub = await openTillRecords()
  const till = await hub.enrol()
  await hub.receive(till, [sale(1), sale(2)])
  const row = await hub.db.selectFrom('device_pace').select(['device', 'now_json']).executeTakeFirst()
  expect(row).toEqual({
    device: till,
    now_json: '{"receipts":2,"sold":2000,"refunded":0,"units":1000,"amount":840}',
  })
})

/** Receipts of given moments, each of 0.10. */
const soldAt = (moments: readonly number[]) =>
  moments.map(at =>
    sale(1, 1, {
      soldAt: { wall: new Date(at).toISOString().slice(0, 19), zone: 'UTC' },
      tenders: [{ kind: 'cash', name: 'cash', amount: 10 }],
    }),
  )
const DAY_MS = 24 * HOUR_MS

test.each<[string, (now: number) => readonly number[], readonly string[]]>([
  ['to one earlier hour', now => Array(400).fill(now - 2 * HOUR_MS), ['till-unusual.receipts']],
  ['to the hour before', now => Array(400).fill(now - HOUR_MS), ['till-unusual.receipts']],
  ['to one hour of last year', now => Array(400).fill(now - 300 * DAY_MS), ['till-unusual.receipts']],
  ['to one hour far ahead', now => Array(400).fill(now + 300 * DAY_MS), ['till-unusual.receipts']],
  [
    'to very many hours, a few each',
    now => Array.from({ length: 8_000 }, (_, n) => now - HOUR_MS - (n % 900) * HOUR_MS),
    ['till-unusual.late'],
  ],
  [
    'to some days, as many as were usual',
    now => Array.from({ length: 300 }, (_, n) => now - HOUR_MS - (n % 30) * HOUR_MS),
    [],
  ],
])(
  'a flood of receipts that a till dates %s is seen as one that it dates rightly',
  async (_what, moments, codes) => {
    await using till = await openTrading()
    await till.ordinary(30)
    const now = till.hub.world.clock.now()
    await till.note(soldAt([now]))
    const all = soldAt(moments(now))
    for (let from = 0; from < all.length; from += 100) await till.note(all.slice(from, from + 100))
    expect(await till.found()).toEqual(codes)
  },
)

test('high sums that a till dates back are seen, too', async () => {
  await using till = await openTrading()
  await till.ordinary(30)
  const now = till.hub.world.clock.now()
  const wall = new Date(now - 5 * HOUR_MS).toISOString().slice(0, 19)
  const tenders = [{ kind: 'cash', name: 'cash', amount: -3_000_000 }]
  await till.note([...soldAt([now]), sale(1, 1, { soldAt: { wall, zone: 'UTC' }, tenders })])
  expect(await till.found()).toEqual(['till-unusual.refunded'])
})

test('a quantity that is split over lines of one item is seen as one, and what is sold and taken back is not added up', async () => {
  await using till = await openTrading()
  await till.ordinary(30)
  const sold = sale(1, 1)
  const line = sold.kind === 'sale.completed' ? sold.lines[0] : undefined
  if (line === undefined) throw new Error('a sale has a line')
  const receipt = (...units: number[]) => {
    const wall = new Date(till.hub.world.clock.now()).toISOString().slice(0, 19)
    const lines = units.map((one, index) => ({ ...line, line: index, quantity: one * 1_000, net: 0 }))
    return sale(1, 1, { soldAt: { wall, zone: 'UTC' }, tenders: [], lines })
  }
  await till.note([receipt(...Array(40).fill(15), ...Array(40).fill(-15))])
  const noted = await till.hub.db.selectFrom('device_pace').select('now_json').executeTakeFirstOrThrow()
  expect(JSON.parse(noted.now_json)).toMatchObject({ units: 600_000 })
  await till.note([receipt(...Array(2_000).fill(300))])
  expect(await till.found()).toEqual(['till-unusual.units'])
})

test('a till that an older version knew learns what is usual from twenty hours of sales, not from its first', async () => {
  await using till = await openTrading()
  await till.ordinary(30)
  const older = { receipts: 30, sold: 150_000, refunded: 0 }
  await transaction(till.hub.db, tx =>
    tx
      .updateTable('device_pace')
      .set({ most_json: JSON.stringify(older) })
      .execute(),
  )
  const now = () => till.hub.world.clock.now()
  for (let hour = 0; hour < 19; hour += 1) {
    await till.note([lineOf(now(), hour === 18 ? 600 : 1, 0)])
    expect(await till.found()).toEqual([])
    till.hub.world.setWallClock(now() + HOUR_MS)
  }
  await till.note([lineOf(now(), 1, 0)])
  till.hub.world.setWallClock(now() + HOUR_MS)
  await till.note([lineOf(now(), 1_200, 0)]) // not far above the 600 of an hour before
  expect(await till.found()).toEqual([])
  await till.note([lineOf(now(), 900_000, 0)])
  expect(await till.found()).toEqual(['till-unusual.units'])
})

/** One receipt with a line of so many units and such a sum, of which nothing was paid. */
const lineOf = (now: number, units: number, net: number) => {
  const wall = new Date(now).toISOString().slice(0, 19)
  const line = {
    line: 0,
    sku: 'SHIRT-M',
    barcode: null,
    title: 'Shirt',
    quantity: units * 1_000,
    net,
    warehouse: '0',
  }
  return sale(9, 1, { soldAt: { wall, zone: 'UTC' }, lines: [line], taxes: [], tenders: [] })
}

test.each([
  ['a code scanned into the quantity', 638_133, 0, ['till-unusual.units']],
  ['a short code in the quantity', 4_011, 0, ['till-unusual.units']],
  ['a code in the quantity of goods taken back', -999_999, 0, ['till-unusual.units']],
  ['a code scanned into the price', 1, 400_638_133, ['till-unusual.amount']],
  ['a large purchase', 60, 50_000, []],
])('%s is named beside what is usual', async (_what, count, net, codes) => {
  await using till = await openTrading()
  await till.ordinary(30)
  const now = till.hub.world.clock.now()
  await till.note([lineOf(now, count, net)])
  expect(await till.found()).toEqual(codes)
  await till.note([lineOf(now - 9 * HOUR_MS, count, net)])
  expect(await till.found()).toEqual(codes)
})

test('a new till is held against the others of its store', async () => {
  await using till = await openTrading()
  await till.ordinary(30)
  const device = await till.hub.enrol('Till 2')
  const now = till.hub.world.clock.now()
  const placed = [...soldAt(Array(400).fill(now)), lineOf(now, 638_133, 0)].map((event, seq) => ({
    event,
    origin: { store: 'HAR', device, epoch: 1, seq, at: now },
  }))
  await transaction(till.hub.db, tx => notePace(tx, placed, now))
  expect(await till.found()).toEqual(['till-unusual.receipts', 'till-unusual.units'])
})

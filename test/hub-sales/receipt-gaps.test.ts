import { expect, test } from 'vitest'
import { oldestUnposted } from '../../hub/outbox/unconfirmed.ts'
import { receiptGaps } from '../../hub/sales/receipt-gaps.ts'
import { numbersOf } from '../../hub/sales/receipt-numbers.ts'
import type { SaleCompleted } from '../../shared/events.ts'
import { sale } from '../gateway/till-and-hub.ts'
import { openLedger } from './ledger-of.ts'

const NOW = Date.parse('2026-11-27T04:00:00Z')
const wall = (minute: number, day = 25) =>
  `2026-11-${String(day).padStart(2, '0')}T${String(9 + Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}:00`

/** A receipt as its till printed it. `at`: minutes after nine. */
function receipt(
  printed: string,
  over: { at: number; till?: string; source?: string; day?: number },
): SaleCompleted {
  const { at, till = 'till-1', source = 'pos', day = 25 } = over
  const one = {
    ...{
      receipt: `${till}/${day}/${printed}`,
      receiptNumber: printed,
      till,
      source,
      businessDate: `2026-11-${String(day).padStart(2, '0')}`,
    },
    fingerprint: `fingerprint-of-${till}-${day}-${printed}`,
    soldAt: { wall: wall(at, day), zone: 'Europe/Berlin' },
  }
  return sale(1, 1, one) as SaleCompleted
}
const numbers = (from: number, to: number, without: readonly number[] = []) =>
  Array.from({ length: to - from + 1 }, (_, n) => from + n).filter(n => !without.includes(n))
const printed = (n: number) => `A-${String(n).padStart(4, '0')}`

async function gaps(receipts: readonly SaleCompleted[], now = NOW): Promise<string[]> {
  await using ledger = await openLedger()
  await ledger.apply(receipts)
  const found = await receiptGaps(ledger.db, now)
  return found.map(
    ({ store, source, first, last, missing, date }) =>
      `${store}/${source} ${first}-${last} ${missing} ${date}`,
  )
}

test('numbers that no till has told are found, one gap for each run of them', async () => {
  const told = numbers(1, 80, [17, 40, 41]).map(n => receipt(printed(n), { at: n }))
  const other = numbers(1, 30).map(n => receipt(`B${n}`, { at: n }))
  expect(await gaps([...told, ...other])).toEqual([
    'HAR/pos A-0017-A-0017 1 2026-11-25',
    'HAR/pos A-0040-A-0041 2 2026-11-25',
  ])
  expect(await gaps(told, 60_000)).toEqual([]) // just received: the others may be on their way
  expect(await gaps([...told, ...[17, 40, 41].map(n => receipt(printed(n), { at: 99 }))])).toEqual([])
})

test('a series with very many gaps is told as one, which counts them', async () => {
  const skipped = Array.from({ length: 19 }, (_, n) => 5 + n * 15)
  const few = numbers(1, 300, skipped.slice(0, 14)).map(n => receipt(printed(n), { at: n }))
  expect(await gaps(few)).toHaveLength(14)
  await using ledger = await openLedger()
  await ledger.apply(numbers(1, 300, [...skipped, 276]).map(n => receipt(printed(n), { at: n })))
  expect(await receiptGaps(ledger.db, NOW)).toMatchObject([
    { first: 'A-0005', last: 'A-0276', missing: 20, gaps: 19, series: 'A-', date: '2026-11-25' },
  ])
})

test('numbers that begin with their date are one series: few receipts a day hide no gap, and very many gaps are told once', async () => {
  const told = (without: (day: number) => readonly number[]) =>
    numbers(20, 25).flatMap(day =>
      numbers(1, 15, without(day)).map(n => receipt(`2026-11-${day}/${n}`, { at: n, day })),
    )
  expect(await gaps(told(day => (day === 22 ? [7] : [])))).toEqual([
    'HAR/pos 2026-11-22/7-2026-11-22/7 1 2026-11-22',
  ])
  await using ledger = await openLedger()
  await ledger.apply(told(() => [4, 9]))
  expect(await receiptGaps(ledger.db, NOW)).toMatchObject([
    { first: '2026-11-20/4', last: '2026-11-25/9', gaps: 12, series: '####-##-##/' },
  ])
})

test('a store number that looks like the date on one day is still one series', async () => {
  const days = [20, 21, 22, 23].flatMap((day, index) =>
    numbers(1 + 20 * index, 20 + 20 * index).map(n => receipt(`1121-${n}`, { at: n, day })),
  )
  expect(await gaps(days)).toEqual([])
})

test('tills that share one series of their POS fill each other’s gaps; what neither has is missing', async () => {
  const told = numbers(1, 200, [77]).map(n =>
    receipt(printed(n), { at: n, till: n % 3 === 0 ? 'till-2' : 'till-1' }),
  )
  expect(await gaps(told)).toEqual(['HAR/pos A-0077-A-0077 1 2026-11-25'])
})

test('tills that number their own receipts hide no gap of each other, from another day', async () => {
  const first = numbers(1, 60, [30]).map(n => receipt(printed(n), { at: n, day: 20 }))
  const second = numbers(1, 60).map(n => receipt(printed(n), { at: n, till: 'till-2', day: 25 }))
  expect(await gaps([...first, ...second])).toEqual(['HAR/pos A-0030-A-0030 1 2026-11-20'])
})

test('a till that begins at 1 each day, and two that each begin at 1, hide no gap by their other numbers', async () => {
  const days = [20, 21, 22, 23].flatMap(day =>
    numbers(1, 40, day === 21 ? [15] : []).map(n => receipt(String(n), { at: n, day })),
  )
  expect(await gaps(days)).toEqual(['HAR/pos 15-15 1 2026-11-21'])
  const tills = ['till-1', 'till-2'].flatMap(till =>
    numbers(1, 60, till === 'till-1' ? [15] : []).map(n => receipt(String(n), { at: n, till })),
  )
  expect(await gaps(tills)).toEqual(['HAR/pos 15-15 1 2026-11-25'])
})

test('a series that begins at 1 each day, a far range and numbers given at random are not gaps', async () => {
  const daily = [18, 19, 20].flatMap(day => numbers(1, 10).map(n => receipt(String(n), { at: n, day })))
  const range = (from: number, day: number) =>
    numbers(from, from + 30).map((n, index) => receipt(String(n), { at: 20 + index, day }))
  expect(await gaps(daily)).toEqual([])
  expect(await gaps([...daily, ...range(50_000, 21)])).toEqual([])
  expect(await gaps([...daily, ...range(5_000, 25)])).toEqual([])
  expect(await gaps(numbers(1, 60).map(n => receipt(String(n * 7), { at: n })))).toEqual([])
  expect(await gaps(numbers(1, 60).map(n => receipt(String(n * 707), { at: n })))).toEqual([])
  expect(await gaps(numbers(1, 60).map(n => receipt(`no number ${n} x`, { at: n })))).toEqual([])
})

test('hours of receipts that are missing in a row are one gap, also beside many small ones', async () => {
  const lost = numbers(31, 180)
  const told = (without: readonly number[]) =>
    numbers(1, 210, without).map(n => receipt(printed(n), { at: n, day: n > 180 ? 26 : 25 }))
  expect(await gaps(told(lost))).toEqual(['HAR/pos A-0031-A-0180 150 2026-11-25'])
  const few = [3, 9, 12, 20, 25, 190, 200]
  expect((await gaps(told([...lost, ...few]))).toSorted()).toEqual([
    'HAR/pos A-0003-A-0200 7 2026-11-26',
    'HAR/pos A-0031-A-0180 150 2026-11-25',
  ])
  const ofOther = lost.map(n => receipt(printed(n), { at: n, till: 'till-2' }))
  expect(await gaps([...told(lost), ...ofOther])).toEqual([])
})

test.each([3, 4, 5, 9])('%i lost days of a till are a gap, whatever was closed between them', async lost => {
  const told = [8, 9, 9 + lost + 1, 9 + lost + 2].flatMap((day, index) => {
    const first = 1 + 40 * (index < 2 ? index : index + lost)
    return numbers(first, first + 39).map((n, at) => receipt(printed(n), { at, day }))
  })
  const ends = `${printed(81)}-${printed(80 + 40 * lost)}`
  expect(await gaps(told)).toEqual([`HAR/pos ${ends} ${40 * lost} 2026-11-09`])
})

const days = numbers(10, 25)
const digitsOf = (day: number) => ({
  YYMMDD: `2611${day}`,
  YYYYMMDD: `202611${day}`,
  DDMMYY: `${day}1126`,
  'store and date': `017202611${day}`,
  'day of the year': `26${String(304 + day)}`,
})
test.each(
  (['YYMMDD', 'YYYYMMDD', 'DDMMYY', 'store and date', 'day of the year'] as const).flatMap(form =>
    [3, 4].map(places => [form, places] as const),
  ),
)(
  'numbers that begin with their day without a sign (%s, %i figures) jump over no receipt at its end',
  async (form, places) => {
    const told = (without: (day: number) => readonly number[]) =>
      days.flatMap(day =>
        numbers(1, 40, without(day)).map(n =>
          receipt(digitsOf(day)[form] + String(n).padStart(places, '0'), { at: n, day }),
        ),
      )
    expect(await gaps(told(() => []))).toEqual([])
    const missing = `${digitsOf(22)[form]}${'17'.padStart(places, '0')}`
    expect(await gaps(told(day => (day === 22 ? [17] : [])))).toEqual([
      `HAR/pos ${missing}-${missing} 1 2026-11-22`,
    ])
  },
)

test('the weeks of a large store, and numbers of many figures, are parted as well', () => {
  const date = 20_261_122
  const many = Array.from({ length: 300_000 }, (_, n) => ({ text: `A${n}`, date }))
  expect(numbersOf(many).at(-1)).toMatchObject({ prefix: 'A', value: 299_999, family: null })
  const long = [date, date + 1].map(day => ({ text: `${day}0170000000000042`, date: day }))
  expect(numbersOf(long)).toMatchObject([
    { prefix: '202611220', value: 170_000_000_000_042, digits: 15, family: '#########' },
    { prefix: '202611230', value: 170_000_000_000_042, digits: 15, family: '#########' },
  ])
})

test('a counter that shows its date by chance on one day still tells what is missing there', async () => {
  const told = [20, 21, 22, 23].flatMap((day, index) =>
    numbers(112_110 + 40 * index, 112_149 + 40 * index, [112_150]).map(n =>
      receipt(String(n), { at: n % 40, day }),
    ),
  )
  expect(await gaps(told)).toEqual(['HAR/pos 112150-112150 1 2026-11-20'])
})

test('three jumps of a series are told each, more are told as one', async () => {
  const jumping = (times: number) =>
    numbers(0, times).flatMap(part =>
      numbers(1, 90).map(n => receipt(printed(1000 * part + n), { at: 100 * part + n })),
    )
  expect(await gaps(jumping(3))).toHaveLength(3)
  await using ledger = await openLedger()
  await ledger.apply(jumping(4))
  expect(await receiptGaps(ledger.db, NOW)).toMatchObject([
    { first: 'A-0091', last: 'A-4000', missing: 3640, gaps: 4, series: 'A-', mayBeRange: true },
  ])
})

test('two ranges that a till uses side by side are not one that has lost receipts', async () => {
  const sideBySide = numbers(1, 60).map(n => receipt(String(n % 2 === 0 ? n / 2 : 800 + n), { at: n }))
  expect((await gaps(sideBySide)).filter(one => one.includes(' 30-') || one.includes(' 31-'))).toEqual([])
})

test('the oldest stock change that Shopify has not confirmed is named', async () => {
  await using ledger = await openLedger()
  expect(await oldestUnposted(ledger.db)).toBeNull()
  await ledger.apply(numbers(1, 3).map(n => receipt(String(n), { at: n })))
  expect(await oldestUnposted(ledger.db)).toEqual({ store: 'HAR', sku: 'SHIRT-M', at: 1 })
})

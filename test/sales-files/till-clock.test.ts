import { expect, test } from 'vitest'
import { only, SalesFolder } from './sales-folder.ts'

const settings = {
  warehouse: 'HAR',
  decimal: '.',
  date: 'YYYY-MM-DD HH:mm',
  rows: 'line',
  refunds: 'signed',
  window: 0,
  columns: { receipt: 'No', date: 'At', till: 'Till', sku: 'Code', amount: 'Sum' },
}
const HEAD = 'No,At,Till,Code,Sum\n'
const row = (no: number, day: string, till = 'K1') => `${no},${day} 09:0${no % 10},${till},CUP,15.00\n`

async function told(text: string, more: Record<string, unknown> = {}) {
  const folder = new SalesFolder('csv', { ...settings, ...more })
  folder.write('a.csv', text)
  const events = await folder.rest()
  return {
    folder,
    sold: only('sale.completed', events).map(({ receipt }) => receipt),
    refused: only('source.row-refused', events).map(({ row: name, code }) => [name, code]),
  }
}

test.each([
  ['1970-01-01', 'TILL_CLOCK_WRONG'],
  ['2000-01-01', 'TILL_CLOCK_WRONG'],
  ['2031-11-20', 'TILL_CLOCK_WRONG'],
  ['2026-12-20', 'TILL_CLOCK_WRONG'],
  ['2026-10-20', 'SALE_JUMPS_BACK'],
])(
  'a sale of %s among those of November is asked about, and counts once the settings accept it',
  async (day, code) => {
    const text = HEAD + row(1, '2026-11-20') + row(2, '2026-11-20') + row(3, day) + row(4, '2026-11-20')
    const { folder, sold, refused } = await told(text)
    expect(sold).toEqual(['1', '2', '4'])
    expect(refused).toEqual([['receipts/3', code]])
    folder.restart({ oddTimes: 'accept' })
    const after = await folder.rest()
    expect(after.map(({ kind }) => kind)).toEqual(['source.row-accepted', 'sale.completed'])
  },
)

test('a clock that stays wrong is told of every sale; a till that lost its clock while the file grew too', async () => {
  const back = [3, 4].map(no => row(no, '2026-10-20')).join('')
  const { folder, refused } = await told(HEAD + row(1, '2026-11-20') + row(2, '2026-11-20') + back)
  expect(refused.map(([name]) => name)).toEqual(['receipts/3', 'receipts/4'])
  folder.append('a.csv', row(5, '2026-10-21') + row(6, '2026-11-21'))
  const events = await folder.rest()
  expect(only('source.row-refused', events)).toMatchObject([{ row: 'receipts/5', code: 'SALE_JUMPS_BACK' }])
  expect(only('sale.completed', events)).toMatchObject([{ receipt: '6' }])
})

test.each([
  [
    'a file that begins with the newest',
    row(9, '2026-11-20') + row(8, '2026-11-19') + row(7, '2026-09-01') + row(6, '2026-08-31'),
  ],
  ['a holiday of two months', row(1, '2026-08-01') + row(2, '2026-08-02') + row(3, '2026-10-20')],
  [
    'one till after the other',
    row(1, '2026-08-01') + row(2, '2026-11-20') + row(3, '2026-08-01', 'K2') + row(4, '2026-11-20', 'K2'),
  ],
  ['a late receipt of last week', row(1, '2026-11-19') + row(2, '2026-11-20') + row(3, '2026-11-12')],
])('%s is not asked about', async (_, rows) => {
  const { sold, refused } = await told(HEAD + rows)
  expect(refused).toEqual([])
  expect(sold).toHaveLength(rows.trim().split('\n').length)
})

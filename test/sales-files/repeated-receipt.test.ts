import { expect, test } from 'vitest'
import { only, SalesFolder } from './sales-folder.ts'

const columns = {
  receipt: 'Beleg',
  date: 'Am',
  type: 'Vorgang',
  till: 'Kasse',
  sku: 'Artikel',
  quantity: 'Menge',
  amount: 'Brutto',
}
const settings = {
  warehouse: 'HAR',
  decimal: '.',
  date: 'DD.MM.YYYY HH:mm',
  rows: 'line',
  refunds: 'signed',
  columns,
}
const HEAD = 'Beleg;Am;Vorgang;Kasse;Artikel;Menge;Brutto\n'
const SALE = 'B7;18.07.2026 16:05;Verkauf;K1;CUP;2;30.00\nB7;18.07.2026 16:05;Verkauf;K1;PEN;1;4.00\n'
const REFUND = 'B7;19.07.2026 10:12;Storno;K1;CUP;-1;-15.00\n'

const soldOf = (events: Parameters<typeof only>[1]) =>
  only('sale.completed', events).map(({ receipt, lines, tenders }) => [
    receipt,
    lines.map(({ sku, quantity }) => [sku, quantity / 1000]),
    tenders[0]?.amount,
  ])
const first = [
  'B7',
  [
    ['CUP', 2],
    ['PEN', 1],
  ],
  3400,
]
const back = ['B7/2026-07-19T10:12:00/refund', [['CUP', -1]], -1500]

async function readAll(files: Readonly<Record<string, string>>, more: Record<string, unknown> = {}) {
  const folder = new SalesFolder('csv', { ...settings, ...more })
  const events = []
  for (const [name, text] of Object.entries(files)) {
    folder.write(name, text)
    events.push(...(await folder.rest()))
  }
  return { folder, events }
}

test.each([
  ['in a later file', { 'a.csv': HEAD + SALE, 'b.csv': HEAD + REFUND }],
  ['in the same file', { 'a.csv': HEAD + SALE + REFUND }],
  [
    'in the same file, an hour later',
    { 'a.csv': HEAD + SALE + REFUND.replace('19.07.2026 10:12', '18.07.2026 17:05') },
  ],
  [
    'far away in the same file',
    {
      'a.csv': `${HEAD}${SALE}${Array.from({ length: 300 }, (_, at) => `C${at};18.07.2026 16:10;Verkauf;K1;PEN;1;4.00\n`).join('')}${REFUND}`,
    },
  ],
])('a refund that has the number of its sale never replaces it: %s', async (_, files) => {
  const { events } = await readAll(files as Record<string, string>)
  expect(soldOf(events)[0]).toEqual(first)
  expect(only('sale.completed', events).filter(({ receipt }) => receipt.startsWith('B7'))).toHaveLength(1)
  const [refused, ...more] = only('source.row-refused', events)
  expect(more).toEqual([])
  expect(refused).toMatchObject({
    code: 'RECEIPT_NUMBER_REPEATED',
    payload: expect.stringContaining('CUP;-1'),
  })
  expect(refused?.sentence).toContain('the sale of 2026-07-18 16:05 over 34.00 EUR')
  expect(refused?.sentence).toMatch(/the refund of 2026-07-1\d 1[70]:\d\d over -15.00 EUR in [ab].csv/)
})

test('the key that would tell them apart is proposed', async () => {
  const propose = async (second: string) => {
    const { events } = await readAll({ 'a.csv': HEAD + SALE, 'b.csv': HEAD + second })
    return only('source.row-refused', events)[0]?.sentence
  }
  expect(await propose(REFUND)).toContain('["Beleg","Am"] as "columns.receipt"')
  expect(await propose(REFUND.replace('19.07', '18.07'))).toContain(
    '["Beleg","Vorgang"] as "columns.receipt"',
  )
  expect(await propose('B7;18.07.2026 16:20;Verkauf;K2;PEN;1;4.00\n')).toContain('["Beleg","Kasse"]')
})

test('the proposed key reads both, and no refusal is left', async () => {
  const { folder, events } = await readAll(
    { 'a.csv': HEAD + SALE + REFUND },
    { columns: { ...columns, receipt: ['Beleg', 'Am'] } },
  )
  expect(soldOf(events).map(([, lines, paid]) => [lines, paid])).toEqual([
    [first[1], first[2]],
    [back[1], back[2]],
  ])
  expect(folder.memory.events).toHaveLength(2)
})

test('keep-both counts the second beside the first, closes its refusal, and tells neither again', async () => {
  const { folder, events } = await readAll({ 'a.csv': HEAD + SALE, 'b.csv': HEAD + REFUND })
  expect(soldOf(events)).toEqual([first])
  folder.restart({ repeatedNumbers: 'keep-both' })
  const after = await folder.rest()
  expect(soldOf(after)).toEqual([back])
  expect(after.map(({ kind }) => kind).sort()).toEqual(['sale.completed', 'source.row-accepted'])
  folder.write('copy.csv', HEAD + SALE + REFUND)
  expect(await folder.rest()).toEqual([])
})

test('two refunds of one sale on one day are two', async () => {
  const again = REFUND.replace('10:12', '15:40')
  const { events } = await readAll(
    { 'a.csv': HEAD + SALE, 'b.csv': HEAD + REFUND, 'c.csv': HEAD + again },
    { repeatedNumbers: 'keep-both' },
  )
  expect(soldOf(events)).toEqual([first, back, ['B7/2026-07-19T15:40:00/refund', [['CUP', -1]], -1500]])
})

test('a refund of a voided sale is told too', async () => {
  const status = {
    columns: { ...columns, status: 'Vorgang' },
    statuses: { Verkauf: 'counts', Storno: 'counts', Weg: 'void' },
  }
  const { events } = await readAll(
    { 'a.csv': HEAD + SALE, 'b.csv': HEAD + SALE.replaceAll('Verkauf', 'Weg'), 'c.csv': HEAD + REFUND },
    status,
  )
  expect(events.map(({ kind }) => kind)).toEqual(['sale.completed', 'sale.voided', 'source.row-refused'])
})

test('what stays an edit: another amount, another item, a later minute of the day', async () => {
  const edited = SALE.replace('2;30.00', '3;45.00').replaceAll('16:05', '16:09')
  const { events } = await readAll({ 'a.csv': HEAD + SALE, 'b.csv': HEAD + edited })
  expect(soldOf(events).map(([receipt]) => receipt)).toEqual(['B7', 'B7'])
  expect(only('source.row-refused', events)).toEqual([])
})

test('sale and return on one receipt stay one, whatever is paid and whichever second a line was rung up', async () => {
  const exchange =
    'B8;18.07.2026 10:20;Verkauf;K1;CUP;1;15.00\nB8;18.07.2026 10:20;Retoure;K1;PEN;2;8.00\nB9;18.07.2026 10:30;Retoure;K1;CUP;1;15.00\nB9;18.07.2026 10:30;Verkauf;K1;PEN;1;4.00\n'
  const { events } = await readAll(
    { 'a.csv': HEAD + exchange },
    { refunds: { Verkauf: 'sale', Retoure: 'refund' } },
  )
  expect(soldOf(events)).toEqual([
    [
      'B8',
      [
        ['CUP', 1],
        ['PEN', -2],
      ],
      700,
    ],
    [
      'B9',
      [
        ['CUP', -1],
        ['PEN', 1],
      ],
      -1100,
    ],
  ])
})

test('JSON: a refund with the number of its sale', async () => {
  const fields = {
    receipt: '/no',
    date: '/at',
    type: '/what',
    total: '/total',
    lines: '/items',
    line: { sku: '/sku', quantity: '/qty', amount: '/sum' },
  }
  const folder = new SalesFolder('json', {
    warehouse: 'HAR',
    taxIncluded: true,
    refunds: { S: 'sale', R: 'refund' },
    fields,
  })
  const sale = {
    no: 5,
    at: '2026-07-18T16:05:00',
    what: 'S',
    total: 30,
    items: [{ sku: 'CUP', qty: 2, sum: 30 }],
  }
  const refund = {
    no: 5,
    at: '2026-07-18T17:00:00',
    what: 'R',
    total: 15,
    items: [{ sku: 'CUP', qty: 1, sum: 15 }],
  }
  folder.write('a.json', JSON.stringify([sale, refund]))
  const events = await folder.rest()
  expect(soldOf(events)).toEqual([['5', [['CUP', 2]], 3000]])
  expect(only('source.row-refused', events)[0]?.sentence).toContain('["/no","/what"] as "fields.receipt"')
  folder.restart({ repeatedNumbers: 'keep-both' })
  expect(soldOf(await folder.rest())).toEqual([['5/2026-07-18T17:00:00/refund', [['CUP', -1]], -1500]])
})

test('an exchange is paid either way, whether or not its total has a minus', async () => {
  const rows = (no: string, sold: string, back: string, total: string) =>
    `${no};18.07.2026 10:20;Verkauf;K1;CUP;1;${sold};${total};Bar\n${no};18.07.2026 10:20;Retoure;K1;PEN;1;${back};${total};Bar\n`
  const { events } = await readAll(
    {
      'a.csv':
        HEAD.replace('\n', ';Summe;Art\n') +
        rows('E1', '15.00', '4.00', '11.00') +
        rows('E2', '4.00', '15.00', '-11.00') +
        rows('E3', '4.00', '15.00', '11.00') +
        rows('E4', '4.00', '4.00', '0.00'),
    },
    {
      refunds: { Verkauf: 'sale', Retoure: 'refund' },
      columns: { ...columns, total: 'Summe', tender: 'Art' },
    },
  )
  expect(soldOf(events).map(([receipt, , paid]) => [receipt, paid])).toEqual([
    ['E1', 1100],
    ['E2', -1100],
    ['E3', -1100],
    ['E4', undefined],
  ])
})

const NOON = 'B7;18.07.2026 19:40;Verkauf;K1;BAG;1;9.50\n'

test.each([
  ['in a second file', { 'a.csv': HEAD + SALE, 'b.csv': HEAD + NOON }],
  ['in the same file', { 'a.csv': HEAD + SALE + NOON }],
])('a number that begins again on the same day %s is asked about: the first sale stays', async (_, files) => {
  const { events } = await readAll(files as Record<string, string>)
  expect(soldOf(events)).toEqual([first])
  expect(only('source.row-refused', events)).toMatchObject([{ code: 'RECEIPT_NUMBER_REPEATED' }])
})

test('an edit that changes the amount and keeps some of the goods replaces the sale', async () => {
  const edited = 'B7;18.07.2026 19:40;Verkauf;K1;CUP;1;15.00\n'
  const { events } = await readAll({ 'a.csv': HEAD + SALE, 'b.csv': HEAD + edited })
  expect(soldOf(events).at(-1)).toEqual(['B7', [['CUP', 1]], 1500])
})

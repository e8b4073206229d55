import { expect, test } from 'vitest'
import { only, SalesFolder } from './sales-folder.ts'

/** Exports made as reports for people: lines above the headings, page breaks, totals, a number on a receipt's first row alone. */

const settings = {
  warehouse: 'HAR',
  decimal: '.',
  date: 'YYYY-MM-DD HH:mm',
  rows: 'line',
  refunds: 'signed',
  columns: { receipt: 'Order', date: 'Time', sku: 'SKU', quantity: 'Qty', amount: 'Net' },
}

async function told(text: string, more: Record<string, unknown> = {}) {
  const folder = new SalesFolder('csv', { ...settings, ...more })
  folder.write('report.csv', text)
  const events = await folder.rest()
  expect(folder.faults).toEqual([])
  return events
}

const HEADINGS = '"Order","Time","SKU","Qty","Net"\n'
const sale = (order: string, more = '"1","12.50"') => `"${order}","2026-11-25 13:05","MUG",${more}\n`
const title = '"Mill Lane - Item sales",,,,\n"25 to 25 November",,,,\n\n'
const report = `${title}${HEADINGS}${sale('A-1')}\n"Page 1 of 2",,,,\n${HEADINGS}${sale('A-2', '"-1","-12.50"')}"","","","",""\n"TOTAL","","","2","0.00"\n"Made by POS 4.2",,,,\n`
const receiptsOf = (events: Awaited<ReturnType<typeof told>>) =>
  only('sale.completed', events).map(({ receipt, lines }) => [receipt, lines[0]?.quantity])

test('page breaks, empty rows, totals and what else the settings name are not receipts', async () => {
  const events = await told(report, { skipLines: 3, notSales: ['Page *', 'Total', 'made by *'] })
  expect(receiptsOf(events)).toEqual([
    ['A-1', 1000],
    ['A-2', -1000],
  ])
  expect(only('source.row-refused', events)).toEqual([])
})

test('rows that the settings do not name are refused one by one, and the headings again are not', async () => {
  const events = await told(report, { skipLines: 3 })
  expect(receiptsOf(events)).toHaveLength(2)
  const keys = only('source.row-refused', events).map(each => each.row)
  expect(keys).toEqual(['receipts/Page 1 of 2', 'receipts/TOTAL', 'receipts/Made by POS 4.2'])
})

test.each([0, 1, 4])(
  'with %i lines skipped, the refusal says how many stand above the headings',
  async skipLines => {
    const events = await told(report, { skipLines })
    expect(events).toMatchObject([
      {
        row: 'file/report.csv',
        code: 'CSV_COLUMNS_MISSING',
        sentence: expect.stringContaining('set "skipLines" to'),
      },
    ])
    const [, said] = /"skipLines" to (\d+)/.exec(only('source.row-refused', events)[0]?.sentence ?? '') ?? []
    expect(receiptsOf(await told(report, { skipLines: Number(said) }))).toHaveLength(2)
  },
)

test.each([
  [
    'the number has a row of its own',
    '1,2026-11-25 09:10,,,\n,,MUG,1,12.50\n2,2026-11-25 09:12,,,\n,,TEE,2,20.00\n',
  ],
  [
    'the number is beside the first item',
    '1,2026-11-25 09:10,MUG,1,12.50\n,,TEE,2,20.00\n,,CAP,1,9.00\n2,2026-11-25 09:12,TEE,2,20.00\n,,MUG,1,12.50\n',
  ],
  [
    'one item below is enough, as it has no date either',
    '1,2026-11-25 09:10,MUG,1,12.50\n2,2026-11-25 09:12,TEE,2,20.00\n3,2026-11-25 09:14,TEE,2,20.00\n,,CAP,1,9.00\n',
  ],
])('%s: one refusal of the file, and no receipt in part', async (_, rows) => {
  const events = await told(`Order,Time,SKU,Qty,Net\n${rows}`)
  expect(events).toMatchObject([
    { row: 'file/report.csv', code: 'CSV_NUMBER_ON_FIRST_ROW', sentence: expect.stringContaining('"Order"') },
  ])
})

test('totals without a number do not refuse the file of which they are', async () => {
  const rows = ['A-1', 'A-2'].map(order => `${sale(order)}"","","","1","12.50"\n`).join('')
  expect(receiptsOf(await told(HEADINGS + rows))).toHaveLength(2)
})

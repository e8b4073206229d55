import { expect, test } from 'vitest'
import type { PreviewRow } from '../../agent/sources/preview.ts'
import type { SourceProposal } from '../../agent/tools/source-try/proposal.ts'
import { proposeSource } from '../../agent/tools/source-try/propose.ts'
import { tryText } from '../../agent/tools/source-try/try-text.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'
import * as layouts from './layouts.ts'

function propose(text: string | Buffer, answers: Record<string, string> = {}, file = 'sales-2026-07-18.csv') {
  const store = { zone: 'Europe/Berlin', warehouse: 'HAR' }
  const given = {
    file,
    folder: '/till',
    bytes: Buffer.from(text),
    source: SourceId.parse('sales'),
    store,
    unread: 0,
  }
  return proposeSource({ ...given, answers: new Map(Object.entries(answers)) }, manualWorld())
}

const sale = ({ event }: PreviewRow) => {
  if (event?.kind !== 'sale.completed') return event?.kind ?? null
  const goods = event.lines.map(({ sku, quantity, net }) => `${quantity / 1_000} ${sku} ${net}`)
  const paid = event.tenders.map(({ kind, amount }) => `${kind} ${amount}`)
  return `${event.receipt}: ${[...goods, ...paid].join(', ')}`
}
const salesOf = ({ rows }: SourceProposal) => rows.map(sale)
const asked = ({ questions }: SourceProposal) => questions.map(({ id }) => id)

test('a file by item: discounts, a refund by its type, what was cancelled, tax asked for', async () => {
  const first = await propose(layouts.loyverseByItem, { currency: 'usd' })
  expect(asked(first)).toEqual(['taxIncluded'])
  const told = await propose(layouts.loyverseByItem, { currency: 'USD', taxIncluded: 'no' })
  expect(asked(told)).toEqual([])
  expect(salesOf(told)).toEqual([
    '1-1001: 2 10001 2700, 1 10002 200, other 3140',
    '1-1002: -1 10002 -200, other -217',
  ])
  expect(told.settings).toMatchObject({
    currency: 'USD',
    date: 'M/D/YY h:mm A',
    columns: { amount: 'Net sales' },
  })
})

test('an items export of Square takes three answers, and a refund with the number of its sale stays a refund', async () => {
  const answers = { currency: 'USD', taxIncluded: 'no', amount: 'Net Sales' }
  const told = await propose(layouts.squareItems, answers)
  expect(asked(told)).toEqual([])
  expect(salesOf(told)).toEqual([
    '2026-11-25/tx1: 2 MUG 2000, 0.25 TEA 500, other 2700',
    '2026-11-26/tx1: -1 MUG -1000, other -1080',
    '2026-11-26/tx3: 1 MUG 1200, other 1296',
  ])
})

test('of an export of several locations, which of them is this store is asked', async () => {
  const answers = { currency: 'USD', taxIncluded: 'no', amount: 'Net Sales' }
  const market = layouts.squareItems.replace(/^(.*tx3.*),HAR,/m, '$1,Market,')
  const open = await propose(market, answers)
  expect(open.questions).toMatchObject([
    { id: 'store', options: [{ value: 'HAR' }, { value: 'Market' }, { value: 'all' }] },
  ])
  const told = await propose(market, { ...answers, store: 'har' })
  expect(told.settings).toMatchObject({
    stores: { HAR: 'here', Market: 'elsewhere' },
    columns: { store: 'Location' },
  })
  expect(salesOf(told)).toEqual([
    '2026-11-25/tx1: 2 MUG 2000, 0.25 TEA 500, other 2700',
    '2026-11-26/tx1: -1 MUG -1000, other -1080',
  ])
  const all = await propose(market, { ...answers, store: 'all' })
  expect(all.settings).toMatchObject({ columns: { warehouse: 'Location' } })
  expect(salesOf(all)).toHaveLength(3)
})

test('a file by receipt tells takings by the columns of payments, and its totals prove them', async () => {
  const proposal = await propose(layouts.squareTransactions, { currency: 'USD' })
  expect({ asked: asked(proposal), isProven: proposal.isProven }).toEqual({ asked: [], isProven: true })
  expect(proposal.rows.map(({ event }) => event)).toMatchObject([
    {
      receipt: 'abc1',
      lines: [{ net: 2_700 }, { title: 'Tip', net: 100 }],
      tenders: [{ kind: 'card', amount: 3_023 }],
      taxes: [{ amount: 223 }],
    },
    { receipt: 'abc3', tenders: [{ kind: 'cash', amount: -217 }], taxes: [{ amount: -17 }] },
  ])
  expect(proposal.settings.rows).toBe('receipt')
})

test('orders whose totals are on their first row alone', async () => {
  const proposal = await propose(layouts.onlineShopOrders)
  expect({ asked: asked(proposal), isProven: proposal.isProven }).toEqual({ asked: [], isProven: true })
  expect(salesOf(proposal)).toEqual([
    // the tax of the whole order, in its first row, is shared out
    '#1001: 2 MUG-1 2521, 1 TOTE-1 336, cash 3400',
    '#1002: 1 TOTE-1 336, card 400',
  ])
})

test('a report in German: headings below its name, page breaks, two tills with one number, a sign between thousands', async () => {
  const proposal = await propose(layouts.germanTills, { currency: 'EUR' })
  expect({ asked: asked(proposal), isProven: proposal.isProven }).toEqual({ asked: [], isProven: true })
  expect(salesOf(proposal)).toEqual([
    '1/501: 1 A-1 89067, 2 A-2 1672, card 107980',
    '2/501: 1 A-2 836, cash 995',
    '2/502: -1 A-2 -836, cash -995',
  ])
  expect(proposal.settings).toMatchObject({
    skipLines: 2,
    notSales: ['Seite *', 'Gesamt'],
    decimal: ',',
    thousands: '.',
    taxIncluded: true,
    files: ['sales-*.csv'],
  })
})

test('what the file leaves open is asked, one thing after the other, and an answer is kept', async () => {
  const open = await propose(layouts.dayOrMonth)
  expect(asked(open)).toEqual(['currency', 'tender:Klubbkort', 'date'])
  const answers = { currency: 'USD', 'tender:Klubbkort': 'card', date: 'M/D/YYYY H:mm' }
  expect(asked(await propose(layouts.dayOrMonth, answers))).toEqual(['taxIncluded'])
  const told = await propose(layouts.dayOrMonth, { ...answers, taxIncluded: 'no' })
  expect(asked(told)).toEqual([])
  expect(told.rows.map(({ soldAt }) => soldAt)).toEqual(['2026-03-04T10:02:00', '2026-03-05T10:02:00'])
  expect(salesOf(told)).toEqual(['1/1001: 2 A-1 1500, card 1624', '1/1002: 1 A-1 750, card 812'])
})

test('the rate proves whether tax is in the amounts, and a sign names the currency', async () => {
  const proposal = await propose(layouts.taxByRate)
  expect(asked(proposal)).toEqual([])
  expect(proposal.settings).toMatchObject({ currency: 'GBP', taxIncluded: true, delimiter: '\t' })
  const net = layouts.taxByRate.replaceAll('£2.00', '£2.40').replaceAll('£0.40', '£0.42')
  expect((await propose(net)).settings).toMatchObject({ taxIncluded: false })
})

test('lines and payments in rows of their own, one of them rounding, and a sale that was only saved', async () => {
  const proposal = await propose(layouts.rowsOfPayments, { currency: 'NZD' })
  expect({ asked: asked(proposal), isProven: proposal.isProven }).toEqual({ asked: [], isProven: true })
  expect(salesOf(proposal)).toEqual([
    'Main/4010: 1 10043 4261, cash 2000, card 2900',
    'Main/4011: 1 10045 217, cash 250',
  ])
})

test('a total that no reading meets is refused, not explained away', async () => {
  const wrong = layouts.germanTills.replace('9,95;Bar', '19,95;Bar')
  const { rows, isProven } = await propose(wrong, { currency: 'EUR' })
  expect(isProven).toBe(true)
  expect(rows.flatMap(({ problem }) => problem?.code ?? [])).toEqual(['SALE_DOES_NOT_ADD_UP'])
})

const HEAD = 'Receipt number,Date,SKU,Item,Qty,Line total,Receipt total,Payment method,Currency'
const HEAD_PRICE = 'Receipt number,Date,SKU,Qty,Price,Discount\n1,2026-07-18 10:00,A-1,1,15.00,2.00\n'
const rowsOf = (...rows: string[]) => `${[HEAD, ...rows].join('\n')}\n`

test('lines that contradict most totals are not explained by leaving the totals out', async () => {
  const discounted = rowsOf(
    '1,2026-07-18 10:00,A-1,Mug,1,15.00,13.00,Cash,EUR',
    '2,2026-07-18 10:05,A-1,Mug,2,30.00,26.00,Cash,EUR',
    '3,2026-07-18 10:09,A-2,Pot,1,5.00,5.00,Cash,EUR',
  )
  const open = await propose(discounted)
  expect({ asked: asked(open), isProven: open.isProven }).toEqual({ asked: ['total'], isProven: false })
  expect(open.rows.filter(({ problem }) => problem !== null)).toHaveLength(2)
  expect(asked(await propose(discounted, { total: 'none' }))).toEqual([])
})

test('a total on each row is a total, not the amount of each line', async () => {
  const text = `Receipt no,Date,Item,Qty,Price,Total,Tender,Currency
1,2026-07-18 10:00,Tea,2,2.50,8.00,Cash,EUR
1,2026-07-18 10:00,Cake,1,3.00,8.00,Cash,EUR
2,2026-07-18 10:05,Scone,1,1.80,1.80,Visa,EUR
`
  expect(salesOf(await propose(text))).toEqual([
    '1: 2 null 500, 1 null 300, cash 800',
    '2: 1 null 180, card 180',
  ])
})

test.each([
  ['years of two digits that may come first', '26-07-14 10:00', ['date']],
  ['a day that is its month', '07/07/2026 10:00', ['date']],
  ['a date in words', '14 Jul 2026 10:00', []],
])('%s: %s asks %j', async (_what, date, questions) => {
  expect(asked(await propose(rowsOf(`1,${date},A-1,Mug,1,15.00,15.00,Cash,EUR`)))).toEqual(questions)
})

test('a column that may say what counts is asked about, and its words after it', async () => {
  const text = `Kind,${HEAD}\nSA,1,2026-07-18 10:00,A-1,Mug,1,15.00,15.00,Cash,EUR\nRF,2,2026-07-18 10:05,A-1,Mug,1,15.00,15.00,Cash,EUR\n`
  expect(asked(await propose(text))).toEqual(['column:Kind'])
  expect(asked(await propose(text, { 'column:Kind': 'yes' }))).toEqual(['type:SA', 'type:RF'])
  const told = await propose(text, { 'column:Kind': 'yes', 'type:SA': 'sale', 'type:RF': 'refund' })
  expect(salesOf(told)).toEqual(['1: 1 A-1 1500, cash 1500', '2: -1 A-1 -1500, cash -1500'])
})

test.each([
  ['-1', '15.00', '15.00', 'units'],
  ['1', '-15.00', '-15.00', 'amount'],
])('%s of an item for %s: what the minus means is asked', async (units, amount, total, minus) => {
  const text = rowsOf(
    '1,2026-07-18 09:00,A-1,Mug,1,15.00,15.00,Cash,EUR',
    `2,2026-07-18 10:00,A-1,Mug,${units},${amount},${total},Cash,EUR`,
  )
  expect(asked(await propose(text))).toEqual(['minus'])
  const told = await propose(text, { minus })
  expect(told.settings.minus).toBe(minus)
  expect(salesOf(told)).toEqual(['1: 1 A-1 1500, cash 1500', '2: -1 A-1 -1500, cash -1500'])
  const refused = await propose(text, { minus: 'refuse' })
  expect(refused.rows.map(({ problem }) => problem?.code)).toEqual([undefined, 'LINE_SIGNS_DIFFER'])
})

test('columns that mark what does not count are all used', async () => {
  const text = `Training,Storno,${HEAD}\nN,N,1,2026-07-18 10:00,A-1,Mug,1,15.00,15.00,Cash,EUR\nJ,N,2,2026-07-18 10:05,A-1,Mug,1,15.00,15.00,Cash,EUR\n`
  const one = await propose(text)
  expect({ asked: asked(one), sales: salesOf(one) }).toEqual({
    asked: [],
    sales: ['1: 1 A-1 1500, cash 1500'],
  })
  const two = await propose(text.replace('N,N', 'N,J'))
  expect({ asked: asked(two), sales: salesOf(two) }).toEqual({ asked: [], sales: [] })
})

test.each([
  ['Cancelled At', '2026-07-18 10:20', 'void', '', []],
  ['Storniert von', 'Maya', 'void', '', []],
  ['deleted', '1', 'void', '0', []],
  ['Test', 'X', 'nothing', '', []],
  ['Refund of', '1', 'refund', '', ['mark:Refund of']],
  ['Is Return', 'Yes', 'refund', 'No', ['mark:Is Return']],
  ['Original Receipt', '1', 'refund', '', ['mark:Original Receipt']],
  ['Refunded Qty', '1.00', 'refuse', '0.00', ['mark:Refunded Qty']],
])('a column %s with %s in it marks its row', async (heading, filled, is, empty, questions) => {
  const text = `${heading},${HEAD}\n${empty},1,2026-07-18 10:00,A-1,Mug,1,15.00,15.00,Cash,EUR\n${filled},2,2026-07-18 10:05,A-1,Mug,1,15.00,15.00,Cash,EUR\n`
  expect(asked(await propose(text))).toEqual(questions)
  const [question] = questions
  const told = await propose(text, question === undefined ? {} : { [question]: is })
  expect(told.settings.columns?.marks).toEqual([{ column: heading, is }])
  const second = { refund: ['2: -1 A-1 -1500, cash -1500'], refuse: ['source.row-refused'] }[is] ?? []
  expect(salesOf(told)).toEqual(['1: 1 A-1 1500, cash 1500', ...second])
  expect(told.assumed).toContainEqual(expect.stringContaining(`Where "${heading}" is filled in`))
  // what is not filled in yet marks from the first day on
  const blank = await propose(text.replace(`\n${filled},`, `\n${empty},`))
  expect(blank.questions).toEqual([])
  expect(blank.settings.columns?.marks).toEqual([
    { column: heading, is: / of$|^Original/.test(heading) ? 'refuse' : is },
  ])
})

test('a quantity that can not be read is refused, and the others are no less quantities for it', async () => {
  const row = (no: number, units: string) =>
    `${no},2026-07-18 10:0${no},A-1,Mug,${units},15.00,15.00,Cash,EUR`
  const told = await propose(rowsOf(row(1, '3'), row(2, '2'), row(3, '1E+2')), { total: 'Receipt total' })
  expect(salesOf(told).slice(0, 2)).toEqual(['1: 3 A-1 1500, cash 1500', '2: 2 A-1 1500, cash 1500'])
  expect(told.rows[2]?.problem).toMatchObject({ code: 'RECORD_VALUE_UNREADABLE' })
})

test('a box is not one unit unless a person says so', async () => {
  const rows = (unit: string) =>
    `UoM,${HEAD}\nPCS,1,2026-07-18 10:00,A-1,Mug,1,15.00,15.00,Cash,EUR\n${unit},2,2026-07-18 10:05,A-1,Mug,1,180.00,180.00,Cash,EUR\n`
  expect(asked(await propose(rows('BOX12')))).toContain('unit:BOX12')
  const refused = await propose(rows('BOX12'), { 'unit:BOX12': 'refuse' })
  expect(refused.rows.map(({ problem }) => problem?.code)).toEqual([undefined, 'RECORD_MARKED'])
  expect(salesOf(await propose(rows('BOX12'), { 'unit:BOX12': 'counts' }))).toHaveLength(2)
  expect((await propose(rows('kg'))).settings.columns?.marks).toBeUndefined()
})

test('a column of signs is that of its row; debit and credit are asked about', async () => {
  const rows = (heading: string, [one, two]: readonly [string, string]) =>
    `${heading},${HEAD}\n${one},1,2026-07-18 10:00,A-1,Mug,1,15.00,15.00,Cash,EUR\n${two},2,2026-07-18 10:05,A-1,Mug,1,15.00,15.00,Cash,EUR\n`
  const read = ['1: 1 A-1 1500, cash 1500', '2: -1 A-1 -1500, cash -1500']
  const signed = await propose(rows('Sign', ['+', '-']))
  expect({ asked: asked(signed), sales: salesOf(signed) }).toEqual({ asked: [], sales: read })
  const said = rows('D/C', ['C', 'D'])
  expect(asked(await propose(said))).toEqual(['column:D/C'])
  const answers = { 'column:D/C': 'yes', 'status:C': 'counts', 'status:D': 'refund' }
  expect(salesOf(await propose(said, answers))).toEqual(read)
})

test('a second status whose words are known leaves out its rows; a refund that is told twice is asked about', async () => {
  const rows = (state: string) =>
    `Line status,Status,${HEAD}\n,Closed,1,2026-07-18 10:00,A-1,Mug,1,15.00,15.00,Cash,EUR\n${state},Closed,1,2026-07-18 10:00,A-2,Hat,1,9.00,15.00,Cash,EUR\n`
  const told = await propose(rows('Voided'))
  expect({ asked: asked(told), sales: salesOf(told) }).toEqual({
    asked: [],
    sales: ['1: 1 A-1 1500, cash 1500'],
  })
  expect(asked(await propose(rows('Refunded')))).toContain('column:Line status')
  expect(asked(await propose(rows('Pending')))).toContain('column:Line status')
  // goods that are not sent yet are sold all the same
  const sent = await propose(rows('Pending').replace('Line status', 'Fulfillment status'))
  expect(sent.settings.columns?.marks).toBeUndefined()
})

test('rows of another currency are refused once the file’s own column says it', async () => {
  const { settings } = await propose(rowsOf('1,2026-07-18 10:00,A-1,Mug,1,15.00,15.00,Cash,EUR'))
  expect(settings.columns?.currency).toBe('Currency')
})

test('a void under a number of its own is asked about: it may take back another receipt', async () => {
  const text = `Belegart,${HEAD}\nVerkauf,1,2026-07-18 10:00,A-1,Hose,1,60.00,60.00,Bar,EUR\nStorno,2,2026-07-18 10:05,A-1,Hose,-1,-60.00,-60.00,Bar,EUR\n`
  expect(asked(await propose(text))).toEqual(['type:Storno'])
})

test('rows of a report are told from goods of a similar name', async () => {
  const text = `Item,${HEAD.replace('Item', 'Variant')}
Totally Nuts bar,1,2026-07-18 10:00,A-1,,1,2.00,4.50,Cash,EUR
Total care shampoo,1,2026-07-18 10:00,A-2,,1,2.50,4.50,Cash,EUR
Total: 1 receipt,,,,,,,,,
`
  const proposal = await propose(text)
  expect(proposal.settings.notSales).toEqual(['Total: *'])
  expect(salesOf(proposal)).toEqual(['1: 1 A-1 200, 1 A-2 250, cash 450'])
})

test.each([
  [
    'two currencies',
    rowsOf(
      '1,2026-07-18 10:00,A-1,Mug,1,15.00,15.00,Cash,EUR',
      '2,2026-07-18 10:00,A-1,Mug,1,15.00,15.00,Cash,CHF',
    ),
    'EUR and CHF',
  ],
  ['prices before a discount', HEAD_PRICE, 'before "Discount"'],
  [
    'a time of day in no known form',
    `Time,${rowsOf('14~05,1,2026-07-18,A-1,Mug,1,15.00,15.00,Cash,EUR')}`,
    '"Time" has values such as "14~05"',
  ],
])('%s: the file is refused by name', async (_what, text, words) => {
  await expect(propose(text)).rejects.toMatchObject({
    code: 'SOURCE_VALUES_UNKNOWN',
    message: expect.stringContaining(words),
  })
})

test('an answer that fits nothing is refused, with what would fit', async () => {
  const wrong = { currency: 'XXQ' }
  await expect(propose(layouts.dayOrMonth, wrong)).rejects.toMatchObject({ code: 'SOURCE_ANSWER_UNKNOWN' })
  await expect(propose(layouts.dayOrMonth, { date: 'month' })).rejects.toThrow(
    '"D/M/YYYY H:mm", "M/D/YYYY H:mm"',
  )
  await expect(propose(layouts.dayOrMonth, { nothing: 'yes' })).rejects.toThrow('Nothing asks for "nothing"')
})

test('numbers that begin again each day are told apart by the day', async () => {
  const text = rowsOf(
    '1,2026-07-17,A-1,Mug,1,15.00,15.00,Cash,EUR',
    '1,2026-07-18,A-2,Pot,1,5.00,5.00,Cash,EUR',
  )
    .replaceAll(',2026-07-17,', ',2026-07-17,10:00,')
    .replaceAll(',2026-07-18,', ',2026-07-18,10:00,')
    .replace('Date,', 'Date,Time,')
  const proposal = await propose(text)
  expect(proposal.settings.columns?.receipt).toEqual(['Date', 'Receipt number'])
  expect(salesOf(proposal)).toEqual([
    '2026-07-17/1: 1 A-1 1500, cash 1500',
    '2026-07-18/1: 1 A-2 500, cash 500',
  ])
})

test('a spreadsheet, and a file without sales, say what they are', async () => {
  await expect(propose(Buffer.from('PK\x03\x04rest'))).rejects.toMatchObject({ code: 'SOURCE_FILE_NOT_TEXT' })
  await expect(propose(`${HEAD}\n`)).rejects.toMatchObject({ code: 'SOURCE_FILE_EMPTY' })
})

test('a list of something else is refused, with what it lacks', async () => {
  const stock = 'Name,Date,Stock,Price\nMug 1,2026-07-18,4,2.50\nMug 2,2026-07-18,5,2.50\n'
  await expect(propose(stock, { currency: 'EUR' })).rejects.toMatchObject({ code: 'SOURCE_VALUES_UNKNOWN' })
})

test('what is not a file of sales, or has dates in no known form, says so', async () => {
  await expect(propose('Name,Street\nMaya,Quay 1\n')).rejects.toMatchObject({ code: 'SOURCE_LAYOUT_UNKNOWN' })
  const dated = layouts.taxByRate.replaceAll('2026-07-18 10:0', 'day 200 at 10:0')
  await expect(propose(dated)).rejects.toMatchObject({
    code: 'SOURCE_VALUES_UNKNOWN',
    message: expect.stringContaining('"Date" has values such as "day 200 at 10:00"'),
  })
})

test('people see receipts to hold against paper, what is assumed, and the next question alone', async () => {
  const text = tryText(await propose(layouts.dayOrMonth), '/till/sales.csv')
  expect(text).toContain('Read: 2 receipts')
  expect(text).toContain('2 x Mug [A-1]')
  expect(text).toContain('Nothing in the file checks its amounts')
  expect(text).toContain('Question 1 of 3: In which currency')
  expect(text).not.toContain('tender:Klubbkort=')
})

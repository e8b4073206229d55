import { expect, test } from 'vitest'
import { looksLikeJson, proposeJson } from '../../agent/tools/source-try/propose-json.ts'
import { tryText } from '../../agent/tools/source-try/try-text.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'

function propose(value: unknown, answers: Record<string, string> = {}, unread = 0) {
  return proposeJson(
    {
      ...{ file: 'sales-0718.json', folder: '/till', unread, source: SourceId.parse('sales') },
      bytes: Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)),
      store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
      answers: new Map(Object.entries(answers)),
    },
    manualWorld(),
  )
}

async function read(value: unknown, answers: Record<string, string> = {}) {
  const { rows, questions, isProven } = await propose(value, answers)
  const sales = rows.map(({ event, problem }) =>
    event?.kind === 'sale.completed'
      ? [
          event.receiptNumber,
          ...event.lines.map(({ sku, title, quantity, net }) => `${quantity / 1_000} ${sku ?? title} ${net}`),
          ...event.taxes.map(({ amount }) => `tax ${amount}`),
          ...event.tenders.map(({ kind, amount }) => `${kind} ${amount}`),
        ].join(', ')
      : (problem?.code ?? event?.kind ?? 'nothing'),
  )
  return { sales, questions: questions.map(({ id }) => id), isProven }
}

const euro = { currency: 'EUR' }

test('payments, taxes and a refund type, in a list within an object', async () => {
  const receipt = (no: string, type: string, name: string) => ({
    ...{
      receipt_number: no,
      receipt_type: type,
      created_at: '2026-07-18T08:10:00.000Z',
      total_money: 23.8,
      total_tax: 3.8,
    },
    line_items: [{ item_name: 'Mug', sku: 'M-1', quantity: 2, price: 11.9, total_money: 23.8 }],
    payments: [{ name, type: 'X', money_amount: 23.8 }],
  })
  const file = { cursor: 'x', receipts: [receipt('1-1', 'SALE', 'Cash'), receipt('1-2', 'REFUND', 'Visa')] }
  expect(await read(file, euro)).toEqual({
    ...{ questions: [], isProven: true },
    sales: ['1-1, 2 M-1 2000, tax 380, cash 2380', '1-2, -2 M-1 -2000, tax -380, card -2380'],
  })
  expect((await propose(file, euro)).settings).toMatchObject({ list: '/receipts', files: ['sales-*.json'] })
})

test('names in camel case, taxes in a list of their own on top, whole cents', async () => {
  const sale = (receiptNumber: number, total: number) => ({
    ...{ receiptNumber, closedAt: '2026-07-18 10:10:00', register: 'T1', currency: 'CHF', total },
    items: [{ article: { code: 'M-1', name: 'Mug' }, qty: 1, amount: total - 81 }],
    taxes: [{ name: 'MwSt', percent: 8.1, amount: 81 }],
    tenders: [{ method: 'TWINT', amount: total }],
  })
  expect(await read([sale(1, 1081), sale(2, 1581)], { amounts: 'minor' })).toEqual({
    ...{ questions: [], isProven: true },
    sales: ['1, 1 M-1 1000, tax 81, card 1081', '2, 1 M-1 1500, tax 81, card 1581'],
  })
  expect((await read([sale(1, 1081)])).questions).toEqual(['amounts'])
})

test('one sale a line, tax in the prices, and what only a person knows', async () => {
  const sale = (id: number, more = {}) =>
    JSON.stringify({
      id,
      date: '18.07.2026 10:15',
      lines: [{ sku: 'M-1', quantity: 1, amount: '11,90', tax: '1,90' }],
      payments: [
        { payment: 'Klubkonto', amount: '11,90' },
        { payment: 'Bar', amount: '0,00' },
      ],
      total: '11,90',
      ...more,
    })
  const file = `${sale(1)}\n${sale(2, { total: '12,90' })}\n`
  expect((await read(file)).questions).toEqual(['currency', 'tender:Klubkonto'])
  expect(await read(file, { ...euro, 'tender:Klubkonto': 'account' })).toEqual({
    ...{ questions: [], isProven: true },
    sales: ['1, 1 M-1 1000, tax 190, account 1190', 'SALE_DOES_NOT_ADD_UP'],
  })
})

test('without totals and payments, what the names leave open is asked and nothing is proven', async () => {
  const sale = {
    receipt: 'A1',
    date: '2026-07-18T10:00:00',
    lines: [{ sku: 'M-1', qty: 2, price: 5, amount: 9, tax: 1.44 }],
  }
  const open = await read([sale], euro)
  expect(open).toMatchObject({ questions: ['taxIncluded', 'amount'], isProven: false })
  const said = await read([sale], { ...euro, taxIncluded: 'yes', amount: '/amount' })
  expect(said).toEqual({ questions: [], isProven: false, sales: ['A1, 2 M-1 756, tax 144, other 900'] })
})

test.each([
  ['no list of sales', { a: [{ b: 1 }] }, 'no list in it'],
  ['no JSON', '{ "a": ', 'no list in it'],
  [
    'two currencies',
    [
      { receipt: '1', date: '2026-07-18', total: 5, currency: 'EUR' },
      { receipt: '2', date: '2026-07-18', total: 5, currency: 'USD' },
    ],
    'EUR and USD',
  ],
  ['dates in no known form', [{ receipt: '1', date: 'the day after', total: 5 }], 'the day after'],
])('refused by name: %s', async (_, file, why) => {
  await expect(propose(file, euro)).rejects.toMatchObject({
    code: 'SOURCE_JSON_UNKNOWN',
    message: expect.stringContaining(why),
  })
})

test('a file that is longer than what is looked at is refused, and a proposal is shown as receipts', async () => {
  await expect(propose([], {}, 9)).rejects.toMatchObject({ code: 'SOURCE_JSON_UNKNOWN' })
  const found = await propose([{ receipt: '1', date: '2026-07-18T10:00:00', total: 5 }], euro)
  expect(tryText(found, '/till/x.json')).toContain('JSON, a sale in each element of the file')
  expect([looksLikeJson(Buffer.from('\ufeff [1')), looksLikeJson(Buffer.from('No,At\n'))]).toEqual([
    true,
    false,
  ])
})

/** A sale whose time of day is apart from its date. */
const timed = (date: string | number, time: string | number, no = 7) => ({
  ...{ receiptNo: no, date, time, currency: 'EUR', total: 11.9 },
  items: [{ sku: 'M-1', quantity: 1, amount: 11.9 }],
  payments: [{ method: 'Cash', amount: 11.9 }],
})
async function timesOf(...sales: readonly unknown[]): Promise<readonly string[]> {
  const { rows } = await propose(sales)
  return rows.map(({ event, problem }) =>
    event?.kind === 'sale.completed' ? event.soldAt.wall : (problem?.code ?? 'nothing'),
  )
}

test.each<[string | number, string | number, string]>([
  ['2026-07-18', '14:35', '2026-07-18T14:35:00'],
  ['18.07.2026', '14:35:20', '2026-07-18T14:35:20'],
  ['2026-07-18T00:00:00', '14:35', '2026-07-18T14:35:00'],
  ['2026-07-18', '2026-07-18T12:35:00Z', '2026-07-18T14:35:00'],
  ['2026-07-18', 1_784_378_100, '2026-07-18T14:35:00'],
  ['2026-07-18T12:35:00Z', 'afternoon', '2026-07-18T14:35:00'],
])('a sale of %s, %s is read at its time of day', async (date, time, at) => {
  expect(await timesOf(timed(date, time))).toEqual([at])
})

test('a time of day that can’t be read is refused: the sale would be told at midnight', async () => {
  await expect(propose([timed('2026-07-18', 'afternoon')])).rejects.toMatchObject({
    code: 'SOURCE_JSON_UNKNOWN',
    message: expect.stringContaining('"/time" has values such as "afternoon"'),
  })
})

test('a sale without its time of day is refused where the others have one', async () => {
  const { time: _, ...without } = timed('2026-07-18', '', 8)
  expect(await timesOf(timed('2026-07-18', '14:35'), without)).toEqual([
    '2026-07-18T14:35:00',
    'RECORD_FIELD_MISSING',
  ])
})

test.each<[string, unknown, number]>([
  ['no time of day', { ...timed('2026-07-18', '', 9), time: undefined }, 1],
  ['a time of day', timed('2026-07-18', '14:35'), 0],
])('a file with %s: whether each sale counts as made at midnight is said', async (_, sale, times) => {
  const { assumed } = await propose([sale])
  expect(assumed.filter(sentence => sentence.includes('00:00'))).toHaveLength(times)
})

test('a tip in a field of the sale is paid on top of its lines, whether the total holds it or not', async () => {
  const sale = (id: string, total: number, tip: number, paid: number) => ({
    ...{ id, created_at: '2026-07-19T22:30:00Z', tax_total: 400, total, tip },
    line_items: [{ sku: 'MUG', name: 'Mug', quantity: 2, total: 2500 }],
    payments: [{ type: 'card', amount: paid }],
  })
  const told = (id: string, tip: number) =>
    [`${id}, 2 MUG 2100`, ...(tip === 0 ? [] : [`1 tip ${tip}`]), 'tax 400', `card ${2500 + tip}`].join(', ')
  for (const total of [2500, 2800]) {
    const file = { sales: [sale('S-1', total, 300, 2800), sale('S-2', 2500, 0, 2500)] }
    const { sales, questions } = await read(file, { ...euro, amounts: 'minor' })
    expect({ sales, questions }).toEqual({ sales: [told('S-1', 300), told('S-2', 0)], questions: [] })
  }
})

/** A sale with all that says whether it counts. */
const marked = (no: number, more: Readonly<Record<string, unknown>> = {}) => ({
  ...{ receiptNumber: no, register: 'T1', store: 'Harbour', soldAt: '2026-07-18T10:10:00', currency: 'eur' },
  ...{ total: 11.9, cancelled_at: null, training: false, refunds: [], note: 'x' },
  items: [{ sku: 'M-1', quantity: 1, amount: 11.9, voided: false }],
  payments: [{ method: 'Cash', amount: 11.9 }],
  ...more,
})

test('which of several stores is this one is asked; all of them have stock of their own', async () => {
  const file = [marked(1), marked(1, { store: 'Market' })]
  expect((await read(file)).questions).toEqual(['store'])
  const here = await propose(file, { store: 'Harbour' })
  expect(here.settings).toMatchObject({
    stores: { Harbour: 'here', Market: 'elsewhere' },
    fields: { store: '/store', receipt: ['/register', '/receiptNumber'], receiptNumber: '/receiptNumber' },
  })
  expect(here.rows).toMatchObject([{ event: { receipt: 'T1/1', lines: [{ warehouse: 'HAR' }] } }])
  const all = await propose([marked(1), marked(2, { store: 'Market' })], { store: 'all' })
  expect(all.rows.map(({ event }) => event?.kind === 'sale.completed' && event.lines[0]?.warehouse)).toEqual([
    'Harbour',
    'Market',
  ])
  // a file of one store names it: a sale of another one is refused later
  expect((await propose([marked(1)])).settings).toMatchObject({ stores: { Harbour: 'here' } })
})

test('the currency that each sale names is compared from then on', async () => {
  expect((await propose([marked(1)])).settings).toMatchObject({
    currency: 'EUR',
    fields: { currency: '/currency' },
  })
})

test('what says that a sale, a line or a payment does not count is read before it is ever filled in', async () => {
  const { settings, assumed, questions } = await propose([marked(1)])
  expect(questions).toEqual([])
  expect(settings).toMatchObject({
    fields: {
      marks: [
        { field: '/cancelled_at', is: 'void' },
        { field: '/training', is: 'nothing' },
        { field: '/refunds', is: 'refuse' },
      ],
      line: { marks: [{ field: '/voided', is: 'void' }] },
    },
  })
  expect(assumed).toContain('Where "/cancelled_at" is filled in, the record was taken back.')
  expect(assumed).toContain('Where "/items/voided" is filled in, the record was taken back.')
  expect(assumed).toContain('Not used: "/note".')
  const two = [{ sku: 'M-1', quantity: 1, amount: 11.9, voided: false }]
  expect(
    await read(
      [
        marked(1, { items: [...two, { sku: 'M-2', quantity: 1, amount: 5, voided: true }] }),
        marked(2, { cancelled_at: '2026-07-18T10:20:00' }),
        marked(3, { training: true }),
        marked(4, { refunds: [{ amount: 5 }] }),
      ],
      { 'mark:/refunds': 'refuse' },
    ),
  ).toMatchObject({ questions: [], sales: ['1, 1 M-1 1190, cash 1190', 'RECORD_MARKED'] })
})

test('services by the type of their line move no stock', async () => {
  const items = [
    { sku: 'M-1', kind: 'PRODUCT', quantity: 1, amount: 10 },
    { sku: 'R-1', kind: 'SERVICE', quantity: 1, amount: 1.9 },
  ]
  const { settings, rows } = await propose([marked(1, { items })])
  expect(settings).toMatchObject({ services: ['SERVICE'], fields: { line: { itemType: '/kind' } } })
  expect(rows).toMatchObject([{ event: { lines: [{ sku: 'M-1' }, { sku: null, net: 190 }] } }])
})

test('a refund that is named by its sale is asked about, unless its type or its sign says it', async () => {
  const back = (more: object) => marked(2, { refund_of: 1, ...more })
  expect((await read([marked(1), back({})])).questions).toEqual(['mark:/refund_of'])
  expect((await read([marked(1), back({})], { 'mark:/refund_of': 'refund' })).sales).toEqual([
    '1, 1 M-1 1190, cash 1190',
    '2, -1 M-1 -1190, cash -1190',
  ])
  const typed = [marked(1, { type: 'SALE' }), back({ type: 'RETURN' })]
  expect(await read(typed)).toMatchObject({
    questions: [],
    sales: ['1, 1 M-1 1190, cash 1190', '2, -1 M-1 -1190, cash -1190'],
  })
})

test('one unit for an amount below zero: what the minus means is asked', async () => {
  const file = [
    marked(1),
    marked(2, {
      items: [{ sku: 'M-1', quantity: 1, amount: -11.9 }],
      ...{ total: -11.9, payments: [{ method: 'Cash', amount: -11.9 }] },
    }),
  ]
  expect((await read(file)).questions).toEqual(['minus'])
  expect(await read(file, { minus: 'amount' })).toMatchObject({
    questions: [],
    sales: ['1, 1 M-1 1190, cash 1190', '2, -1 M-1 -1190, cash -1190'],
  })
})

test('lines without a quantity in known words: which field it is is asked, or said', async () => {
  const items = [{ sku: 'M-1', howMany: 2, amount: 11.9 }]
  expect((await read([marked(1, { items })])).questions).toEqual(['column-of:quantity'])
  const file = [marked(1, { items })]
  expect(await read(file, { 'column-of:quantity': '/howMany' })).toMatchObject({
    questions: [],
    sales: ['1, 2 M-1 1190, cash 1190'],
  })
  const { assumed } = await propose([marked(1, { items: [{ sku: 'M-1', amount: 11.9 }] })])
  expect(assumed).toContain('No field of "/items" says how many were sold: each line counts as one unit.')
})

test('a file in which most receipts are below zero: whether these were sold is asked', async () => {
  const sold = (no: number, units: number) =>
    marked(no, {
      items: [{ sku: 'M-1', quantity: units, amount: units * 11.9 }],
      ...{ total: units * 11.9, payments: [{ method: 'Cash', amount: Math.abs(units) * 11.9 }] },
    })
  const file = [sold(1, -1), sold(2, -2), sold(3, -1)]
  expect((await read(file)).questions).toEqual(['minus'])
  expect((await read(file, { minus: 'sold' })).sales).toEqual([
    '1, 1 M-1 1190, cash 1190',
    '2, 2 M-1 2380, cash 2380',
    '3, 1 M-1 1190, cash 1190',
  ])
  expect((await read(file, { minus: 'both' })).sales[0]).toBe('1, -1 M-1 -1190, cash -1190')
})

test('payments in fields of their own, or named once', async () => {
  const { payments: _, ...sale } = marked(1)
  expect(await read([{ ...sale, paid: { cash: 10, card: 1.9, card_fee: 0.2 } }])).toMatchObject({
    questions: [],
    sales: ['1, 1 M-1 1190, cash 1000, card 190'],
  })
  expect(await read([{ ...sale, paymentMethod: 'Visa' }])).toMatchObject({
    questions: [],
    sales: ['1, 1 M-1 1190, card 1190'],
  })
  const open = [{ ...sale, paymentMethod: 'Klubkonto' }]
  expect((await read(open)).questions).toEqual(['tender:Klubkonto'])
  expect((await read(open, { 'tender:Klubkonto': 'account' })).sales).toEqual(['1, 1 M-1 1190, account 1190'])
})

test('a quantity in words refuses its sale, and asks nothing more', async () => {
  const sold = (no: number, quantity: string) =>
    marked(no, { items: [{ sku: 'M-1', quantity, amount: 11.9 }] })
  expect(await read([sold(1, '2 pcs'), sold(2, 'two')])).toMatchObject({
    questions: [],
    sales: ['1, 2 M-1 1190, cash 1190', 'RECORD_VALUE_UNREADABLE'],
  })
})

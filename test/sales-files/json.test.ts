import { expect, test } from 'vitest'
import { only, SalesFolder } from './sales-folder.ts'

const settings = {
  warehouse: 'HAR',
  taxIncluded: true,
  refunds: 'signed',
  list: '/day/sales',
  tenderKinds: { CASH: 'cash' },
  fields: {
    receipt: ['/till', '/no'],
    receiptNumber: '/no',
    date: '/at',
    till: '/till',
    total: '/sum/total',
    lines: '/items',
    line: { sku: '/article/code', title: '/article/name', quantity: '/qty', amount: '/amount' },
    taxes: '/vat',
    tax: { name: '/name', rate: '/percent', amount: '/amount' },
    tenders: '/paid',
    tender: { name: '/how', amount: '/amount' },
  },
}

const sale = (no: number, more: Record<string, unknown> = {}) => ({
  till: 'T1',
  no,
  at: '2026-11-25T09:10:00',
  sum: { total: 23.8 },
  items: [
    { article: { code: 'MUG', name: 'Mug }],"' }, qty: 2, amount: '11.90' },
    { article: { code: 'TEE', name: 'Tee' }, qty: 0.5, amount: 11.9 },
  ],
  vat: [{ name: 'VAT', percent: 19, amount: 3.8 }],
  paid: [
    { how: 'cash', amount: 30 },
    { how: 'change', amount: -6.2 },
  ],
  ...more,
})

async function told(text: string, more: Record<string, unknown> = {}) {
  const folder = new SalesFolder('json', { ...settings, ...more })
  folder.write('a.json', text)
  const events = await folder.rest()
  expect(folder.faults).toEqual([])
  return events
}

const inList = (...sales: readonly unknown[]) =>
  JSON.stringify({ meta: { sales: [{ no: 'x' }] }, day: { open: '[{', sales } })

test.each([
  ['a list at a path', inList(sale(1)), {}],
  ['a list', JSON.stringify([sale(1)]), { list: '' }],
  ['a list, indented', JSON.stringify([sale(1)], null, 2), { list: '' }],
  ['lines', `${JSON.stringify(sale(1))}\n`, { list: '' }],
  ['a line without its end', JSON.stringify(sale(1)), { list: '' }],
  ['values one after the other', JSON.stringify(sale(1), null, 2), { list: '' }],
  ['a byte order mark', `\ufeff${inList(sale(1))}`, {}],
])('reads %s', async (_, text, more) => {
  expect(await told(text, more)).toMatchObject([
    {
      kind: 'sale.completed',
      receipt: 'T1/1',
      receiptNumber: '1',
      lines: [
        { sku: 'MUG', title: 'Mug }],"', quantity: 2000, net: 1000 },
        { sku: 'TEE', quantity: 500, net: 1000 },
      ],
      taxes: [{ name: 'VAT', rate: 190_000, amount: 380, base: 2000 }],
      tenders: [
        { kind: 'cash', amount: 3000 },
        { kind: 'cash', name: 'change', amount: -620 },
      ],
      rounding: 0,
    },
  ])
})

test.each([
  ['an amount that is not one', sale(2, { sum: { total: 'x' } }), 'MONEY_UNREADABLE', '/sum/total'],
  [
    'a quantity of four decimals',
    sale(2, { items: [{ qty: 1.2345, amount: 23.8 }] }),
    'QUANTITY_UNREADABLE',
    '/qty',
  ],
  ['no date', sale(2, { at: null }), 'RECORD_FIELD_MISSING', '/at'],
  ['a list that is not one', sale(2, { items: 7 }), 'RECORD_VALUE_UNREADABLE', '/items'],
  ['sums that differ', sale(2, { paid: [] }), 'SALE_DOES_NOT_ADD_UP', 'Payments'],
  ['no object', 17, 'RECORD_MALFORMED', 'not an object'],
])('%s is one refused row, and the rest goes on', async (_, broken, code, named) => {
  const events = await told(inList(sale(1), broken, sale(3)))
  expect(only('sale.completed', events).map(event => event.receiptNumber)).toEqual(['1', '3'])
  expect(only('source.row-refused', events)).toMatchObject([{ code }])
  expect(only('source.row-refused', events)[0]?.sentence).toContain(named)
})

test('broken lines and broken elements cost themselves alone', async () => {
  const lines = `${JSON.stringify(sale(1))}\n{"till": "T1", "no"\n${JSON.stringify(sale(3))}\n`
  expect((await told(lines, { list: '' })).map(event => event.kind).sort()).toEqual([
    'sale.completed',
    'sale.completed',
    'source.row-refused',
  ])
  const list = `[${JSON.stringify(sale(1))},\n{"no": 2, "at": "unclosed }\n},\n${JSON.stringify(sale(3))}]`
  expect((await told(list, { list: '' })).map(event => event.kind).sort()).toEqual([
    'sale.completed',
    'sale.completed',
    'source.row-refused',
  ])
})

test('a list that is not there refuses the file', async () => {
  expect(await told('{"day": {"other": []}}')).toMatchObject([
    { row: 'file/a.json', code: 'JSON_LIST_MISSING' },
  ])
})

test('a list that grows is read as it grows', async () => {
  const folder = new SalesFolder('json', { ...settings, list: '' })
  const text = JSON.stringify([sale(1), sale(2)])
  folder.write('a.json', text.slice(0, 20))
  expect(await folder.poll()).toEqual([])
  folder.append('a.json', text.slice(20, -30))
  expect(only('sale.completed', await folder.poll()).map(event => event.receiptNumber)).toEqual(['1'])
  folder.append('a.json', text.slice(-30))
  expect(only('sale.completed', await folder.poll()).map(event => event.receiptNumber)).toEqual(['2'])
  expect(await folder.rest()).toEqual([])
})

test('minor units, refunds by a type, states', async () => {
  const fields = { receipt: '/no', date: '/at', total: '/total', type: '/type', status: '/state' }
  const more = {
    list: '',
    amounts: 'minor',
    fields,
    refunds: { S: 'sale', R: 'refund' },
    statuses: { ok: 'counts', x: 'void' },
  }
  const rows = [
    { no: 1, at: 1795608000, total: 500, type: 'S', state: 'ok' },
    { no: 2, at: 1795608000000, total: 500, type: 'R', state: 'ok' },
    { no: 3, at: 1, total: 1, type: 'S', state: 'x' },
  ]
  expect(await told(JSON.stringify(rows), more)).toMatchObject([
    { receipt: '1', tenders: [{ amount: 500 }], soldAt: { wall: '2026-11-25T13:00:00' } },
    { receipt: '2', tenders: [{ amount: -500 }], lines: [{ quantity: -1000 }] },
  ])
})

test.each([
  ['a million brackets', '['.repeat(1_000_000)],
  ['a text of 10 MB', `{"no": "${'x'.repeat(10_000_000)}"}`],
  ['a key that reaches for the prototype', '{"__proto__": {"till": "T1", "no": 9}, "constructor": 1}'],
])('%s does no harm', async (_, hostile) => {
  const events = await told(`[${JSON.stringify(sale(1))},${hostile},${JSON.stringify(sale(2))}]`, {
    list: '',
  })
  expect(only('sale.completed', events).map(event => event.receiptNumber)).toContain('1')
  expect(only('source.row-refused', events)).toHaveLength(1)
})

test('the online order that a sale rings up', async () => {
  const fields = { ...settings.fields, order: '/web/order' }
  const sales = [sale(1, { web: { order: '#1042' } }), sale(2, { web: {} }), sale(3)]
  const events = await told(inList(...sales), { fields })
  expect(events).toMatchObject([{ order: '#1042' }, { receiptNumber: '2' }, { receiptNumber: '3' }])
  expect(events.filter(event => 'order' in event)).toHaveLength(1)
})

test('of a file of several stores only the sales of this one count; a store that is not named is refused', async () => {
  const folder = new SalesFolder('json', {
    ...settings,
    fields: { ...settings.fields, store: '/shop/name' },
    stores: { Harbour: 'here', Market: 'elsewhere' },
  })
  const sales = ['Harbour', 'market', 'New street', undefined].map((name, i) =>
    sale(i + 1, { shop: { name } }),
  )
  folder.write('a.json', JSON.stringify({ day: { sales } }))
  const events = await folder.rest()
  expect(only('sale.completed', events)).toMatchObject([{ receipt: 'T1/1' }])
  expect(only('source.row-refused', events)).toMatchObject([
    {
      sentence: expect.stringContaining('"/shop/name" holds "New street" instead of one of Harbour, Market'),
    },
    { sentence: expect.stringContaining('"/shop/name" holds "" instead of one of Harbour, Market') },
  ])
  expect(folder.told).toContainEqual({ file: 'a.json', rows: 1 })
})

test('where a sale names its store, the settings have to say which one is this', async () => {
  const folder = new SalesFolder('json', { ...settings, fields: { ...settings.fields, store: '/shop' } })
  folder.write('a.json', JSON.stringify({ day: { sales: [sale(1)] } }))
  await expect(folder.rest()).rejects.toThrow('stores')
})

test('a store that is named later closes its refusals, and no receipt of this store bears them', async () => {
  const folder = new SalesFolder('json', {
    ...settings,
    fields: { ...settings.fields, store: '/shop/name' },
    stores: { Harbour: 'here' },
  })
  // both stores number from 9 on
  const sales = ['Harbour', 'Market'].map(name => sale(9, { shop: { name } }))
  folder.write('a.json', JSON.stringify({ day: { sales } }))
  const events = await folder.rest()
  expect(only('sale.completed', events)).toMatchObject([{ receipt: 'T1/9' }])
  const [refused] = only('source.row-refused', events)
  expect(refused?.row).toMatch(/^unread\//)
  folder.restart({ stores: { Harbour: 'here', Market: 'elsewhere' } })
  expect(await folder.rest()).toMatchObject([{ kind: 'source.row-accepted', row: refused?.row }])
})

const itemsAlone = {
  ...{ receipt: '/no', date: '/at', type: '/type', lines: '/items' },
  line: { sku: '/code', quantity: '/qty', amount: '/amount' },
}

/** One sale of goods with codes, and how it was paid, as JSON of a till says it. */
const plain = (more: object, over: object = {}) => {
  const fields = {
    ...itemsAlone,
    ...{ total: '/total', tenders: '/paid', tender: { name: '/how', amount: '/amount' } },
  }
  const folder = new SalesFolder('json', {
    ...{ warehouse: 'HAR', taxIncluded: true, refunds: { S: 'sale', R: 'refund' }, fields, ...over },
  })
  folder.write('a.json', JSON.stringify([{ no: 1, at: '2026-11-25T09:10:00', type: 'S', ...more }]))
  return folder.rest()
}
const item = (code: string, qty: number, amount: number) => ({ code, qty, amount })
const saleWith = (lines: readonly (readonly [string, number, number])[], paid: readonly number[]) => [
  {
    kind: 'sale.completed',
    lines: lines.map(([sku, quantity, net]) => ({ sku, quantity, net })),
    tenders: paid.map(amount => ({ amount })),
  },
]

test('an exchange that is called a refund: what has no minus on it was sold', async () => {
  const items = [item('A', 1, 15), item('B', -1, -20)]
  const both = [
    ['A', 1_000, 1_500],
    ['B', -1_000, -2_000],
  ] as const
  expect(await plain({ type: 'R', items, total: -5, paid: [{ how: 'Cash', amount: -5 }] })).toMatchObject(
    saleWith(both, [-500]),
  )
  // neither a total nor payments prove it
  expect(await plain({ type: 'R', items }, { fields: itemsAlone })).toMatchObject([
    { lines: saleWith(both, [])[0]?.lines, tenders: [{ amount: -500 }] },
  ])
  const dearer = [item('A', 1, 25), item('B', -1, -20)]
  expect(await plain({ type: 'R', items: dearer, total: 5, paid: [{ how: 'Visa', amount: 5 }] })).toEqual([
    expect.objectContaining({
      code: 'REFUND_UNCLEAR',
      sentence: expect.stringContaining('"-20.00 EUR" beside lines above zero'),
    }),
  ])
  const even = [item('A', 1, 20), item('B', -1, -20)]
  expect(await plain({ type: 'R', items: even, total: 0, paid: [] })).toMatchObject([
    { lines: [{ quantity: 1_000 }, { quantity: -1_000 }] },
  ])
})

const named = (title: string, qty: number, amount: number) => ({ title, code: title, qty, amount })
const titled = { fields: { ...itemsAlone, line: { ...itemsAlone.line, title: '/title' } } }
const titledAndPaid = {
  fields: {
    ...titled.fields,
    ...{ total: '/total', tenders: '/paid', tender: { name: '/how', amount: '/amount' } },
  },
}

test('what is below zero on a refund without minuses was taken off, and its goods came back', async () => {
  const coupon = [named('Coat', 1, 20), named('Coupon', 1, -2)]
  const back = (paid: number) => ({ total: paid, paid: [{ how: 'Cash', amount: paid }] })
  const read = {
    lines: [
      { sku: 'Coat', quantity: -1_000, net: -2_000 },
      { quantity: -1_000, net: 200 },
    ],
    tenders: [{ kind: 'cash', amount: -1_800 }],
  }
  for (const paid of [18, -18])
    expect(await plain({ type: 'R', items: coupon, ...back(paid) }, titledAndPaid)).toMatchObject([read])
  const fee = [named('Coat', 1, 20), named('Restocking fee', 1, -5)]
  expect(await plain({ type: 'R', items: fee, ...back(-15) }, titledAndPaid)).toMatchObject([
    { lines: [{ net: -2_000 }, { net: 500 }], tenders: [{ amount: -1_500 }] },
  ])
  // a price in place of an amount
  const fields = {
    ...titledAndPaid.fields,
    line: { sku: '/code', title: '/title', quantity: '/qty', price: '/amount' },
  }
  expect(await plain({ type: 'R', items: coupon, ...back(18) }, { fields })).toMatchObject([read])
})

test.each([
  ['a fee', [named('Coat', 1, 20), named('Restocking fee', 1, -5)], 15],
  ['a deposit', [named('a', 1, 20), named('b', 2, 30), named('Pfand', -1, -0.25)], 49.75],
  ['a deposit with its minus before the units alone', [named('a', 1, 20), named('Pfand', -1, 0.25)], 19.75],
  ['a coupon of another sum', [named('Coat', 1, 20), named('Coupon', 1, -2)], 22],
  ['a coupon beyond what came back', [named('Coat', 1, 2), named('Coupon', 1, -20)], 18],
])('%s below zero on a refund is never told as a sale', async (_, items, total) => {
  const refused = [{ kind: 'source.row-refused' }]
  const paid = [{ how: 'Cash', amount: total }]
  expect(await plain({ type: 'R', items, total, paid }, titledAndPaid)).toMatchObject(refused)
})

test('without a total and payments, a deposit below zero shows nothing', async () => {
  const items = [named('a', 1, 20), named('b', 2, 30), named('Pfand', -1, -0.25)]
  expect(await plain({ type: 'R', items }, titled)).toMatchObject([{ code: 'REFUND_UNCLEAR' }])
})

test('a fee beside the lines of a refund, below zero, was kept back', async () => {
  const charged = { fields: { ...itemsAlone, charges: ['/fee'] } }
  const net = async (amount: number) =>
    plain({ type: 'R', items: [item('A', amount > 0 ? 1 : -1, amount)], fee: -5 }, charged)
  expect(await net(20)).toMatchObject([{ tenders: [{ amount: -1_500 }] }])
  expect(await net(-20)).toMatchObject([{ tenders: [{ amount: -2_500 }] }])
})

test('money that is paid out without a minus, where lines and total are below zero', async () => {
  const items = [item('A', 1, 15), item('B', -1, -20)]
  expect(await plain({ items, total: -5, paid: [{ how: 'Cash', amount: 5 }] })).toMatchObject([
    { tenders: [{ kind: 'cash', amount: -500 }] },
  ])
  expect(await plain({ items, total: 5, paid: [{ how: 'Cash', amount: 5 }] })).toMatchObject([
    { kind: 'source.row-refused', code: 'SALE_DOES_NOT_ADD_UP' },
  ])
})

test('goods that came back with a minus before their units alone, where the total shows it', async () => {
  const items = [item('A', 1, 15), item('B', -1, 20)]
  expect(await plain({ items, total: -5, paid: [{ how: 'Cash', amount: -5 }] })).toMatchObject(
    saleWith(
      [
        ['A', 1_000, 1_500],
        ['B', -1_000, -2_000],
      ],
      [-500],
    ),
  )
  expect(await plain({ items, total: 35, paid: [{ how: 'Cash', amount: 35 }] })).toMatchObject([
    { kind: 'source.row-refused', code: 'LINE_SIGNS_DIFFER' },
  ])
})

test('what says by being filled in that a sale does not count, or of goods that they came back', async () => {
  const fields = {
    ...{ receipt: '/no', date: '/at', total: '/total', lines: '/items' },
    line: {
      ...{ sku: '/code', quantity: '/qty', amount: '/amount' },
      marks: [
        { field: '/voided', is: 'void' },
        { field: '/state', means: { sold: 'counts', returned: 'refund' } },
      ],
    },
    tenders: '/paid',
    tender: { name: '/how', amount: '/amount', marks: [{ field: '/declined', is: 'nothing' }] },
    marks: [
      { field: '/cancelled/at', is: 'void' },
      { field: '/training', is: 'nothing' },
      { field: '/refundOf', is: 'refund' },
      { field: '/refunds', is: 'refuse' },
    ],
  }
  const folder = new SalesFolder('json', { warehouse: 'HAR', taxIncluded: true, refunds: 'signed', fields })
  const one = (no: number, more: object = {}) => ({
    ...{
      no,
      at: '2026-11-25T09:10:00',
      total: 20,
      items: [item('A', 1, 20)],
      paid: [{ how: 'Cash', amount: 20 }],
    },
    ...{ cancelled: { at: null }, training: false, refunds: [], ...more },
  })
  const card = { how: 'Visa', amount: 20 }
  folder.write(
    'a.json',
    JSON.stringify([
      one(1, { cancelled: { at: '0000-00-00' } }),
      one(2, { cancelled: { at: '2026-11-25T09:20:00' } }),
      one(3, { training: true }),
      one(4, { refundOf: 1 }),
      one(5, { refunds: [{ id: 7, amount: 5 }] }),
      one(6, { items: [item('A', 1, 20), { ...item('B', 1, 9), voided: 'yes' }] }),
      one(7, {
        total: 5,
        items: [item('A', 1, 20), { ...item('B', 1, 15), state: 'returned' }],
        paid: [{ ...card, amount: 5 }],
      }),
      one(8, { items: [{ ...item('B', 1, 20), state: 'Returned' }] }),
      one(9, {
        paid: [
          { ...card, declined: 'N' },
          { ...card, declined: true },
        ],
      }),
      one(10, { items: [{ ...item('B', 1, 20), state: 'lost' }] }),
      one(11, { training: 'partly' }),
      one(12, { items: [{ ...item('B', 1, 20), voided: true }] }),
    ]),
  )
  const events = await folder.rest()
  expect(
    only('sale.completed', events).map(({ receipt, lines, tenders }) => [
      ...[receipt, ...lines.map(({ sku, quantity, net }) => `${quantity / 1_000} ${sku} ${net}`)],
      ...tenders.map(({ kind, amount }) => `${kind} ${amount}`),
    ]),
  ).toEqual([
    ['1', '1 A 2000', 'cash 2000'],
    ['4', '-1 A -2000', 'cash -2000'],
    ['6', '1 A 2000', 'cash 2000'],
    ['7', '1 A 2000', '-1 B -1500', 'card 500'],
    ['8', '-1 B -2000', 'cash -2000'],
    ['9', '1 A 2000', 'card 2000'],
  ])
  expect(only('source.row-refused', events)).toMatchObject([
    { code: 'RECORD_MARKED', sentence: expect.stringContaining('"/refunds" holds') },
    { code: 'RECORD_VALUE_UNREADABLE', sentence: expect.stringContaining('"lost" instead of one of sold') },
    { code: 'RECORD_VALUE_UNREADABLE', sentence: expect.stringContaining('"partly"') },
  ])
})

test('a mark says what it means in one way', async () => {
  const fields = { ...itemsAlone, marks: [{ field: '/x', is: 'void', means: { y: 'void' } }] }
  await expect(plain({ items: [item('A', 1, 20)] }, { fields })).rejects.toThrow('either "is" or "means"')
})

test('a sale in another currency is refused, in words and by its code', async () => {
  const fields = { ...itemsAlone, currency: '/money/currency' }
  const sold = (currency: string) => plain({ items: [item('A', 1, 20)], money: { currency } }, { fields })
  expect(await sold('eur')).toMatchObject([{ kind: 'sale.completed' }])
  expect(await sold('€')).toMatchObject([{ kind: 'sale.completed' }])
  expect(await sold('USD')).toMatchObject([
    { kind: 'source.row-refused', sentence: expect.stringContaining('"USD" instead of EUR') },
  ])
})

test('services, gift cards and discounts with codes of their own move no stock', async () => {
  const fields = { ...titled.fields, line: { ...titled.fields.line, itemType: '/kind' } }
  const items = [
    named('Mug', 1, 20),
    { ...named('Repair of a bag', 1, 9), kind: 'SERVICE' },
    named('Gift card 50', 1, 50),
    named('Discount 10%', 1, -2),
  ]
  expect(await plain({ items }, { fields, services: ['service', 'Gift card*'] })).toMatchObject([
    { lines: [{ sku: 'Mug' }, { sku: null, net: 900 }, { sku: null, net: 5_000 }, { sku: null, net: -200 }] },
  ])
})

test.each([
  ['amount', [item('A', 1, 15), item('B', 1, -20)], -5],
  ['units', [item('A', 1, 15), item('B', -1, 20)], -5],
  ['units', [item('B', -1, 5)], 5],
] as const)('goods that came back with a minus before their %s alone: %j', async (minus, items, total) => {
  const sold = { items, total, paid: [{ how: 'Cash', amount: total }] }
  const [first] = await plain(sold)
  if (minus === 'amount' || total > 0) expect(first).toMatchObject({ code: 'LINE_SIGNS_DIFFER' })
  const [event] = await plain(sold, { minus })
  expect(event).toMatchObject({ kind: 'sale.completed', tenders: [{ kind: 'cash', amount: -500 }] })
  const [back] = event?.kind === 'sale.completed' ? event.lines.filter(({ sku }) => sku === 'B') : []
  expect(back).toMatchObject({ quantity: -1_000, net: items.length === 1 ? -500 : -2_000 })
})

test('units in thousandths are told by the price of one unit, and refused', async () => {
  const fields = { ...itemsAlone, line: { ...itemsAlone.line, price: '/each' } }
  const sold = (qty: number) => plain({ items: [{ ...item('A', qty, 12.5), each: 12.5 }] }, { fields })
  expect(await sold(1)).toMatchObject([{ lines: [{ quantity: 1_000 }] }])
  expect(await sold(1_000)).toMatchObject([
    { code: 'RECORD_VALUE_UNREADABLE', sentence: expect.stringContaining('makes "/amount" of "/each"') },
  ])
})

test('a sale names its payments in one way', async () => {
  const fields = { ...itemsAlone, paidBy: '/how', payments: [{ field: '/cash', kind: 'cash' }] }
  await expect(plain({ items: [item('A', 1, 20)] }, { fields })).rejects.toThrow('alone')
})

test('change, tips and discounts are read where the settings name them', async () => {
  const line = { ...settings.fields.line, amount: '/amount', offEach: '/less' }
  const fields = {
    ...settings.fields,
    line,
    receiptDiscount: '/off',
    tender: { name: '/how', amount: '/amount', tip: { field: '/tip', is: 'beside' }, change: '/back' },
  }
  const items = [{ article: { code: 'MUG', name: 'Mug' }, qty: 2, amount: 30, less: 2.5 }]
  const cash = { how: 'cash', amount: 30, tip: 2, back: 7 }
  const sold = sale(1, { sum: { total: 23 }, items, off: 2, vat: [], paid: [cash] })
  expect(await told(inList(sold), { fields })).toMatchObject([
    {
      lines: [
        { sku: 'MUG', quantity: 2000, net: 2500 },
        { sku: null, title: 'off', quantity: -1000, net: -200 },
        { sku: null, title: 'tip', quantity: 1000, net: 200 },
      ],
      tenders: [{ kind: 'cash', amount: 2500 }],
    },
  ])
  const twice = sale(2, { sum: { total: -23 }, off: 2, vat: [], paid: [{ how: 'cash', amount: -23 }] })
  const back = [{ ...items[0], qty: -2, amount: -30 }]
  expect(await told(inList({ ...twice, items: back }), { fields })).toMatchObject([
    { lines: [{ net: -2500 }, { title: 'off', net: 200 }], tenders: [{ kind: 'cash', amount: -2300 }] },
  ])
})

import { describe, expect, test } from 'vitest'
import { proposeJson } from '../../agent/tools/source-try/propose-json.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'

function propose(value: unknown, answers: Record<string, string> = {}) {
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  return proposeJson(
    {
      ...{ file: 'sales.json', folder: '/till', unread: 0, source: SourceId.parse('sales') },
      bytes: Buffer.from(text),
      store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
      answers: new Map(Object.entries({ currency: 'EUR', ...answers })),
    },
    manualWorld(),
  )
}

async function read(value: unknown, answers: Record<string, string> = {}) {
  const { rows, questions } = await propose(value, answers)
  const sales = rows.map(({ event, problem }) =>
    event?.kind === 'sale.completed'
      ? [
          ...event.lines.map(({ sku, title, quantity, net }) => `${quantity / 1_000} ${sku ?? title} ${net}`),
          ...event.tenders.map(({ kind, amount }) => `${kind} ${amount}`),
        ].join(', ')
      : (problem?.code ?? event?.kind ?? 'nothing'),
  )
  return { sales, questions: questions.map(({ id }) => id) }
}

const moment = (minute: number) => `2026-07-16T09:${minute}:00`
const sale = (number: number, quantity: number, amount: number, more: object) => ({
  ...{ number, date: moment(10 + number), total: amount },
  items: [{ sku: 'K-1', quantity, amount }],
  ...more,
})

describe('change', () => {
  test.each([
    ['beside fields of payments', { cash: 20.5, card: 0, change: 0.7 }, { cash: 0, card: 19.8, change: 0 }],
    [
      'beside what the customer gave',
      { cash_tendered: 20.5, card: 0, change_due: 0.7 },
      { cash_tendered: 0, card: 19.8, change_due: 0 },
    ],
    [
      'beside a list of payments',
      { payments: [{ type: 'cash', amount: 20.5 }], change: 0.7 },
      { payments: [{ type: 'card', amount: 19.8 }], change: 0 },
    ],
    [
      'within a payment',
      { payments: [{ type: 'cash', amount: 20.5, change: 0.7 }] },
      { payments: [{ type: 'card', amount: 19.8 }] },
    ],
    [
      'of a payment that is what was kept',
      { payments: [{ type: 'cash', amount: 19.8, change: 0.7 }] },
      { payments: [{ type: 'card', amount: 19.8, change: 0 }] },
    ],
  ])('%s', async (_, cash, card) => {
    const file = [sale(1, 2, 19.8, cash), sale(2, 2, 19.8, card), sale(3, -2, -19.8, negative(cash))]
    expect(await read(file)).toEqual({
      sales: ['2 K-1 1980, cash 1980', '2 K-1 1980, card 1980', '-2 K-1 -1980, cash -1980'],
      questions: [],
    })
  })
})

/** What was paid back, with no change. */
function negative(cash: object): object {
  const fields = Object.entries(cash).map(([name, value]) => [
    name,
    Array.isArray(value) ? [{ type: 'cash', amount: -19.8 }] : /change/.test(name) || value === 0 ? 0 : -19.8,
  ])
  return Object.fromEntries(fields)
}

describe('tips of payments', () => {
  const paid = (amount: number, tip: number) => [
    sale(1, 2, 19.8, { payments: [{ type: 'card', amount, tip }] }),
    sale(2, 2, 19.8, { payments: [{ type: 'cash', amount: 19.8, tip: 0 }] }),
  ]

  test('beside the amount or not at all: a person says it', async () => {
    expect((await read(paid(19.8, 2.5))).questions).toEqual(['tips'])
    expect(await read(paid(19.8, 2.5), { tips: 'beside' })).toEqual({
      sales: ['2 K-1 1980, 1 tip 250, card 2230', '2 K-1 1980, cash 1980'],
      questions: [],
    })
    expect((await read(paid(19.8, 2.5), { tips: 'none' })).sales[0]).toBe('2 K-1 1980, card 1980')
  })

  test('within the amount: the sums say it', async () => {
    expect(await read(paid(22.3, 2.5))).toEqual({
      sales: ['2 K-1 1980, 1 tip 250, card 2230', '2 K-1 1980, cash 1980'],
      questions: [],
    })
  })

  test('tips of zero ask for nothing', async () => {
    expect((await read(paid(19.8, 0))).questions).toEqual([])
  })
})

describe('discounts that are still to be taken off', () => {
  const priced = (line: object, total: number, more: object = {}) => [
    {
      ...{ number: 1, date: moment(10), total, items: [{ sku: 'K-1', quantity: 2, price: 9.9, ...line }] },
      ...{ payments: [{ type: 'cash', amount: total }], ...more },
    },
    {
      ...{ number: 2, date: moment(20), total: -9.9, items: [{ sku: 'K-1', quantity: -1, price: 9.9 }] },
      payments: [{ type: 'cash', amount: -9.9 }],
    },
  ]

  test.each([
    ['once for the line', priced({ discount: 3 }, 16.8), '2 K-1 1680, cash 1680'],
    ['with a minus', priced({ discount: -3 }, 16.8), '2 K-1 1680, cash 1680'],
    ['for each unit', priced({ discount: 1.5 }, 16.8), '2 K-1 1680, cash 1680'],
    ['of the whole sale', priced({}, 16.8, { discount: 3 }), '2 K-1 1980, -1 discount -300, cash 1680'],
    ['already in the price', priced({ price: 8.4, discount: 1.5 }, 16.8), '2 K-1 1680, cash 1680'],
  ])('%s', async (_, file, expected) => {
    expect(await read(file)).toEqual({ sales: [expected, '-1 K-1 -990, cash -990'], questions: [] })
  })

  test('without a sum that proves it a person says it', async () => {
    const bare = priced({ discount: 3 }, 16.8).map(({ total: _, payments: __, ...rest }) => ({
      ...rest,
      paidBy: 'cash',
    }))
    expect((await read(bare)).questions).toEqual(['discount'])
    expect((await read(bare, { discount: 'line' })).sales[0]).toBe('2 K-1 1680, cash 1680')
    expect((await read(bare, { discount: 'none' })).sales[0]).toBe('2 K-1 1980, cash 1980')
  })

  test('of a sale that came back by its type', async () => {
    const [first] = priced({ discount: 3 }, 16.8)
    const file = [
      { ...first, type: 'sale' },
      { ...first, number: 3, date: moment(30), type: 'refund' },
    ]
    expect((await read(file)).sales).toEqual(['2 K-1 1680, cash 1680', '-2 K-1 -1680, cash -1680'])
  })
})

describe('names that say more than their values', () => {
  const sold = (number: string, quantity: number, more: object = {}) => ({
    ...sale(1, quantity, quantity * 9.9, { payments: [{ type: 'cash', amount: quantity * 9.9 }] }),
    number,
    ...more,
  })

  test('a moment that is called UTC', async () => {
    const utc = [sold('1', 2), sold('2', -1)].map(({ date: _, ...rest }) => ({
      ...rest,
      createdAtUtc: '2026-07-16 22:30:00',
    }))
    expect((await propose(utc)).questions.map(({ id }) => id)).toEqual(['clock'])
    const { rows } = await propose(utc, { clock: 'utc' })
    expect(rows.map(({ event }) => event?.kind === 'sale.completed' && event.soldAt.wall)).toEqual([
      '2026-07-17T00:30:00',
      '2026-07-17T00:30:00',
    ])
  })

  test('numbers of credit notes', async () => {
    const file = [sold('RE-1', 2), sold('GS-1', 1)]
    expect((await read(file)).questions).toEqual(['series:GS*'])
    expect((await read(file, { 'series:GS*': 'refund' })).sales).toEqual([
      '2 K-1 1980, cash 1980',
      '-1 K-1 -990, cash -990',
    ])
  })
})

describe('what is said of a file', () => {
  test('fields of lines and payments that nothing uses are named', async () => {
    const file = [
      {
        ...{ number: 1, date: moment(10), total: 9.9, mood: 'good' },
        items: [{ sku: 'K-1', quantity: 1, amount: 9.9, shelf: 'B' }],
        payments: [{ type: 'cash', amount: 9.9, terminal: 'T1' }],
      },
    ]
    expect((await propose(file)).assumed.at(-1)).toBe(
      'Not used: "/mood", "/items/shelf", "/payments/terminal".',
    )
  })

  test('amounts that are written with cents are decimals', async () => {
    const text = JSON.stringify([sale(1, 2, 20, { payments: [{ type: 'cash', amount: 20 }] })])
    expect((await read(text)).questions).toEqual(['amounts'])
    expect(
      (await read(text.replaceAll('20}', '20.0}').replace('"total":20', '"total":20.0'))).questions,
    ).toEqual([])
  })

  test('a payment is asked about by its whole name, and answers say what they mean', async () => {
    const [asked] = (await propose([sale(1, 2, 19.8, { payments: [{ type: 'Klubba', amount: 19.8 }] })]))
      .questions
    expect(asked?.asks).toContain('"/payments/type"')
    const [amounts] = (await propose([sale(1, 2, 20, { payments: [{ type: 'cash', amount: 20 }] })]))
      .questions
    expect(amounts?.options.every(({ value, means }) => value !== means)).toBe(true)
  })
})

import { describe, expect, test } from 'vitest'
import { proposeJson } from '../../agent/tools/source-try/propose-json.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'

function propose(value: unknown, answers: Record<string, string> = {}) {
  return proposeJson(
    {
      ...{ file: 'sales.json', folder: '/till', unread: 0, source: SourceId.parse('sales') },
      bytes: Buffer.from(JSON.stringify(value)),
      store: { zone: 'Europe/Berlin', warehouse: 'HAR' },
      answers: new Map(Object.entries({ currency: 'EUR', ...answers })),
    },
    manualWorld(),
  )
}

async function read(value: unknown, answers: Record<string, string> = {}) {
  const { rows, questions, isProven } = await propose(value, answers)
  const sales = rows.map(({ event, problem }) =>
    event?.kind === 'sale.completed'
      ? [
          ...event.lines.map(({ sku, quantity, net }) => `${quantity / 1_000} ${sku} ${net}`),
          ...event.taxes.map(({ amount }) => `tax ${amount}`),
          ...event.tenders.map(({ kind, amount }) => `${kind} ${amount}`),
        ].join(', ')
      : (problem?.code ?? event?.kind ?? 'nothing'),
  )
  return { sales, questions: questions.map(({ id }) => id), isProven }
}

const moment = (minute: number) => `2026-07-16T09:${minute}:00`
const right = ['2 K-1 3361, tax 639, cash 4000', '-1 K-1 -1681, tax -319, card -2000']

describe('net, tax and gross of a sale', () => {
  const file = (lineOf: (net: number, gross: number, quantity: number) => object) => [
    {
      ...{ id: 1, date: moment(10), net: 33.61, vat: 6.39, gross: 40.0, payment: 'BAR' },
      positions: [{ articleNo: 'K-1', quantity: 2, ...lineOf(33.61, 40.0, 2) }],
    },
    {
      ...{ id: 2, date: moment(20), net: -16.81, vat: -3.19, gross: -20.0, payment: 'EC' },
      positions: [{ articleNo: 'K-1', quantity: -1, ...lineOf(-16.81, -20.0, -1) }],
    },
  ]

  test.each([
    ['lines with both', (net: number, gross: number) => ({ net, gross, vatRate: 19 })],
    ['lines before tax', (net: number) => ({ net })],
    ['lines with tax', (_: number, gross: number) => ({ gross })],
  ])('the three say which is the total: %s', async (_, lineOf) => {
    expect(await read(file(lineOf))).toEqual({ sales: right, questions: [], isProven: true })
  })

  test('without the tax a person says which is the total', async () => {
    const bare = file(net => ({ net })).map(({ vat: _, ...sale }) => sale)
    const both = bare.map(sale => ({
      ...sale,
      positions: sale.positions.map(line => ({ ...line, gross: sale.gross })),
    }))
    expect(await read(both)).toMatchObject({ questions: ['total'], isProven: false })
    expect((await read(both, { total: '/gross' })).sales).toEqual([
      '2 K-1 4000, cash 4000',
      '-1 K-1 -2000, card -2000',
    ])
  })

  test('a sum before tax alone proves nothing', async () => {
    const bare = file(net => ({ net })).map(({ gross: _, ...sale }) => sale)
    expect(await read(bare)).toMatchObject({ questions: ['taxIncluded'], isProven: false })
    expect((await read(bare, { taxIncluded: 'no' })).sales).toEqual(right)
  })
})

describe('goods whose money has a name that is not known', () => {
  const file = (line: object) => [
    {
      ...{ number: 1, date: moment(10), total: 39.9, items: [{ sku: 'K-1', quantity: 2, ...line }] },
      payments: [{ type: 'BAR', amount: 39.9 }],
    },
  ]

  test('a person says which is the amount', async () => {
    const named = file({ worth: 39.9, weight: 1.5 })
    expect((await read(named)).questions).toEqual(['column-of:amount'])
    expect(await read(named, { 'column-of:amount': '/worth' })).toEqual({
      sales: ['2 K-1 3990, cash 3990'],
      questions: [],
      isProven: true,
    })
  })

  test('lines without any money are refused', async () => {
    await expect(read(file({}))).rejects.toMatchObject({ code: 'SOURCE_JSON_UNKNOWN' })
  })
})

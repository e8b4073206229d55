import { expect, test } from 'vitest'
import type { PreviewRow } from '../../agent/sources/preview.ts'
import { proposeSource, type SourceProposal } from '../../agent/tools/source-try/propose.ts'
import { tryText } from '../../agent/tools/source-try/try-text.ts'
import { SourceId } from '../../shared/ids.ts'
import { manualWorld } from '../manual-world.ts'
import * as layouts from './layouts.ts'

function propose(text: string | Buffer, answers: Record<string, string> = {}, file = 'sales-2026-07-18.csv') {
  const store = { zone: 'Europe/Berlin', warehouse: 'HAR' }
  const given = { file, folder: '/till', bytes: Buffer.from(text), source: SourceId.parse('sales'), store }
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

test('a file by receipt tells takings by the columns of payments, and its totals prove them', async () => {
  const proposal = await propose(layouts.squareTransactions, { currency: 'USD' })
  expect({ asked: asked(proposal), isProven: proposal.isProven }).toEqual({ asked: [], isProven: true })
  expect(proposal.rows.map(({ event }) => event)).toMatchObject([
    { receipt: 'abc1', tenders: [{ kind: 'card', amount: 3_023 }], taxes: [{ amount: 223 }] },
    { receipt: 'abc3', tenders: [{ kind: 'cash', amount: -217 }], taxes: [{ amount: -17 }] },
  ])
  expect(proposal.settings.rows).toBe('receipt')
})

test('orders whose totals are on their first row alone', async () => {
  const proposal = await propose(layouts.onlineShopOrders)
  expect({ asked: asked(proposal), isProven: proposal.isProven }).toEqual({ asked: [], isProven: true })
  expect(salesOf(proposal)).toEqual([
    '#1001: 2 MUG-1 2457, 1 TOTE-1 400, cash 3400',
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
    notSales: ['Seite*', 'Gesamt'],
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

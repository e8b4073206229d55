import { describe, expect, test } from 'vitest'
import { saleReader } from '../../agent/codecs/receipt-templates/read-sale.ts'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { Currency } from '../../shared/money.ts'
import { context } from './context.ts'
import { paper } from './print.ts'

interface Layout {
  readonly currency: string
  readonly date: (day: number) => string
  readonly number: string
  /** The lines of one item. */
  item(name: string, units: number, price: number): readonly string[]
  readonly total: string
  readonly cash: string
  readonly card: string
  readonly change: string
  amount(minor: number): string
}

const comma = (cents: number) => (cents / 100).toFixed(2).replace('.', ',')
const yen = (amount: number) => amount.toLocaleString('en')
const WEEKDAYS = '日月火水木金土'

/** As the fiscal printers of each country lay out an item: the quantity above it, or the name. */
const layouts: Readonly<Record<string, Layout>> = {
  Greek: {
    ...{ currency: 'EUR', number: 'ΑΡ. ΑΠΟΔΕΙΞΗΣ', total: 'ΣΥΝΟΛΟ', cash: 'ΜΕΤΡΗΤΑ', card: 'ΚΑΡΤΑ' },
    ...{ change: 'ΡΕΣΤΑ', amount: comma, date: day => `${day}/07/2026 09:1${day % 10}` },
    item: (name, units, price) => [
      `${units} x ${comma(price)}`,
      `${name.padEnd(20)}24% ${comma(units * price).padStart(10)}`,
    ],
  },
  Romanian: {
    ...{ currency: 'RON', number: 'BON FISCAL NR.', total: 'TOTAL LEI', cash: 'NUMERAR', card: 'CARD' },
    ...{ change: 'REST', amount: comma, date: day => `DATA: ${day}-07-2026 ORA: 09:1${day % 10}` },
    item: (name, units, price) => [
      `${units}.000 BUC. x ${comma(price)}`,
      `${name.padEnd(20)}${comma(units * price).padStart(12)} A`,
    ],
  },
  Japanese: {
    ...{ currency: 'JPY', number: 'レシートNo.', total: '合計', cash: 'お預り', card: 'クレジット' },
    ...{ change: 'お釣り', amount: amount => `\\${yen(amount)}` },
    date: day =>
      `2026年07月${day}日(${WEEKDAYS[new Date(Date.UTC(2026, 6, day)).getUTCDay()]}) 09:1${day % 10}`,
    item: (name, units, price) => [name, `   ${units}個 × 単${yen(price)}      \\${yen(units * price)}`],
  },
}

interface Item {
  readonly name: string
  readonly units: number
  readonly price: number
}

function printOf(layout: Layout, number: number, items: readonly Item[], given: number | null): string {
  const sum = items.reduce((all, { units, price }) => all + units * price, 0)
  const line = (label: string, amount: number) => `${label.padEnd(20)}${layout.amount(amount).padStart(14)}`
  return [
    '      MARKET 7',
    `${layout.number} ${number}   ${layout.date(10 + (number % 9))}`,
    '-'.repeat(34),
    ...items.flatMap(({ name, units, price }) => layout.item(name, units, price)),
    '-'.repeat(34),
    line(layout.total, sum),
    ...(given === null
      ? [line(layout.card, sum)]
      : [line(layout.cash, given), line(layout.change, given - sum)]),
  ].join('\n')
}

describe.each(Object.entries(layouts))('%s fiscal layout', (_, layout) => {
  const pot = { name: 'POT BLUE', units: 2, price: 1_250 }
  const cloth = { name: 'CLOTH', units: 3, price: 300 }
  const samples = [
    printOf(layout, 4101, [pot], null),
    printOf(layout, 4102, [{ ...pot, units: 1 }, cloth], 3_000),
    printOf(layout, 4103, [{ ...pot, units: 1 }], 2_000),
    printOf(layout, 4104, [cloth], null),
    printOf(layout, 4105, [pot, cloth, { ...cloth, units: 1 }], 5_000),
  ]
  const currency = Currency.parse(layout.currency)
  const { template, questions, coverage } = proposeTemplate(
    samples.map(text => paper(text)),
    { currency },
  )
  const read = (text: string) => saleReader(template, { ...context, currency })(paper(text))

  test('is learned without a question, quantities and all', () => {
    expect(questions).toEqual([])
    expect(coverage.results.filter(({ is }) => is !== 'sale')).toEqual([])
    expect(read(printOf(layout, 4106, [{ ...pot, units: 4 }, cloth], 10_000))).toMatchObject({
      is: 'sale',
      sale: {
        receiptNumber: '4106',
        lines: [{ quantity: 4_000 }, { quantity: 3_000 }],
        tenders: [{ kind: 'cash', amount: 5_900 }],
      },
    })
  })

  test('a quantity that does not make the amount is refused', () => {
    const wrong = printOf(layout, 4107, [pot], null).replace(/^(\s*)2(?=[. 個])/m, '$15')
    expect(read(wrong)).toMatchObject({ is: 'unparsed' })
  })
})

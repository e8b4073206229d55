import { describe, expect, test } from 'vitest'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { Currency } from '../../shared/money.ts'
import { eight, row } from './learned-tills.ts'
import { paper } from './print.ts'

const learnt = (print: (at: number) => string, currency: string, answers: Record<string, string> = {}) =>
  proposeTemplate(
    eight.map(at => paper(print(at))),
    { currency: Currency.parse(currency), answers: new Map(Object.entries(answers)) },
  )

const euro = (cents: number) => (cents / 100).toFixed(2).replace('.', ',')
const dollars = (cents: number) => (cents / 100).toFixed(2)
const GROSS = [1_250, 1_090, 6_400, 240, 4_900, 1_251, 8_990, 560]
const grossOf = (at: number) => GROSS[at] ?? 0
const within = (gross: number, percent: number) => gross - Math.round((gross * 100) / (100 + percent))

/** A till with a table of taxes below its payments. */
const tabled = (table: readonly string[]) => (at: number) =>
  [
    'Winkel aan de Kade',
    'BTW nr NL801234567B01',
    `Bonnr: ${8_800 + at}    Kassa: 1`,
    `18-07-2026 1${at}:05`,
    '',
    row(at % 2 === 0 ? 'Mok' : 'Tas', euro(grossOf(at))),
    row('Totaal EUR', euro(grossOf(at))),
    row(at % 3 === 0 ? 'Contant' : 'PIN', euro(grossOf(at))),
    ...table,
    'Tot ziens',
  ].join('\n')

describe('a table of taxes without a percent sign is read by what its figures prove', () => {
  test.each([
    ['rate, net, tax, gross', 21, 'BTW%   Excl.   BTW   Incl.', '21,00   NET   TAX   GROSS'],
    ['a whole rate', 21, 'Tarief   Netto   BTW   Bruto', '21   NET   TAX   GROSS'],
    ['gross first', 9, 'BTW   Bruto   Netto   Bedrag', '9,0   GROSS   NET   TAX'],
    ['a mark instead of a rate', 19, 'MwSt   Netto   Steuer   Brutto', 'A   NET   TAX   GROSS'],
    ['a mark and a rate', 22, 'IVA', 'A 22,00   NET   TAX   GROSS'],
    ['no gross', 25, 'Moms   Netto', '25   NET   TAX'],
    ['no net', 20, 'TVA  TTC  Taxe', '20,00   GROSS   TAX'],
    ['the word for tax on the row', 24, 'Erittely', 'ALV 24,00   NET   TAX   GROSS'],
    ['net, tax and gross alone', 23, 'Netto   VAT   Brutto', 'NET   TAX   GROSS'],
  ])('%s', (_, percent, heading, printed) => {
    const print = (at: number) => {
      const tax = within(grossOf(at), percent)
      const figures = { GROSS: euro(grossOf(at)), TAX: euro(tax), NET: euro(grossOf(at) - tax) }
      const tableRow = printed.replace(/GROSS|TAX|NET/g, name => figures[name as keyof typeof figures])
      return tabled([heading, tableRow])(at)
    }
    const { coverage, questions } = learnt(print, 'EUR')
    expect(questions).toEqual([])
    expect(coverage.results.map(({ read }) => read?.tax)).toEqual(GROSS.map(gross => within(gross, percent)))
  })
})

test('a table that no figures prove is asked about, by its line', () => {
  const print = (at: number) =>
    tabled(['Btw-overzicht', `Groep 3   ${euro(grossOf(at) * 3)}   ${euro(317)}`])(at)
  const { questions, template } = learnt(print, 'EUR')
  expect(questions).toMatchObject([{ id: 'tax', line: expect.stringContaining('Groep 3') }])
  expect(template.undecided).not.toEqual([])
  expect(learnt(print, 'EUR', { tax: 'none' }).questions).toEqual([])
})

test('the number under which a shop is registered asks nothing', () => {
  expect(learnt(tabled([]), 'EUR').questions).toEqual([])
})

describe('taxes on top of the prices', () => {
  const printed = (taxes: readonly (readonly [label: string, percent: number])[]) => (at: number) => {
    const amounts = taxes.map(
      ([label, percent]) => [label, Math.round((grossOf(at) * percent) / 100)] as const,
    )
    const total = amounts.reduce((all, [, amount]) => all + amount, grossOf(at))
    return [
      'HARBOUR GOODS',
      `INV# ${40_100 + at}`,
      `07/18/2026 1:0${at} PM`,
      '',
      row(at % 2 === 0 ? 'MG-04 Mug' : 'CT-02 Tote', dollars(grossOf(at))),
      row('SUBTOTAL', dollars(grossOf(at))),
      ...amounts.map(([label, amount]) => row(label, dollars(amount))),
      row('TOTAL', `$${dollars(total)}`),
      row('DEBIT', dollars(total)),
    ].join('\n')
  }
  const ofBoth = GROSS.map(gross => Math.round(gross * 0.05) + Math.round(gross * 0.07))

  test.each([
    [
      'with their rates',
      [
        ['GST 5%', 5],
        ['PST 7%', 7],
      ] as const,
    ],
    [
      'without their rates',
      [
        ['GST', 5],
        ['PST', 7],
      ] as const,
    ],
  ])('two of them, %s', (_, taxes) => {
    const { coverage, questions } = learnt(printed(taxes), 'CAD')
    expect(questions).toEqual([])
    expect(coverage.results.map(({ read }) => read?.tax)).toEqual(ofBoth)
  })
})

test('two taxes within the prices without their bases: what each was for follows from its rate', () => {
  const print = (at: number) => {
    const [low, high] = [450 + at * 10, 1_250 + at * 30]
    const total = low + high
    return [
      'Winkel aan de Kade',
      `Bonnr: ${8_800 + at}    Kassa: 1`,
      `18-07-2026 1${at}:05`,
      '',
      row('Brood', euro(low)),
      row('Mok', euro(high)),
      row('Totaal EUR', euro(total)),
      row('PIN', euro(total)),
      row('BTW 9%', euro(within(low, 9))),
      row('BTW 21%', euro(within(high, 21))),
    ].join('\n')
  }
  const { coverage } = learnt(print, 'EUR')
  expect(coverage.results.map(({ read }) => read?.tax)).toEqual(
    eight.map(at => within(450 + at * 10, 9) + within(1_250 + at * 30, 21)),
  )
})

/** A Swiss till: amounts without cents beside amounts with them, the quantity below. */
test.each([
  ['.-', '25.-', '49.-'],
  ['.–', '25.–', '49.–'],
  ['.--', '25.--', '49.--'],
])('prices without cents, as 25%s', (_, mug, shirt) => {
  const print = (at: number) =>
    [
      'HOFLADEN MUSTER',
      `Beleg 2026-0120${at}                 Kasse 2`,
      `18.07.2026 1${at}:35               Bed. Maya`,
      'Artikel                              CHF',
      row('Mug Harbor', `${mug} A`),
      '  2 x 12.50',
      row('Linen Shirt', `${shirt} A`),
      ...(at % 2 === 0 ? [row('Postcard', '4.80 A'), '  2 x 2.40'] : []),
      row('TOTAL CHF', at % 2 === 0 ? '78.80' : '74.00'),
      row(at % 3 === 0 ? 'Bar' : 'TWINT', at % 2 === 0 ? '78.80' : '74.00'),
      '',
      at % 2 === 0 ? row('A 8.1% von 78.80', '5.90') : row('A 8.1% von 74.00', '5.54'),
    ].join('\n')
  const { coverage } = learnt(print, 'CHF')
  expect(coverage.results[1]?.read?.items).toEqual([
    expect.objectContaining({ name: 'Mug Harbor', quantity: 2_000 }),
    expect.objectContaining({ name: 'Linen Shirt', quantity: 1_000 }),
  ])
})

test('samples that form no template end in a sentence that a person can act on', () => {
  const { problems, template, coverage } = proposeTemplate([
    paper('SHOP\n12.50\n18/07/2026 10:00\n12.50\nTotal 12.50'),
  ])
  expect(coverage.sales).toBe(0)
  expect(template.undecided.length).toBeGreaterThan(0)
  expect(problems.join(' ')).not.toContain('ZodError')
})

import { describe, expect, test } from 'vitest'
import { saleReader } from '../../agent/codecs/receipt-templates/read-sale.ts'
import { learnText } from '../../agent/tools/receipt-learn/learn-text.ts'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { Currency } from '../../shared/money.ts'
import { context, refusalOf } from './context.ts'
import { layoutSales, layouts, sumsOf } from './layouts.ts'
import { paper } from './print.ts'

describe('each layout is learned from eight receipts', () => {
  test.each(Object.entries(layouts))('%s', (_, layout) => {
    const sales = layoutSales(layout.names)
    const prints = sales.map(sale => paper(layout.print(sale, sumsOf(sale, layout))))
    const { template, coverage, questions } = proposeTemplate(prints)
    expect(coverage.results.filter(result => result.is !== 'sale')).toEqual([])
    expect(questions).toEqual([])
    expect(template.undecided).toEqual([])
    expect(template.currency ?? null).toBe(layout.currency)
    const read = coverage.results.map(({ read, total }) => ({
      number: read?.number.replace(/\D/g, ''),
      items: read?.items.map(({ name, sku, quantity }) => ({ name, sku, quantity })),
      tax: read?.tax,
      total,
    }))
    expect(read).toEqual(
      sales.map(sale => ({
        number: String(sale.number),
        items: sale.items.map(({ name, sku, units }) => ({
          name,
          sku: layout.hasCodes ? sku : null,
          quantity: units * 1_000,
        })),
        tax: sumsOf(sale, layout).tax,
        total: sumsOf(sale, layout).cash,
      })),
    )
  })

  test('a form that learning did not see is refused, whatever the sums', () => {
    const layout = Object.values(layouts)[1]
    if (layout === undefined) throw new Error('there is a second layout')
    const sales = layoutSales(layout.names)
    const print = (sale: (typeof sales)[number]) => layout.print(sale, sumsOf(sale, layout))
    const { template } = proposeTemplate(sales.map(sale => paper(print(sale))))
    const read = saleReader(template, { ...context, currency: Currency.parse('SEK') })
    const [first] = sales
    if (first === undefined) throw new Error('there is a sale')
    const text = print(first)
    for (const line of ['   vägt för hand 0,538', '   3 i paketet', '   serie 4471']) {
      const lines = text.split('\n')
      lines.splice(5, 0, line)
      expect(read(paper(lines.join('\n'))).is).toBe('unparsed')
    }
    expect(read(paper(`ÖVNING\n${text}`))).toMatchObject({ is: 'none', why: 'training' })
  })
})

describe('what learning asks', () => {
  const receipt = (number: number, items: string, total: string, closing: string) =>
    paper(`Receipt ${number}\n25.06.2026 10:0${number}\n${items}\nTotal ${total}\n${closing}`)

  test('a payment that no word list knows: the line, once, and an answer that counts', () => {
    const prints = [1, 2, 3].map(number => receipt(number, 'Tea 5.00', '5.00', 'Zorblepay 5.00'))
    const asked = proposeTemplate(prints)
    expect(asked.coverage.sales + asked.coverage.unparsed).toBe(3)
    expect(asked.template.undecided.length).toBeGreaterThan(0)
    const [question] = asked.questions
    expect(question?.options.map(option => option.value)).toContain('card')
    const text = learnText(asked)
    expect(text.match(/^Question/gm)).toHaveLength(1)
    expect(text).toContain('--answer')
    const told = proposeTemplate(prints, { answers: new Map([['payment', 'card']]) })
    expect(told.coverage).toMatchObject({ sales: 3 })
    expect(told.template.undecided).toEqual([])
  })

  test('an unknown line among the items is asked for once, for all receipts that have it', () => {
    const prints = [1, 2, 3, 4].map(number =>
      receipt(number, `Tea 5.00\n  lot ${number}77\nMug 8.00`, '13.00', 'Cash 13.00'),
    )
    const asked = proposeTemplate(prints)
    expect(asked.coverage.unparsed).toBe(4)
    expect(asked.questions).toMatchObject([
      { id: 'line:lot {word}', line: 'lot 177', receipts: [1, 2, 3, 4] },
    ])
    expect(learnText(asked)).toMatch(/1, 2, 3, 4: NOT READ[^\n]*\n {7}the line: lot 177/)
    const told = proposeTemplate(prints, { answers: new Map([['line:lot {word}', 'ignore']]) })
    expect(told.coverage).toMatchObject({ sales: 4 })
    expect(told.questions).toEqual([])
  })

  test('an order of day and month by its answer', () => {
    const prints = [
      receipt(1, 'Tea 5.00', '5.00', 'Cash 5.00')
        .lines.map(({ text }) => text)
        .join('\n'),
    ].map(text => paper(text.replace('25.06.2026', '05/06/2026')))
    expect(proposeTemplate(prints).questions.map(question => question.id)).toEqual(['date'])
    const told = proposeTemplate(prints, { answers: new Map([['date', 'M/D/YYYY']]) })
    expect(told.template.dates.formats).toEqual(['M/D/YYYY'])
    expect(told.questions).toEqual([])
  })

  test('a bare number before the names, by its answer', () => {
    const prints = [receipt(1, '2 Tea 5.00\n1 Mug 8.00', '13.00', 'Cash 13.00')]
    expect(proposeTemplate(prints).questions.map(question => question.id)).toEqual(['quantity'])
    const yes = proposeTemplate(prints, { answers: new Map([['quantity', 'yes']]) })
    expect(yes.coverage.results[0]?.read?.items.map(item => item.quantity)).toEqual([2_000, 1_000])
    expect(yes.template.undecided).toEqual([])
  })

  test('a mark of copies that most samples have', () => {
    const prints = [1, 2, 3].map(number =>
      receipt(number, 'Tea 5.00', '5.00', 'Cash 5.00\n*** DUPLICATE ***'),
    )
    expect(proposeTemplate(prints).questions.map(question => question.id)).toContain('mark:DUPLICATE')
    const told = proposeTemplate(prints, { answers: new Map([['mark:DUPLICATE', 'sale']]) })
    expect(told.coverage.sales).toBe(3)
  })

  test('headings of ignored prints become notSales', () => {
    const prints = [1, 2, 3].map(number => receipt(number, 'Tea 5.00', '5.00', 'Cash 5.00'))
    const ignored = [paper('Rota week 27\nIda 9-17  12.50'), paper('*** TRAINING ***')]
    const { template } = proposeTemplate(prints, { ignored })
    expect(template.notSales).toEqual([{ pattern: 'Rota week {word}', as: 'other' }])
    expect(refusalOf('Rota week 28\nIda 9-17 12.50', template)).toBe('other')
  })

  test('sums without a currency when no sign tells it, and what was not read', () => {
    const text = learnText(proposeTemplate([receipt(1, 'Tea 5.00', '5.00', 'Cash 5.00\nSee you soon')]))
    expect(text).not.toMatch(/EUR|XXX/)
    expect(text).toContain('total 5.00')
    expect(text).toContain('See you soon')
    expect(text).toContain('--currency')
  })
})

test('the code below the name and the quantity below that are learned', () => {
  const item = (name: string, code: string, amount: string, below = '') =>
    `${name.padEnd(26)}${amount.padStart(10)}\n  ${code}\n${below}`
  const print = (number: number, items: string, total: string) =>
    paper(
      `HILL BOOKS\nTicket #${number}    07/16/2026 9:10 AM\n${items}TOTAL${total.padStart(31)}\nCash ${total.padStart(31)}`,
    )
  const prints = [
    print(301, item('Mug Blue', 'MB-04', '$11.00'), '$11.00'),
    print(302, item('Mug Blue', 'MB-04', '$22.00', '  2 @ $11.00\n'), '$22.00'),
    print(303, item('Cap Red', 'CR-02', '$17.00') + item('Mug Blue', 'MB-04', '$11.00'), '$28.00'),
    print(304, item('Cap Red', 'CR-02', '$51.00', '  3 @ $17.00\n'), '$51.00'),
  ]
  const { coverage, questions } = proposeTemplate(prints, { answers: new Map([['currency', 'USD']]) })
  expect(questions).toEqual([])
  expect(
    coverage.results.map(({ read }) => read?.items.map(({ sku, quantity }) => `${quantity} ${sku}`)),
  ).toEqual([['1000 MB-04'], ['2000 MB-04'], ['1000 CR-02', '1000 MB-04'], ['3000 CR-02']])
})

test.each(['BESTELLUNG', 'LIEFERSCHEIN', 'AUFTRAG', 'SEM VALOR FISCAL', '*** NÃO É DOCUMENTO FISCAL ***'])(
  '%s above a print that is paid: a person looks',
  heading => {
    const print = (number: number) =>
      `LADEN\nBon ${number}   16.07.2026 09:1${number % 10}\n1 x Krug      24,00     24,00\nSumme EUR               24,00\nBar                     24,00`
    const prints = [301, 302, 303, 304].map(number => paper(print(number)))
    const { template } = proposeTemplate(prints, { answers: new Map([['currency', 'EUR']]) })
    const read = saleReader(template, { ...context, currency: Currency.parse('EUR') })
    expect(read(paper(print(305))).is).toBe('sale')
    expect(read(paper(print(305).replace('LADEN', `LADEN\n${heading}`))).is).toBe('unparsed')
  },
)

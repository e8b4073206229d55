import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseTemplate } from '../../agent/codecs/receipt-templates/load.ts'
import { saleReader } from '../../agent/codecs/receipt-templates/read-sale.ts'
import type { ReceiptTemplate } from '../../agent/codecs/receipt-templates/template.ts'
import { learnText } from '../../agent/tools/receipt-learn/learn-text.ts'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { context } from './context.ts'
import { paper, printSale, templateOf } from './print.ts'
import { testSales } from './sales.ts'

interface Till {
  readonly language: string
  readonly mode: 'included' | 'added' | 'none'
  readonly template: ReceiptTemplate
}

const table = (label: string) => [`${label} {rate}% {base} {tax}`]

/** What tills of seven languages print; the wizard must find all of it in their receipts. */
const tills: readonly Till[] = [
  {
    language: 'de',
    mode: 'included',
    template: templateOf({
      numbers: { decimal: ',', thousands: '.' },
      header: ['Bon-Nr. {receipt}', 'Kasse {till}', 'Es bediente Sie: {staff}', '{date} {time}'],
      items: {
        lines: ['{name} {amount} {mark}'],
        details: ['{quantity} x {price}'],
        discounts: [{ pattern: 'Rabatt {amount}', of: 'line', printed: 'negative' }],
        ignore: ['{rule}'],
      },
      totals: { total: ['SUMME EUR {amount}'] },
      taxes: { mode: 'included', rows: ['{mark} {rate}% {base} {tax} {gross}'] },
      tenders: {
        rows: [
          { pattern: 'Bar {amount}', kind: 'cash' },
          { pattern: 'EC-Karte {amount}', kind: 'card' },
        ],
        change: ['Rückgeld {amount}'],
      },
    }),
  },
  {
    language: 'fr',
    mode: 'included',
    template: templateOf({
      numbers: { decimal: ',', thousands: ' ' },
      header: ['Ticket n° {receipt} Caisse {till}', '{date} {time}'],
      items: {
        before: ['{quantity} x {price}'],
        lines: ['{name} {amount}'],
        discounts: [{ pattern: 'Remise {amount}', of: 'line', printed: 'positive' }],
        ignore: ['{rule}'],
      },
      totals: { total: ['Total TTC {amount}'] },
      taxes: { mode: 'included', rows: table('TVA') },
      tenders: {
        rows: [
          { pattern: 'Espèces {amount}', kind: 'cash' },
          { pattern: 'Carte bancaire {amount}', kind: 'card' },
        ],
        change: ['Rendu {amount}'],
      },
    }),
  },
  {
    language: 'es',
    mode: 'included',
    template: templateOf({
      numbers: { decimal: ',', thousands: '.', signs: ['€'] },
      header: ['Factura: {receipt}', 'Caja: {till}', 'Le atendió {staff}', '{date} {time}'],
      items: {
        lines: ['{quantity} x {name} {price} {amount}'],
        discounts: [{ pattern: 'Descuento {amount}', of: 'line', printed: 'negative' }],
        ignore: ['{rule}'],
      },
      totals: { total: ['Total a pagar {amount}'] },
      taxes: { mode: 'included', rows: table('IVA') },
      tenders: {
        rows: [
          { pattern: 'Efectivo {amount}', kind: 'cash' },
          { pattern: 'Tarjeta {amount}', kind: 'card' },
        ],
        change: ['Cambio {amount}'],
      },
    }),
  },
  {
    language: 'it',
    mode: 'included',
    template: templateOf({
      numbers: { decimal: ',', thousands: '.' },
      header: ['Documento N. {receipt}', 'Cassa {till}', '{date} {time}'],
      items: {
        lines: ['{name} {price} x{quantity} {amount}'],
        discounts: [{ pattern: 'Sconto {amount}', of: 'line', printed: 'negative' }],
        ignore: ['{rule}'],
      },
      totals: { tax: ['di cui IVA {tax}'], total: ['Totale complessivo {amount}'] },
      taxes: { mode: 'included' },
      tenders: {
        rows: [
          { pattern: 'Contanti {amount}', kind: 'cash' },
          { pattern: 'Bancomat {amount}', kind: 'card' },
        ],
        change: ['Resto {amount}'],
      },
    }),
  },
  {
    language: 'nl',
    mode: 'included',
    template: templateOf({
      numbers: { decimal: ',', thousands: '.', signs: ['€'] },
      header: ['Bonnummer: {receipt} Kassa {till}', '{date} {time}'],
      items: {
        lines: ['{name} {quantity} {price} {amount}'],
        discounts: [{ pattern: 'Korting {amount}', of: 'line', printed: 'negative' }],
        ignore: ['{rule}'],
      },
      totals: { total: ['Totaal {amount}'] },
      taxes: { mode: 'included', rows: table('BTW') },
      tenders: {
        rows: [
          { pattern: 'Contant {amount}', kind: 'cash' },
          { pattern: 'Pin {amount}', kind: 'card' },
        ],
        change: ['Wisselgeld {amount}'],
      },
    }),
  },
  {
    language: 'pt',
    mode: 'none',
    template: templateOf({
      numbers: { decimal: ',', thousands: '.' },
      header: ['Recibo: {receipt}', 'Caixa: {till}', 'Operador: {staff}', '{date} {time}'],
      items: {
        lines: ['{name} {amount}'],
        details: ['{quantity} {unit} x {price}'],
        discounts: [{ pattern: 'Desconto {amount}', of: 'line', printed: 'negative' }],
        ignore: ['{rule}'],
      },
      totals: {
        subtotal: { patterns: ['Subtotal {amount}'], means: 'items' },
        discounts: [{ pattern: 'Desconto total {amount}', printed: 'negative' }],
        total: ['Total {amount}'],
      },
      tenders: {
        rows: [
          { pattern: 'Numerário {amount}', kind: 'cash' },
          { pattern: 'Multibanco {amount}', kind: 'card' },
        ],
        change: ['Troco {amount}'],
      },
    }),
  },
  {
    language: 'en',
    mode: 'added',
    template: templateOf({
      numbers: { decimal: '.', thousands: ',', signs: ['$'] },
      header: ['Invoice #{receipt}', 'Register {till}', 'Cashier: {staff}', '{date} {time}'],
      items: {
        lines: ['{name} {amount}'],
        details: ['{quantity} @ {price}'],
        discounts: [{ pattern: 'Discount {amount}', of: 'line', printed: 'negative' }],
        ignore: ['{rule}'],
      },
      totals: {
        subtotal: { patterns: ['Subtotal {amount}'], means: 'items' },
        tax: ['Sales tax {tax}'],
        total: ['Total {amount}'],
      },
      taxes: { mode: 'added' },
      tenders: {
        rows: [
          { pattern: 'Cash {amount}', kind: 'cash' },
          { pattern: 'Visa {amount}', kind: 'card' },
        ],
        change: ['Change {amount}'],
      },
    }),
  },
]

function printsOf({ mode, template }: Till, count: number, seed: number) {
  return fc
    .sample(testSales(mode, true), { numRuns: count, seed })
    .map(sale => ({ ...sale, till: '3' }))
    .map(sale => ({
      lines: printSale(sale, template, { item: 0, decimals: 2 }).map(text => ({ text })),
      images: [],
    }))
}

describe('a template proposed from ten receipts', () => {
  test.each(tills.map(till => [till.language, till] as const))(
    '%s: reads ninety others as the real one does',
    (_, till) => {
      const { template, coverage, problems } = proposeTemplate(printsOf(till, 10, 1), { name: till.language })
      expect({
        undecided: template.undecided,
        unparsed: coverage.results.filter(r => r.is === 'unparsed'),
      }).toEqual({
        undecided: [],
        unparsed: [],
      })
      expect(coverage).toMatchObject({ receipts: 10, sales: 10 })
      expect(problems.join()).not.toContain('could not be read')
      // the file that a person saves is a template
      const saved = parseTemplate(JSON.parse(JSON.stringify(template)), 'saved')
      const real = saleReader(till.template, context)
      const learned = saleReader({ ...saved, currency: undefined } as ReceiptTemplate, context)
      for (const print of printsOf(till, 90, 2)) {
        const [wanted, found] = [real(print), learned(print)]
        if (wanted.is !== 'sale') throw new Error('the real template must read its own receipts')
        if (found.is === 'unparsed') throw found.error
        if (found.is !== 'sale') throw new Error(found.why)
        const facts = (sale: typeof found.sale) => ({
          number: sale.receiptNumber,
          till: sale.till,
          soldAt: sale.soldAt,
          lines: sale.lines.map(({ title, quantity, net }) => ({ title, quantity, net })),
          tax: sale.taxes.map(tax => tax.amount),
          tenders: sale.tenders.map(({ kind, amount }) => ({ kind, amount })),
        })
        expect(facts(found.sale)).toEqual(facts(wanted.sale))
      }
    },
  )
})

describe('what is never hidden', () => {
  const [till] = tills
  const prints = till === undefined ? [] : printsOf(till, 6, 3)

  test('receipts that do not add up are named one by one', () => {
    const broken = prints.map((print, at) =>
      at === 2 || at === 4
        ? {
            ...print,
            lines: print.lines.map(({ text }) => ({ text: text.replace(/(summe.*)\d$/, '$17') })),
          }
        : print,
    )
    const changed = broken.filter((print, at) => JSON.stringify(print) !== JSON.stringify(prints[at])).length
    const proposal = proposeTemplate(broken)
    expect(proposal.coverage.unparsed).toBe(changed)
    const bad = proposal.coverage.results.filter(result => result.is === 'unparsed')
    expect(bad.map(result => result.code)).toEqual(bad.map(() => 'RECEIPT_DOES_NOT_ADD_UP'))
    expect(changed).toBeGreaterThan(0)
    expect(learnText(proposal)).toContain('NOT READ, RECEIPT_DOES_NOT_ADD_UP')
  })

  test('an order of day and month that the samples can not tell is left to a person', () => {
    const body = 'Receipt 7\n05/06/2026 10:00\nTea 5.00\nTotal 5.00\nCash 5.00'
    const open = proposeTemplate([paper(body)])
    expect(open.coverage.sales).toBe(1)
    expect(open.template.undecided.join()).toContain('order of day and month')
    const told = proposeTemplate([paper(body), paper(body.replace('05/06', '25/06'))])
    expect(told.template.undecided).toEqual([])
    expect(told.template.dates.formats).toEqual(['D/M/YYYY'])
  })

  test('an item with a # in its name is not a receipt number; a # beside the date and time is one', () => {
    const body = 'Cup #1 5.00\nCup #2 8.00\nTotal 13.00\nCash 13.00'
    const none = proposeTemplate([paper(`25.06.2026 10:00:01\n${body}`)])
    expect(none.template.header).toEqual(['{date} {time}'])
    expect(none.coverage.sales).toBe(1)
    const one = proposeTemplate([paper(`${body}\nC90 #451 10:00:01 25.06.2026`)])
    expect(one.template.header).toEqual(['{word} #{receipt} {time} {date}'])
    expect(one.coverage.sales).toBe(1)
  })

  test('a bare number before each item is not taken for a quantity without asking', () => {
    const open = proposeTemplate([
      paper('Receipt 7\n25.06.2026 10:00\n2 Tea 5.00\n1 Mug 8.00\nTotal 13.00\nCash 13.00'),
    ])
    expect(open.template.undecided.join()).toContain('nothing on the paper proves it')
  })

  test('samples that say nothing give a template that books nothing', () => {
    for (const samples of [[], [paper('hello')], [{ lines: [], images: [{ kind: 'raster' as const }] }]]) {
      const { template, coverage } = proposeTemplate(samples)
      expect(coverage.sales).toBe(0)
      expect(template.undecided.length).toBeGreaterThan(0)
    }
  })

  test('card numbers in samples do not come out in the evidence', () => {
    const proposal = proposeTemplate([
      paper('Receipt 7\n25.06.2026 10:00\nTea 5.00\nTotal 5.00\nCash 5.00\nCard 4111111111111111 0.00'),
    ])
    expect(JSON.stringify(proposal)).not.toContain('411111')
  })

  test('any text at all gives a proposal in bounded time', () =>
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.string({ unit: 'binary', maxLength: 80 }), { maxLength: 20 }), { maxLength: 3 }),
        receipts => {
          proposeTemplate(receipts.map(lines => ({ lines: lines.map(text => ({ text })), images: [] })))
        },
      ),
      { numRuns: 60 },
    ))
})

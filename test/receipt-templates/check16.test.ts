import { describe, expect, test } from 'vitest'
import { saleReader } from '../../agent/codecs/receipt-templates/read-sale.ts'
import { proposeTemplate } from '../../agent/tools/receipt-learn/propose.ts'
import { Currency } from '../../shared/money.ts'
import { context } from './context.ts'
import { paper } from './print.ts'

const row = (left: string, right: string) =>
  `${left}${' '.repeat(Math.max(1, 40 - left.length - right.length))}${right}`

/** A British till: code and name on a line, VAT within. */
function british(number: number, mark: string): string {
  const [name, price, vat] =
    number % 2 === 0 ? ['MG-04 Mug Harbor', '12.50', '2.08'] : ['CT-02 Cotton Tote', '10.90', '1.82']
  return [
    'HARBOUR GOODS LTD',
    `Sale 01-${2300 + number}`,
    `18/07/2026 1${number}:05 Till 01 Served by Maya`,
    '',
    ...(mark === '' ? [] : [mark]),
    row(name, `£${price}`),
    row('Total to pay', `£${price}`),
    row(number % 3 === 0 ? 'Cash tendered' : 'Visa Debit', `£${price}`),
    row('VAT @ 20.00% included', `£${vat}`),
    'Please keep this receipt',
  ].join('\n')
}
const gbp = { ...context, currency: Currency.parse('GBP') }
const learned = () =>
  proposeTemplate([0, 1, 2, 3, 4, 5, 6, 7].map(number => paper(british(number, '')))).template
const readMarked = (mark: string) => saleReader(learned(), gbp)(paper(british(8, mark)))

describe('a heading of a return on a receipt without a minus', () => {
  test.each([
    '*** REFUND ***',
    'RETURN',
    'REFUND RECEIPT',
    'CREDIT NOTE',
    'RETOURE',
    'AVOIR',
    'RESO MERCE',
    'ZWROT',
    'RETUR',
    'RETURN OF SALE 01-2290',
  ])('%s is never a sale of goods', mark => {
    const reading = readMarked(mark)
    const quantity = reading.is === 'sale' ? reading.sale.lines[0]?.quantity : -1_000
    expect(quantity).toBe(-1_000)
  })
})

describe('prints that say that they are not sales, without accents, or in two phrases', () => {
  test.each([
    '** TRAINING - NO SALE **',
    'TRAINING MODE - NOT A VALID RECEIPT',
    'DEMO VERSION',
    'MODO FORMACION',
    'ENTRAINEMENT',
    'UEBUNG',
    'VENTE ANNULEE',
    'COPIA DEL TICKET',
    'COPY - NOT A VALID RECEIPT',
    'QUOTATION - NOT A RECEIPT',
    'PROBEBON',
  ])('%s', mark => {
    expect(readMarked(mark).is).toBe('none')
  })
})

test('a gift card that is sold for money is not put aside as a print beside sales', () => {
  const text = british(8, '')
    .replace('MG-04 Mug Harbor  ', 'GIFT CARD 50      ')
    .replaceAll('12.50', '50.00')
    .replace(/^VAT.*\n/m, '')
  expect(saleReader(learned(), gbp)(paper(text)).is).not.toBe('none')
})

/** A Danish till: the name on a line, quantity, price and amount below it. */
function danish(number: number): string {
  const goods = [
    ['Krus Havn', 129],
    ['Kaffe mork', 64],
    ['Postkort', 15],
  ] as const
  const [name, price] = goods[number % 3] ?? goods[0]
  const units = 1 + (number % 2)
  const total = `${price * units},00`
  return [
    'Havnebutikken ApS',
    row(`Bon: ${910 + number}`, 'Kasse: 3'),
    row('Dato: 18-07-2026', `Kl. 1${number}:05`),
    '',
    name,
    row(`  ${units} stk á ${price},00`, total),
    row('I ALT DKK', total),
    row('Dankort', total),
    row('Heraf moms 25%', (price * units * 0.2).toFixed(2).replace('.', ',')),
  ].join('\n')
}

test('a name above its amount is the name, not the words between quantity and price', () => {
  const { coverage, questions } = proposeTemplate(
    [0, 1, 2, 3, 4, 5, 6, 7].map(number => paper(danish(number))),
    { currency: Currency.parse('DKK') },
  )
  const names = coverage.results.flatMap(({ read }) => read?.items.map(({ name }) => name) ?? [])
  expect(questions.length > 0 || names[0] === 'Krus Havn').toBe(true)
})

/** A Dutch till: its table of VAT has the rate without a percent sign, the sign being in the heading. */
function dutch(number: number): string {
  const [name, price, vat, net] =
    number % 2 === 0 ? ['Mok', '12,50', '2,17', '10,33'] : ['Tas', '10,90', '1,89', '9,01']
  return [
    'Winkel aan de Kade',
    `Bonnr: ${8800 + number}    Kassa: 1`,
    `18-07-2026 1${number}:05`,
    '',
    row(`  1  ${name}`, `${price}     ${price}`),
    row('Totaal EUR', price),
    row('PIN', price),
    'BTW%      Excl.      BTW     Incl.',
    `21,00    ${net}     ${vat}    ${price}`,
  ].join('\n')
}

test('a printed table of VAT is read or asked about, never left out of the books', () => {
  const { coverage, template } = proposeTemplate([0, 1, 2, 3, 4, 5, 6, 7].map(number => paper(dutch(number))))
  const taxes = coverage.results.map(({ read }) => read?.tax)
  expect(template.undecided.length > 0 || taxes[0] === 217).toBe(true)
})

/** A Canadian till: two taxes on top. */
function canadian(number: number): string {
  const [name, price, gst, pst, total] =
    number % 2 === 0
      ? ['MG-04 Mug', '12.50', '0.63', '0.88', '14.01']
      : ['CT-02 Tote', '10.00', '0.50', '0.70', '11.20']
  return [
    'HARBOUR GOODS',
    `Receipt ${40100 + number}`,
    `07/18/2026 1:0${number} PM`,
    '',
    row(name, price),
    row('SUBTOTAL', price),
    row('GST 5%', gst),
    row('PST 7%', pst),
    row('TOTAL', `$${total}`),
    row('DEBIT', total),
  ].join('\n')
}

test('two taxes on top of the prices are learned', () => {
  const { coverage } = proposeTemplate(
    [0, 1, 2, 3, 4, 5, 6, 7].map(number => paper(canadian(number))),
    {
      currency: Currency.parse('CAD'),
    },
  )
  expect(coverage.sales).toBe(8)
})

/** A Swiss till: amounts without cents beside amounts with them, the quantity below. */
const swiss = `HOFLADEN MUSTER
Beleg 2026-01205                 Kasse 2
18.07.2026 14:35               Bed. Maya
Artikel                              CHF
Mug Harbor                        25.- A
  2 x 12.50
Linen Shirt                       49.- A
Postcard                          4.80 A
  2 x 2.40
TOTAL CHF                          78.80
TWINT                              78.80

A 8.1% von 78.80                    5.90`

test('learning never ends in an error of its own', () => {
  expect(() => proposeTemplate([paper(swiss)], { currency: Currency.parse('CHF') })).not.toThrow()
})

/** A corner shop: names alone, no tax, the quantity behind the name. */
const corner = (number: number, body: string, total: string) =>
  `CORNER SHOP\nReceipt no: ${610 + number}\n18/07/2026 1${number}:05 Till 2\n${body}\n${row('TOTAL GBP', total)}\n${row(number % 2 === 0 ? 'Cash' : 'Mastercard', total)}`
const cornerRead = (body: string, total: string) => {
  const samples = [0, 1, 2, 3, 4, 5, 6, 7].map(number =>
    number % 3 === 0
      ? corner(number, row('Coffee 250g x2', '17.80'), '17.80')
      : corner(number, row(number % 3 === 1 ? 'Batteries AA 4' : 'Pen 3 colours', '4.50'), '4.50'),
  )
  return saleReader(proposeTemplate(samples.map(paper)).template, gbp)(paper(corner(8, body, total)))
}

test('three decimals behind a name are a weight or refused, never one unit', () => {
  const reading = cornerRead(row('Cheese 1.076', '21.52'), '21.52')
  expect(reading.is === 'sale' ? reading.sale.lines[0]?.quantity : 1_076).toBe(1_076)
})
test('money paid out of the drawer is not a sale', () => {
  expect(cornerRead(`PAID OUT\n${row('Window cleaner', '20.00')}`, '20.00').is).not.toBe('sale')
})
test('an error correction without a name takes back the line above it, or is refused', () => {
  const reading = cornerRead(
    `${row('Coffee 250g', '8.90')}\n${row('Pen 3 colours', '2.40')}\n${row('ERROR CORRECT', '-2.40')}`,
    '8.90',
  )
  const titles = reading.is === 'sale' ? reading.sale.lines.map(line => line.title) : []
  expect(titles).not.toContain('ERROR CORRECT')
})

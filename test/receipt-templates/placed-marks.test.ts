import { describe, expect, test } from 'vitest'
import { saleReader } from '../../agent/codecs/receipt-templates/read-sale.ts'
import { Currency } from '../../shared/money.ts'
import { context, refusalOf } from './context.ts'
import { row, told } from './learned-tills.ts'
import { paper, templateOf } from './print.ts'

/** An American till: the name above its amount or on its line, the code below, a rule on either side. */
const template = templateOf({
  currency: Currency.parse('USD'),
  items: {
    after: ['===={rule}'],
    before: ['{name}'],
    lines: ['{name} {amount} T', '{quantity} @ {price} {amount} T'],
    details: ['SKU {sku}'],
    until: ['===={rule}'],
  },
})
const rule = '='.repeat(40)
const mug = [row('Mug Harbor', '12.00 T'), '  SKU MG-01']
const two = ['Cotton Tote', row('  2 @ 10.00', '20.00 T'), '  SKU CT-02']
const read = (items: readonly string[], total: string) =>
  told(
    saleReader(template, { ...context, currency: Currency.parse('USD') })(
      paper(
        [
          'HARBOR GOODS',
          'Receipt 7001',
          'Till 3',
          '24.07.2026 15:21',
          rule,
          ...items,
          rule,
          row('Total', total),
          row('Cash', total),
        ].join('\n'),
      ),
    ),
  )

describe('a mark of the whole print between the rule and the first item is not a name', () => {
  test.each([
    ['** TRAINING MODE **', 'training'],
    ['SCHULUNG', 'training'],
    ['*** DUPLICATE ***', 'copy'],
    ['COPIE', 'copy'],
    ['KOPIA', 'copy'],
    ['*** VOIDED ***', 'void'],
    ['Sprzedaż anulowana', 'void'],
    ['QUOTE - NOT A RECEIPT', 'quote'],
    ['GIFT RECEIPT', 'gift'],
    ['PROFORMA', 'proforma'],
    ['PROFORMAKVITTO', 'proforma'],
    ['PARKERAT', 'proforma'],
    ['GEPARKEERD', 'proforma'],
    ['VOORLOPIGE BON', 'proforma'],
    ['KLAD', 'proforma'],
    ['DOCUMENTO GESTIONALE', 'proforma'],
    ['emesso per ANNULLAMENTO', 'void'],
  ])('%s', (mark, why) => {
    expect(read([mark, ...mug], '12.00')).toEqual([`no sale: ${why}`])
    expect(read([mark, ...two], '20.00')).toEqual([`no sale: ${why}`])
    expect(read([mark, '', ...two, ...mug], '32.00')).toEqual([`no sale: ${why}`])
  })

  test.each(['*** REFUND ***', 'RETURN', 'RETOURE', 'Remboursement', 'ZWROT TOWARU'])('%s', mark => {
    expect(read([mark, ...mug], '12.00')).toEqual(['-1 MG-01 -1200', 'cash -1200'])
    expect(read([mark, ...two], '20.00')).toEqual(['-2 CT-02 -2000', 'cash -2000'])
  })
})

test.each(['TRAINING', '* REPRINT *', 'RETURN', 'NO SALE', 'QUOTE'])(
  '%s between the items is refused by name',
  mark => {
    expect(read([...mug, mark, ...two], '32.00')).toEqual(['RECEIPT_UNPARSED'])
    expect(read([...mug, mark], '12.00')).toEqual(['RECEIPT_UNPARSED'])
  },
)

test('NO SALE above items that were sold is looked at by a person', () => {
  expect(read(['NO SALE', ...mug], '12.00')).toEqual(['RECEIPT_UNPARSED'])
})

test('a mark word that is all the name that an item has is looked at by a person', () => {
  expect(read(['TEST', ...two.slice(1)], '20.00')).toEqual(['RECEIPT_UNPARSED'])
})

test('a word for a reduced price that is also one for a quote is looked at above the items, and passed below one', () => {
  expect(read(['TILBUD', ...mug], '12.00')).toEqual(['RECEIPT_UNPARSED'])
})

test('a void above an item with a minus may be of the item alone', () => {
  const back = [row('Mug Harbor', '-12.00 T'), '  SKU MG-01']
  expect(read(['VOID', ...back, ...two], '8.00')).toEqual(['RECEIPT_UNPARSED'])
})

test.each(['Return ticket', 'Training shoes', 'Copy paper A4 white', 'Void fill', 'Test tube', 'Quote book'])(
  '%s is the name of an item',
  name => {
    expect(read([name, ...two.slice(1)], '20.00')).toEqual(['2 CT-02 2000', 'cash 2000'])
    expect(read([row(name, '12.00 T'), '  SKU MG-01', ...two], '32.00')).toEqual([
      '1 MG-01 1200',
      '2 CT-02 2000',
      'cash 3200',
    ])
  },
)

test.each(['Copy', 'Training', 'Demo 3'])('%s with a price on its line is an item', name => {
  expect(read([row(name, '12.00 T'), '  SKU MG-01'], '12.00')).toEqual(['1 MG-01 1200', 'cash 1200'])
})

test('what a mark is doubted for is said', () => {
  const text = `Receipt 7001\nTill 3\n24.07.2026 15:21\n${rule}\n${[...mug, 'COPY'].join('\n')}\n${rule}\nTotal 12.00\nCash 12.00`
  expect(refusalOf(text, { ...template, currency: Currency.parse('EUR') })).toMatch(
    /what a whole print is.*COPY/s,
  )
})

test('a deposit below an item is not the name of the next one', () => {
  expect(read([...two, row('BOTTLE DEPOSIT', '0.15'), ...mug], '32.15')).toEqual([
    '2 CT-02 2000',
    '1 BOTTLE DEPOSIT 15',
    '1 MG-01 1200',
    'cash 3215',
  ])
})

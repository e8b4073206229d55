import { describe, expect, test } from 'vitest'
import { refusalOf, saleIn } from './context.ts'
import { templateOf } from './print.ts'

const HEAD = 'Shop Ltd\nReceipt 17\n25.11.2026 09:30\n'
const items = (over: object) =>
  templateOf({ items: { lines: ['{name} {amount}'], ignore: ['{rule}'], ...over } })
const lineOf = (body: string, template: ReturnType<typeof templateOf>) =>
  saleIn(`${HEAD}${body}`, template).lines.map(({ title, sku, barcode, quantity, net, discount }) => ({
    title,
    quantity,
    net,
    ...(sku === null ? {} : { sku }),
    ...(barcode === null ? {} : { barcode }),
    ...(discount === undefined ? {} : { discount }),
  }))

describe('item lines', () => {
  test('quantity, name, price and amount on one line', () => {
    const template = items({ lines: ['{quantity} x {name} {price} {amount}'] })
    expect(lineOf('2 x Shirt blue   19.90  39.80\nTotal 39.80\nCash 39.80', template)).toEqual([
      { title: 'Shirt blue', quantity: 2000, net: 3980 },
    ])
  })
  test('quantity and price on the line before, or after', () => {
    const body = ['2 x 19.90', 'Shirt   39.80', 'Total 39.80', 'Cash 39.80']
    const line = { title: 'Shirt', quantity: 2000, net: 3980 }
    expect(lineOf(body.join('\n'), items({ before: ['{quantity} x {price}'] }))).toEqual([line])
    const after = [body[1], body[0], ...body.slice(2)].join('\n')
    expect(lineOf(after, items({ details: ['{quantity} x {price}'] }))).toEqual([line])
  })
  test('a weight with its unit price', () => {
    const template = items({ details: ['{quantity} {unit} @ {price}[/{word}]'] })
    expect(lineOf('Apples 1.26\n0.42 kg @ 2.99/kg\nTotal 1.26\nCash 1.26', template)).toEqual([
      { title: 'Apples', quantity: 420, net: 126 },
    ])
  })
  test('codes on their own line or in brackets', () => {
    const template = items({
      lines: ['{name} [[{sku}]] {amount}', '{name} {amount}'],
      details: ['{barcode}', 'Art. {sku}'],
    })
    const body = 'Shirt [SH-1] 10.00\n4006381333931\nTea 5.00\nArt. T/2\nTotal 15.00\nCash 15.00'
    expect(lineOf(body, template)).toEqual([
      { title: 'Shirt', sku: 'SH-1', barcode: '4006381333931', quantity: 1000, net: 1000 },
      { title: 'Tea', sku: 'T/2', quantity: 1000, net: 500 },
    ])
  })
  test('a code that was masked as a card number is ignored and does not refuse the receipt', () => {
    const template = items({ details: ['{barcode}'] })
    expect(lineOf('Shirt 10.00\n*********3931\nTotal 10.00\nCash 10.00', template)).toEqual([
      { title: 'Shirt', quantity: 1000, net: 1000 },
    ])
  })
  test('a name over two lines', () => {
    const template = items({ after: ['{rule}'], before: ['{name}'], until: ['{rule}'] })
    expect(
      lineOf('-----\nVery long name\nof a shirt 10.00\n-----\nTotal 10.00\nCash 10.00', template),
    ).toEqual([{ title: 'Very long name of a shirt', quantity: 1000, net: 1000 }])
  })
  test('voids and returns are negative', () => {
    const template = items({
      lines: ['VOID {name} {amount}', '{quantity} x {name} {price} {amount}', '{name} {amount}'],
    })
    const body = 'Tea 5.00\nVOID Tea 5.00-\n-1 x Mug 8.00 -8.00\n3 x Cup 4.00 12.00\nTotal 4.00\nCash 4.00'
    expect(lineOf(body, template)).toEqual([
      { title: 'Tea', quantity: 1000, net: 500 },
      { title: 'Tea', quantity: -1000, net: -500 },
      { title: 'Mug', quantity: -1000, net: -800 },
      { title: 'Cup', quantity: 3000, net: 1200 },
    ])
  })
  test('discounts on the line above and on the whole', () => {
    const template = templateOf({
      items: {
        lines: ['{name} {amount}'],
        discounts: [{ pattern: 'Rebate[ {rate}%] {amount}', of: 'line', printed: 'negative' }],
      },
      totals: {
        subtotal: { patterns: ['Subtotal {amount}'], means: 'items' },
        discounts: [{ pattern: 'Staff discount {amount}', printed: 'positive' }],
        total: ['Total {amount}'],
      },
    })
    const body =
      'Tea 5.00\nRebate 10% -0.50\nMug 8.00\nSubtotal 12.50\nStaff discount 1.00\nTotal 11.50\nCash 11.50'
    // 1.00 over 4.50 and 8.00: 0.36 and 0.64
    expect(lineOf(body, template)).toEqual([
      { title: 'Tea', quantity: 1000, net: 414, discount: 86 },
      { title: 'Mug', quantity: 1000, net: 736, discount: 64 },
    ])
  })
  test('a line among the items that nothing fits is refused, with its place', () => {
    const refusal = refusalOf(`${HEAD}Tea 5.00\nMug  8,00\nTotal 13.00\nCash 13.00`, items({}))
    expect(refusal).toContain('RECEIPT_UNPARSED')
    expect(refusal).toContain('line 5: "Mug  8,00"')
  })
  test('quantity × price that is not the amount is told', () => {
    const template = items({ lines: ['{quantity} x {name} {price} {amount}'] })
    expect(refusalOf(`${HEAD}3 x Tea 5.00 14.00\nTotal 14.00\nCash 14.00`, template)).toMatch(
      /RECEIPT_DOES_NOT_ADD_UP .*amount of an item should be 15\.00 EUR but 14\.00 EUR is printed, 1\.00 EUR apart \(line 4\)/,
    )
  })
})

describe('totals, taxes and payments', () => {
  test('included tax is taken out by the marks of the lines', () => {
    const template = templateOf({
      taxes: { mode: 'included', rows: ['{mark} {rate}% {base} {tax} {gross}'] },
    })
    const body =
      'Shirt 119.00 A\nBread 5.35 B\nSock 11.90 A\nTotal 136.25\nA 19% 110.00 20.90 130.90\nB 7% 5.00 0.35 5.35\nCard 136.25'
    const sale = saleIn(`${HEAD}${body}`, template)
    expect(sale.lines.map(line => line.net)).toEqual([10_000, 500, 1_000])
    expect(sale.taxes).toEqual([
      { name: 'A', rate: 190_000, base: 11_000, amount: 2_090 },
      { name: 'B', rate: 70_000, base: 500, amount: 35 },
    ])
    const wrong = refusalOf(`${HEAD}${body.replace('Bread 5.35 B', 'Bread 5.35 A')}`, template)
    expect(wrong).toMatch(/RECEIPT_DOES_NOT_ADD_UP .*the items of A/)
  })
  test('without marks it is taken out in proportion, the largest remainder first', () => {
    const template = templateOf({ taxes: { mode: 'included', rows: ['VAT {tax}'], complete: false } })
    const sale = saleIn(`${HEAD}A 1.00\nB 1.00\nC 1.00\nTotal 3.00\nVAT 0.50\nCash 3.00`, template)
    expect(sale.lines.map(line => line.net)).toEqual([83, 83, 84])
    expect(sale.taxes).toEqual([{ name: 'VAT', rate: null, base: 250, amount: 50 }])
  })
  test('tax on top', () => {
    const template = templateOf({
      taxes: { mode: 'added' },
      totals: {
        subtotal: { patterns: ['Subtotal {amount}'], means: 'items' },
        tax: ['Sales tax {tax}'],
        total: ['Total {amount}'],
      },
    })
    const sale = saleIn(`${HEAD}Tea 12.95\nSubtotal 12.95\nSales tax 1.30\nTotal 14.25\nCash 14.25`, template)
    expect(sale.lines[0]?.net).toBe(1295)
    expect(sale.taxes).toEqual([{ name: 'tax', rate: null, base: 1295, amount: 130 }])
  })
  test('a receipt that should print its tax and does not is refused', () => {
    const template = templateOf({ taxes: { mode: 'included', rows: ['VAT {tax}'] } })
    expect(refusalOf(`${HEAD}Tea 1.00\nTotal 1.00\nCash 1.00`, template)).toContain('no tax')
  })
  test('rounding, before the total or after it', () => {
    const after = templateOf({
      totals: {
        total: ['Total {amount}'],
        rounding: { patterns: ['Rounding {amount}'], where: 'after-total' },
      },
    })
    const sale = saleIn(`${HEAD}Tea 1.02\nTotal 1.02\nRounding -0.02\nCash 1.00`, after)
    expect([sale.rounding, sale.tenders[0]?.amount]).toEqual([-2, 100])
    const within = templateOf({
      totals: { total: ['Total {amount}'], rounding: { patterns: ['Rounding {amount}'], where: 'in-total' } },
    })
    expect(saleIn(`${HEAD}Tea 1.02\nRounding -0.02\nTotal 1.00\nCash 1.00`, within).rounding).toBe(-2)
  })
  test('several tenders, change off the cash', () => {
    const sale = saleIn(`${HEAD}Tea 25.00\nTotal 25.00\nCard 10.00\nCash 20.00\nChange 5.00`, templateOf())
    expect(sale.tenders).toEqual([
      { kind: 'card', name: 'Card', amount: 1000 },
      { kind: 'cash', name: 'Cash', amount: 1500 },
    ])
  })
  test('cash handed out on a card payment is cash of its own', () => {
    const sale = saleIn(`${HEAD}Tea 25.00\nTotal 25.00\nCard 30.00\nChange 5.00`, templateOf())
    expect(sale.tenders).toEqual([
      { kind: 'card', name: 'Card', amount: 3000 },
      { kind: 'cash', name: 'Change', amount: -500 },
    ])
  })
  test('payments that miss the total, no payment at all, two totals', () => {
    const body = `${HEAD}Tea 25.00\nTotal 25.00\n`
    expect(refusalOf(`${body}Cash 24.00`, templateOf())).toMatch(/DOES_NOT_ADD_UP .*paid.* 1\.00 EUR apart/)
    expect(refusalOf(body, templateOf())).toContain('names no payment')
    expect(refusalOf(`${body}Total 26.00\nCash 25.00`, templateOf())).toContain('a second total')
  })
  test('a return, printed with or without a minus', () => {
    const sale = saleIn(`${HEAD}Tea -5.00\nTotal -5.00\nCash -5.00`, templateOf())
    expect([sale.lines[0]?.quantity, sale.lines[0]?.net, sale.tenders[0]?.amount]).toEqual([
      -1000, -500, -500,
    ])
    const unsigned = saleIn(
      `${HEAD}** REFUND **\nTea 5.00\nTotal 5.00\nCash 5.00`,
      templateOf({ returns: ['Refund'] }),
    )
    expect([unsigned.lines[0]?.quantity, unsigned.lines[0]?.net, unsigned.tenders[0]?.amount]).toEqual([
      -1000, -500, -500,
    ])
  })
  test('printed decimals need not be the currency’s', () => {
    const template = templateOf({ numbers: { decimal: ',', thousands: ' ', signs: ['Ft'], decimals: 0 } })
    const sale = saleIn(`${HEAD}Tea 1 990 Ft\nTotal 1 990 Ft\nCash 1 990 Ft`, template)
    expect(sale.lines[0]?.net).toBe(199_000)
  })
})

describe('which sale it is', () => {
  const body = 'Tea 5.00\nTotal 5.00\nCash 5.00'
  test('number, till, staff, moment and business date', () => {
    const template = templateOf({
      dates: { formats: ['DD.MM.YYYY'], times: ['HH:mm'], dayStartsAt: '04:00' },
    })
    const sale = saleIn(`Receipt A-17\nTill 3\nStaff Ana\n25.11.2026 01:10\n${body}`, template)
    expect(sale).toMatchObject({
      receiptNumber: 'A-17',
      till: '3',
      staff: 'Ana',
      soldAt: { wall: '2026-11-25T01:10:00', zone: 'Europe/Berlin' },
      businessDate: '2026-11-24',
      receipt: 'A-17|2026-11-25T01:10:00|500|3',
    })
  })
  test('what is missing is named, never made up', () => {
    expect(refusalOf(`Receipt 1\n${body}`, templateOf())).toContain('no date')
    expect(refusalOf(`25.11.2026 09:30\n${body}`, templateOf())).toContain('no receipt number')
    expect(refusalOf(`${HEAD}${body}\nReceipt 18`, templateOf())).toContain(
      'a second receipt number after 17',
    )
    expect(refusalOf(`25.11.2026 09:30\n${body}`, templateOf({ header: ['{date} {time}'] }))).toContain(
      'nor seconds',
    )
  })
  test('two receipts without a cut between them are not one sale', () => {
    expect(refusalOf(`${HEAD}${body}\n${HEAD.replace('17', '18')}${body}`, templateOf())).toMatch(/^RECEIPT_/)
  })
  test('words that mark a print as not a sale, framed or not; an item with that name does not', () => {
    const template = templateOf({
      notSales: [
        { pattern: 'COPY', as: 'copy' },
        { pattern: 'TRAINING[ {word}]', as: 'training' },
        { pattern: 'Z report', as: 'report' },
      ],
    })
    expect(refusalOf(`*** COPY ***\n${HEAD}${body}`, template)).toBe('copy')
    expect(refusalOf(`-- Training mode --\n${HEAD}${body}`, template)).toBe('training')
    expect(refusalOf('Z REPORT\nCash 100.00', template)).toBe('report')
    expect(saleIn(`${HEAD}Copy paper 5.00\nTotal 5.00\nCash 5.00`, template).lines).toHaveLength(1)
  })
  test('an item code by barcode or name, and none when neither is known', () => {
    const known = new Map([['Tea', 'T-1']])
    const sale = saleIn(`${HEAD}Tea 5.00\nTeas 1.00\nTotal 6.00\nCash 6.00`, templateOf(), {
      skuOf: ({ name }) => known.get(name) ?? null,
    })
    expect(sale.lines.map(line => line.sku)).toEqual(['T-1', null])
  })
})

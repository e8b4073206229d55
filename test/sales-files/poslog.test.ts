import { expect, test } from 'vitest'
import { grand, poslog, sale, simple, tender, transaction } from './poslog-text.ts'
import { only, SalesFolder } from './sales-folder.ts'

async function told(document: string | Uint8Array, settings: Record<string, unknown> = {}) {
  const folder = new SalesFolder('poslog', settings)
  folder.write('a.xml', document)
  const events = await folder.rest()
  expect(folder.faults).toEqual([])
  return events
}

async function soldIn(items: string, more: Partial<Parameters<typeof transaction>[0]> = {}) {
  const events = await told(poslog(transaction({ items, ...more })))
  const [only_] = events
  if (events.length !== 1 || only_?.kind !== 'sale.completed') throw new Error(JSON.stringify(events))
  const { lines, taxes, tenders, rounding } = only_
  const sum = (amounts: readonly number[]) => amounts.reduce((total, each) => total + each, 0)
  expect(sum(tenders.map(t => t.amount))).toBe(
    sum(lines.map(l => l.net)) + sum(taxes.map(t => t.amount)) + rounding,
  )
  return only_
}

test('a plain sale', async () => {
  const event = await soldIn(sale('MUG', '5.00') + tender('5.00') + grand('5.00'))
  expect(event).toMatchObject({
    receipt: 'HAR/2/2026-11-25/1',
    receiptNumber: '1',
    till: '2',
    staff: '7',
    businessDate: '2026-11-25',
    soldAt: { wall: '2026-11-25T14:03:00', zone: 'Europe/Berlin' },
    currency: 'EUR',
    lines: [{ line: 1, sku: 'MUG', barcode: null, title: 'MUG', quantity: 1000, net: 500, warehouse: 'HAR' }],
    taxes: [],
    tenders: [{ kind: 'cash', name: 'Cash', amount: 500 }],
    rounding: 0,
    unexplained: 0,
  })
})

const returned = (item: string, amount: string, quantity = '1') =>
  `<LineItem><SequenceNumber>2</SequenceNumber><Return><ItemID>${item}</ItemID><ExtendedAmount>${amount}</ExtendedAmount><Quantity>${quantity}</Quantity></Return></LineItem>`
const tax = (amount: string, percent: string, base: string) =>
  `<Tax TaxType="VAT"><TaxableAmount>${base}</TaxableAmount><Amount>${amount}</Amount><Percent>${percent}</Percent></Tax>`
const item = (content: string) => `<LineItem><SequenceNumber>5</SequenceNumber>${content}</LineItem>`

/** How each vendor's way is read: lines as "sku thousandths net", then taxes, tenders and rounding. */
test.each([
  [
    'tax in the prices, by line',
    sale('A', '11.90', tax('1.90', '19', '10.00')) + tender('11.90') + grand('11.90'),
    ['A 1000 1000'],
    [190],
    [1190],
    0,
  ],
  [
    'tax on top, by line',
    sale('A', '10.00', tax('1.90', '19', '10.00')) + tender('11.90') + grand('11.90'),
    ['A 1000 1000'],
    [190],
    [1190],
    0,
  ],
  [
    'tax on top, of the receipt',
    sale('A', '10.00') + item(tax('1.90', '19', '10.00')) + tender('11.90') + grand('11.90'),
    ['A 1000 1000'],
    [190],
    [1190],
    0,
  ],
  [
    'tax in the prices, of the receipt alone',
    sale('A', '7.14') +
      sale('B', '4.76', '', 2) +
      item(tax('1.90', '19', '10.00')) +
      tender('11.90') +
      grand('11.90'),
    ['A 1000 600', 'B 1000 400'],
    [190],
    [1190],
    0,
  ],
  [
    'a tax total alone',
    sale('A', '10.00') +
      tender('10.80') +
      grand('10.80') +
      '<Total TotalType="TransactionTaxAmount">0.80</Total>',
    ['A 1000 1000'],
    [80],
    [1080],
    0,
  ],
  [
    'tax said twice, by line and by receipt',
    sale('A', '10.00', tax('0.80', '8', '10.00')) +
      item(tax('0.80', '8', '10.00')) +
      tender('10.80') +
      grand('10.80'),
    ['A 1000 1000'],
    [80],
    [1080],
    0,
  ],
  [
    'change within the tender',
    sale('A', '6.57') +
      tender('10.00', 'Cash', '<TenderChange><Amount>3.43</Amount></TenderChange>') +
      grand('6.57'),
    ['A 1000 657'],
    [],
    [1000, -343],
    0,
  ],
  [
    'change as a tender of its own',
    sale('A', '6.57') +
      tender('10.00') +
      item('<Tender TenderType="Cash" TypeCode="Change"><Amount>3.43</Amount></Tender>') +
      grand('6.57'),
    ['A 1000 657'],
    [],
    [1000, -343],
    0,
  ],
  [
    'change below zero',
    sale('A', '6.57') + tender('10.00') + tender('-3.43') + grand('6.57'),
    ['A 1000 657'],
    [],
    [1000, -343],
    0,
  ],
  [
    'a tender that has lost its change already',
    sale('A', '6.57') +
      tender('6.57', 'Cash', '<TenderChange><Amount>3.43</Amount></TenderChange>') +
      grand('6.57'),
    ['A 1000 657'],
    [],
    [657],
    0,
  ],
  [
    'cash back',
    sale('A', '6.00') + tender('26.00', 'CreditDebit', '<Cashback>20.00</Cashback>') + grand('6.00'),
    ['A 1000 600'],
    [],
    [2600, -2000],
    0,
  ],
  [
    'a discount that the amount has lost',
    sale('A', '9.00', '<ExtendedDiscountAmount>1.00</ExtendedDiscountAmount>') +
      tender('9.00') +
      grand('9.00'),
    ['A 1000 900'],
    [],
    [900],
    0,
  ],
  [
    'a discount that the amount still has',
    sale('A', '10.00', '<ExtendedDiscountAmount>1.00</ExtendedDiscountAmount>') +
      tender('9.00') +
      grand('9.00'),
    ['A 1000 900'],
    [],
    [900],
    0,
  ],
  [
    'a price modifier that the amount still has',
    sale('A', '10.00', '<RetailPriceModifier><Amount Action="Subtract">1.00</Amount></RetailPriceModifier>') +
      tender('9.00') +
      grand('9.00'),
    ['A 1000 900'],
    [],
    [900],
    0,
  ],
  [
    'a discount on the receipt',
    sale('A', '10.00') + item('<Discount><Amount>2.50</Amount></Discount>') + tender('7.50') + grand('7.50'),
    ['A 1000 1000', 'null 1000 -250'],
    [],
    [750],
    0,
  ],
  [
    'a reward below zero',
    sale('A', '10.00') +
      item('<LoyaltyReward><PromotionID>P</PromotionID><Amount>-2.50</Amount></LoyaltyReward>') +
      tender('7.50') +
      grand('7.50'),
    ['A 1000 1000', 'null 1000 -250'],
    [],
    [750],
    0,
  ],
  [
    'a reward said twice',
    sale('A', '10.00') +
      item('<LoyaltyReward><PromotionID>P</PromotionID><Amount>2.50</Amount></LoyaltyReward>').repeat(2) +
      tender('7.50') +
      grand('7.50'),
    ['A 1000 1000', 'null 1000 -250'],
    [],
    [750],
    0,
  ],
  [
    'points',
    sale('A', '10.00') +
      item('<LoyaltyReward><RewardCategory>Points</RewardCategory><Amount>2.50</Amount></LoyaltyReward>') +
      tender('10.00') +
      grand('10.00'),
    ['A 1000 1000'],
    [],
    [1000],
    0,
  ],
  [
    'a total discount that lies in the lines too',
    sale('A', '10.00', '<ExtendedDiscountAmount>4.00</ExtendedDiscountAmount>') +
      item('<Discount><Amount>2.50</Amount></Discount>') +
      tender('6.00') +
      grand('6.00'),
    ['A 1000 600'],
    [],
    [600],
    0,
  ],
  [
    'a return, its amounts above zero',
    returned('A', '5.00') + tender('5.00', 'Cash') + grand('5.00'),
    ['A -1000 -500'],
    [],
    [-500],
    0,
  ],
  [
    'a return, all below zero',
    returned('A', '-5.00', '-1') + tender('-5.00') + grand('-5.00'),
    ['A -1000 -500'],
    [],
    [-500],
    0,
  ],
  [
    'a return with its tax',
    returned('A', '5.00').replace('</Return>', `${tax('0.40', '8', '5.00')}</Return>`) +
      item('<Tender TenderType="CreditDebit" TypeCode="Refund"><Amount>5.40</Amount></Tender>') +
      grand('-5.40'),
    ['A -1000 -500'],
    [-40],
    [-540],
    0,
  ],
  [
    'an exchange',
    sale('A', '8.00') + returned('B', '5.00') + tender('3.00') + grand('3.00'),
    ['A 1000 800', 'B -1000 -500'],
    [],
    [300],
    0,
  ],
  [
    'a line below zero that is not a Return',
    sale('A', '8.00') +
      sale('B', '-5.00', '', 2).replace('>1</Quantity>', '>-1</Quantity>') +
      tender('3.00') +
      grand('3.00'),
    ['A 1000 800', 'B -1000 -500'],
    [],
    [300],
    0,
  ],
  [
    'rounded in cash, stated by the tender',
    sale('A', '9.97') +
      tender('10.00') +
      item(
        '<Tender TenderType="X:Rounding"><Amount>0.03</Amount><Rounding RoundingDirection="Up">0.03</Rounding></Tender>',
      ) +
      grand('9.97'),
    ['A 1000 997'],
    [],
    [1000],
    3,
  ],
  [
    'rounded in cash, stated by the total',
    `${sale('A', '9.97')}${tender('9.95')}${grand('9.97')}<RoundedTotal>9.95</RoundedTotal>`,
    ['A 1000 997'],
    [],
    [995],
    -2,
  ],
  ['no totals', sale('A', '9.97') + tender('9.97', 'Voucher'), ['A 1000 997'], [], [997], 0],
  [
    'two tenders',
    sale('A', '9.00') + tender('4.00', 'GiftCard') + tender('5.00', 'Check') + grand('9.00'),
    ['A 1000 900'],
    [],
    [400, 500],
    0,
  ],
  [
    'price times quantity',
    sale('A', '9.00')
      .replace('<ExtendedAmount>9.00</ExtendedAmount>', '<ActualSalesUnitPrice>4.50</ActualSalesUnitPrice>')
      .replace('>1</Q', '>2</Q') +
      tender('9.00') +
      grand('9.00'),
    ['A 2000 900'],
    [],
    [900],
    0,
  ],
  ['a decimal without its zero', sale('A', '.50') + tender('.50') + grand('.50'), ['A 1000 50'], [], [50], 0],
  [
    'a fee',
    sale('A', '9.00') + item('<Fee><Amount>1.00</Amount></Fee>') + tender('10.00') + grand('10.00'),
    ['A 1000 900', 'null 1000 100'],
    [],
    [1000],
    0,
  ],
  [
    'a gift card that is sold',
    sale('A', '9.00', '', 1).replace('"Stock"', '"GiftCertificate"') + tender('9.00') + grand('9.00'),
    ['null 1000 900'],
    [],
    [900],
    0,
  ],
])('%s', async (_, items, lines, taxes, tenders, rounding) => {
  const event = await soldIn(items)
  expect(event.lines.map(line => `${line.sku} ${line.quantity} ${line.net}`)).toEqual(lines)
  expect(event.taxes.map(each => each.amount)).toEqual(taxes)
  expect(event.tenders.map(each => each.amount)).toEqual(tenders)
  expect(event.rounding).toBe(rounding)
})

const fine = (amount: string, base: string, percent = '8.875', name = 'NY') =>
  `<Tax TaxType="Sales"><TaxAuthority>${name}</TaxAuthority><TaxableAmount>${base}</TaxableAmount><Amount>${amount}</Amount><Percent>${percent}</Percent></Tax>`
const taxTotal = (amount: string) => `<Total TotalType="TransactionTaxAmount">${amount}</Total>`

/** What the till says of its taxes is true where rounding explains it, and nothing else is. */
test.each([
  [
    'four decimals, the sum rounded once',
    sale('A', '22.50', fine('1.9969', '22.50')) +
      sale('B', '3.00', fine('0.2663', '3.00'), 2) +
      tender('27.76', 'CreditDebit') +
      grand('27.76') +
      taxTotal('2.26'),
    [226],
  ],
  [
    'four decimals, each line rounded',
    sale('A', '22.50', fine('1.9969', '22.50')) +
      sale('B', '3.00', fine('0.2663', '3.00'), 2) +
      tender('27.77', 'CreditDebit') +
      grand('27.77') +
      taxTotal('2.27'),
    [227],
  ],
  [
    'lines in cents, their sum worked out from base and rate',
    sale('A', '22.50', fine('2.00', '22.50')) +
      sale('B', '3.00', fine('0.27', '3.00'), 2) +
      tender('27.76', 'CreditDebit') +
      grand('27.76') +
      taxTotal('2.26'),
    [226],
  ],
  [
    'two taxes of four decimals, their sum rounded once',
    sale('A', '10.10', fine('0.4040', '10.10', '4', 'State') + fine('0.4545', '10.10', '4.5', 'City')) +
      tender('10.96', 'CreditDebit') +
      grand('10.96') +
      taxTotal('0.86'),
    [40, 46],
  ],
  [
    'no total of taxes: the grand total decides',
    sale('A', '22.50', fine('1.9969', '22.50')) +
      sale('B', '3.00', fine('0.2663', '3.00'), 2) +
      tender('27.76', 'CreditDebit') +
      grand('27.76'),
    [226],
  ],
  [
    'prices with tax: the total of taxes decides',
    sale('A', '10.00', fine('1.5966', '8.4034', '19', 'MwSt')) +
      sale('B', '10.00', fine('1.5966', '8.4034', '19', 'MwSt'), 2) +
      tender('20.00', 'CreditDebit') +
      grand('20.00') +
      taxTotal('3.19'),
    [319],
  ],
  [
    'what came back',
    returned('A', '22.50').replace('</Return>', `${fine('1.9969', '22.50')}</Return>`) +
      returned('B', '3.00').replace('</Return>', `${fine('0.2663', '3.00')}</Return>`) +
      tender('-27.76', 'CreditDebit') +
      grand('-27.76') +
      taxTotal('-2.26'),
    [-226],
  ],
])('taxes to the cent: %s', async (_, items, taxes) => {
  const event = await soldIn(items)
  expect(event.taxes.map(each => each.amount)).toEqual(taxes)
  expect(event.rounding).toBe(0)
})

test.each([
  [
    'a tax that no rounding explains',
    sale('A', '10.00', fine('0.80', '10.00', '8')) + tender('10.81', 'CreditDebit') + grand('10.81'),
  ],
  [
    'a payment by card that is two cents short',
    sale('A', '9.97') + tender('9.95', 'CreditDebit') + grand('9.97'),
  ],
  ['cash that is not a whole coin', sale('A', '9.97') + tender('9.94') + grand('9.97')],
])('refused, as nothing explains the difference: %s', async (_, items) => {
  const events = await told(poslog(transaction({ items })), { zone: 'Europe/Helsinki' })
  expect(events).toMatchObject([{ kind: 'source.row-refused', code: 'SALE_DOES_NOT_ADD_UP' }])
})

test('cash that is rounded in Finland, though the file does not say by how much', async () => {
  const items = sale('A', '9.97') + tender('9.95') + grand('9.97')
  const events = await told(poslog(transaction({ items })), { zone: 'Europe/Helsinki' })
  expect(events).toMatchObject([{ tenders: [{ amount: 995 }], rounding: -2 }])
})

test('cash that no coin of the country rounds is refused', async () => {
  const items = sale('A', '9.97') + tender('9.95') + grand('9.97')
  const events = await told(poslog(transaction({ items })), { zone: 'Europe/Paris' })
  expect(events).toMatchObject([{ kind: 'source.row-refused', code: 'SALE_DOES_NOT_ADD_UP' }])
})

test('a tip after the grand total is money, and moves no stock', async () => {
  const event = await soldIn(
    sale('A', '12.50') +
      tender('14.50', 'CreditDebit') +
      item('<Tip><Amount>2.00</Amount></Tip>') +
      grand('12.50'),
  )
  expect(event.lines).toMatchObject([
    { sku: 'A', net: 1250 },
    { sku: null, title: 'Tip', net: 200 },
  ])
})

const link = (sequence: string) => `<ItemLink>${sequence}</ItemLink>`
test.each([
  [
    'the voided line is marked itself',
    sale('A', '5.00') + sale('B', '3.00', '', 2).replace('<LineItem>', '<LineItem VoidFlag="true">'),
  ],
  [
    'a marked line names the one that it voids',
    sale('A', '5.00') +
      sale('B', '3.00', '', 2) +
      sale('B', '3.00', link('2'), 3).replace('<LineItem>', '<LineItem VoidFlag="true">'),
  ],
  [
    'a marked line is like the one that it voids',
    sale('A', '5.00') +
      sale('B', '3.00', '', 2) +
      sale('B', '3.00', '', 3).replace('<LineItem>', '<LineItem VoidFlag="true">'),
  ],
  [
    'a line takes another back by its sign',
    sale('A', '5.00') + sale('B', '3.00', '', 2) + sale('B', '-3.00', '', 3),
  ],
  [
    'a Voids element names it',
    sale('A', '5.00') +
      sale('B', '3.00', '', 2) +
      sale('B', '3.00', '', 3).replace(
        '</LineItem>',
        '<Voids><ItemLink><LineItemSequenceNumber>2</LineItemSequenceNumber></ItemLink></Voids></LineItem>',
      ),
  ],
])('a void within the receipt: %s', async (_, lines) => {
  const event = await soldIn(lines + tender('5.00') + grand('5.00'))
  const units = new Map<string | null, number>()
  for (const line of event.lines) units.set(line.sku, (units.get(line.sku) ?? 0) + line.quantity)
  expect([...units].filter(([, count]) => count !== 0)).toEqual([['A', 1000]])
})

test('a quantity that the unit price contradicts is refused', async () => {
  const line = (quantity: string) =>
    sale('A', '6.64', '<ActualSalesUnitPrice>15.80</ActualSalesUnitPrice>').replace(
      '>1</Q',
      `>${quantity}</Q`,
    )
  const events = await told(poslog(transaction({ items: line('420') + tender('6.64') + grand('6.64') })))
  expect(events).toMatchObject([{ kind: 'source.row-refused', code: 'RECORD_VALUE_UNREADABLE' }])
})

test.each([
  [
    'pieces before kilograms',
    '<ActualSalesUnitPrice>1.99</ActualSalesUnitPrice>',
    '1.99',
    '<Quantity UnitOfMeasureCode="Kg">0.127</Quantity><Quantity UnitOfMeasureCode="EA">1</Quantity>',
    1000,
  ],
  [
    'kilograms where they make the price',
    '<ActualSalesUnitPrice>2.99</ActualSalesUnitPrice>',
    '1.26',
    '<Quantity UnitOfMeasureCode="EA">1</Quantity><Quantity UnitOfMeasureCode="KGM">0.42</Quantity>',
    420,
  ],
  [
    'grams at the price of a kilogram',
    '<ActualSalesUnitPrice>15.80</ActualSalesUnitPrice>',
    '6.64',
    '<Quantity UnitOfMeasureCode="GRM">420</Quantity>',
    420,
  ],
  [
    'grams at the price of a gram',
    '<ActualSalesUnitPrice>0.02</ActualSalesUnitPrice>',
    '8.40',
    '<Quantity UnitOfMeasureCode="GRM">420</Quantity>',
    420 * 1_000,
  ],
  ...(['UnitListPrice', 'RegularSalesUnitPrice', 'ActualUnitPrice'] as const).flatMap(price =>
    (
      [
        ['GRM', '420', '15.80', '6.64'],
        ['MLT', '420', '15.80', '5.90'], // less a discount
        ['CMT', '42', '3.50', '1.47'],
        ['DLT', '4', '6.20', '2.48'],
      ] as const
    ).map(([unit, units, each, amount]): [string, string, string, string, number] => [
      `${unit} beside a ${price}`,
      `<${price}>${each}</${price}>`,
      amount,
      `<Quantity UnitOfMeasureCode="${unit}">${units}</Quantity>`,
      unit === 'DLT' ? 400 : 420,
    ]),
  ),
  [
    'grams at the list price of a gram',
    '<UnitListPrice>0.02</UnitListPrice>',
    '8.40',
    '<Quantity UnitOfMeasureCode="GRM">420</Quantity>',
    420 * 1_000,
  ],
  ['one alone', '', '1.26', '<Quantity>0.42</Quantity>', 420],
  ['the Units attribute', '', '4.00', '<Quantity Units="2"/>', 2000],
  ['none', '', '4.00', '', 1000],
])('quantities: %s', async (_, price, amount, quantities, thousandths) => {
  const line = `<LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>A</ItemID>${price}<ExtendedAmount>${amount}</ExtendedAmount>${quantities}</Sale></LineItem>`
  expect((await soldIn(line + tender(amount) + grand(amount))).lines[0]?.quantity).toBe(thousandths)
})

test.each([
  ['without a price', ''],
  ['beside a price of neither', '<UnitListPrice>1.10</UnitListPrice>'],
])('grams %s are refused', async (_, price) => {
  for (const unit of price === '' ? ['GRM', 'mlt', 'CMT', 'DLT'] : ['GRM', 'MLT']) {
    const quantity = `<Quantity UnitOfMeasureCode="${unit}">420</Quantity>`
    const line = `<LineItem><SequenceNumber>1</SequenceNumber><Sale><ItemID>A</ItemID>${price}<ExtendedAmount>6.64</ExtendedAmount>${quantity}</Sale></LineItem>`
    await expect(soldIn(line + tender('6.64') + grand('6.64'))).rejects.toThrow(/grams/)
  }
})

test.each([
  ['an item id alone', '<ItemID>4711</ItemID>', '4711', null],
  [
    'an item id that is the barcode',
    '<ItemID Type="EAN13">4006381333931</ItemID><POSIdentity><POSItemID>77</POSItemID></POSIdentity>',
    '77',
    '4006381333931',
  ],
  [
    'a barcode as POS identity',
    '<POSIdentity POSIDType="GTIN"><POSItemID>4006381333931</POSItemID></POSIdentity><ItemID>4711</ItemID>',
    '4711',
    '4006381333931',
  ],
  [
    'an untyped code that is a GTIN',
    '<ItemID>4711</ItemID><GTIN>04006381333931</GTIN>',
    '4711',
    '04006381333931',
  ],
  [
    'own codes of eight digits, whatever their last',
    '<ItemID Type="EAN">4006381333931</ItemID><POSItemID>12345670</POSItemID>',
    '12345670',
    '4006381333931',
  ],
])('item numbers: %s', async (_, codes, sku, barcode) => {
  const line = `<LineItem><SequenceNumber>1</SequenceNumber><Sale>${codes}<ExtendedAmount>1.00</ExtendedAmount></Sale></LineItem>`
  expect((await soldIn(line + tender('1.00') + grand('1.00'))).lines[0]).toMatchObject({ sku, barcode })
})

const plain = sale('A', '5.00') + tender('5.00') + grand('5.00')
test.each([
  ['training', ' TrainingModeFlag="true"'],
  ['suspended', ' SuspendFlag="1"'],
  ['cancelled before it was known', ' CancelFlag="true"'],
  ['suspended by its status', ' TransactionStatus="SuspendedDeleted"'],
  ['quoted by its status', ' TransactionStatus="Quote"'],
  ['quoted by its type', ' TransactionType="PriceQuotation"'],
  ['a draft', ' TransactionStatus="Draft"'],
])('%s transactions tell nothing', async (_, attributes) => {
  expect(await told(poslog(transaction({ attributes, items: plain })))).toEqual([])
})

test('an order that was taken is refused by name', async () => {
  const text = poslog(transaction({ attributes: ' TransactionStatus="Ordered"', items: plain }))
  expect(await told(text)).toMatchObject([
    {
      kind: 'source.row-refused',
      code: 'RECORD_VALUE_UNREADABLE',
      sentence: expect.stringContaining('Ordered'),
    },
  ])
})

test('offline transactions are sales', async () => {
  expect(await told(poslog(transaction({ attributes: ' OfflineFlag="true"', items: plain })))).toHaveLength(1)
})

test('marks may be elements', async () => {
  const before = '<TrainingModeFlag>true</TrainingModeFlag>'
  expect(await told(poslog(transaction({ before, items: plain })))).toEqual([])
})

const header = (sequence: number) =>
  `<RetailStoreID>HAR</RetailStoreID><WorkstationID>2</WorkstationID><SequenceNumber>${sequence}</SequenceNumber><BusinessDayDate>2026-11-25</BusinessDayDate><EndDateTime>2026-11-25T15:00:00</EndDateTime>`
test.each([
  [
    'a link with a reason',
    `<Transaction>${header(2)}<RetailTransaction><TransactionLink ReasonCode="Voided"><SequenceNumber>1</SequenceNumber></TransactionLink></RetailTransaction></Transaction>`,
  ],
  [
    'a type of its own',
    `<Transaction>${header(2)}<RetailTransaction TypeCode="PostVoid"><TransactionLink><RetailStoreID>HAR</RetailStoreID><WorkstationID>2</WorkstationID><SequenceNumber>1</SequenceNumber><BusinessDayDate>2026-11-25</BusinessDayDate></TransactionLink></RetailTransaction></Transaction>`,
  ],
  [
    'an element of its own',
    `<Transaction>${header(2)}<PostVoid><SequenceNumber>1</SequenceNumber></PostVoid></Transaction>`,
  ],
  [
    'within a control transaction',
    `<Transaction>${header(2)}<ControlTransaction><PostVoid><TransactionLink><SequenceNumber>1</SequenceNumber></TransactionLink></PostVoid></ControlTransaction></Transaction>`,
  ],
  [
    'the sale once more, void',
    transaction({ sequence: 1, attributes: ' TransactionStatus="PostVoided"', items: plain }),
  ],
])('a void of an earlier receipt: %s', async (_, voiding) => {
  const folder = new SalesFolder('poslog', {})
  folder.write('1.xml', poslog(simple(1)))
  expect((await folder.rest()).map(event => event.kind)).toEqual(['sale.completed'])
  folder.write('2.xml', poslog(voiding))
  expect(await folder.rest()).toMatchObject([
    { kind: 'sale.voided', receipt: 'HAR/2/2026-11-25/1', reason: 'marked-void' },
  ])
  folder.write('again.xml', poslog(simple(1)))
  folder.write('2-again.xml', poslog(voiding))
  expect(await folder.rest()).toEqual([])
})

test('a void that comes before its sale, and one within the same file', async () => {
  const voiding = `<Transaction>${header(9)}<PostVoid><SequenceNumber>1</SequenceNumber></PostVoid></Transaction>`
  expect(await told(poslog(voiding, simple(1), simple(2)))).toMatchObject([{ receipt: 'HAR/2/2026-11-25/2' }])
  const events = await told(poslog(simple(1), voiding))
  expect(events.map(event => event.kind)).toEqual(['sale.completed', 'sale.voided'])
})

test.each([
  ['PaidIn', '<Amount>50.00</Amount><Reason>Float</Reason>', 5000, 'Float'],
  ['PaidOut', '<Amount>50.00</Amount>', -5000, 'PaidOut'],
  ['TenderLoan', '<Totals><Amount>50.00</Amount></Totals>', 5000, 'TenderLoan'],
  ['TenderPickup', '<TenderAmountList/><TotalAmount>50.00</TotalAmount>', -5000, 'TenderPickup'],
])('%s moves cash', async (name, content, amount, reason) => {
  const control = `<Transaction>${header(3)}<TenderControlTransaction><${name}>${content}</${name}></TenderControlTransaction></Transaction>`
  expect(await told(poslog(control))).toMatchObject([
    { kind: 'cash.moved', receipt: 'HAR/2/2026-11-25/3', till: '2', amount, name: reason, currency: 'EUR' },
  ])
})

test('other control transactions tell nothing', async () => {
  const sign = `<Transaction>${header(3)}<ControlTransaction><OperatorSignOn/></ControlTransaction></Transaction>`
  const stock = `<Transaction>${header(4)}<InventoryControlTransaction/></Transaction>`
  expect(await told(poslog(sign, stock))).toEqual([])
})

const bare = simple(1).replaceAll(/<(\/?)(?=[A-Z])/g, '<$1')
test.each([
  ['no namespace', `<POSLog>${bare}</POSLog>`],
  [
    'a prefix',
    `<p:POSLog xmlns:p="http://www.nrf-arts.org/IXRetail/namespace/">${bare.replaceAll(/<(\/?)(?=[A-Z])/g, '<$1p:')}</p:POSLog>`,
  ],
  ['another root', `<Answer xmlns="urn:x"><Documents>${bare}</Documents></Answer>`],
  [
    'a declared Latin-1',
    Buffer.from(
      `<?xml version="1.0" encoding="ISO-8859-1"?><POSLog>${bare.replace('>MUG<', '>M\u00fcg<')}</POSLog>`,
      'latin1',
    ),
  ],
  ['UTF-16', Buffer.from(`\ufeff<?xml version="1.0" encoding="utf-16"?><POSLog>${bare}</POSLog>`, 'utf16le')],
  ['a harmless DOCTYPE', `<!DOCTYPE POSLog><POSLog>${bare}</POSLog>`],
  ['comments and CDATA around', `<POSLog><!-- <Transaction> --><![CDATA[<Transaction>]]>${bare}</POSLog>`],
  ['two documents in one file', `<POSLog></POSLog><?xml version="1.0"?><POSLog>${bare}</POSLog>`],
])('reads it with %s', async (_, document) => {
  expect(await told(document)).toMatchObject([{ kind: 'sale.completed', receipt: 'HAR/2/2026-11-25/1' }])
})

test('BusinessUnit, times with an offset, the business day at the end, vendors\u2019 own elements', async () => {
  const document = `<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/" xmlns:v="urn:vendor"><Transaction>
    <BusinessUnit><UnitID Name="Harbour">0610</UnitID></BusinessUnit><v:WorkstationID>99</v:WorkstationID><WorkstationID>140</WorkstationID>
    <SequenceNumber>451</SequenceNumber>
    <RetailTransaction><v:Total TotalType="TransactionGrandAmount">1.00</v:Total>
      <Extra xmlns="urn:vendor"><Total TotalType="TransactionGrandAmount">2.00</Total></Extra>${plain}</RetailTransaction>
    <BusinessDayDate>2026-08-22</BusinessDayDate><EndDateTime>2026-08-22T15:21:54.4833703+01:00</EndDateTime></Transaction></POSLog>`
  expect(await told(document)).toMatchObject([
    {
      receipt: '0610/140/2026-08-22/451',
      soldAt: { wall: '2026-08-22T16:21:54.483' },
      lines: [{ warehouse: '0610' }],
    },
  ])
})

test('a receipt that does not add up is refused by the difference, and others go on', async () => {
  const wrong = transaction({ sequence: 1, items: sale('A', '4.00') + tender('5.00') + grand('5.00') })
  const unpaid = transaction({
    sequence: 2,
    items: sale('A', '5.00') + tender('3.00', 'CreditDebit') + grand('5.00'),
  })
  const events = await told(poslog(wrong, unpaid, simple(3)))
  expect(only('source.row-refused', events)).toMatchObject([
    { row: 'receipts/HAR/2/2026-11-25/1', code: 'SALE_DOES_NOT_ADD_UP' },
    { row: 'receipts/HAR/2/2026-11-25/2', code: 'SALE_DOES_NOT_ADD_UP' },
  ])
  const [first, second] = only('source.row-refused', events)
  expect(first?.sentence).toContain('come to 4.00 EUR instead of 5.00 EUR: -1.00 EUR apart')
  expect(second?.sentence).toContain('Payments come to 3.00 EUR instead of 5.00 EUR')
  expect(only('sale.completed', events)).toMatchObject([{ receiptNumber: '3' }])
})

test.each([
  ['a tag that is not closed', simple(1).replace('</Sale>', ''), 'receipts/HAR/2/2026-11-25/1'],
  ['an element that ends nowhere', simple(1).replace('</Transaction>', ''), 'receipts/HAR/2/2026-11-25/1'],
  ['an entity of its own', simple(1).replace('>MUG<', '>&lol;<'), 'receipts/HAR/2/2026-11-25/1'],
  ['a NUL', simple(1).replace('>MUG<', '>\u0000<'), 'receipts/HAR/2/2026-11-25/1'],
  [
    'no number',
    simple(1).replace('<SequenceNumber>1</SequenceNumber><BusinessDayDate>', '<BusinessDayDate>'),
    'unread/',
  ],
  ['a broken start', simple(1).replace('<RetailStoreID>', '<RetailStoreID'), 'unread/'],
])('%s is one refused row, and the rest goes on', async (_, broken, row) => {
  const events = await told(poslog(simple(7), broken, simple(8)))
  expect(only('sale.completed', events).map(event => event.receiptNumber)).toEqual(['7', '8'])
  expect(only('source.row-refused', events).map(event => event.row.startsWith(row))).toEqual([true])
  expect(only('source.row-refused', events)[0]?.sentence).not.toContain('undefined:')
})

test.each([
  ['entities', '<!DOCTYPE POSLog [<!ENTITY a "x"><!ENTITY b "&a;&a;">]>'],
  ['an external DTD', '<!DOCTYPE POSLog SYSTEM "file:///etc/passwd">'],
  ['a public one', '<!-- x --><!DOCTYPE POSLog PUBLIC "-//x" "http://127.0.0.1/x.dtd">'],
])('a DOCTYPE with %s refuses the file', async (_, doctype) => {
  expect(await told(`<?xml version="1.0"?>${doctype}${poslog(simple(1)).slice(39)}`)).toMatchObject([
    { kind: 'source.row-refused', row: 'file/a.xml', code: 'POSLOG_DOCTYPE' },
  ])
})

test.each([
  ['an attribute of 10 MB', `<Transaction a="${'x'.repeat(10_000_000)}">`],
  ['a tag that never ends', `<Transaction a="${'x'.repeat(1_000)}`],
  ['a million elements in each other', `<Transaction>${'<a>'.repeat(1_000_000)}`],
  ['an attribute of 1 MB', `<Transaction a="${'x'.repeat(1_000_000)}"></Transaction>`],
  [
    '200,000 siblings in 100 levels',
    `<Transaction>${'<a>'.repeat(100)}${'<b/>'.repeat(200_000)}</Transaction>`,
  ],
  [
    'bytes that are not UTF-8',
    Buffer.concat([
      Buffer.from('<Transaction>'),
      Buffer.from([0xff, 0xfe, 0xc0, 0x80]),
      Buffer.from('</Transaction>'),
    ]),
  ],
])('%s costs one refused row', async (_, hostile) => {
  const document = Buffer.concat([
    Buffer.from('<POSLog>'),
    Buffer.from(hostile),
    Buffer.from(`${simple(2)}</POSLog>`),
  ])
  const events = await told(document)
  expect(events.map(event => event.kind).sort()).toEqual(['sale.completed', 'source.row-refused'])
  for (const event of only('source.row-refused', events))
    expect(event.payload.length).toBeLessThanOrEqual(16_000)
})

test('no event contains a card number; item numbers stay', async () => {
  const pan = '5500005555555559'
  const items = `${sale('4006381333931', '5.00').replace('<Description>4006381333931', `<Description>card ${pan}`)}${tender('5.00', `Visa ${pan}`)}${grand('5.00')}`
  const wrong = transaction({
    sequence: 2,
    items: sale('A', '4.00') + tender('5.00', `Visa ${pan}`) + grand('5.00'),
  })
  const events = await told(poslog(transaction({ items }), wrong))
  expect(events.map(event => event.kind).sort()).toEqual(['sale.completed', 'source.row-refused'])
  expect(JSON.stringify(events)).not.toContain(pan)
  expect(JSON.stringify(events)).toContain('5559')
  expect(only('sale.completed', events)[0]?.lines[0]?.sku).toBe('4006381333931')
})

test('startFrom leaves older business days out', async () => {
  const old = transaction({ sequence: 1, day: '2026-10-31', items: plain })
  const events = await told(poslog(old, simple(2)), { startFrom: '2026-11-01' })
  expect(events).toMatchObject([{ receiptNumber: '2' }])
})

test('the online order that a transaction rings up, by the element that the settings name', async () => {
  const named = (inside: string) =>
    poslog(transaction({ items: sale('MUG', '5.00') + tender('5.00') + grand('5.00') + inside }))
  const order = '<CustomerOrder><OrderID> #1042 </OrderID></CustomerOrder>'
  const settings = { order: 'CustomerOrder/OrderID' }
  expect(await told(named(order), settings)).toMatchObject([{ kind: 'sale.completed', order: '#1042' }])
  for (const [inside, given] of [
    [order, {}],
    ['', settings],
    ['<CustomerOrder/>', settings],
  ] as const)
    expect((await told(named(inside), given)).map(event => 'order' in event)).toEqual([false])
  const other = order.replace('#1042', '#1043')
  expect(await told(named(order + order), settings)).toMatchObject([{ order: '#1042' }])
  for (const two of [
    order + other,
    order.replace('</CustomerOrder>', '<OrderID>#1043</OrderID></CustomerOrder>'),
  ])
    expect(await told(named(two), settings)).toMatchObject([
      { kind: 'source.row-refused', code: 'SEVERAL_ORDERS' },
    ])
})

/** A sale of one item in a store. */
const ofStore = (store: string, sequence: number, more = '') =>
  transaction({ store, sequence, items: sale('MUG', '5.00', more) + tender('5.00') + grand('5.00') })

test('whose stores a POSLog names is asked before anything of it counts', async () => {
  const folder = new SalesFolder('poslog', { warehouse: 'HAR' })
  folder.write('a.xml', poslog(ofStore('1', 1), ofStore('2', 2)))
  expect(await folder.rest()).toMatchObject([
    {
      kind: 'source.row-refused',
      code: 'CSV_STORES_UNSAID',
      sentence: expect.stringContaining('"RetailStoreID" is "1", "2"'),
    },
  ])
  folder.restart({ stores: { 1: 'here', 2: 'elsewhere' } })
  expect(only('sale.completed', await folder.rest())).toMatchObject([{ lines: [{ warehouse: 'HAR' }] }])
  expect(folder.told).toContainEqual({ file: 'a.xml', rows: 1 })
})

test('a file of one store needs no answer, and a link to a sale in another store does not count as one', async () => {
  const folder = new SalesFolder('poslog', { warehouse: 'HAR' })
  const link =
    '<TransactionLink><RetailStoreID>2</RetailStoreID><SequenceNumber>9</SequenceNumber></TransactionLink>'
  folder.write('a.xml', poslog(ofStore('1', 1), ofStore('1', 2, link)))
  expect(only('sale.completed', await folder.rest())).toHaveLength(2)
})

test('another store far behind the beginning of a file is refused by name, and the file’s own store counts', async () => {
  const folder = new SalesFolder('poslog', { warehouse: 'HAR' })
  const many = Array.from({ length: 300 }, (_, i) => ofStore('1', i + 1))
  folder.write('a.xml', poslog(...many, ofStore('2', 900)))
  const events = await folder.rest()
  expect(only('sale.completed', events)).toHaveLength(300)
  expect(only('source.row-refused', events)).toMatchObject([
    { code: 'POSLOG_STORE_UNSAID', sentence: expect.stringContaining('of the store "2"') },
  ])
})

test('a first transaction beyond the beginning of the file names its store too', async () => {
  const long = ofStore('1', 1, `<Description>${'x'.repeat(70_000)}</Description>`)
  for (const first of [
    long,
    long
      .replace('<RetailStoreID>1</RetailStoreID>', '')
      .replace('</Transaction>', '<RetailStoreID>1</RetailStoreID></Transaction>'),
  ]) {
    const folder = new SalesFolder('poslog', { warehouse: 'HAR' })
    folder.write('a.xml', poslog(first, ofStore('2', 2)))
    const events = await folder.rest()
    expect(only('sale.completed', events).map(event => event.receiptNumber)).not.toContain('2')
    expect(only('source.row-refused', events)).toHaveLength(1)
  }
})

test('without a warehouse each sale of a POSLog leaves the stock of its own store, and no store is asked about', async () => {
  const folder = new SalesFolder('poslog', {})
  folder.write('a.xml', poslog(ofStore('1', 1), ofStore('2', 2)))
  expect(await folder.rest()).toMatchObject([
    { lines: [{ warehouse: '1' }] },
    { lines: [{ warehouse: '2' }] },
  ])
})

test('refusals of a store that is named later close', async () => {
  const folder = new SalesFolder('poslog', { stores: { 1: 'here' } })
  folder.write('a.xml', poslog(ofStore('1', 1), ofStore('3', 2)))
  const [refused] = only('source.row-refused', await folder.rest())
  folder.restart({ stores: { 1: 'here', 3: 'elsewhere' } })
  expect(await folder.rest()).toMatchObject([{ kind: 'source.row-accepted', row: refused?.row }])
})

test('a store that the settings do not name is refused, and no sale is lost without a word', async () => {
  const folder = new SalesFolder('poslog', { stores: { 1: 'here' } })
  folder.write('a.xml', poslog(ofStore('1', 1), ofStore('3', 2)))
  const events = await folder.rest()
  expect(only('sale.completed', events)).toHaveLength(1)
  expect(only('source.row-refused', events)).toMatchObject([
    { sentence: expect.stringContaining('"RetailStoreID" holds "3" instead of one of 1') },
  ])
})

import { expect, test } from 'vitest'
import { csvSettings } from '../../agent/sources/sales-files/csv/settings.ts'
import { only, SalesFolder } from './sales-folder.ts'

const settings = {
  warehouse: 'HAR',
  decimal: '.',
  date: 'YYYY-MM-DD HH:mm',
  rows: 'line',
  taxIncluded: false,
  refunds: 'signed',
  columns: {
    receipt: 'No',
    date: 'At',
    sku: 'SKU',
    title: 'Item',
    quantity: 'Qty',
    amount: 'Net',
    tax: 'Tax',
    total: 'Total',
    tender: 'Paid by',
  },
  tenderKinds: { Cash: 'cash' },
}
const HEAD = 'No,At,SKU,Item,Qty,Net,Tax,Total,Paid by\n'

async function told(text: string | Uint8Array, more: Record<string, unknown> = {}) {
  const folder = new SalesFolder('csv', { ...settings, ...more })
  folder.write('a.csv', text)
  const events = await folder.rest()
  expect(folder.faults).toEqual([])
  return events
}

test('rows of one receipt are one sale', async () => {
  const text = `${HEAD}1,2026-11-25 09:10,TEE,"Tee, white",2,20.00,3.80,35.70,Cash\n1,2026-11-25 09:10,MUG,Mug,1,10.00,1.90,35.70,Cash\n2,2026-11-25 09:11,MUG,Mug,-1,-10.00,-1.90,-11.90,Visa\n`
  expect(await told(text)).toMatchObject([
    {
      kind: 'sale.completed',
      receipt: '1',
      soldAt: { wall: '2026-11-25T09:10:00', zone: 'Europe/Berlin' },
      businessDate: '2026-11-25',
      lines: [
        { sku: 'TEE', title: 'Tee, white', quantity: 2000, net: 2000, warehouse: 'HAR' },
        { sku: 'MUG', quantity: 1000, net: 1000 },
      ],
      taxes: [{ name: 'Tax', amount: 570, base: 3000 }],
      tenders: [{ kind: 'cash', name: 'Cash', amount: 3570 }],
      rounding: 0,
    },
    { receipt: '2', lines: [{ quantity: -1000, net: -1000 }], tenders: [{ kind: 'card', amount: -1190 }] },
  ])
})

const row = (receipt: number, more = '1,10.00,1.90,11.90') =>
  `${receipt},2026-11-25 09:10,MUG,Mug,${more},Cash\n`
const european =
  'No;At;SKU;Item;Qty;Net;Tax;Total;Paid by\r\n1;25.11.2026 09:10;MUG;M\u00fcg;1;1.010,00;191,90;1.201,90;Cash\r\n'
const comma = { decimal: ',', thousands: '.', date: 'DD.MM.YYYY HH:mm' }

test.each([
  ['semicolons, decimal commas, CRLF', european, comma],
  ['a byte order mark', `\ufeff${european}`, comma],
  ['UTF-16', Buffer.from(`\ufeff${european}`, 'utf16le'), comma],
  ['Windows-1252, found out', Buffer.from(european, 'latin1'), comma],
  ['Windows-1252, said', Buffer.from(european, 'latin1'), { ...comma, encoding: 'windows-1252' }],
  ['tabs', european.replaceAll(';', '\t'), comma],
  ['bars', european.replaceAll(';', '|'), comma],
  ['a title line first', `Sales of November\n${european}`, { ...comma, skipLines: 1 }],
  ['headings in capitals', european.replace(/^.*\n/, line => line.toUpperCase()), comma],
  ['no line end at the end', european.trimEnd(), comma],
  ['old line ends', european.replaceAll('\r\n', '\r').replace('\r', '\r\n'), comma],
])('reads %s', async (_, text, more) => {
  expect(await told(text, more)).toMatchObject([
    {
      soldAt: { wall: '2026-11-25T09:10:00' },
      lines: [{ title: 'M\u00fcg', net: 101_000 }],
      tenders: [{ amount: 120_190 }],
    },
  ])
})

test.each([
  ['$1,234.50', { currency: 'USD', decimal: '.', thousands: ',' }, 123_450],
  ['(1.50)', { decimal: '.' }, -150],
  ['1.50-', { decimal: '.' }, -150],
  ["1'234.50", { decimal: '.', thousands: "'" }, 123_450],
  ['1 234,50 \u20ac', { decimal: ',', thousands: ' ' }, 123_450],
  ['1\u202f234,50', { decimal: ',', thousands: ' ' }, 123_450],
  ['EUR 1234.50', { decimal: '.' }, 123_450],
  ['.50', { decimal: '.' }, 50],
])('the number %s', async (number, more, minor) => {
  const text = `No;At;Net\n1;2026-11-25 09:10;"${number}"\n`
  const columns = { receipt: 'No', date: 'At', amount: 'Net' }
  expect(await told(text, { ...more, columns })).toMatchObject([{ lines: [{ net: minor }] }])
})

test.each([
  [
    'a decimal comma where the settings say point',
    row(1, '1,"10,00",1.90,11.90'),
    'RECORD_VALUE_UNREADABLE',
    'Net',
  ],
  ['groups of another size', row(1, '1,"1,0000.00",1.90,11.90'), 'RECORD_VALUE_UNREADABLE', 'Net'],
  ['a date in another order', row(1).replace('2026-11-25', '25.11.2026'), 'RECORD_VALUE_UNREADABLE', 'At'],
  ['a day that there is not', row(1).replace('11-25', '02-30'), 'TIME_UNREADABLE', 'At'],
  ['no date', row(1).replace('2026-11-25 09:10', ''), 'RECORD_FIELD_MISSING', 'At'],
  ['lines that are not the total', row(1, '1,10.00,1.90,99.00'), 'SALE_DOES_NOT_ADD_UP', 'Lines'],
  ['no receipt number', row(1).replace(/^1,/, ','), 'RECORD_FIELD_MISSING', 'No (a.csv, line 3)'],
  ['a quotation mark that is not closed', row(1).replace('Mug', '"Mug'), 'RECORD_MALFORMED', 'line 3'],
  ['a row without end', row(1).replace('Mug', 'x'.repeat(300_000)), 'RECORD_TOO_LONG', 'line 3'],
])('%s is one refused row, and the rest goes on', async (_, broken, code, named) => {
  const events = await told(`${HEAD}${row(7)}${broken}${row(8)}`)
  expect(only('sale.completed', events).map(event => event.receipt)).toEqual(['7', '8'])
  expect(only('source.row-refused', events)).toMatchObject([{ code }])
  expect(only('source.row-refused', events)[0]?.sentence).toContain(named)
})

test('columns that are not there are named in one refusal of the file', async () => {
  expect(await told('No,At,Item\n1,2026-11-25 09:10,x\n')).toMatchObject([
    {
      row: 'file/a.csv',
      code: 'CSV_COLUMNS_MISSING',
      sentence: expect.stringContaining('"SKU", "Qty", "Net", "Tax", "Total", "Paid by"'),
    },
  ])
})

test('a refund with a line below zero is told as one, or refused, and never as a sale', async () => {
  const HEADING = 'No,At,Type,SKU,Item,Qty,Net,Total,Paid by\n'
  const lines = (no: string, total: string, ...each: readonly string[]) =>
    each.map(text => `${no},2026-11-25 09:10,${text},${total},Cash\n`).join('')
  const read = async (text: string, more: Record<string, unknown> = {}) => {
    const { tax: _, ...columns } = settings.columns
    const events = await told(HEADING + text, {
      columns: { ...columns, type: 'Type' },
      refunds: { S: 'sale', R: 'refund' },
      ...more,
    })
    return events.map(event =>
      event.kind === 'sale.completed'
        ? [event.lines.map(line => [line.sku, line.quantity / 1_000, line.net]), event.tenders[0]?.amount]
        : 'code' in event && event.code,
    )
  }
  const coat = 'R,COAT,Coat,1,20.00'
  const couponOff = [
    [
      ['COAT', -1, -2_000],
      [null, -1, 200],
    ],
    -1_800,
  ]
  expect(await read(lines('1', '18.00', coat, 'R,CPN,Coupon,1,-2.00'))).toEqual([couponOff])
  expect(await read(lines('1', '-18.00', coat, 'R,CPN,Coupon,1,-2.00'))).toEqual([couponOff])
  expect(await read(lines('1', '', coat, 'R,CPN,Coupon,1,-2.00'))).toEqual([couponOff])
  expect(await read(lines('1', '15.00', coat, 'R,FEE,Restocking fee,1,-5.00'))).toEqual(['REFUND_UNCLEAR'])
  expect(await read(lines('1', '19.75', coat, 'R,PF,Pfand,-1,-0.25'))).toEqual(['REFUND_UNCLEAR'])
  const services = { services: ['Pfand', 'Restocking*'] }
  expect(await read(lines('1', '15.00', coat, 'R,FEE,Restocking fee,1,-5.00'), services)).toMatchObject([
    [
      [
        ['COAT', -1, -2_000],
        [null, -1, 500],
      ],
      -1_500,
    ],
  ])
  expect(await read(lines('1', '19.75', coat, 'R,PF,Pfand,-1,-0.25'), services)).toMatchObject([
    [
      [
        ['COAT', -1, -2_000],
        [null, 1, 25],
      ],
      -1_975,
    ],
  ])
  // minuses before the goods that came back: the rest was sold
  expect(await read(lines('1', '-5.00', 'R,A,A,1,15.00', 'R,B,B,-1,-20.00'))).toMatchObject([
    [
      [
        ['A', 1, 1_500],
        ['B', -1, -2_000],
      ],
      -500,
    ],
  ])
  expect(await read(lines('1', '5.00', 'R,A,A,1,25.00', 'R,B,B,-1,-20.00'))).toEqual(['REFUND_UNCLEAR'])
  // where the file says of each row whether it was sold, none that is a refund was
  expect(await read(lines('1', '12.00', coat, 'R,CPN,Coupon,1,-2.00', 'S,HAT,Hat,1,30.00'))).toMatchObject([
    [
      [
        ['COAT', -1, -2_000],
        [null, -1, 200],
        ['HAT', 1, 3_000],
      ],
      1200,
    ],
  ])
})

test('refunds and states by their columns', async () => {
  const columns = { ...settings.columns, type: 'Type', status: 'Status' }
  const more = {
    columns,
    refunds: { Sale: 'sale', Refund: 'refund' },
    statuses: { Closed: 'counts', Cancelled: 'void', Open: 'nothing' },
  }
  const line = (receipt: number, type: string, status: string) =>
    row(receipt).replace('\n', `,${type},${status}\n`)
  const head = HEAD.replace('\n', ',Type,Status\n')
  const folder = new SalesFolder('csv', { ...settings, ...more })
  folder.write(
    '1.csv',
    head +
      line(1, 'sale', 'Closed') +
      line(2, 'Refund', 'closed') +
      line(3, 'Sale', 'Open') +
      line(4, 'Swap', 'Closed'),
  )
  const events = await folder.rest()
  expect(only('sale.completed', events)).toMatchObject([
    { receipt: '1', lines: [{ quantity: 1000, net: 1000 }] },
    {
      receipt: '2',
      lines: [{ quantity: -1000, net: -1000 }],
      taxes: [{ amount: -190 }],
      tenders: [{ amount: -1190 }],
    },
  ])
  expect(only('source.row-refused', events)).toMatchObject([
    { row: 'receipts/4', sentence: expect.stringContaining('Sale, Refund') },
  ])
  folder.write('2.csv', head + line(1, 'Sale', 'Cancelled'))
  expect(await folder.rest()).toMatchObject([{ kind: 'sale.voided', receipt: '1', reason: 'marked-void' }])
})

test('rows that lie apart are one sale within the window, and refused beyond it', async () => {
  const first = row(1, '1,10.00,1.90,23.80')
  const others = Array.from({ length: 30 }, (_, index) => row(100 + index)).join('')
  const near = await told(HEAD + first + others + first, { window: 40 })
  expect(only('sale.completed', near).filter(event => event.receipt === '1')).toMatchObject([
    { lines: [{}, {}], tenders: [{ amount: 2380 }] },
  ])
  const folder = new SalesFolder('csv', {
    ...settings,
    columns: { ...settings.columns, total: undefined, tender: undefined },
    window: 10,
  })
  folder.write('a.csv', HEAD + first + others + first)
  const far = await folder.rest()
  expect(only('source.row-refused', far)).toMatchObject([{ row: 'receipts/1', code: 'ROWS_SCATTERED' }])
  folder.append('a.csv', row(900))
  expect(only('sale.completed', await folder.rest()).map(event => event.receipt)).toEqual(['900'])
  folder.write('a.csv', HEAD + first + first + others)
  const mended = await folder.rest()
  expect(mended.map(event => event.kind)).toEqual(['source.row-accepted', 'sale.completed'])
})

test('a row appended to a receipt that was already reported replaces it', async () => {
  const columns = { ...settings.columns, total: undefined, tender: undefined }
  const folder = new SalesFolder('csv', { ...settings, columns })
  folder.write('a.csv', HEAD + row(1))
  expect(only('sale.completed', await folder.rest())).toMatchObject([{ lines: [{}] }])
  folder.restart()
  folder.append('a.csv', row(1) + row(2))
  expect(
    only('sale.completed', await folder.rest()).map(event => [event.receipt, event.lines.length]),
  ).toEqual([
    ['1', 2],
    ['2', 1],
  ])
})

test('a row that the file ends within is not refused under a number that is only the beginning of its own', async () => {
  const columns = { ...settings.columns, total: undefined, tender: undefined }
  const folder = new SalesFolder('csv', { ...settings, columns })
  const rows = Array.from({ length: 12 }, (_, index) => row(index + 1)).join('')
  folder.write('a.csv', `${HEAD}${rows}1`)
  const first = await folder.rest()
  expect(only('sale.completed', first)).toHaveLength(12)
  const [refused] = only('source.row-refused', first)
  expect(refused?.row).toMatch(/^unread\//)
  folder.append('a.csv', row(13).slice(1))
  expect(await folder.rest()).toMatchObject([
    { kind: 'source.row-accepted', row: refused?.row },
    { kind: 'sale.completed', receipt: '13' },
  ])
})

test('a number at the end of a row that the file ends within is not taken for the scattered rest of another receipt', async () => {
  const head = 'At,SKU,Net,No\n'
  const sold = (receipt: number) => `2026-11-25 09:10,MUG,10.00,${receipt}\n`
  const columns = { receipt: 'No', date: 'At', sku: 'SKU', amount: 'Net' }
  const folder = new SalesFolder('csv', { ...settings, columns, window: 3 })
  const rows = Array.from({ length: 12 }, (_, index) => sold(index + 1)).join('')
  folder.write('a.csv', head + rows + sold(13).slice(0, -2))
  expect(only('source.row-refused', await folder.rest())).toMatchObject([
    { row: expect.stringMatching(/^unread\//), code: 'ROWS_SCATTERED' },
  ])
  folder.append('a.csv', sold(13).slice(-2))
  const after = await folder.rest()
  expect(after.map(event => event.kind).sort()).toEqual(['sale.completed', 'source.row-accepted'])
  expect(only('sale.completed', after)).toMatchObject([{ receipt: '13' }])
})

const squareItems = {
  currency: 'USD',
  date: 'YYYY-MM-DD',
  time: 'HH:mm:ss',
  decimal: '.',
  thousands: ',',
  taxIncluded: false,
  refunds: { Payment: 'sale', Refund: 'refund' },
  stores: { HAR: 'here', MKT: 'elsewhere' },
} as const

const presets = {
  'loyverse-receipts-by-item': {
    head: 'Date,Receipt number,Receipt type,Category,SKU,Item,Variant,Modifiers applied,Quantity,Gross sales,Discounts,Net sales,Cost of goods,Gross profit,Taxes,Dining option,POS,Store,Cashier name,Customer name,Customer contacts,Comment,Status',
    row: '25.11.26 09:10,1-1001,Sale,Mugs,MUG,Mug,,,2,24.00,4.00,20.00,0,0,3.80,,Till 1,HAR,Anke,,,,Closed',
    more: {
      date: 'DD.MM.YY HH:mm',
      decimal: '.',
      taxIncluded: false,
      refunds: { Sale: 'sale', Refund: 'refund' },
      statuses: { Closed: 'counts' },
      stores: { HAR: 'here' },
    },
    sale: {
      receipt: '1-1001',
      till: 'Till 1',
      staff: 'Anke',
      lines: [{ sku: 'MUG', quantity: 2000, net: 2000, discount: 400 }],
      taxes: [{ amount: 380 }],
      tenders: [{ kind: 'other', amount: 2380 }],
    },
  },
  'loyverse-receipts': {
    head: 'Date,Receipt number,Receipt type,Gross sales,Discounts,Net sales,Taxes,Total collected,Cost of goods,Gross profit,Payment type,Description,Dining option,POS,Store,Cashier name,Customer name,Customer contacts,Status',
    row: '11/25/26 9:10 PM,1-1001,Sale,24.00,4.00,20.00,3.80,23.80,0,0,Cash,2 x Mug,,Till 1,HAR,Anke,,,Closed',
    more: {
      date: 'MM/DD/YY h:mm A',
      decimal: '.',
      refunds: { Sale: 'sale' },
      statuses: { Closed: 'counts' },
      stores: { HAR: 'here' },
      tenderKinds: { cash: 'cash' },
    },
    sale: {
      soldAt: { wall: '2026-11-25T21:10:00' },
      lines: [{ sku: null, title: '2 x Mug', net: 2000 }],
      taxes: [{ amount: 380 }],
      tenders: [{ kind: 'cash', amount: 2380 }],
    },
  },
  'square-transactions': {
    head: 'Date,Time,Time Zone,Gross Sales,Discounts,Service Charges,Net Sales,Gift Card Sales,Tax,Tip,Partial Refunds,Total Collected,Source,Card,Card Entry Methods,Cash,Square Gift Card,Other Tender,Other Tender Type,Other Tender Note,Fees,Net Total,Transaction ID,Payment ID,Card Brand,PAN Suffix,Device Name,Staff Name,Staff ID,Details,Description,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID',
    row: '11/25/26,09:10:30,Berlin,$20.00,$0.00,$0.00,$20.00,$0.00,$1.60,$2.00,$0.00,$23.60,POS,$13.60,Chip,$10.00,$0.00,$0.00,,,$0.50,$23.10,tx1,pay1,Visa,1111,iPad,Anke,s1,,1 x Mug,Payment,HAR,,,,',
    more: {
      currency: 'USD',
      date: 'MM/DD/YY',
      time: 'HH:mm:ss',
      decimal: '.',
      thousands: ',',
      refunds: { Payment: 'sale', Refund: 'refund' },
      stores: { HAR: 'here' },
    },
    sale: {
      receipt: 'tx1',
      soldAt: { wall: '2026-11-25T09:10:30' },
      lines: [
        { sku: null, net: 2000 },
        { sku: null, title: 'Tip', net: 200 },
      ],
      taxes: [{ amount: 160 }],
      tenders: [
        { kind: 'card', amount: 1360 },
        { kind: 'cash', amount: 1000 },
      ],
    },
  },
  'square-items': {
    head: 'Date,Time,Time Zone,Category,Item,Qty,Price Point Name,SKU,Modifiers Applied,Gross Sales,Discounts,Net Sales,Tax,Transaction ID,Payment ID,Device Name,Notes,Details,Event Type,Location,Dining Option,Customer ID,Customer Name,Customer Reference ID,Unit,Count',
    row: '2026-11-25,09:10:30,Berlin,Mugs,Mug,2.0,Regular,MUG,,$24.00,-$4.00,$20.00,$1.60,tx1,pay1,iPad,,,Payment,HAR,,,,,ea,2\r\n2026-11-25,09:10:30,Berlin,Tea,Loose tea,0.25,Regular,TEA,,$5.00,$0.00,$5.00,$0.40,tx1,pay1,iPad,,,Payment,HAR,,,,,kg,1',
    more: squareItems,
    sale: {
      receipt: 'tx1/Payment',
      receiptNumber: 'tx1',
      till: 'iPad',
      soldAt: { wall: '2026-11-25T09:10:30' },
      lines: [
        { sku: 'MUG', quantity: 2000, net: 2000 },
        { sku: 'TEA', quantity: 250, net: 500 },
      ],
      taxes: [{ amount: 200 }],
    },
  },
  'sumup-sales': {
    head: 'Account,Date,Time,Type,Transaction ID,Receipt Number,Payment Method,Quantity,Description,Currency,Price (Gross),Price (Net),Tax,Tax rate,Transaction refunded',
    row: 'a@b.example,25.11.26,09:10,Sales,TX1,S20260000001,Cash,2,Mug ,CHF,23.80,22.00,1.80,8.1%,\r\na@b.example,25.11.26,09:10,Sales,TX1,S20260000001,Cash,1,Tea,CHF,5.35,5.21,0.14,2.6%,',
    more: {
      currency: 'CHF',
      decimal: '.',
      date: 'DD.MM.YY',
      time: 'HH:mm',
      refunds: { Sales: 'sale', Refund: 'refund' },
    },
    sale: {
      receipt: 'TX1/Sales',
      receiptNumber: 'S20260000001',
      soldAt: { wall: '2026-11-25T09:10:00' },
      lines: [
        { sku: null, title: 'Mug', quantity: 2000, net: 2200 },
        { title: 'Tea', quantity: 1000, net: 521 },
      ],
      tenders: [{ kind: 'cash', amount: 2915 }],
    },
  },
  'sumup-sales-de': {
    head: 'Datum,Typ,Transaktionsnummer,Zahlungsmethode,Menge,Beschreibung,Währung,Preis vor Rabatt,Rabatt,Preis (brutto),Preis (netto),Steuer,Steuersatz,Konto',
    row: '"25.11.2026, 09:10",Verkauf,TX1,Bar,2,Tasse,EUR,23.80,0.00,23.80,20.00,3.80,19%,a@b.example',
    more: {
      decimal: '.',
      date: 'DD.MM.YYYY, HH:mm',
      refunds: { Verkauf: 'sale', Rückerstattung: 'refund' },
    },
    sale: {
      receipt: 'TX1/Verkauf',
      soldAt: { wall: '2026-11-25T09:10:00' },
      lines: [{ title: 'Tasse', quantity: 2000, net: 2000 }],
      taxes: [{ amount: 380 }],
      tenders: [{ kind: 'cash', amount: 2380 }],
    },
  },
  'toast-items': {
    head: 'Location,Order Id,Order #,Sent Date,Order Date,Check Id,Server,Table,Dining Area,Service,Dining Option,Item Selection Id,Item Id,Master Id,SKU,PLU,Menu Item,Menu Subgroup(s),Menu Group,Menu,Sales Category,Gross Price,Discount,Net Price,Qty,Tax,Void?,Deferred,Tax Exempt,Tax Inclusion Option,Dining Option Tax,Tab Name',
    row: 'HAR,1300000015734303122,5001,11/25/26 5:18 PM,11/25/26 5:17 PM,1300000015734303115,Anke,6,,,,1,10,11,MUG,,Mug,,,,,24.00,4.00,20.00,2.0,1.77500000,false,false,false,Tax Not Included,No Effect,\r\nHAR,1300000015734303122,5001,11/25/26 5:18 PM,11/25/26 5:17 PM,1300000015734303115,Anke,6,,,,2,12,13,TEA,,Tea,,,,,5.00,0.00,5.00,1.0,0.44375000,true,false,false,Tax Not Included,No Effect,',
    more: {
      decimal: '.',
      date: 'M/D/YY h:mm A',
      taxIncluded: false,
      refunds: 'signed',
      stores: { HAR: 'here' },
    },
    sale: {
      receipt: '1300000015734303122/1300000015734303115',
      receiptNumber: '5001',
      staff: 'Anke',
      soldAt: { wall: '2026-11-25T17:17:00' },
      lines: [{ sku: 'MUG', quantity: 2000, net: 2000 }],
      taxes: [{ amount: 178 }],
    },
  },
  'dsfinvk-lines-vat': {
    head: 'Z_KASSE_ID;Z_ERSTELLUNG;Z_NR;BON_ID;POS_ZEILE;UST_SCHLUESSEL;POS_BRUTTO;POS_NETTO;POS_UST',
    row: 'K1;2026-11-25T20:00:00+01:00;12;77;1;1;11,90;10,00;1,90\r\nK1;2026-11-25T20:00:00+01:00;12;77;2;2;10,70;10,00;0,70',
    more: { refunds: 'signed' },
    sale: {
      receipt: 'K1/12/77',
      receiptNumber: '77',
      till: 'K1',
      lines: [
        { line: 1, net: 1000 },
        { line: 2, net: 1000 },
      ],
      taxes: [
        { name: '1', amount: 190, base: 1000 },
        { name: '2', amount: 70 },
      ],
    },
  },
} as const

test.each(Object.entries(presets))('the preset %s', async (preset, { head, row: line, more, sale }) => {
  const folder = new SalesFolder('csv', { preset, warehouse: 'HAR', ...more })
  folder.write('a.csv', `${head}\r\n${line}\r\n`)
  expect(await folder.rest()).toMatchObject([{ kind: 'sale.completed', ...sale }])
})

const storePresets = [
  'loyverse-receipts-by-item',
  'loyverse-receipts',
  'square-transactions',
  'square-items',
  'toast-items',
] as const

test.each(storePresets)(
  '%s: whose stores an export names is asked before anything of it counts',
  async preset => {
    const { head, row: line, more } = presets[preset]
    const market = line
      .replaceAll('HAR', 'MKT')
      .replaceAll('1-1001', '2-1001')
      .replaceAll('tx1', 'tx2')
      .replaceAll('3122,5001', '3199,5002')
    const folder = new SalesFolder('csv', { preset, warehouse: 'HAR', ...more, stores: undefined })
    folder.write('a.csv', `${head}\r\n${line}\r\n${market}\r\n`)
    expect(await folder.rest()).toMatchObject([
      {
        kind: 'source.row-refused',
        code: 'CSV_STORES_UNSAID',
        sentence: expect.stringContaining('"stores": {"HAR":"here","MKT":"elsewhere"}'),
      },
    ])
    folder.restart({ stores: { har: 'here', MKT: 'elsewhere' } })
    const events = await folder.rest()
    expect(only('sale.completed', events)).toMatchObject([{ receipt: expect.stringMatching(/1/) }])
    expect(only('sale.completed', events)).toHaveLength(1)
    expect(folder.told).toContainEqual({ file: 'a.csv', rows: market.split('\r\n').length })
  },
)

test('a number that two stores use, and a store that the settings do not name', async () => {
  const { head, row: line, more } = presets['loyverse-receipts-by-item']
  const stores = { HAR: 'here', MKT: 'elsewhere' }
  const folder = new SalesFolder('csv', {
    preset: 'loyverse-receipts-by-item',
    warehouse: 'HAR',
    ...more,
    stores,
  })
  const fresh = line.replace('HAR', 'New street').replace('1-1001', '3-1001')
  folder.write('a.csv', [head, line.replace('HAR', 'MKT'), line, fresh, ''].join('\r\n'))
  expect(await folder.rest()).toMatchObject([
    {
      kind: 'source.row-refused',
      sentence: expect.stringContaining('"Store" holds "New street" instead of one of HAR, MKT'),
    },
    { kind: 'sale.completed', receipt: '1-1001', lines: [{ sku: 'MUG', quantity: 2000 }] },
  ])
  folder.restart({ stores: { ...stores, 'New street': 'elsewhere' } })
  expect(await folder.rest()).toMatchObject([{ kind: 'source.row-accepted' }])
})

test('an export that lacks the column of stores needs no word on them; with one, it is refused', async () => {
  const { head, row: line, more } = presets['loyverse-receipts']
  const folder = new SalesFolder('csv', {
    preset: 'loyverse-receipts',
    warehouse: 'HAR',
    ...more,
    stores: undefined,
  })
  folder.write('a.csv', `${head.replace(',Store', '')}\r\n${line.replace(',HAR', '')}\r\n`)
  expect(await folder.rest()).toMatchObject([{ kind: 'sale.completed', receipt: '1-1001' }])
  folder.restart({ stores: { HAR: 'here' } })
  expect(await folder.rest()).toMatchObject([{ kind: 'source.row-refused', code: 'CSV_COLUMNS_MISSING' }])
})

test('rows without a number are those of the store that is named above them', async () => {
  const folder = new SalesFolder('csv', {
    ...{
      warehouse: 'HAR',
      rows: 'line',
      decimal: '.',
      date: 'iso',
      refunds: 'signed',
      numberOnFirstRow: true,
    },
    columns: { receipt: 'No', date: 'Date', store: 'Store', sku: 'SKU', quantity: 'Qty', amount: 'Amount' },
    stores: { HAR: 'here', MKT: 'elsewhere' },
  })
  const rows = [
    ...['1,2026-11-25T09:00:00,HAR,MUG,1,5.00', ',,,TEA,1,3.00'],
    ...['2,2026-11-25T09:01:00,MKT,MUG,1,5.00', ',,,POT,7,9.00'],
  ]
  folder.write('a.csv', ['No,Date,Store,SKU,Qty,Amount', ...rows, ''].join('\n'))
  expect(await folder.rest()).toMatchObject([
    { kind: 'sale.completed', receipt: '1', lines: [{ sku: 'MUG' }, { sku: 'TEA', quantity: 1000 }] },
  ])
})

test.each([
  ['Eastern Time (US & Canada)', 'America/Detroit', {}, null],
  ['Eastern Time (US & Canada)', 'Europe/Berlin', {}, 'instead of Europe/Berlin'],
  ['Lisbon', 'Europe/Berlin', {}, 'instead of Europe/Berlin'],
  ['Middle Europe', 'Europe/Berlin', {}, '"zones" says'],
  ['Middle Europe', 'Europe/Berlin', { 'middle europe': 'Europe/Paris' }, null],
  ['America/New_York', 'America/New_York', {}, null],
])('a row of Square in the zone %s at a store in %s', async (named, zone, zones, refusal) => {
  const { head, row: line } = presets['square-items']
  const folder = new SalesFolder('csv', {
    preset: 'square-items',
    warehouse: 'HAR',
    ...squareItems,
    zone,
    zones,
  })
  folder.write('a.csv', `${head}\r\n${line.replaceAll('Berlin', named)}\r\n`)
  expect(await folder.rest()).toMatchObject([
    refusal === null
      ? { kind: 'sale.completed', soldAt: { wall: '2026-11-25T09:10:30', zone } }
      : { kind: 'source.row-refused', sentence: expect.stringContaining(refusal) },
  ])
})

test.each([
  ['sumup-sales', ',EUR,'],
  ['sumup-sales-de', ',EUR,'],
] as const)(
  'the preset %s refuses a row of another currency, and reads an export without that column',
  async (preset, place) => {
    const { head, row: line, more } = presets[preset]
    const read = async (text: string) => {
      const folder = new SalesFolder('csv', { preset, warehouse: 'HAR', ...more, currency: 'EUR' })
      folder.write('a.csv', text)
      return folder.rest()
    }
    const inEuro = line.replaceAll(/,(?:CHF|EUR),/g, place)
    expect(await read(`${head}\r\n${inEuro.replaceAll(place, ',eur,')}\r\n`)).toMatchObject([
      { kind: 'sale.completed' },
    ])
    expect(await read(`${head}\r\n${inEuro.replaceAll(place, ',CHF,')}\r\n`)).toMatchObject([
      { kind: 'source.row-refused', sentence: expect.stringContaining('holds "CHF" instead of EUR') },
    ])
    const without = head.replace(/Currency|Währung/, 'Remark')
    expect(await read(`${without}\r\n${inEuro}\r\n`)).toMatchObject([{ kind: 'sale.completed' }])
  },
)

test('a refund of SumUp with a discount below zero is a refund', async () => {
  const { head, more } = presets['sumup-sales-de']
  const row = (title: string, amount: string, tax: string) =>
    `"25.11.2026, 09:10",Rückerstattung,TX2,Bar,1,${title},EUR,0,0.00,${amount},0,${tax},19%,a@b.example\r\n`
  const folder = new SalesFolder('csv', { preset: 'sumup-sales-de', warehouse: 'HAR', ...more })
  folder.write('a.csv', `${head}\r\n${row('Mantel', '23.80', '3.80')}${row('Rabatt', '-3.80', '-0.61')}`)
  expect(await folder.rest()).toMatchObject([
    {
      lines: [
        { title: 'Mantel', quantity: -1000, net: -2000 },
        { title: 'Rabatt', net: 319 },
      ],
      taxes: [{ amount: -319 }],
      tenders: [{ kind: 'cash', amount: -2000 }],
    },
  ])
})

test('a row of Toast says whether its tax is within its price, and what is deferred moves no stock', async () => {
  const { head, row: lines, more } = presets['toast-items']
  const [line = ''] = lines.split('\r\n')
  const read = async (text: string) => {
    const folder = new SalesFolder('csv', { preset: 'toast-items', warehouse: 'HAR', ...more })
    folder.write('a.csv', `${head}\r\n${text}\r\n`)
    return folder.rest()
  }
  for (const other of ['Tax Included', 'SMART_TAX'])
    expect(await read(line.replace('Tax Not Included', other))).toMatchObject([
      { kind: 'source.row-refused', sentence: expect.stringContaining('"Tax Inclusion Option" holds') },
    ])
  expect(
    await read(line.replace('1.77500000', '0').replace('Tax Not Included', 'Tax Included')),
  ).toMatchObject([{ kind: 'sale.completed' }])
  expect(await read(line.replace('false,false,false', 'false,true,false'))).toMatchObject([
    { lines: [{ sku: null, title: 'Mug', net: 2000 }] },
  ])
})

test('a refund of Square that bears the number of its sale replaces nothing', async () => {
  const { head, row: sold } = presets['square-items']
  const [mug = ''] = sold.split('\r\n')
  const back = mug
    .replace(',2.0,', ',-1.0,')
    .replace('$20.00,$1.60', '-$10.00,-$0.80')
    .replace('Payment', 'Refund')
  const folder = new SalesFolder('csv', { preset: 'square-items', warehouse: 'HAR', ...squareItems })
  folder.write('a.csv', `${head}\r\n${sold}\r\n${back}\r\n`)
  expect(await folder.rest()).toMatchObject([
    { kind: 'sale.completed', receipt: 'tx1/Payment', lines: [{ quantity: 2000 }, { quantity: 250 }] },
    { kind: 'sale.completed', receipt: 'tx1/Refund', lines: [{ sku: 'MUG', quantity: -1000, net: -1000 }] },
  ])
})

test('a second refund of one transaction of Square is reported by name, and replaces nothing', async () => {
  const { head, row: sold } = presets['square-items']
  const [mug = ''] = sold.split('\r\n')
  const back = mug
    .replace(',2.0,', ',-1.0,')
    .replace('$20.00,$1.60', '-$10.00,-$0.80')
    .replace('Payment', 'Refund')
  const other = back.replace('2026-11-25', '2026-11-28')
  const soon = back.replace('09:10:30', '09:40:00').replaceAll('tx1', 'tx3')
  const folder = new SalesFolder('csv', { preset: 'square-items', warehouse: 'HAR', ...squareItems })
  folder.write('a.csv', `${head}\r\n${sold}\r\n${back}\r\n`)
  await folder.rest()
  folder.write('b.csv', `${head}\r\n${other}\r\n`)
  folder.write(
    'c.csv',
    `${head}\r\n${back.replaceAll('tx1', 'tx2')}\r\n${other.replaceAll('tx1', 'tx2')}\r\n`,
  )
  // within the hour, too: both are in one file, and one of them alone is told
  folder.write('d.csv', `${head}\r\n${back.replaceAll('tx1', 'tx3')}\r\n${soon}\r\n`)
  const events = await folder.rest()
  expect(only('source.row-refused', events)).toMatchObject([
    { code: 'RECEIPT_NUMBER_REPEATED', sentence: expect.stringContaining('tx1/Refund') },
    { code: 'RECEIPT_NUMBER_REPEATED', sentence: expect.stringContaining('tx2/Refund') },
    { code: 'RECEIPT_NUMBER_REPEATED', sentence: expect.stringContaining('tx3/Refund') },
  ])
  expect(only('sale.completed', events)).toMatchObject([
    { receipt: 'tx2/Refund', lines: [{ quantity: -1000, net: -1000 }] },
    { receipt: 'tx3/Refund', lines: [{ quantity: -1000, net: -1000 }] },
  ])
})

test('a preset assumes no order of day and month, no decimal sign and no meaning of states', () => {
  const given = {
    folder: 'x',
    currency: 'EUR',
    zone: 'UTC',
    warehouse: 'W',
    preset: 'loyverse-receipts-by-item',
    refunds: 'signed',
  }
  const found = csvSettings.safeParse(given)
  expect(found.error?.issues.map(issue => issue.path.join('.')).sort()).toEqual([
    'date',
    'decimal',
    'statuses',
    'taxIncluded',
  ])
})

test('card numbers leave it in no event', async () => {
  const pan = '5500005555555559'
  const events = await told(
    `${HEAD}${row(1).replace('Mug', `card ${pan}`)}${row(2, '1,x,1.90,11.90').replace('Mug', pan)}`,
  )
  expect(events.map(event => event.kind).sort()).toEqual(['sale.completed', 'source.row-refused'])
  expect(JSON.stringify(events)).not.toContain(pan)
})

test.each<[string, string, Record<string, unknown>?]>([
  ['a line that names the delimiter', 'sep=|\nNo|At|Net\n1|2026-11-25 09:10|5\n'],
  [
    'such a line and a comma in a heading',
    'sep=;\r\nNo;At;"Net, Gross, Tax, All";Net\r\n1;2026-11-25 09:10;x;5\r\n',
  ],
  ['such a line, skipped by the settings', 'sep=;\nNo;At;Net\n1;2026-11-25 09:10;5\n', { skipLines: 1 }],
  ['line ends of CR alone', 'No;At;Net\r1;2026-11-25 09:10;5\r'],
  ['CR alone, and no line end at the end', 'No;At;Net\r1;2026-11-25 09:10;5'],
  ['a year of two digits', 'No;At;Net\n1;25.11.26 9:10;5\n', { date: 'D.M.YYYY H:mm' }],
  ['protected values', 'No;At;Net\n1;"=""2026-11-25 09:10""";\'5\n'],
])('reads %s as a spreadsheet wrote it', async (_, text, more = {}) => {
  const columns = { receipt: 'No', date: 'At', amount: 'Net' }
  expect(await told(text, { ...more, columns })).toMatchObject([
    { receipt: '1', soldAt: { wall: '2026-11-25T09:10:00' }, lines: [{ net: 500 }] },
  ])
})

test('the online order that a receipt rings up is on one of its rows or on all; two are refused', async () => {
  const columns = { ...settings.columns, order: 'Web order' }
  const head = 'No,At,SKU,Item,Qty,Net,Tax,Total,Paid by,Web order\n'
  const of = (receipt: number, order: string) =>
    `${receipt},2026-11-25 09:10,MUG,Mug,1,10.00,1.90,23.80,Cash,${order}\n`
  const text = `${head}${of(1, '')}${of(1, ' #1042 ')}${of(2, '#1043')}${of(2, '#1043')}${of(3, '')}${of(3, '')}`
  const events = await told(text, { columns })
  expect(events.map(event => (event.kind === 'sale.completed' ? (event.order ?? null) : event.kind))).toEqual(
    ['#1042', '#1043', null],
  )
  expect(await told(`${head}${of(1, '#1042')}${of(1, '#1043')}`, { columns })).toMatchObject([
    {
      kind: 'source.row-refused',
      code: 'SEVERAL_ORDERS',
      sentence: expect.stringContaining('"#1042" and "#1043"'),
    },
  ])
})

test('rows of several types need not name payments: a file that has none says nothing of them', async () => {
  const folder = new SalesFolder('csv', {
    ...{ warehouse: 'HAR', decimal: '.', date: 'iso', rows: 'line', refunds: 'signed' },
    columns: { receipt: 'Bill', date: 'At', rowType: 'Kind', sku: 'Code', quantity: 'Units', amount: 'Sum' },
    rowTypes: { item: 'line', note: 'nothing' },
  })
  folder.write(
    'a.csv',
    'Bill,At,Kind,Code,Units,Sum\n1,2026-11-25T09:10:00,item,MUG,2,23.80\n1,2026-11-25T09:10:00,note,,,\n',
  )
  expect(await folder.rest()).toMatchObject([
    { kind: 'sale.completed', lines: [{ sku: 'MUG', quantity: 2000, net: 2380 }] },
  ])
})

test('columns that are filled in where a row was taken back, does not count, or came back', async () => {
  const marks = [
    { column: 'Cancelled at', is: 'void' },
    { column: 'Returned', is: 'refund' },
    { column: 'Refunded units', is: 'refuse' },
    { column: 'State', means: { ok: 'counts', training: 'nothing' } },
  ]
  const row = (no: number, ...more: readonly string[]) =>
    `${no},2026-11-25 09:10,MUG,Mug,1,10.00,1.90,11.90,Cash,${more.join(',')}\n`
  const text = `${HEAD.trim()},Cancelled at,Returned,Refunded units,State\n${[
    row(1, '', 'No', '0.00', ''),
    row(2, '25.11.2026 10:00', '', '', 'ok'),
    row(3, '', 'J', '', 'OK'),
    row(4, '', '', '1', ''),
    row(5, '', '', '', 'Training'),
    row(6, '', '', '', 'odd'),
  ].join('')}`
  const events = await told(text, { columns: { ...settings.columns, marks } })
  expect(only('sale.completed', events)).toMatchObject([
    { receipt: '1', lines: [{ quantity: 1_000, net: 1_000 }] },
    { receipt: '3', lines: [{ quantity: -1_000, net: -1_000 }], tenders: [{ amount: -1_190 }] },
  ])
  expect(only('source.row-refused', events)).toMatchObject([
    { code: 'RECORD_MARKED', sentence: expect.stringContaining('"Refunded units" holds "1"') },
    {
      code: 'RECORD_VALUE_UNREADABLE',
      sentence: expect.stringContaining('"odd" instead of one of ok, training'),
    },
  ])
  const lacking = new SalesFolder('csv', { ...settings, columns: { ...settings.columns, marks } })
  lacking.write('a.csv', `${HEAD}`)
  expect(await lacking.rest()).toMatchObject([{ code: 'CSV_COLUMNS_MISSING' }])
})

test('one unit for an amount below zero is not guessed to be sold, nor to have come back', async () => {
  const text = `${HEAD}1,2026-11-25 09:10,MUG,Mug,1,-10.00,-1.90,-11.90,Cash\n`
  expect(await told(text)).toMatchObject([{ kind: 'source.row-refused', code: 'LINE_SIGNS_DIFFER' }])
  expect(await told(text, { minus: 'amount' })).toMatchObject([
    { lines: [{ sku: 'MUG', quantity: -1_000, net: -1_000 }], tenders: [{ amount: -1_190 }] },
  ])
  expect(await told(text, { services: ['Mug'] })).toMatchObject([{ lines: [{ sku: null, net: -1_000 }] }])
})

test.each([
  ['the line is off the total', '14.00', { receipt: '2', lines: [{ sku: 'TEE' }] }],
  ['the total holds it, so the receipt was taken back', '25.90', null],
  ['nothing tells', null, { code: 'RECORD_MARKED' }],
  ['neither', '99.00', { code: 'RECORD_MARKED' }],
])('a mark on the first of two rows alone: %s', async (_, total, expected) => {
  const { total: heading, ...columns } = settings.columns
  const marks = [{ column: 'Cancelled at', is: 'void' }]
  const row = (sku: string, net: string, cancelled: string) =>
    `2,2026-11-25 09:10,${sku},x,1,${net},0.00,${total ?? ''},Cash,${cancelled}\n`
  const text = `${HEAD.trim()},Cancelled at\n${row('MUG', '11.90', '2026-11-25 09:12')}${row('TEE', '14.00', '')}`
  const events = await told(text, {
    columns: { ...columns, marks, ...(total === null ? {} : { total: heading }) },
  })
  expect(events).toMatchObject(expected === null ? [] : [expected])
})

test('a code that a spreadsheet has rounded is refused: it is that of any of many items', async () => {
  const row = (sku: string) => `${HEAD}1,2026-11-25 09:10,${sku},Mug,1,10.00,1.90,11.90,Cash\n`
  for (const code of ['4.00638E+12', '4,00638E+12', '4E+12'])
    expect(await told(row(`"${code}"`))).toMatchObject([
      { code: 'RECORD_VALUE_UNREADABLE', sentence: expect.stringContaining('a spreadsheet has rounded it') },
    ])
  for (const code of ['2E12', 'E+12', '4006381333931'])
    expect(await told(row(code))).toMatchObject([{ lines: [{ sku: code }] }])
})

test('moments in UTC are told as the store’s time, and business days stay its own', async () => {
  const text = `${HEAD.trim()},Day\n7,2026-07-24 22:40,MUG,Mug,1,10.00,1.90,11.90,Cash,2026-07-24 00:00\n`
  const columns = { ...settings.columns, businessDate: 'Day' }
  expect(await told(text, { timesIn: 'utc', columns })).toMatchObject([
    { soldAt: { wall: '2026-07-25T00:40:00' }, businessDate: '2026-07-24' },
  ])
  expect(await told(text, { columns })).toMatchObject([{ soldAt: { wall: '2026-07-24T22:40:00' } }])
})

test('a number says by its beginning that goods came back', async () => {
  const columns = { ...settings.columns, type: 'No' }
  const text = `${HEAD}S-1,2026-11-25 09:10,MUG,Mug,1,10.00,1.90,11.90,Cash\nCN-1,2026-11-25 09:20,MUG,Mug,1,10.00,1.90,11.90,Cash\n`
  expect(await told(text, { columns, refunds: { 'CN*': 'refund', '*': 'sale' } })).toMatchObject([
    { receipt: 'S-1', lines: [{ quantity: 1000, net: 1000 }] },
    { receipt: 'CN-1', lines: [{ quantity: -1000, net: -1000 }], tenders: [{ kind: 'cash', amount: -1190 }] },
  ])
})

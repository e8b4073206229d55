import * as layouts from './layouts.ts'

/**
 * Exports and answers of the POS that shops have, in the layouts that their makers publish; all data is made up. Each has what goes
 * wrong most easily: a refund, a void, several of one item.
 */
export interface PublicLayout {
  readonly file: string
  readonly text: string
  /** What a person has to say. */
  readonly answers: Readonly<Record<string, string>>
  /** `R-1: 2 MUG 2000, tax 380, cash 2380`; the code of each record that is refused. */
  readonly sales: readonly string[]
}

const json = (value: unknown) => JSON.stringify(value, null, 1)
const day = '2026-07-18T'

const square = (amount: number) => ({ amount, currency: 'USD' })
const squareOrders = {
  orders: [
    {
      ...{ id: 'SQ1', location_id: 'L1', closed_at: `${day}08:10:20Z`, state: 'COMPLETED', version: 4 },
      line_items: [
        {
          ...{ uid: 'a', quantity: '2', name: 'Mug', base_price_money: square(1500), item_type: 'ITEM' },
          ...{ gross_sales_money: square(3000), total_tax_money: square(240), total_money: square(3240) },
        },
      ],
      ...{ total_tax_money: square(240), total_tip_money: square(300), total_money: square(3540) },
      tenders: [{ id: 't1', amount_money: square(3540), type: 'CARD', tip_money: square(300) }],
    },
    {
      ...{ id: 'SQ2', location_id: 'L1', closed_at: `${day}09:10:20Z`, state: 'CANCELED', version: 2 },
      line_items: [
        { uid: 'b', quantity: '1', name: 'Tea', total_tax_money: square(80), total_money: square(1080) },
      ],
      ...{ total_tax_money: square(80), total_tip_money: square(0), total_money: square(1080) },
      tenders: [{ id: 't2', amount_money: square(1080), type: 'CASH' }],
    },
    {
      ...{ id: 'SQ3', location_id: 'L1', closed_at: `${day}10:10:20Z`, state: 'COMPLETED', version: 2 },
      returns: [{ uid: 'r', source_order_id: 'SQ1', return_line_items: [{ name: 'Mug', quantity: '1' }] }],
      return_amounts: { total_money: square(1620) },
      refunds: [{ id: 'rf', amount_money: square(1620) }],
      ...{ total_tax_money: square(0), total_tip_money: square(0), total_money: square(0) },
    },
  ],
}

const loyverse = (no: string, type: string, units: number, more: object = {}) => ({
  ...{ receipt_number: no, receipt_type: type, refund_for: null, created_at: `${day}09:00:00.000Z` },
  ...{ receipt_date: `${day}08:10:00.000Z`, cancelled_at: null, source: 'point of sale' },
  ...{ total_money: units * 11.9, total_tax: units * 1.9, total_discount: 0, employee_id: 'e1', tip: 0 },
  ...{ store_id: 's1', pos_device_id: 'd1' },
  line_items: [
    {
      ...{ item_name: 'Mug', sku: 'M-1', quantity: units, price: 11.9, gross_total_money: units * 11.9 },
      ...{ total_money: units * 11.9, total_discount: 0, line_taxes: [{ name: 'VAT', rate: 19 }] },
    },
  ],
  payments: [{ payment_type_id: 'p1', name: 'Cash', type: 'CASH', money_amount: units * 11.9 }],
  ...more,
})

const zettle = (no: number, units: number, more: object = {}) => ({
  ...{ source: 'POS', purchaseUUID: `u${no}`, purchaseNumber: no, timestamp: `${day}08:1${no}:00.000+0000` },
  ...{
    amount: units * 14_000,
    vatAmount: units * 2_800,
    currency: 'SEK',
    country: 'SE',
    userDisplayName: 'Maya',
  },
  products: [
    {
      ...{
        quantity: String(units),
        name: 'Mug',
        sku: 'M-1',
        unitPrice: 14_000,
        vatPercentage: 25,
        type: 'PRODUCT',
      },
      ...{ rowTaxableAmount: units * 11_200 },
    },
  ],
  payments: [{ uuid: `p${no}`, amount: units * 14_000, type: 'IZETTLE_CASH' }],
  ...{ refund: units < 0, refunded: false, groupedVatAmounts: { '25.0': units * 2_800 } },
  ...more,
})

const kSeries = (no: string, units: number, type: string, cancelled = false) => ({
  ...{
    accountReference: `A${no}`,
    receiptId: `R${no}`,
    type,
    cancelled,
    deviceName: 'iPad',
    ownerName: 'Maya',
  },
  salesLines: [
    {
      ...{
        sku: 'MUG',
        name: 'Mug',
        quantity: String(units),
        menuListPrice: '11.90',
        taxRatePercentage: '19.00',
      },
      totalNetAmountWithTax: (units * 11.9).toFixed(2),
      totalNetAmountWithoutTax: (units * 10).toFixed(2),
      taxAmount: (units * 1.9).toFixed(2),
    },
  ],
  payments: [
    {
      ...{ code: 'CASH', description: 'Cash', currency: 'EUR', tip: '0.00', type: 'CASH' },
      netAmountWithTax: (units * 11.9).toFixed(2),
    },
  ],
  ...{ timeofOpening: `${day}08:00:00Z`, timeofCloseAndPaid: `${day}08:10:00Z` },
})

const clover = (id: string, units: number, tender: string) => ({
  ...{
    id,
    currency: 'USD',
    total: units * 1_350,
    state: 'locked',
    testMode: false,
    createdTime: 1_784_362_200_000,
  },
  ...{ employee: { id: 'E1' }, device: { id: 'D1' }, paymentState: 'PAID' },
  lineItems: {
    elements: Array.from({ length: units }, (_, line) => ({
      ...{
        id: `${id}-${line}`,
        name: 'Mug',
        itemCode: 'M-1',
        price: 1_250,
        exchanged: false,
        refunded: false,
      },
    })),
  },
  payments: {
    elements: [
      {
        id: `${id}-p`,
        tender: { label: tender },
        amount: units * 1_350,
        taxAmount: units * 100,
        result: 'SUCCESS',
      },
    ],
  },
})

const retail = (no: string, units: number, voided: boolean) => ({
  ...{
    saleID: no,
    ticketNumber: `22000${no}`,
    timeStamp: `${day}08:10:00+00:00`,
    completeTime: `${day}08:10:00+00:00`,
  },
  ...{
    completed: 'true',
    voided: String(voided),
    archived: 'false',
    shopID: '1',
    registerID: '1',
    employeeID: '1',
  },
  ...{
    calcSubtotal: String(units * 12.5),
    calcTax1: String(units),
    calcTax2: '0',
    total: String(units * 13.5),
  },
  SaleLines: {
    // what was XML has an object in place of a list of one
    SaleLine: {
      ...{
        saleLineID: `${no}1`,
        unitQuantity: String(units),
        unitPrice: '12.5',
        calcSubtotal: String(units * 12.5),
      },
      ...{ calcTotal: String(units * 13.5), Item: { itemID: '7', customSku: 'M-1', description: 'Mug' } },
    },
  },
  SalePayments: {
    SalePayment: [
      { amount: String(units * 13.5), archived: 'false', PaymentType: { code: 'CA', name: 'Cash' } },
    ],
  },
})
/** The list has both forms, as it is where one sale has several lines. */
const retailSales = {
  Sale: [
    retail('101', 2, false),
    retail('102', 1, true),
    {
      ...retail('103', -1, false),
      SaleLines: { SaleLine: [retail('103', -1, false).SaleLines.SaleLine] },
    },
  ],
}

export const publicLayouts: Readonly<Record<string, PublicLayout>> = {
  'Square, transactions': {
    file: 'transactions.csv',
    text: layouts.squareTransactions,
    answers: { currency: 'USD' },
    sales: [
      'abc1: 1 2 x Mug 2700, 1 Tip 100, tax 223, card 3023',
      'abc3: -1 Postcard -200, tax -17, cash -217',
    ],
  },
  'Square, items': {
    file: 'items.csv',
    text: layouts.squareItems,
    answers: { currency: 'USD', taxIncluded: 'no', amount: 'Net Sales' },
    sales: [
      '2026-11-25/tx1: 2 MUG 2000, 0.25 TEA 500, tax 200, other 2700',
      '2026-11-26/tx1: -1 MUG -1000, tax -80, other -1080',
      '2026-11-26/tx3: 1 MUG 1200, tax 96, other 1296',
    ],
  },
  'Square, orders': {
    file: 'orders.json',
    text: json(squareOrders),
    answers: { amounts: 'minor', 'mark:/returns': 'refuse' },
    sales: ['SQ1: 2 Mug 3000, 1 total_tip_money 300, tax 240, card 3540', 'RECORD_MARKED'],
  },
  'Loyverse, receipts by item': {
    file: 'receipts-by-item.csv',
    text: layouts.loyverseByItem,
    answers: { currency: 'USD', taxIncluded: 'no' },
    sales: [
      '1-1001: 2 10001 2700, 1 10002 200, tax 240, other 3140',
      '1-1002: -1 10002 -200, tax -17, other -217',
    ],
  },
  'Loyverse, receipts': {
    file: 'receipts.json',
    text: json({
      receipts: [
        loyverse('1-1', 'SALE', 2),
        loyverse('1-2', 'SALE', 1, { cancelled_at: `${day}08:20:00.000Z` }),
        loyverse('1-3', 'REFUND', 1, { refund_for: '1-1' }),
        loyverse('2-1', 'SALE', 1, { store_id: 's2' }),
      ],
    }),
    answers: { currency: 'EUR', store: 's1' },
    sales: ['1-1: 2 M-1 2000, tax 380, cash 2380', '1-3: -1 M-1 -1000, tax -190, cash -1190'],
  },
  'Zettle, purchases': {
    file: 'purchases.json',
    text: json({
      purchases: [
        zettle(1, 2, { refunded: true, refundedByPurchaseUUIDs: ['u2'] }),
        zettle(2, -1, { refundsPurchaseUUID: 'u1' }),
      ],
    }),
    answers: { amounts: 'minor', 'mark:/refunded': 'none' },
    sales: ['1: 2 M-1 22400, tax 5600, cash 28000', '2: -1 M-1 -11200, tax -2800, cash -14000'],
  },
  'Lightspeed K, financial data': {
    file: 'financials.json',
    text: json({
      sales: [kSeries('1', 2, 'SALE'), kSeries('2', 1, 'SALE', true), kSeries('3', -1, 'REFUND')],
    }),
    answers: { currency: 'EUR' },
    sales: ['R1: 2 MUG 2000, tax 380, cash 2380', 'R3: -1 MUG -1000, tax -190, cash -1190'],
  },
  'Lightspeed R, sales': {
    file: 'sales.json',
    text: json(retailSales),
    answers: { currency: 'USD' },
    sales: ['1/101: 2 M-1 2500, tax 200, cash 2700', '1/103: -1 M-1 -1250, tax -100, cash -1350'],
  },
  'Lightspeed X and Vend, sales history': {
    file: 'history.csv',
    text: layouts.rowsOfPayments,
    answers: { currency: 'NZD' },
    sales: [
      'Main/4010: 1 10043 4261, tax 639, cash 2000, card 2900',
      'Main/4011: 1 10045 217, tax 32, cash 250',
    ],
  },
  'Clover, orders': {
    file: 'orders.json',
    text: json({ elements: [clover('ORD1', 2, 'Cash'), clover('ORD2', 1, 'Credit Card')] }),
    answers: { amounts: 'minor' },
    sales: ['ORD1: 1 M-1 1250, 1 M-1 1250, tax 200, cash 2700', 'ORD2: 1 M-1 1250, tax 100, card 1350'],
  },
  'Shopify POS, orders': {
    file: 'orders.csv',
    text: layouts.onlineShopOrders,
    answers: {},
    sales: ['#1001: 2 MUG-1 2521, 1 TOTE-1 336, tax 543, cash 3400', '#1002: 1 TOTE-1 336, tax 64, card 400'],
  },
  'SumUp, sales report': {
    file: 'report.csv',
    text: `Account,Date,Time,Type,Transaction ID,Receipt Number,Payment Method,Quantity,Description,Currency,Price (Gross),Price (Net),Tax,Tax rate,Transaction refunded
a@b.example,18.07.26,09:10,Sales,TX1,S1,Cash,2,Mug,CHF,23.80,22.02,1.78,8.1%,
a@b.example,18.07.26,09:10,Sales,TX1,S1,Cash,1,Tea,CHF,5.35,5.21,0.14,2.6%,
a@b.example,19.07.26,09:10,Refund,TX2,S2,Cash,1,Mug,CHF,-11.90,-11.01,-0.89,8.1%,
`,
    answers: {},
    sales: ['S1: 2 Mug 2202, 1 Tea 521, tax 178, tax 14, cash 2915', 'S2: -1 Mug -1101, tax -89, cash -1190'],
  },
  'Toast, item selections': {
    file: 'ItemSelectionDetails.csv',
    text: `Location,Order Id,Order #,Sent Date,Order Date,Check Id,Server,SKU,Menu Item,Gross Price,Discount,Net Price,Qty,Tax,Void?,Deferred,Tax Inclusion Option
HAR,130,5001,7/18/26 5:18 PM,7/18/26 5:17 PM,131,Anke,MUG,Mug,24.00,4.00,20.00,2.0,1.78,false,false,Tax Not Included
HAR,130,5001,7/18/26 5:18 PM,7/18/26 5:17 PM,131,Anke,TEA,Tea,5.00,0.00,5.00,1.0,0.44,true,false,Tax Not Included
`,
    answers: { currency: 'USD', taxIncluded: 'no' },
    sales: ['130: 2 MUG 2000, tax 178, other 2178'],
  },
  'Dynamics, lines of retail transactions': {
    file: 'RetailTransactionSalesTrans.csv',
    text: `TRANSACTIONID,RECEIPTID,STORE,TERMINALID,TRANSDATE,ITEMID,BARCODE,QTY,PRICE,NETAMOUNT,TAXAMOUNT,CURRENCY
T-1,R-1,HAR,01,2026-07-18 08:10:00,M-1,,-2,12.50,-25.00,-2.00,USD
T-2,R-2,HAR,01,2026-07-18 08:20:00,M-1,,-1,12.50,-12.50,-1.00,USD
T-3,R-3,HAR,01,2026-07-18 08:30:00,M-1,,1,12.50,12.50,1.00,USD
T-4,R-4,HAR,01,2026-07-18 08:40:00,T-1,,-3,5.00,-15.00,-1.20,USD
`,
    answers: { minus: 'sold', taxIncluded: 'no' },
    sales: [
      'R-1: 2 M-1 2500, tax 200, other 2700',
      'R-2: 1 M-1 1250, tax 100, other 1350',
      'R-3: -1 M-1 -1250, tax -100, other -1350',
      'R-4: 3 T-1 1500, tax 120, other 1620',
    ],
  },
  'Microsoft RMS, lines of transactions': {
    file: 'detailed-sales.csv',
    text: `Transaction Number,Time,Register,Cashier,Item Lookup Code,Description,Quantity,Price,Extended Price,Sales Tax,Tender
1001,7/18/2026 9:10,1,Maya,M-1,Mug,2,12.50,25.00,2.00,Cash
1002,7/18/2026 9:20,1,Maya,M-1,Mug,-1,12.50,-12.50,-1.00,Cash
`,
    answers: { currency: 'USD', taxIncluded: 'no' },
    sales: ['1/1001: 2 M-1 2500, tax 200, cash 2700', '1/1002: -1 M-1 -1250, tax -100, cash -1350'],
  },
  'Odoo, orders with their lines': {
    file: 'pos.order.csv',
    text: `"Order Ref","Date","Receipt Number","Cashier","Total","Status","Order Lines/Product/Internal Reference","Order Lines/Full Product Name","Order Lines/Quantity","Order Lines/Unit Price","Order Lines/Subtotal","Payments/Payment Method"
"Shop/0001","2026-07-18 08:10:00","Order 1-001","Maya","35.70","Posted","M-1","Mug","2.0","11.90","23.80","Cash"
"","","","","","","T-1","Tea","1.0","11.90","11.90",""
"Shop/0002","2026-07-18 09:10:00","Order 1-002","Maya","-11.90","Posted","M-1","Mug","-1.0","11.90","-11.90","Card"
`,
    answers: { currency: 'EUR' },
    sales: ['Order 1-001: 2 M-1 2380, 1 T-1 1190, cash 3570', 'Order 1-002: -1 M-1 -1190, card -1190'],
  },
}

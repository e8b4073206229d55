import type { CsvColumns } from './column-headings.ts'

/**
 * What the heading line of a known export tells us, and no more. The format of dates and decimals, the meaning of a
 * status and the sign of a refund differ by till, country and version, so the settings must say them.
 */
export interface Preset {
  readonly rows: 'line' | 'receipt'
  readonly columns: CsvColumns
  readonly delimiter?: ';'
  readonly decimal?: ','
  readonly date?: 'iso'
  readonly taxIncluded?: boolean
  readonly oneMoment?: true
  readonly services?: readonly string[]
  readonly statuses?: Readonly<Record<string, 'counts' | 'void'>>
}

export const presetNames = [
  'loyverse-receipts',
  'loyverse-receipts-by-item',
  'square-transactions',
  'square-items',
  'sumup-sales',
  'sumup-sales-de',
  'toast-items',
  'dsfinvk-lines-vat',
] as const

const loyverse = {
  receipt: 'Receipt number',
  date: 'Date',
  type: 'Receipt type',
  till: 'POS',
  store: 'Store',
  staff: 'Cashier name',
  status: 'Status',
} as const satisfies CsvColumns

export const presets: Readonly<Record<(typeof presetNames)[number], Preset>> = {
  /** Loyverse, receipts: no items, so it moves no stock. All payments of a receipt share one name. */
  'loyverse-receipts': {
    rows: 'receipt',
    columns: {
      ...loyverse,
      total: 'Total collected',
      tax: 'Taxes',
      tender: 'Payment type',
      title: 'Description',
    },
    taxIncluded: true,
  },
  /** Loyverse, receipts by item: items, but no payments. */
  'loyverse-receipts-by-item': {
    rows: 'line',
    columns: {
      ...loyverse,
      sku: 'SKU',
      title: 'Item',
      quantity: 'Quantity',
      amount: 'Net sales',
      discount: 'Discounts',
      tax: 'Taxes',
    },
  },
  /** Square, transactions: payments, but no items. A tip is part of the total. */
  'square-transactions': {
    rows: 'receipt',
    columns: {
      receipt: 'Transaction ID',
      date: 'Date',
      time: 'Time',
      zone: 'Time Zone',
      store: 'Location',
      till: 'Device Name',
      staff: 'Staff Name',
      type: 'Event Type',
      title: 'Description',
      total: 'Total Collected',
      tax: 'Tax',
      charges: ['Tip'],
      tenders: [
        { column: 'Card', kind: 'card' },
        { column: 'Cash', kind: 'cash' },
        { column: 'Square Gift Card', kind: 'voucher' },
        { column: 'Other Tender', kind: 'other' },
      ],
    },
    taxIncluded: true,
  },
  /**
   * Square, items detail: items, but no payments and no tips. A refund may bear the number of its sale, so the kind
   * of event is part of the key, and a second refund has a moment of its own. The headings are those of the samples that were seen; an export without one of them is
   * refused and names it (a layout of 21 columns is known of, its headings are not).
   */
  'square-items': {
    rows: 'line',
    columns: {
      receipt: ['Transaction ID', 'Event Type'],
      receiptNumber: 'Transaction ID',
      date: 'Date',
      time: 'Time',
      zone: 'Time Zone',
      store: 'Location',
      till: 'Device Name',
      type: 'Event Type',
      sku: 'SKU',
      title: 'Item',
      quantity: 'Qty',
      amount: 'Net Sales',
      tax: 'Tax',
    },
    oneMoment: true,
  },
  /** SumUp, sales report in English: items by name, with the way of payment of their transaction. It has no item codes and no tips. */
  'sumup-sales': {
    rows: 'line',
    columns: {
      receipt: ['Transaction ID', 'Type'],
      receiptNumber: 'Receipt Number',
      date: 'Date',
      time: 'Time',
      currency: 'Currency',
      type: 'Type',
      title: 'Description',
      quantity: 'Quantity',
      amount: 'Price (Gross)',
      tax: 'Tax',
      tender: 'Payment Method',
    },
    taxIncluded: true,
  },
  /** SumUp, sales report in German (`Umsatzbericht`): the same, with date and time in one column. */
  'sumup-sales-de': {
    rows: 'line',
    columns: {
      receipt: ['Transaktionsnummer', 'Typ'],
      receiptNumber: 'Transaktionsnummer',
      date: 'Datum',
      currency: 'Währung',
      type: 'Typ',
      title: 'Beschreibung',
      quantity: 'Menge',
      amount: 'Preis (brutto)',
      tax: 'Steuer',
      tender: 'Zahlungsmethode',
    },
    taxIncluded: true,
  },
  /**
   * Toast, ItemSelectionDetails.csv: items by check, without payments, tips and refunds. A voided item is left out of its check, and what
   * is deferred (a gift card) moves no stock. Each row says whether its tax is within its price. The date is the order's, which may be open still.
   */
  'toast-items': {
    rows: 'line',
    columns: {
      receipt: ['Order Id', 'Check Id'],
      receiptNumber: 'Order #',
      date: 'Order Date',
      store: 'Location',
      staff: 'Server',
      sku: 'SKU',
      title: 'Menu Item',
      quantity: 'Qty',
      amount: 'Net Price',
      tax: 'Tax',
      taxInclusion: 'Tax Inclusion Option',
      itemType: 'Deferred',
      status: 'Void?',
    },
    services: ['true'],
    statuses: { false: 'counts', true: 'void' },
  },
  /** DSFinV-K, lines_vat.csv: money by line and VAT key, without items, payments or the time of the sale. */
  'dsfinvk-lines-vat': {
    rows: 'line',
    delimiter: ';',
    decimal: ',',
    date: 'iso',
    columns: {
      receipt: ['Z_KASSE_ID', 'Z_NR', 'BON_ID'],
      receiptNumber: 'BON_ID',
      date: 'Z_ERSTELLUNG',
      till: 'Z_KASSE_ID',
      line: 'POS_ZEILE',
      amount: 'POS_NETTO',
      tax: 'POS_UST',
      taxName: 'UST_SCHLUESSEL',
    },
    taxIncluded: false,
  },
}

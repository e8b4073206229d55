/** Pieces of POSLog documents, for tests that vary one thing. */
export interface TransactionText {
  readonly store?: string
  readonly sequence?: number | string
  readonly day?: string
  readonly attributes?: string
  readonly currency?: string
  readonly before?: string
  readonly items: string
}

export const sale = (item: string, amount: string, more = '', sequence = 1) =>
  `<LineItem><SequenceNumber>${sequence}</SequenceNumber><Sale ItemType="Stock"><ItemID>${item}</ItemID><Description>${item}</Description>` +
  `<ExtendedAmount>${amount}</ExtendedAmount><Quantity UnitOfMeasureCode="EA">1</Quantity>${more}</Sale></LineItem>`

export const tender = (amount: string, type = 'Cash', more = '') =>
  `<LineItem><SequenceNumber>90</SequenceNumber><Tender TenderType="${type}"><Amount>${amount}</Amount>${more}</Tender></LineItem>`

export const grand = (amount: string) => `<Total TotalType="TransactionGrandAmount">${amount}</Total>`

export const transaction = ({
  store = 'HAR',
  sequence = 1,
  day = '2026-11-25',
  attributes = '',
  currency = '<CurrencyCode>EUR</CurrencyCode>',
  before = '',
  items,
}: TransactionText) =>
  `<Transaction${attributes}><RetailStoreID>${store}</RetailStoreID><WorkstationID>2</WorkstationID><SequenceNumber>${sequence}</SequenceNumber>` +
  `<BusinessDayDate>${day}</BusinessDayDate><EndDateTime>${day}T14:03:00</EndDateTime><OperatorID>7</OperatorID>${currency}${before}` +
  `<RetailTransaction>${items}</RetailTransaction></Transaction>`

export const poslog = (...transactions: readonly string[]) =>
  `<?xml version="1.0" encoding="utf-8"?>\n<POSLog xmlns="http://www.nrf-arts.org/IXRetail/namespace/">\n${transactions.join('\n')}\n</POSLog>\n`

/** A whole sale of one item, paid in cash. */
export const simple = (sequence: number, amount = '5.00', item = 'MUG') =>
  transaction({ sequence, items: sale(item, amount) + tender(amount) + grand(amount) })

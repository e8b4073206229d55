import { z } from 'zod'
import { defineSource } from '../../source.ts'
import type { SqlMapping } from '../mapping.ts'
import { anyDatabase, openByMapping, storeSettings } from '../store-settings.ts'

/**
 * uniCenta oPOS 4.x and 5.x. A receipt is a row of `receipts` whose id the ticket, its lines, taxes and payments
 * share; one without a ticket is cash put into or taken out of the drawer. A sale also writes the stock diary, with
 * the reasons -1 (sold) and 2 (returned), which therefore tell nothing new. A ticket's `status` holds the number of
 * the ticket that refunded it: no void. uniCenta voids by deleting.
 */
export const unicentaMapping: SqlMapping = {
  pos: 'uniCenta oPOS',
  requires: {
    receipts: ['id', 'money', 'datenew'],
    tickets: ['id', 'tickettype', 'ticketid', 'person'],
    ticketlines: ['ticket', 'line', 'product', 'units', 'price', 'taxid'],
    payments: ['id', 'receipt', 'payment', 'total'],
    taxlines: ['receipt', 'taxid', 'base', 'amount'],
    taxes: ['id', 'name', 'rate'],
    closedcash: ['money', 'host'],
    people: ['id', 'name'],
    products: ['id', 'reference', 'code', 'name'],
    locations: ['id'],
    stockdiary: ['id', 'datenew', 'reason', 'location', 'product', 'units'],
  },
  times: { numbers: 'epoch-ms' },
  receipts: {
    table: 'receipts',
    key: 'id',
    keys: 'text',
    time: 'datenew',
    skip: 'EXISTS (SELECT 1 FROM tickets WHERE tickets.id = receipts.id AND tickets.tickettype = 3)',
    headers: /* sql */ `
      SELECT receipts.id AS "key", receipts.datenew AS "at", receipts.money AS "session",
             tickets.tickettype AS "type", tickets.ticketid AS "number", tickets.person AS "person",
             closedcash.host AS "till", people.name AS "staff"
        FROM receipts
        LEFT JOIN tickets ON tickets.id = receipts.id
        LEFT JOIN closedcash ON closedcash.money = receipts.money
        LEFT JOIN people ON people.id = tickets.person
       WHERE receipts.id IN {keys} LIMIT ?`,
    lines: /* sql */ `
      SELECT ticketlines.ticket AS "receipt", ticketlines.line AS "line", ticketlines.product AS "product",
             ticketlines.units AS "units", ticketlines.price AS "price", ticketlines.taxid AS "tax",
             {ticketlines.attributes} AS "properties",
             products.id AS "found", {products.isservice} AS "service",
             products.reference AS "sku", products.code AS "barcode", products.name AS "title"
        FROM ticketlines
        LEFT JOIN products ON products.id = ticketlines.product
       WHERE ticketlines.ticket IN {keys} ORDER BY ticketlines.ticket, ticketlines.line LIMIT ?`,
    taxes: /* sql */ `
      SELECT taxlines.receipt AS "receipt", taxlines.taxid AS "tax", taxlines.base AS "base",
             taxlines.amount AS "amount", taxes.name AS "name", taxes.rate AS "rate"
        FROM taxlines
        LEFT JOIN taxes ON taxes.id = taxlines.taxid
       WHERE taxlines.receipt IN {keys} LIMIT ?`,
    tenders: /* sql */ `
      SELECT payments.receipt AS "receipt", payments.payment AS "kind", payments.total AS "amount",
             {payments.notes} AS "note"
        FROM payments
       WHERE payments.receipt IN {keys} LIMIT ?`,
    // 0 sale, 1 refund (units and payments are negative), 2 a customer pays a debt (no lines), 3 drawer opened.
    types: { 0: 'sale', 1: 'sale', 2: 'sale', 3: 'void' },
    tenderKinds: {
      cash: 'cash',
      cashrefund: 'cash',
      cashin: 'drawer',
      cashout: 'drawer',
      magcard: 'card',
      magcardrefund: 'card',
      ccard: 'card',
      ccardrefund: 'card',
      cheque: 'cheque',
      chequerefund: 'cheque',
      paperin: 'voucher',
      paperout: 'voucher',
      voucherin: 'voucher',
      voucherout: 'voucher',
      debt: 'account',
      debtpaid: 'account',
      bank: 'bank',
      free: 'free',
      slip: 'other',
    },
    titleProperty: 'product.name',
    discountProperty: null,
  },
  diary: {
    table: 'stockdiary',
    key: 'id',
    keys: 'text',
    time: 'datenew',
    skip: 'stockdiary.reason IN (-1, 2)',
    entries: /* sql */ `
      SELECT stockdiary.id AS "key", stockdiary.datenew AS "at", stockdiary.reason AS "reason",
             stockdiary.location AS "location", stockdiary.product AS "product", stockdiary.units AS "units",
             products.id AS "found", products.reference AS "sku", products.code AS "barcode"
        FROM stockdiary
        LEFT JOIN products ON products.id = stockdiary.product
       WHERE stockdiary.id IN {keys} LIMIT ?`,
    reasons: {
      '1': 'received',
      '2': 'void',
      '4': 'transferred',
      '5': 'corrected',
      '-1': 'void',
      '-2': 'returned-to-supplier',
      '-3': 'damaged',
      '-4': 'transferred',
      '-5': 'used',
      '-6': 'used',
      '-7': 'used',
      '-8': 'corrected',
      '-9': 'corrected',
    },
  },
  counts: {
    table: 'products',
    key: 'id',
    keys: 'text',
    time: null,
    skip: "reference IS NULL OR reference = ''",
    requires: { stockcurrent: ['location', 'product', 'units'] },
    entries: /* sql */ `
      SELECT stockcurrent.product AS "key", stockcurrent.location AS "location", SUM(stockcurrent.units) AS "units",
             MIN(products.reference) AS "sku", MIN(products.code) AS "barcode"
        FROM stockcurrent
        JOIN products ON products.id = stockcurrent.product
       WHERE stockcurrent.product IN {keys}
       GROUP BY stockcurrent.product, stockcurrent.location LIMIT ?`,
  },
  prices: {
    table: 'products',
    key: 'id',
    keys: 'text',
    time: null,
    skip: "reference IS NULL OR reference = ''",
    requires: { products: ['pricesell'] },
    entries: /* sql */ `
      SELECT products.id AS "key", products.pricesell AS "price",
             products.reference AS "sku", products.code AS "barcode"
        FROM products
       WHERE products.id IN {keys} LIMIT ?`,
    taxIncluded: false,
  },
  // The place of the newest sale in the diary; before the first sale, the only place there is.
  warehouse: /* sql */ `
    SELECT COALESCE(
      (SELECT location FROM stockdiary WHERE reason = -1 ORDER BY datenew DESC LIMIT 1),
      (SELECT CASE WHEN COUNT(*) = 1 THEN MIN(id) END FROM locations)) AS "warehouse"`,
}

/** `file` alone is an SQLite database: what this kind could read at first. */
const settings = z
  .strictObject({ file: z.string().min(1).optional(), database: anyDatabase.optional(), ...storeSettings })
  .refine(({ file, database }) => (file === undefined) !== (database === undefined), {
    error: 'give either "file" or "database"',
    path: ['database'],
  })

/** Sales, cash, stock changes, counts and prices from uniCenta oPOS's own tables. Reads only. */
export const unicenta = defineSource<z.infer<typeof settings>>({
  kind: 'unicenta',
  settings,
  open({ file = '', database, ...store }, parts) {
    return openByMapping(unicentaMapping, database ?? { product: 'sqlite', file }, store, parts)
  },
})

import { z } from 'zod'
import { Currency } from '../../../../shared/money.ts'
import { defineSource } from '../../source.ts'
import type { SqlMapping } from '../mapping.ts'
import { openSqlSource } from '../sql-source.ts'
import { openSqlite } from '../sqlite-engine.ts'

/**
 * uniCenta oPOS 4.x and 5.x. A receipt is a row of `receipts` whose id the ticket, its lines, taxes and payments
 * share; one without a ticket is cash put into or taken out of the drawer. A sale also writes the stock diary, with
 * the reasons -1 (sold) and 2 (returned), which therefore tell nothing new. A ticket's `status` holds the number of
 * the ticket that refunded it: no void. uniCenta voids by deleting.
 */
const unicentaMapping: SqlMapping = {
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
  keyList: '(SELECT value FROM json_each(?))',
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
             CAST({ticketlines.attributes} AS TEXT) AS "properties",
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
  // The place of the newest sale in the diary; before the first sale, the only place there is.
  warehouse: /* sql */ `
    SELECT COALESCE(
      (SELECT location FROM stockdiary WHERE reason = -1 ORDER BY datenew DESC LIMIT 1),
      (SELECT CASE WHEN COUNT(*) = 1 THEN MIN(id) END FROM locations)) AS "warehouse"`,
}

const settings = z.strictObject({
  file: z.string().min(1),
  warehouse: z.string().min(1).max(255).optional(),
  currency: Currency,
  zone: z.string().refine(isZone, 'is no time zone that this machine knows, such as Europe/Berlin'),
  startFrom: z.union([z.literal('all'), z.iso.date()]).default('all'),
})

/** Sales, cash and stock changes from uniCenta oPOS's own tables in an SQLite file. Reads only. */
export const unicenta = defineSource<z.infer<typeof settings>>({
  kind: 'unicenta',
  settings,
  async open({ file, warehouse, currency, zone, startFrom }, parts) {
    const engine = openSqlite(file, parts)
    try {
      const first = startFrom === 'all' ? null : startFrom
      const store = { warehouse: warehouse ?? null, currency, zone, startFrom: first }
      return await openSqlSource(unicentaMapping, engine, store, parts)
    } catch (error) {
      engine.close()
      throw error
    }
  },
})

function isZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== ''
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

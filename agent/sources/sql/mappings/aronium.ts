import { z } from 'zod'
import { tenderKinds } from '../../../../shared/events.ts'
import { type Currency, minorDigits } from '../../../../shared/money.ts'
import { defineSource } from '../../source.ts'
import type { SqlMapping } from '../mapping.ts'
import { openByMapping, sqliteDatabase, storeSettings } from '../store-settings.ts'
import { startsAt } from './sql-values.ts'

interface Shop {
  readonly currency: Currency
  readonly tenders: Readonly<Record<string, (typeof tenderKinds)[number]>>
  /** First moment that counts, as the database writes it; null: all. */
  readonly from: string | null
}

const UNLIKE_LINES = 'a document with a total that its lines do not give'
const MIXED_REFUND = 'a refund with sold goods'

/** Names of payments that Aronium comes with, in lower case, and what a document lacks that is not paid in full. */
const ownPayments: SqlMapping['receipts']['tenderKinds'] = {
  cash: 'cash',
  card: 'card',
  'credit card': 'card',
  'debit card': 'card',
  check: 'cheque',
  cheque: 'cheque',
  voucher: 'voucher',
  'gift card': 'voucher',
  'bank transfer': 'bank',
  owed: 'account',
}

/**
 * Aronium 1.x (POS, SQLite). Its documents are of a type: 200 is a sale and 220 a refund; the others move stock (100 purchase, 120
 * return to a supplier, 300 count, 400 loss and damage) or are no more than paper (230 pro forma). A refund is read as below zero whether its rows have a
 * minus or not. Tax is within a document's lines or on top of them: its own total says which, and a document whose total its lines don't
 * give is refused. The code of an item is `Code`; of several barcodes the first counts.
 */
function aroniumMapping({ currency, tenders, from }: Shop): SqlMapping {
  const money = (amount: string) => `ROUND(${amount}, ${minorDigits(currency)})`
  const codeOf = (document: string) =>
    `(SELECT documenttype.code FROM documenttype WHERE documenttype.id = ${document}.documenttypeid)`
  const code = codeOf('document')
  const isRefund = `${code} = '220'`
  /** In SQLite a rounded sum of cents is compared with room for binary noise. */
  const near = (one: string, other: string) =>
    `ABS((${one}) - (${other})) < ${(0.5 / 10 ** minorDigits(currency)).toFixed(4)}`
  const goodsAs = (amount: string) =>
    `(SELECT COALESCE(SUM(${amount}), 0) FROM documentitem WHERE documentitem.documentid = document.id)`
  const goods = goodsAs('documentitem.totalafterdocumentdiscount')
  /** Lines may have more decimals than the total of their rounded amounts. */
  const rounded = goodsAs(money('documentitem.totalafterdocumentdiscount'))
  const taxOf = (rows: string) =>
    `(SELECT COALESCE(SUM(documentitemtax.amount), 0) FROM documentitemtax ${rows})`
  const allTax = taxOf(
    'JOIN documentitem ON documentitem.id = documentitemtax.documentitemid WHERE documentitem.documentid = document.id',
  )
  const isWithin = `(${near('document.total', goods)} OR ${near('document.total', rounded)})`
  const isOnTop = `(${near('document.total', `${goods} + ${allTax}`)} OR ${near('document.total', `${rounded} + ${allTax}`)})`
  const paid = `(SELECT COALESCE(SUM(payment.amount), 0) FROM payment WHERE payment.documentid = document.id)`
  const signed = (amount: string) => `CASE WHEN ${isRefund} THEN -ABS(${amount}) ELSE ${amount} END`
  const isMixed = `(SELECT COUNT(DISTINCT documentitem.quantity < 0) FROM documentitem WHERE documentitem.documentid = document.id) > 1`
  const ofItem = taxOf('WHERE documentitemtax.documentitemid = documentitem.id')
  const barcode = `(SELECT MIN(barcode.value) FROM barcode WHERE barcode.productid = product.id)`
  const sku = `NULLIF(TRIM(product.code), '')`
  const coded = `SELECT product.id FROM product WHERE TRIM(product.code) <> ''`
  const sales = `SELECT documenttype.id FROM documenttype WHERE documenttype.code IN ('200', '220')`
  const isOld = from === null ? '' : ` OR document.stockdate < '${from}'`
  return {
    pos: 'Aronium',
    requires: {
      document: [
        ...['id', 'number', 'userid', 'stockdate', 'total', 'documenttypeid', 'warehouseid', 'paidstatus'],
      ],
      documenttype: ['id', 'code'],
      documentitem: [
        ...['id', 'documentid', 'productid', 'quantity', 'expectedquantity', 'totalafterdocumentdiscount'],
      ],
      documentitemtax: ['documentitemid', 'taxid', 'amount'],
      tax: ['id', 'name', 'rate'],
      payment: ['id', 'documentid', 'paymenttypeid', 'amount'],
      paymenttype: ['id', 'name'],
      product: ['id', 'name', 'code', 'isservice'],
      barcode: ['productid', 'value'],
      stock: ['id', 'productid', 'warehouseid', 'quantity'],
      warehouse: ['id'],
      user: ['id'],
    },
    times: { numbers: 'epoch-s' },
    receipts: {
      table: 'document',
      key: 'id',
      keys: 'integer',
      // Only the number has an index; documents are numbered as they are made.
      time: 'id',
      skip: `document.documenttypeid NOT IN (${sales})${isOld}`,
      headers: /* sql */ `
        SELECT document.id AS "key", SUBSTR(document.stockdate, 1, 19) AS "at",
               CASE WHEN COALESCE(${code}, '') NOT IN ('200', '220') THEN 'no sale'
                    WHEN NOT (${isWithin}) AND NOT (${isOnTop}) THEN '${UNLIKE_LINES}'
                    WHEN ${isRefund} AND ${isMixed} THEN '${MIXED_REFUND}' ELSE 'sale' END AS "type",
               document.number AS "number", document.userid AS "person", NULL AS "till",
               NULLIF(TRIM(COALESCE({user.firstname}, '') || ' ' || COALESCE({user.lastname}, '')), '') AS "staff"
          FROM document
          LEFT JOIN user ON user.id = document.userid
         WHERE document.id IN {keys} LIMIT ?`,
      lines: /* sql */ `
        SELECT documentitem.documentid AS "receipt", MOD(documentitem.id, 90000) AS "line", documentitem.productid AS "product",
               ${signed('documentitem.quantity')} AS "units",
               ${money(signed('documentitem.totalafterdocumentdiscount'))} AS "amount",
               CASE WHEN ${isWithin} THEN ${money(signed(ofItem))} END AS "included",
               CAST(document.warehouseid AS TEXT) AS "location",
               product.id AS "found", product.isservice AS "service", ${sku} AS "sku", ${barcode} AS "barcode",
               product.name AS "title"
          FROM documentitem
          JOIN document ON document.id = documentitem.documentid
          LEFT JOIN product ON product.id = documentitem.productid
         WHERE documentitem.documentid IN {keys} ORDER BY documentitem.documentid, documentitem.id LIMIT ?`,
      taxes: /* sql */ `
        SELECT documentitem.documentid AS "receipt", documentitemtax.taxid AS "tax",
               ${money(signed(`SUM(documentitem.totalafterdocumentdiscount - CASE WHEN ${isWithin} THEN ${ofItem} ELSE 0 END)`))} AS "base",
               ${money(signed('SUM(documentitemtax.amount)'))} AS "amount", tax.name AS "name",
               CASE WHEN COALESCE({tax.isfixed}, 0) = 0 THEN tax.rate / 100.0 END AS "rate"
          FROM documentitemtax
          JOIN documentitem ON documentitem.id = documentitemtax.documentitemid
          JOIN document ON document.id = documentitem.documentid
          LEFT JOIN tax ON tax.id = documentitemtax.taxid
         WHERE documentitem.documentid IN {keys}
         GROUP BY documentitem.documentid, documentitemtax.taxid LIMIT ?`,
      tenders: /* sql */ `
        SELECT tender.* FROM (
          SELECT payment.documentid AS "receipt", COALESCE(TRIM(paymenttype.name), 'unknown') AS "kind",
               ${money(signed('SUM(payment.amount)'))} AS "amount", MAX(paymenttype.name) AS "title", NULL AS "change",
               CASE WHEN COALESCE({paymenttype.markaspaid}, 1) = 0 THEN 'owed' ELSE TRIM(paymenttype.name) END AS "means"
          FROM payment
          JOIN document ON document.id = payment.documentid
          LEFT JOIN paymenttype ON paymenttype.id = payment.paymenttypeid
         GROUP BY payment.documentid, payment.paymenttypeid
          UNION ALL
        SELECT document.id, 'owed', ${money(signed(`document.total - ${paid}`))}, NULL, 0, 'owed'
            FROM document
           WHERE document.paidstatus <> 2 AND ${money(`ABS(document.total) - ABS(${paid})`)} > 0
        ) AS tender
         WHERE tender.receipt IN {keys} LIMIT ?`,
      types: { sale: 'sale', 'no sale': 'void', [UNLIKE_LINES]: 'unproven', [MIXED_REFUND]: 'unproven' },
      tenderKinds: { ...ownPayments, ...tenders },
      tendersInAnyCase: true,
      titleProperty: null,
      discountProperty: null,
    },
    diary: {
      table: 'documentitem',
      key: 'id',
      keys: 'integer',
      time: 'id',
      skip: `EXISTS (SELECT 1 FROM document WHERE document.id = documentitem.documentid
               AND (${code} IN ('200', '220', '230')${isOld}))
             OR documentitem.productid IN (SELECT product.id FROM product WHERE product.isservice <> 0)`,
      entries: /* sql */ `
        SELECT documentitem.id AS "key", SUBSTR(document.stockdate, 1, 19) AS "at",
               COALESCE(${code}, 'none') AS "reason", CAST(document.warehouseid AS TEXT) AS "location",
               documentitem.productid AS "product",
               CASE ${code} WHEN '300' THEN documentitem.quantity - documentitem.expectedquantity
                    WHEN '120' THEN -ABS(documentitem.quantity) WHEN '400' THEN -ABS(documentitem.quantity)
                    ELSE documentitem.quantity END AS "units",
               product.id AS "found", ${sku} AS "sku", ${barcode} AS "barcode"
          FROM documentitem
          JOIN document ON document.id = documentitem.documentid
          LEFT JOIN product ON product.id = documentitem.productid
         WHERE documentitem.id IN {keys} LIMIT ?`,
      reasons: {
        '100': 'received',
        '120': 'returned-to-supplier',
        '200': 'void',
        '220': 'void',
        '230': 'void',
        '300': 'corrected',
        '400': 'damaged',
      },
    },
    counts: {
      table: 'stock',
      key: 'id',
      keys: 'integer',
      time: null,
      skip: `productid NOT IN (${coded} AND product.isservice = 0)`,
      requires: {},
      entries: /* sql */ `
      SELECT stock.id AS "key", CAST(stock.warehouseid AS TEXT) AS "location", stock.quantity AS "units", ${sku} AS "sku",
             ${barcode} AS "barcode"
        FROM stock
        JOIN product ON product.id = stock.productid
       WHERE stock.id IN {keys} LIMIT ?`,
    },
    prices: {
      table: 'product',
      key: 'id',
      keys: 'integer',
      time: null,
      // the shelf shows prices with their tax
      skip: `TRIM(COALESCE(code, '')) = '' OR istaxinclusiveprice = 0`,
      requires: { product: ['price', 'istaxinclusiveprice'] },
      entries: /* sql */ `
      SELECT product.id AS "key", ${money('product.price')} AS "price", ${sku} AS "sku", ${barcode} AS "barcode"
        FROM product
       WHERE product.id IN {keys} LIMIT ?`,
      taxIncluded: true,
    },
    warehouse: `SELECT CASE WHEN COUNT(*) = 1 THEN CAST(MIN(id) AS TEXT) END AS "warehouse" FROM warehouse`,
  }
}

const settings = z.strictObject({
  /** Aronium's own file, `pos.db`. */
  database: sqliteDatabase,
  /** What the names of the shop's own payment types mean: `{ "GCASH": "card" }`. */
  tenders: z.record(z.string().min(1).max(255), z.enum(tenderKinds)).default({}),
  ...storeSettings,
})

/** Sales, stock changes, counts and prices from Aronium's own tables. Reads only. */
export const aronium = defineSource<z.infer<typeof settings>>({
  kind: 'aronium',
  settings,
  open({ database, tenders, ...store }, parts) {
    const named = Object.fromEntries(
      Object.entries(tenders).map(([name, kind]) => [name.trim().toLowerCase(), kind]),
    )
    const mapping = aroniumMapping({ currency: store.currency, tenders: named, from: startsAt(store) })
    return openByMapping(mapping, database, store, parts)
  },
})

import { z } from 'zod'
import { tenderKinds } from '../../../../shared/events.ts'
import { type Currency, minorDigits } from '../../../../shared/money.ts'
import { defineSource } from '../../source.ts'
import type { SqlMapping } from '../mapping.ts'
import { mysqlDatabase, openByMapping, storeSettings } from '../store-settings.ts'

interface Installation {
  /** Before the name of every table; the installer's own is `ospos_`. */
  readonly prefix: string
  readonly currency: Currency
  readonly pricesIncludeTax: boolean | null
  readonly tenders: SqlMapping['receipts']['tenderKinds']
}

/**
 * OpenSourcePOS 3.1 to 3.4, on MySQL and MariaDB. A sale's `sale_status` is 0 completed, 1 suspended (quotes and work
 * orders too), 2 cancelled, which is how a sale is deleted; `sale_type` 2 and 3 are work orders and quotes. Nothing
 * keeps a line's amount: it is computed as the POS does, a percentage is rounded separately, a fixed discount applies
 * to each unit. With tax included (`tax_type` 0) the line's own tax is in it. Returns have units below zero. Payments hold
 * what was handed over, `cash_refund` the change given; `cash_adjustment` 1 is not a payment but the rounding of
 * cash. There are no tills and no sessions. `item_number` is both barcode and item code. Components of a kit are
 * lines of their own; the kit's line has no stock.
 */
function opensourceposMapping(of: Installation): SqlMapping {
  const digits = minorDigits(of.currency)
  const p = of.prefix
  const [sales, lines, payments] = [`${p}sales`, `${p}sales_items`, `${p}sales_payments`]
  const [taxes, lineTaxes, items] = [`${p}sales_taxes`, `${p}sales_items_taxes`, `${p}items`]
  const [inventory, people, places] = [`${p}inventory`, `${p}people`, `${p}stock_locations`]
  const quantities = `${p}item_quantities`
  const gross = `${lines}.quantity_purchased * ${lines}.item_unit_price`
  const rate = `COALESCE({${lines}.discount}, {${lines}.discount_percent}, 0)`
  const discount = `CASE WHEN COALESCE({${lines}.discount_type}, 0) = 1
      THEN ${lines}.quantity_purchased * ${rate} ELSE ROUND(${gross} * ${rate} / 100, ${digits}) END`
  const hasNoCode = "item_number IS NULL OR item_number = ''"
  return {
    pos: 'OpenSourcePOS',
    requires: {
      [sales]: ['sale_id', 'sale_time', 'employee_id', 'invoice_number', 'sale_status'],
      [lines]: ['sale_id', 'item_id', 'line', 'quantity_purchased', 'item_unit_price', 'item_location'],
      [payments]: ['sale_id', 'payment_type', 'payment_amount'],
      [taxes]: ['sale_id', 'tax_type', 'tax_group', 'sale_tax_basis', 'sale_tax_amount', 'name', 'tax_rate'],
      [lineTaxes]: ['sale_id', 'item_id', 'line', 'tax_type', 'item_tax_amount'],
      [items]: ['item_id', 'item_number', 'name', 'stock_type', 'deleted'],
      [inventory]: [
        'trans_id',
        'trans_items',
        'trans_date',
        'trans_comment',
        'trans_location',
        'trans_inventory',
      ],
      [people]: ['person_id', 'first_name', 'last_name'],
      [places]: ['location_id', 'deleted'],
    },
    times: { numbers: 'epoch-s' },
    receipts: {
      table: sales,
      key: 'sale_id',
      keys: 'integer',
      time: 'sale_time',
      skip: `sale_status <> 0 OR COALESCE({${sales}.sale_type}, 0) IN (2, 3)`,
      headers: /* sql */ `
        SELECT ${sales}.sale_id AS "key", ${sales}.sale_time AS "at",
               CASE WHEN ${sales}.sale_status = 0 AND COALESCE({${sales}.sale_type}, 0) IN (2, 3) THEN 'order'
                    ELSE CAST(${sales}.sale_status AS CHAR) END AS "type",
               COALESCE(NULLIF(${sales}.invoice_number, ''), CONCAT('POS ', ${sales}.sale_id)) AS "number",
               ${sales}.employee_id AS "person",
               TRIM(CONCAT(${people}.first_name, ' ', ${people}.last_name)) AS "staff"
          FROM ${sales}
          LEFT JOIN ${people} ON ${people}.person_id = ${sales}.employee_id
         WHERE ${sales}.sale_id IN {keys} LIMIT ?`,
      lines: /* sql */ `
        SELECT ${lines}.sale_id AS "receipt", ${lines}.line AS "line", ${lines}.item_id AS "product",
               ${lines}.quantity_purchased AS "units", ${gross} - (${discount}) AS "amount",
               ${discount} AS "discount",
               (SELECT SUM(${lineTaxes}.item_tax_amount) FROM ${lineTaxes}
                 WHERE ${lineTaxes}.sale_id = ${lines}.sale_id AND ${lineTaxes}.item_id = ${lines}.item_id
                   AND ${lineTaxes}.line = ${lines}.line AND ${lineTaxes}.tax_type = 0) AS "included",
               CAST(${lines}.item_location AS CHAR) AS "location",
               ${items}.item_id AS "found", ${items}.stock_type AS "service",
               ${items}.item_number AS "sku", ${items}.item_number AS "barcode", ${items}.name AS "title"
          FROM ${lines}
          LEFT JOIN ${items} ON ${items}.item_id = ${lines}.item_id
         WHERE ${lines}.sale_id IN {keys} ORDER BY ${lines}.sale_id, ${lines}.line LIMIT ?`,
      taxes: /* sql */ `
        SELECT ${taxes}.sale_id AS "receipt", ${taxes}.tax_group AS "tax",
               ${taxes}.sale_tax_basis
                 - CASE WHEN ${taxes}.tax_type = 0 THEN ${taxes}.sale_tax_amount ELSE 0 END AS "base",
               ${taxes}.sale_tax_amount AS "amount", ${taxes}.name AS "name", ${taxes}.tax_rate / 100 AS "rate"
          FROM ${taxes}
         WHERE ${taxes}.sale_id IN {keys} LIMIT ?`,
      tenders: /* sql */ `
        SELECT ${payments}.sale_id AS "receipt", SUBSTRING_INDEX(${payments}.payment_type, ':', 1) AS "kind",
               ${payments}.payment_amount AS "amount", {${payments}.cash_refund} AS "change",
               COALESCE({${payments}.cash_adjustment}, 0) AS "rounding"
          FROM ${payments}
         WHERE ${payments}.sale_id IN {keys} LIMIT ?`,
      types: { 0: 'sale', 1: 'void', 2: 'void', order: 'void' },
      tenderKinds: { ...englishTenders, ...of.tenders },
      titleProperty: null,
      discountProperty: null,
    },
    diary: {
      table: inventory,
      key: 'trans_id',
      keys: 'integer',
      time: 'trans_date',
      skip: "trans_comment REGEXP '^(POS|Deleting sale) [0-9]+$'",
      entries: /* sql */ `
        SELECT ${inventory}.trans_id AS "key", ${inventory}.trans_date AS "at",
               CASE WHEN ${inventory}.trans_comment REGEXP '^(POS|Deleting sale) [0-9]+$' THEN 'sale'
                    WHEN ${inventory}.trans_comment REGEXP '^RECV [0-9]+$' AND ${inventory}.trans_inventory > 0
                    THEN 'received'
                    WHEN ${inventory}.trans_comment REGEXP '^RECV [0-9]+$' THEN 'sent'
                    ELSE 'edited' END AS "reason",
               CAST(${inventory}.trans_location AS CHAR) AS "location", ${inventory}.trans_items AS "product",
               ${inventory}.trans_inventory AS "units",
               ${items}.item_id AS "found", ${items}.item_number AS "sku", ${items}.item_number AS "barcode"
          FROM ${inventory}
          LEFT JOIN ${items} ON ${items}.item_id = ${inventory}.trans_items
         WHERE ${inventory}.trans_id IN {keys} LIMIT ?`,
      reasons: { sale: 'void', received: 'received', sent: 'returned-to-supplier', edited: 'corrected' },
    },
    counts: {
      table: items,
      key: 'item_id',
      keys: 'integer',
      time: null,
      skip: `deleted = 1 OR stock_type = 1 OR ${hasNoCode}`,
      requires: { [quantities]: ['item_id', 'location_id', 'quantity'] },
      entries: /* sql */ `
        SELECT ${quantities}.item_id AS "key", CAST(${quantities}.location_id AS CHAR) AS "location",
               ${quantities}.quantity AS "units", ${items}.item_number AS "sku", ${items}.item_number AS "barcode"
          FROM ${quantities}
          JOIN ${items} ON ${items}.item_id = ${quantities}.item_id
         WHERE ${quantities}.item_id IN {keys} LIMIT ?`,
    },
    prices: {
      table: items,
      key: 'item_id',
      keys: 'integer',
      time: null,
      skip: `deleted = 1 OR ${hasNoCode}`,
      requires: { [items]: ['unit_price'] },
      entries: /* sql */ `
        SELECT ${items}.item_id AS "key", ${items}.unit_price AS "price",
               ${items}.item_number AS "sku", ${items}.item_number AS "barcode"
          FROM ${items}
         WHERE ${items}.item_id IN {keys} LIMIT ?`,
      taxIncluded: of.pricesIncludeTax,
    },
    // Only lines without a place of their own would need it, and there are none.
    warehouse: `SELECT CAST(MIN(location_id) AS CHAR) AS "warehouse" FROM ${places} WHERE deleted = 0`,
  }
}

/** Payments bear the names of the POS's language; those of others come in by the setting `tenders`. */
const englishTenders: SqlMapping['receipts']['tenderKinds'] = {
  Cash: 'cash',
  'Cash Deposit': 'cash',
  'Debit Card': 'card',
  'Credit Card': 'card',
  'Credit Deposit': 'card',
  Check: 'cheque',
  Cheque: 'cheque',
  'Gift Card': 'voucher',
  Rewards: 'voucher',
  'Reward Points': 'voucher',
  Due: 'account',
  'Bank Transfer': 'bank',
  'Wire Transfer': 'bank',
}

const settings = z.strictObject({
  database: mysqlDatabase,
  tablePrefix: z
    .string()
    .regex(/^[a-z0-9_]{0,32}$/)
    .default('ospos_'),
  /** What the POS's own names of payments mean: `{ "Bar": "cash" }`. */
  tenders: z.record(z.string().min(1).max(40), z.enum(tenderKinds)).default({}),
  /** Whether the prices of items include tax, as configured in the POS. */
  pricesIncludeTax: z.boolean().nullable().default(null),
  ...storeSettings,
})

/** Sales, stock changes, counts and prices from OpenSourcePOS's own tables. Reads only. */
export const opensourcepos = defineSource<z.infer<typeof settings>>({
  kind: 'opensourcepos',
  settings,
  open({ database, tablePrefix, tenders, pricesIncludeTax, ...store }, parts) {
    const { currency } = store
    const mapping = opensourceposMapping({ prefix: tablePrefix, currency, pricesIncludeTax, tenders })
    return openByMapping(mapping, database, store, parts)
  },
})

import { z } from 'zod'
import { tenderKinds } from '../../../../shared/events.ts'
import { type Currency, minorDigits } from '../../../../shared/money.ts'
import { defineSource } from '../../source.ts'
import type { SqlMapping } from '../mapping.ts'
import { mysqlDatabase, openByMapping, storeSettings } from '../store-settings.ts'
import { sqlText, startsAt } from './sql-values.ts'

interface Shop {
  /** Before the name of every table. */
  readonly prefix: string
  readonly currency: Currency
  readonly warehouse: string
  readonly tenders: SqlMapping['receipts']['tenderKinds']
  /** First moment that counts, as the database writes it; null: all. */
  readonly from: string | null
}

/** Payments by NexoPOS's own identifiers, and the words for what is owed and given back. */
const ownPayments: SqlMapping['receipts']['tenderKinds'] = {
  'cash-payment': 'cash',
  'bank-payment': 'bank',
  'account-payment': 'voucher',
  owed: 'account',
}

/**
 * NexoPOS 4.8 or later, on MySQL and MariaDB. Read from Blair2004/NexoPOS (database/migrations, OrdersService, ProductHistory). An
 * order counts unless it is on hold or void; one that was refunded in full counts no more. A refund changes the order itself: what
 * came back is off the quantity of its line, and off the order's totals; what was paid back is in `orders_refunds`. Of what was
 * paid beyond the total, less refunds, cash was given back; what an order lacks is owed. Tax is within the prices or on top: the
 * order's own total says which. Discounts and shipping are the order's. A product that is sold in several units has a code for
 * each. Stock moves are in `products_histories`; those of sales and returns repeat orders.
 */
function nexoposMapping({ prefix, currency, warehouse, tenders, from }: Shop): SqlMapping {
  const t = (name: string) => `${prefix}nexopos_${name}`
  const [orders, sold, payments] = [t('orders'), t('orders_products'), t('orders_payments')]
  const [refunds, kinds, registers] = [t('orders_refunds'), t('payments_types'), t('registers')]
  const [products, stock] = [t('products'), t('products_unit_quantities')]
  const [units, histories] = [t('units'), t('products_histories')]
  const money = (amount: string) => `ROUND(${amount}, ${minorDigits(currency)})`
  const off = `COALESCE(${orders}.discount, 0) + COALESCE(${orders}.total_coupons, 0)`
  const onTop = `${orders}.total - ${orders}.subtotal - ${orders}.shipping + ${off}`
  const isWithin = `ABS(${onTop}) < 0.005`
  const share = `CASE WHEN ABS({${orders}.products_tax_value} - ${orders}.tax_value) < 0.005 THEN ${sold}.tax_value
    ELSE ${orders}.tax_value * ${sold}.total_price / NULLIF(${orders}.subtotal, 0) END`
  const isGone = `${orders}.payment_status = 'refunded' AND ABS(${orders}.total) < 0.005`
  const uncounted = `${orders}.payment_status IN ('hold', 'order_void') OR (${isGone})`
  const paid = `(SELECT COALESCE(SUM(${payments}.value), 0) FROM ${payments} WHERE ${payments}.order_id = ${orders}.id)
    - (SELECT COALESCE(SUM(${refunds}.total), 0) FROM ${refunds} WHERE ${refunds}.order_id = ${orders}.id)`
  const inUnits = /* sql */ `(
    SELECT ${stock}.product_id, COUNT(*) AS units FROM ${stock} GROUP BY ${stock}.product_id) AS offered`
  const code = `CASE WHEN offered.units > 1 THEN CONCAT(${products}.sku, '/', ${units}.identifier) ELSE ${products}.sku END`
  const barcode = `COALESCE(NULLIF(${stock}.barcode, ''), CASE WHEN offered.units > 1 THEN NULL ELSE ${products}.barcode END)`
  const coded = `FROM ${stock}
        JOIN ${products} ON ${products}.id = ${stock}.product_id
        LEFT JOIN ${units} ON ${units}.id = ${stock}.unit_id
        LEFT JOIN ${inUnits} ON offered.product_id = ${stock}.product_id
       WHERE ${stock}.id IN {keys} LIMIT ?`
  const uncoded = `product_id NOT IN (SELECT ${products}.id FROM ${products} WHERE ${products}.sku <> ''`
  const isOfOrder =
    "operation_type IN ('sold', 'returned', 'void-return', 'return-adjustment', 'sale-adjustment')"
  return {
    pos: 'NexoPOS',
    requires: {
      [orders]: [
        ...['id', 'code', 'payment_status', 'discount', 'shipping', 'subtotal', 'total_coupons', 'total'],
        ...['tax_value', 'register_id', 'created_at'],
      ],
      [sold]: [
        ...['id', 'order_id', 'product_id', 'unit_id', 'unit_quantity_id', 'name', 'quantity', 'discount'],
        ...['tax_value', 'total_price'],
      ],
      [payments]: ['id', 'order_id', 'value', 'identifier'],
      [refunds]: ['id', 'order_id', 'total', 'payment_method'],
      [kinds]: ['identifier', 'label'],
      [registers]: ['id', 'name'],
      [products]: ['id', 'name', 'sku', 'barcode', 'type', 'stock_management'],
      [stock]: ['id', 'product_id', 'unit_id', 'barcode', 'quantity', 'sale_price'],
      [units]: ['id', 'identifier'],
      [histories]: ['id', 'product_id', 'unit_id', 'operation_type', 'quantity', 'created_at'],
    },
    times: { numbers: 'epoch-s' },
    receipts: {
      table: orders,
      key: 'id',
      keys: 'integer',
      // Only the number has an index; orders are numbered as they are made.
      time: 'id',
      skip: `${uncounted}${from === null ? '' : ` OR ${orders}.created_at < '${from}'`}`,
      headers: /* sql */ `
        SELECT ${orders}.id AS "key", ${orders}.created_at AS "at",
               CASE WHEN ${uncounted} THEN 'not a sale'
                    WHEN ${orders}.payment_status IN ('paid', 'unpaid', 'partially_paid', 'partially_refunded', 'refunded',
                                                      'due', 'partially_due') THEN 'sale'
                    ELSE COALESCE(${orders}.payment_status, 'without a status') END AS "type",
               ${orders}.code AS "number", COALESCE({${orders}.author}, {${orders}.author_id}) AS "person",
               ${registers}.name AS "till"
          FROM ${orders}
          LEFT JOIN ${registers} ON ${registers}.id = ${orders}.register_id
         WHERE ${orders}.id IN {keys} LIMIT ?`,
      lines: /* sql */ `
        SELECT line.* FROM (
          SELECT ${sold}.order_id AS "receipt", MOD(${sold}.id, 90000) AS "line", NULLIF(${sold}.product_id, 0) AS "product",
                 ${sold}.quantity AS "units", ${money(`${sold}.total_price`)} AS "amount",
                 CASE WHEN ${sold}.discount > 0 THEN ${money(`${sold}.discount`)} END AS "discount",
                 CASE WHEN ${isWithin} THEN ${money(share)} END AS "included",
                 ${products}.id AS "found",
                 CASE WHEN ${products}.type IN ('intangible', 'dematerialized') THEN 1 ELSE 0 END AS "service",
                 ${code} AS "sku", ${barcode} AS "barcode", ${sold}.name AS "title"
            FROM ${sold}
            JOIN ${orders} ON ${orders}.id = ${sold}.order_id
            LEFT JOIN ${products} ON ${products}.id = ${sold}.product_id
            LEFT JOIN ${stock} ON ${stock}.id = ${sold}.unit_quantity_id
            LEFT JOIN ${units} ON ${units}.id = ${sold}.unit_id
            LEFT JOIN ${inUnits} ON offered.product_id = ${sold}.product_id
          UNION ALL
          SELECT ${orders}.id, 95001, NULL, -1, ${money(`-(${off})`)}, NULL, NULL, NULL, 1, NULL, NULL, 'Discount'
            FROM ${orders} WHERE ${off} <> 0
          UNION ALL
          SELECT ${orders}.id, 95002, NULL, 1, ${money(`${orders}.shipping`)}, NULL, NULL, NULL, 1, NULL, NULL, 'Shipping'
            FROM ${orders} WHERE ${orders}.shipping <> 0
        ) AS line
         WHERE line.receipt IN {keys} ORDER BY line.receipt, line.line LIMIT ?`,
      taxes: /* sql */ `
        SELECT ${orders}.id AS "receipt", 'Tax' AS "tax",
               ${money(`${orders}.subtotal - (${off}) - CASE WHEN ${isWithin} THEN ${orders}.tax_value ELSE 0 END`)} AS "base",
               ${money(`${orders}.tax_value`)} AS "amount", NULL AS "name", NULL AS "rate"
          FROM ${orders}
         WHERE ${orders}.id IN {keys} AND ${orders}.tax_value <> 0 LIMIT ?`,
      tenders: /* sql */ `
        SELECT tender.receipt, tender.kind, SUM(tender.amount) AS "amount", MAX(${kinds}.label) AS "title",
               tender.kind AS "means"
          FROM (
            SELECT ${payments}.order_id AS "receipt", ${payments}.identifier AS "kind",
                   ${money(`${payments}.value`)} AS "amount"
              FROM ${payments}
            UNION ALL
            SELECT ${refunds}.order_id, ${refunds}.payment_method, ${money(`-${refunds}.total`)} FROM ${refunds}
            UNION ALL
            SELECT ${orders}.id, 'cash-payment', ${money(`${orders}.total - (${paid})`)} FROM ${orders}
             WHERE ${money(`${orders}.total - (${paid})`)} < 0
            UNION ALL
            SELECT ${orders}.id, 'owed', ${money(`${orders}.total - (${paid})`)} FROM ${orders}
             WHERE ${orders}.payment_status IN ('unpaid', 'partially_paid', 'due', 'partially_due')
               AND ${money(`${orders}.total - (${paid})`)} > 0
          ) AS tender
          LEFT JOIN ${kinds} ON ${kinds}.identifier = tender.kind
         WHERE tender.receipt IN {keys}
         GROUP BY tender.receipt, tender.kind HAVING SUM(tender.amount) <> 0 LIMIT ?`,
      types: { sale: 'sale', 'not a sale': 'void' },
      tenderKinds: { ...ownPayments, ...tenders },
      titleProperty: null,
      discountProperty: null,
    },
    diary: {
      table: histories,
      key: 'id',
      keys: 'integer',
      time: 'id',
      skip: `${isOfOrder}${from === null ? '' : ` OR ${histories}.created_at < '${from}'`}`,
      entries: /* sql */ `
        SELECT ${histories}.id AS "key", ${histories}.created_at AS "at",
               CASE WHEN ${isOfOrder} THEN 'order' ELSE operation_type END AS "reason", NULL AS "location",
               ${histories}.product_id AS "product",
               CASE WHEN operation_type = 'set' THEN {${histories}.after_quantity} - {${histories}.before_quantity}
                    WHEN operation_type IN ('removed', 'deleted', 'defective', 'lost', 'outgoing-transfer', 'convert-out')
                    THEN -${histories}.quantity ELSE ${histories}.quantity END AS "units",
               ${products}.id AS "found", ${code} AS "sku", ${barcode} AS "barcode"
          FROM ${histories}
          LEFT JOIN ${products} ON ${products}.id = ${histories}.product_id
          LEFT JOIN ${units} ON ${units}.id = ${histories}.unit_id
          LEFT JOIN ${stock} ON ${stock}.product_id = ${histories}.product_id AND ${stock}.unit_id = ${histories}.unit_id
          LEFT JOIN ${inUnits} ON offered.product_id = ${histories}.product_id
         WHERE ${histories}.id IN {keys} LIMIT ?`,
      reasons: {
        order: 'void',
        procured: 'received',
        added: 'corrected',
        removed: 'corrected',
        deleted: 'corrected',
        lost: 'corrected',
        set: 'corrected',
        'convert-in': 'corrected',
        'convert-out': 'corrected',
        defective: 'damaged',
        'incoming-transfer': 'transferred',
        'outgoing-transfer': 'transferred',
      },
    },
    counts: {
      table: stock,
      key: 'id',
      keys: 'integer',
      time: null,
      skip: `${uncoded} AND ${products}.stock_management = 'enabled')`,
      requires: {},
      entries: /* sql */ `
      SELECT ${stock}.id AS "key", ${sqlText(warehouse)} AS "location", ${stock}.quantity AS "units", ${code} AS "sku",
             ${barcode} AS "barcode"
        ${coded}`,
    },
    prices: {
      table: stock,
      key: 'id',
      keys: 'integer',
      time: null,
      skip: `${uncoded})`,
      requires: {},
      entries: /* sql */ `
      SELECT ${stock}.id AS "key", ${money(`${stock}.sale_price`)} AS "price", ${code} AS "sku", ${barcode} AS "barcode"
        ${coded}`,
      taxIncluded: null,
    },
    // NexoPOS keeps one place of stock and gives it no code.
    warehouse: 'SELECT NULL AS "warehouse"',
  }
}

const settings = z.strictObject({
  database: mysqlDatabase,
  /** As set up with the POS's database. */
  tablePrefix: z
    .string()
    .regex(/^[a-z0-9_]{0,32}$/)
    .default(''),
  /** What the identifiers of the shop's own payment types mean: `{ "visa": "card" }`. */
  tenders: z.record(z.string().min(1).max(190), z.enum(tenderKinds)).default({}),
  ...storeSettings,
})

/** Sales, stock changes, counts and prices from NexoPOS's own tables. Reads only. */
export const nexopos = defineSource<z.infer<typeof settings>>({
  kind: 'nexopos',
  settings,
  open({ database, tablePrefix, tenders, ...store }, parts) {
    const { currency, warehouse = '' } = store
    const shop = { prefix: tablePrefix, currency, warehouse, tenders, from: startsAt(store) }
    return openByMapping(nexoposMapping(shop), database, store, parts)
  },
})

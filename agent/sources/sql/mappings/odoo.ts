import { z } from 'zod'
import { tenderKinds } from '../../../../shared/events.ts'
import { type Currency, minorDigits } from '../../../../shared/money.ts'
import { defineSource } from '../../source.ts'
import type { SqlMapping } from '../mapping.ts'
import { openByMapping, postgresDatabase, storeSettings } from '../store-settings.ts'

interface Shop {
  readonly currency: Currency
  /** Ids of `pos_config`; none: the only one there is. */
  readonly points: readonly number[]
  readonly tenders: SqlMapping['receipts']['tenderKinds']
}

/** A translated text is JSON by language since Odoo 16, with `en_US` always among them; before, it is text. */
const textOf = (column: string) => /* sql */ `
  CASE jsonb_typeof(to_jsonb(${column})) WHEN 'string' THEN to_jsonb(${column}) #>> '{}'
       ELSE to_jsonb(${column}) ->> 'en_US' END`

/**
 * Odoo's point of sale, 13 or later, on PostgreSQL. One database holds the tills of all stores: `points` says which are
 * this one's. An order counts once it is paid, done or invoiced; Odoo lets none of these be deleted. `price_subtotal`
 * is a line's amount without tax and after its discount. A refund has units and payments below zero, and amounts too, but
 * for Odoo 19, which turned these: they are turned back if the order is a refund and was paid back in full. Tax is kept of
 * the whole order alone. Change is a payment below zero. Odoo lets an order be paid only if its payments are its total, or
 * differ by the point's own rounding of cash. Times are UTC.
 */
function odooMapping({ currency, points, tenders }: Shop): SqlMapping {
  const ids = points.length === 0 ? 'SELECT MIN(pos_config.id) FROM pos_config' : points.join(', ')
  const isHere = /* sql */ `EXISTS (
    SELECT 1 FROM pos_session WHERE pos_session.id = pos_order.session_id AND pos_session.config_id IN (${ids}))`
  const gross = 'pos_order_line.qty * pos_order_line.price_unit'
  const off = `${gross} * pos_order_line.discount / 100`
  const turned = (column: string) => `SIGN(pos_order_line.${column}) * SIGN(${gross})`
  const ofLine = (column: string) =>
    `CASE WHEN ${turned(column)} < 0 THEN -pos_order_line.${column} ELSE pos_order_line.${column} END`
  const anyLine = (is: string) => /* sql */ `EXISTS (
    SELECT 1 FROM pos_order_line
     WHERE pos_order_line.order_id = pos_order.id AND ${turned('price_subtotal')} ${is})`
  const ofOrder = (column: string) =>
    `CASE WHEN ${anyLine('< 0')} THEN -ABS(pos_order.${column}) ELSE pos_order.${column} END`
  const rounding = /* sql */ `(
    SELECT account_cash_rounding.rounding
      FROM pos_session
      JOIN pos_config ON pos_config.id = pos_session.config_id
      JOIN account_cash_rounding ON account_cash_rounding.id = {pos_config.rounding_method}
     WHERE pos_session.id = pos_order.session_id)`
  const isPaidBack = /* sql */ `{pos_order.is_refund} IS TRUE AND NOT ${anyLine('> 0')}
    AND ABS(ABS(pos_order.amount_total)
            + (SELECT SUM(pos_payment.amount) FROM pos_payment WHERE pos_payment.pos_order_id = pos_order.id))
        <= COALESCE(${rounding}, 0)`
  const near = `<= ${10 ** -minorDigits(currency)}`
  return {
    pos: 'Odoo',
    requires: {
      pos_order: [
        ...['id', 'name', 'state', 'date_order', 'session_id', 'user_id', 'pos_reference'],
        ...['amount_tax', 'amount_total', 'amount_paid'],
      ],
      pos_order_line: [
        ...['id', 'order_id', 'product_id', 'qty', 'price_unit', 'discount'],
        ...['price_subtotal', 'price_subtotal_incl'],
      ],
      pos_payment: ['id', 'pos_order_id', 'amount', 'payment_method_id'],
      pos_payment_method: ['id', 'name', 'is_cash_count'],
      pos_session: ['id', 'config_id'],
      pos_config: ['id', 'name', 'picking_type_id'],
      product_product: ['id', 'product_tmpl_id', 'default_code', 'barcode'],
      product_template: ['id', 'name', 'type'],
      account_cash_rounding: ['id', 'rounding'],
      stock_picking_type: ['id', 'warehouse_id'],
      stock_warehouse: ['id', 'code'],
    },
    times: { numbers: 'epoch-s', texts: 'utc' },
    openPoints: /* sql */ `
      SELECT CASE WHEN ${points.length === 0 ? 'COUNT(*) <= 1' : `COUNT(*) FILTER (WHERE id IN (${ids})) = ${new Set(points).size}`}
                  THEN NULL ELSE string_agg(CONCAT(id, ' ', name), ', ' ORDER BY id) END AS "points"
        FROM pos_config`,
    receipts: {
      table: 'pos_order',
      key: 'id',
      keys: 'integer',
      time: 'date_order',
      skip: `state IN ('draft', 'cancel') OR NOT ${isHere}`,
      // The state goes on from paid to done when the session is closed, which is not an edit of the sale.
      headers: /* sql */ `
        SELECT pos_order.id AS "key", pos_order.date_order AS "at", pos_order.session_id AS "session",
               CASE WHEN NOT ${isHere} THEN 'elsewhere'
                    WHEN pos_order.state IN ('paid', 'done', 'invoiced') AND ${anyLine('< 0')}
                         AND (${isPaidBack}) IS NOT TRUE
                    THEN 'amounts of another sign than the quantities'
                    WHEN pos_order.state IN ('paid', 'done', 'invoiced') THEN 'sale'
                    ELSE COALESCE(pos_order.state, 'without a state') END AS "type",
               COALESCE(NULLIF(pos_order.pos_reference, ''), pos_order.name) AS "number",
               pos_order.user_id AS "person", pos_config.name AS "till", {pos_order.cashier} AS "staff"
          FROM pos_order
          LEFT JOIN pos_session ON pos_session.id = pos_order.session_id
          LEFT JOIN pos_config ON pos_config.id = pos_session.config_id
         WHERE pos_order.id IN {keys} LIMIT ?`,
      lines: /* sql */ `
        SELECT pos_order_line.order_id AS "receipt",
               ROW_NUMBER() OVER (PARTITION BY pos_order_line.order_id ORDER BY pos_order_line.id) AS "line",
               pos_order_line.product_id AS "product", pos_order_line.qty AS "units",
               ${ofLine('price_subtotal')} AS "amount",
               CASE WHEN ABS(${gross} - ${off} - (${ofLine('price_subtotal')})) ${near} THEN ${off}
                    WHEN ABS(${gross} - ${off} - (${ofLine('price_subtotal_incl')})) ${near}
                    THEN ${off} * pos_order_line.price_subtotal / NULLIF(pos_order_line.price_subtotal_incl, 0)
               END AS "discount",
               product_product.id AS "found",
               CASE WHEN product_template.type IN ('service', 'combo')
                      OR product_product.id = {pos_config.tip_product_id}
                      OR product_product.id = {pos_config.discount_product_id} THEN 1 ELSE 0 END AS "service",
               product_product.default_code AS "sku", product_product.barcode AS "barcode",
               COALESCE({pos_order_line.full_product_name}, ${textOf('product_template.name')}) AS "title"
          FROM pos_order_line
          LEFT JOIN product_product ON product_product.id = pos_order_line.product_id
          LEFT JOIN product_template ON product_template.id = product_product.product_tmpl_id
          LEFT JOIN pos_order ON pos_order.id = pos_order_line.order_id
          LEFT JOIN pos_session ON pos_session.id = pos_order.session_id
          LEFT JOIN pos_config ON pos_config.id = pos_session.config_id
         WHERE pos_order_line.order_id IN {keys} ORDER BY pos_order_line.order_id, pos_order_line.id LIMIT ?`,
      taxes: /* sql */ `
        SELECT pos_order.id AS "receipt", 'Tax' AS "tax",
               (${ofOrder('amount_total')}) - (${ofOrder('amount_tax')}) AS "base",
               ${ofOrder('amount_tax')} AS "amount", NULL AS "name", NULL AS "rate"
          FROM pos_order
         WHERE pos_order.id IN {keys} AND pos_order.amount_tax <> 0 LIMIT ?`,
      tenders: /* sql */ `
        SELECT paid.* FROM (
          SELECT pos_payment.pos_order_id AS "receipt", CAST(pos_payment.payment_method_id AS text) AS "kind",
                 SUM(pos_payment.amount) AS "amount", 0 AS "rounding",
                 ${textOf('pos_payment_method.name')} AS "title",
                 CASE WHEN pos_payment_method.is_cash_count THEN 'is_cash_count'
                      WHEN COALESCE({pos_payment_method.use_payment_terminal}, '') <> ''
                      THEN 'use_payment_terminal' END AS "means"
            FROM pos_payment
            LEFT JOIN pos_payment_method ON pos_payment_method.id = pos_payment.payment_method_id
           GROUP BY pos_payment.pos_order_id, pos_payment.payment_method_id, pos_payment_method.id
          UNION ALL
          SELECT pos_order.id, 'rounding', (${ofOrder('amount_paid')}) - (${ofOrder('amount_total')}), 1, NULL, NULL
            FROM pos_order
           WHERE (${ofOrder('amount_paid')}) <> (${ofOrder('amount_total')})
             AND ABS((${ofOrder('amount_paid')}) - (${ofOrder('amount_total')})) <= ${rounding}
        ) AS paid
         WHERE paid.receipt IN {keys} LIMIT ?`,
      types: { sale: 'sale', draft: 'void', cancel: 'void', elsewhere: 'void' },
      tenderKinds: { ...tenders, is_cash_count: 'cash', use_payment_terminal: 'card' },
      titleProperty: null,
      discountProperty: null,
    },
    diary: null,
    counts: null,
    prices: null,
    warehouse: /* sql */ `
      SELECT CASE WHEN COUNT(DISTINCT stock_warehouse.id) = 1 THEN MIN(stock_warehouse.code) END AS "warehouse"
        FROM pos_config
        JOIN stock_picking_type ON stock_picking_type.id = pos_config.picking_type_id
        JOIN stock_warehouse ON stock_warehouse.id = stock_picking_type.warehouse_id
       WHERE pos_config.id IN (${ids})`,
  }
}

const settings = z.strictObject({
  database: postgresDatabase,
  /** Numbers of this store's points of sale in Odoo; left out: the only one there is. */
  points: z.array(z.int().positive()).max(100).default([]),
  /** What Odoo's own names of payment methods mean: `{ "Bank": "card" }`. Cash and card terminals are known. */
  tenders: z.record(z.string().min(1).max(100), z.enum(tenderKinds)).default({}),
  ...storeSettings,
})

/** Sales of a store's points of sale from Odoo's own tables. Reads only. */
export const odoo = defineSource<z.infer<typeof settings>>({
  kind: 'odoo',
  settings,
  open({ database, points, tenders, ...store }, parts) {
    return openByMapping(odooMapping({ currency: store.currency, points, tenders }), database, store, parts)
  },
})

import { z } from 'zod'
import { tenderKinds } from '../../../../shared/events.ts'
import type { Currency } from '../../../../shared/money.ts'
import { defineSource } from '../../source.ts'
import type { SqlMapping } from '../mapping.ts'
import { mysqlDatabase, openByMapping, storeSettings } from '../store-settings.ts'
import { sqlText, sqlTexts, startsAt } from './sql-values.ts'

interface Shop {
  readonly documents: 'POS Invoice' | 'Sales Invoice'
  readonly currency: Currency
  /** Names of POS profiles; none: the only one there is. */
  readonly points: readonly string[]
  readonly tenders: SqlMapping['receipts']['tenderKinds']
  /** First moment that counts, as the database writes it; null: all. */
  readonly from: string | null
}

/** Modes of payment that ERPNext comes with; those of the type Cash are cash under any name. */
const ownModes: SqlMapping['receipts']['tenderKinds'] = {
  Cash: 'cash',
  'Credit Card': 'card',
  Cheque: 'cheque',
  'Bank Draft': 'bank',
  'Wire Transfer': 'bank',
  'Loyalty points': 'voucher',
  'Written off': 'other',
  'On account': 'account',
}

/**
 * The point of sale of ERPNext 13 or later, on MariaDB: `POS Invoice`, or `Sales Invoice` where the POS writes those. Read
 * from the DocTypes of frappe/erpnext (accounts/doctype/pos_invoice, controllers/taxes_and_totals.py). A document counts
 * once it is submitted (`docstatus` 1); 0 is a draft, 2 cancelled. `net_amount` is a line's amount without tax and after all
 * discounts, `stock_qty` its units in the item's own unit of measure. Returns have both below zero, and their payments too.
 * A bundle moves the stock of its parts (`Packed Item`), which are lines without an amount. Payments are what was handed
 * over; `change_amount` was given back in cash. What no payment covers is owed. A day's POS invoices are merged into a sales
 * invoice later (`is_consolidated`), which is not another sale.
 */
function erpnextMapping({ documents, currency, points, tenders, from }: Shop): SqlMapping {
  const sold = documents === 'POS Invoice' ? 'tabpos invoice' : 'tabsales invoice'
  const item = `${sold} item`
  const [tax, paid, packed] = ['tabsales taxes and charges', 'tabsales invoice payment', 'tabpacked item']
  const [stock, profile] = ['tabitem', 'tabpos profile']
  const mine = points.length === 0 ? `SELECT ${profile}.name FROM ${profile}` : sqlTexts(points)
  const isHere = `COALESCE(${sold}.pos_profile, '') IN (${mine})`
  const isMerged = documents === 'POS Invoice' ? '1 = 0' : `(is_pos <> 1 OR is_consolidated = 1)`
  const isOf = (child: string) => `${child}.parent = ${sold}.name AND ${child}.parenttype = '${documents}'`
  const total = `COALESCE(NULLIF(${sold}.rounded_total, 0), ${sold}.grand_total)`
  const covered = `(SELECT COALESCE(SUM(${paid}.amount), 0) FROM ${paid} WHERE ${isOf(paid)})
    - COALESCE(${sold}.change_amount, 0) + COALESCE(${sold}.write_off_amount, 0) + ${redeemed(sold)}`
  const at = `TIMESTAMP(${sold}.posting_date, COALESCE(${sold}.posting_time, '00:00:00'))`
  const taxed = `COALESCE({${tax}.tax_amount_after_discount_amount}, ${tax}.tax_amount)`
  const isOfAll = `ABS(${sold}.net_total * ${tax}.rate / 100 - ${taxed}) < 0.02`
  return {
    pos: 'ERPNext',
    requires: {
      [sold]: [
        ...['name', 'docstatus', 'owner', 'posting_date', 'posting_time', 'pos_profile', 'currency'],
        ...['net_total', 'grand_total', 'rounded_total', 'rounding_adjustment', 'change_amount'],
        ...['write_off_amount', 'loyalty_amount', 'redeem_loyalty_points'],
        ...(documents === 'POS Invoice' ? [] : ['is_pos', 'is_consolidated']),
      ],
      [item]: ['parent', 'idx', 'item_code', 'item_name', 'stock_qty', 'amount', 'net_amount', 'warehouse'],
      [tax]: ['parent', 'parenttype', 'account_head', 'description', 'rate', 'tax_amount'],
      [paid]: ['parent', 'parenttype', 'idx', 'mode_of_payment', 'type', 'amount'],
      [packed]: ['parent', 'parenttype', 'idx', 'parent_item', 'item_code', 'item_name', 'qty', 'warehouse'],
      [stock]: ['name', 'is_stock_item'],
      [profile]: ['name', 'warehouse'],
    },
    times: { numbers: 'epoch-s' },
    openPoints: /* sql */ `
      SELECT CASE WHEN ${points.length === 0 ? 'COUNT(*) <= 1' : `SUM(name IN (${mine})) = ${new Set(points).size}`}
                  THEN NULL ELSE GROUP_CONCAT(name ORDER BY name SEPARATOR ', ') END AS "points"
        FROM ${profile}`,
    receipts: {
      table: sold,
      key: 'name',
      keys: 'text',
      // An index of every version has it, with the name as its second part.
      time: 'posting_date',
      skip: `docstatus <> 1 OR ${isMerged} OR NOT ${isHere}${from === null ? '' : ` OR ${at} < '${from}'`}`,
      headers: /* sql */ `
        SELECT ${sold}.name AS "key", ${at} AS "at",
               CASE WHEN ${sold}.docstatus <> 1 OR ${isMerged} OR NOT ${isHere} THEN 'not a sale here'
                    WHEN ${sold}.currency <> ${sqlText(currency)} THEN CONCAT('in ', ${sold}.currency)
                    ELSE 'sale' END AS "type",
               ${sold}.name AS "number", ${sold}.owner AS "person", ${sold}.pos_profile AS "till",
               ${sold}.owner AS "staff"
          FROM ${sold}
         WHERE ${sold}.name IN {keys} LIMIT ?`,
      lines: /* sql */ `
        SELECT line.* FROM (
          SELECT ${item}.parent AS "receipt", ${item}.idx AS "line", ${item}.item_code AS "product",
                 ${item}.stock_qty AS "units", ${item}.net_amount AS "amount",
                 CASE WHEN {${item}.discount_amount} > 0
                      THEN {${item}.discount_amount} * {${item}.qty} * ${item}.net_amount / NULLIF(${item}.amount, 0)
                 END AS "discount",
                 ${item}.warehouse AS "location", ${stock}.name AS "found",
                 1 - ${stock}.is_stock_item AS "service", ${item}.item_code AS "sku",
                 {${item}.barcode} AS "barcode", ${item}.item_name AS "title"
            FROM ${item}
            LEFT JOIN ${stock} ON ${stock}.name = ${item}.item_code
          UNION ALL
          SELECT ${packed}.parent, 10000 + ${packed}.idx, ${packed}.item_code, ${packed}.qty, 0, NULL,
                 ${packed}.warehouse, ${stock}.name, 1 - ${stock}.is_stock_item, ${packed}.item_code, NULL,
                 ${packed}.item_name
            FROM ${packed}
            LEFT JOIN ${stock} ON ${stock}.name = ${packed}.item_code
           WHERE ${packed}.parenttype = '${documents}'
        ) AS line
         WHERE line.receipt IN {keys} ORDER BY line.receipt, line.line LIMIT ?`,
      taxes: /* sql */ `
        SELECT ${tax}.parent AS "receipt", ${tax}.account_head AS "tax",
               CASE WHEN ${tax}.rate = 0 OR ${isOfAll} THEN ${sold}.net_total
                    ELSE ROUND(${taxed} * 100 / ${tax}.rate, 2) END AS "base",
               ${taxed} AS "amount", ${tax}.description AS "name",
               CASE WHEN ${tax}.rate <> 0 THEN ${tax}.rate / 100 END AS "rate"
          FROM ${tax}
          JOIN ${sold} ON ${isOf(tax)}
         WHERE ${tax}.parent IN {keys} AND ${taxed} <> 0 LIMIT ?`,
      tenders: /* sql */ `
        SELECT tender.* FROM (
          SELECT ${paid}.parent AS "receipt", ${paid}.mode_of_payment AS "kind",
                 SUM(${paid}.amount) - CASE WHEN MAX(${paid}.type) = 'Cash' AND MIN(${paid}.idx) = (
                   SELECT MIN(ours.idx) FROM ${paid} AS ours
                    WHERE ours.parent = ${sold}.name AND ours.parenttype = '${documents}' AND ours.type = 'Cash')
                   THEN COALESCE(MAX(${sold}.change_amount), 0) ELSE 0 END AS "amount",
                 0 AS "rounding", CASE WHEN MAX(${paid}.type) = 'Cash' THEN 'Cash' END AS "means",
                 ${paid}.mode_of_payment AS "title"
            FROM ${paid}
            JOIN ${sold} ON ${isOf(paid)}
           GROUP BY ${paid}.parent, ${sold}.name, ${paid}.mode_of_payment
          UNION ALL
          SELECT name, 'Loyalty points', ${redeemed(sold)}, 0, NULL, NULL FROM ${sold}
          UNION ALL
          SELECT name, 'Written off', write_off_amount, 0, NULL, NULL FROM ${sold}
          UNION ALL
          SELECT name, 'On account', ${total} - (${covered}), 0, NULL, NULL FROM ${sold}
          UNION ALL
          SELECT name, 'rounding', rounding_adjustment, 1, NULL, NULL FROM ${sold}
        ) AS tender
         WHERE tender.receipt IN {keys} AND ABS(tender.amount) > 0.0005 LIMIT ?`,
      types: { sale: 'sale', 'not a sale here': 'void' },
      tenderKinds: { ...ownModes, ...tenders },
      titleProperty: null,
      discountProperty: null,
    },
    diary: null,
    counts: null,
    prices: null,
    warehouse: /* sql */ `
      SELECT CASE WHEN COUNT(DISTINCT warehouse) = 1 THEN MIN(warehouse) END AS "warehouse"
        FROM ${profile} WHERE name IN (${mine})`,
  }
}

/** What was paid in points of the loyalty program. */
const redeemed = (sold: string) =>
  `CASE WHEN ${sold}.redeem_loyalty_points = 1 THEN COALESCE(${sold}.loyalty_amount, 0) ELSE 0 END`

const settings = z.strictObject({
  database: mysqlDatabase,
  /** What the POS writes: sales invoices where "POS Settings" says so. */
  documents: z.enum(['POS Invoice', 'Sales Invoice']).default('POS Invoice'),
  /** This store's POS profiles in ERPNext; left out: the only one there is. */
  points: z
    .array(z.union([z.string().min(1).max(140), z.int().transform(String)]))
    .max(100)
    .default([]),
  /** What the shop's own modes of payment mean: `{ "Bank Card": "card" }`. */
  tenders: z.record(z.string().min(1).max(140), z.enum(tenderKinds)).default({}),
  ...storeSettings,
})

/** Sales of a store's POS profiles from ERPNext's own tables. Reads only. */
export const erpnext = defineSource<z.infer<typeof settings>>({
  kind: 'erpnext',
  settings,
  open({ database, documents, points, tenders, ...store }, parts) {
    const shop = { documents, points, tenders, currency: store.currency, from: startsAt(store) }
    return openByMapping(erpnextMapping(shop), database, store, parts)
  },
})

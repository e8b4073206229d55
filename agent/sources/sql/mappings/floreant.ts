import { z } from 'zod'
import { type Currency, minorDigits } from '../../../../shared/money.ts'
import { defineSource } from '../../source.ts'
import type { SqlMapping } from '../mapping.ts'
import { anyDatabase, openByMapping, storeSettings } from '../store-settings.ts'
import { sqlTextOn, startsAt } from './sql-values.ts'

interface Shop {
  readonly currency: Currency
  /** Text of SQL. */
  readonly warehouse: string
  /** Whether an item without a barcode moves no stock; else a ticket with one is refused. */
  readonly isUncodedFree: boolean
  /** First moment that counts, as the database writes it; null: all. */
  readonly from: string | null
}

const UNLIKE_LINES = 'a ticket with a total that its items do not give'
const UNLIKE_PAID = 'a ticket with a total that its payments do not give'
const PARTLY_BACK = 'a ticket of which a part was paid back: it does not say for which items'

/**
 * Floreant POS 1.4, on MySQL, MariaDB and PostgreSQL. Read from fat-tire/floreantpos (the Hibernate mappings, Ticket, TicketItem and
 * PosTransactionService). A ticket counts once it is paid, unless it is void; one that was paid back in full counts no more, and what
 * was paid back in part names no items. An item's amount holds its modifiers, and is before discounts. Tax is within the prices or
 * on top: the ticket's own total says which. The only code of an item is its barcode. Payments are what was kept of them; a gift
 * certificate may have given cash back.
 */
function floreantMapping({ currency, warehouse, isUncodedFree, from }: Shop): SqlMapping {
  const digits = minorDigits(currency)
  const money = (amount: string) => `ROUND(CAST(${amount} AS DECIMAL(20, 6)), ${digits})`
  const near = (one: string, other: string) =>
    `ABS((${one}) - (${other})) < ${(0.75 / 10 ** digits).toFixed(5)}`
  const of = (column: string) => `COALESCE(ticket.${column}, 0)`
  const maybe = (column: string) => `COALESCE({ticket.${column}}, 0)`
  const isSaid = (column: string) => `COALESCE(${column}, FALSE) = TRUE`
  const ofTicket = (sum: string, where: string) =>
    `(SELECT COALESCE(SUM(${sum}), 0) FROM transactions WHERE transactions.ticket_id = ticket.id
       AND NOT (${isSaid('{transactions.voided}')}) AND ${where})`
  const isBack = `transactions.payment_type IN ('REFUND', 'VOID_TRANS')`
  const isOfDrawer = `transactions.payment_type IN ('CASH_DROP', 'PAY_OUT')`
  const paid = ofTicket('transactions.amount', `NOT (${isBack} OR ${isOfDrawer})`)
  const back = ofTicket('transactions.amount', isBack)
  const tip = `(SELECT COALESCE(MAX(gratuity.amount), 0) FROM gratuity WHERE gratuity.id = ticket.gratuity_id)`
  const isSeat = isSaid('{ticket_item.treat_as_seat}')
  const goods = `(SELECT COALESCE(SUM(ticket_item.sub_total), 0) FROM ticket_item
       WHERE ticket_item.ticket_id = ticket.id AND NOT (${isSeat}))`
  const beside = `${maybe('delivery_charge')} + ${of('service_charge')} + ${maybe('adjustment_amount')} + ${tip}`
  const before = `${goods} - ${of('total_discount')} + ${beside}`
  const isWithin = near(of('total_price'), before)
  const isOnTop = near(of('total_price'), `${before} + ${of('total_tax')}`)
  const isRefunded = isSaid('ticket.refunded')
  const isUncounted = `NOT (${isSaid('ticket.paid')}) OR ${isSaid('ticket.voided')} OR (${isRefunded} AND ${near(back, paid)})`
  const share = `${of('total_tax')} * ticket_item.sub_total / NULLIF(${goods}, 0)`
  const code = `NULLIF(TRIM(menu_item.barcode), '')`
  const isFree = isUncodedFree ? `CASE WHEN ${code} IS NULL THEN 1 ELSE 0 END` : '0'
  const extra = (line: number, amount: string, title: string) => /* sql */ `
          UNION ALL
          SELECT ticket.id, ${line}, NULL, CASE WHEN ${amount} < 0 THEN -1 ELSE 1 END, ${money(amount)}, NULL, NULL, 1, NULL, NULL, '${title}'
            FROM ticket WHERE ${amount} <> 0`
  return {
    pos: 'Floreant POS',
    requires: {
      ticket: [
        ...['id', 'create_date', 'closing_date', 'paid', 'voided', 'refunded', 'sub_total', 'total_discount'],
        ...['total_tax', 'total_price', 'service_charge', 'gratuity_id', 'owner_id', 'terminal_id'],
      ],
      ticket_item: [
        ...['id', 'ticket_id', 'item_id', 'item_count', 'item_quantity', 'item_name', 'sub_total'],
        'fractional_unit',
      ],
      transactions: ['ticket_id', 'payment_type', 'transaction_type', 'amount', 'transaction_time'],
      gratuity: ['id', 'amount'],
      menu_item: ['id', 'barcode'],
      terminal: ['id', 'name'],
    },
    times: { numbers: 'epoch-s' },
    receipts: {
      table: 'ticket',
      key: 'id',
      keys: 'integer',
      // A ticket is opened long before it is paid: its number alone says in which order tickets were made.
      time: 'id',
      skip: `CASE WHEN ${isUncounted}${from === null ? '' : ` OR ticket.create_date < '${from}'`} THEN 1 ELSE 0 END`,
      headers: /* sql */ `
        SELECT ticket.id AS "key",
               COALESCE((SELECT MAX(transactions.transaction_time) FROM transactions
                          WHERE transactions.ticket_id = ticket.id AND NOT (${isBack})),
                        ticket.closing_date, ticket.create_date) AS "at",
               CASE WHEN ${isUncounted} THEN 'no sale'
                    WHEN ${isRefunded} OR ${back} <> 0 THEN '${PARTLY_BACK}'
                    WHEN NOT (${isWithin}) AND NOT (${isOnTop}) THEN '${UNLIKE_LINES}'
                    WHEN NOT (${near(of('total_price'), paid)}) THEN '${UNLIKE_PAID}'
                    ELSE 'sale' END AS "type",
               ticket.id AS "number", ticket.owner_id AS "person", terminal.name AS "till"
          FROM ticket
          LEFT JOIN terminal ON terminal.id = ticket.terminal_id
         WHERE ticket.id IN {keys} LIMIT ?`,
      lines: /* sql */ `
        SELECT line.* FROM (
          SELECT ticket_item.ticket_id AS "receipt", MOD(ticket_item.id, 90000) AS "line", NULLIF(ticket_item.item_id, 0) AS "product",
                 CASE WHEN ${isSaid('ticket_item.fractional_unit')} THEN ticket_item.item_quantity ELSE ticket_item.item_count END AS "units",
                 ${money('ticket_item.sub_total')} AS "amount",
                 CASE WHEN ${isWithin} THEN ${money(share)} END AS "included",
                 menu_item.id AS "found", ${isFree} AS "service", ${code} AS "sku", ${code} AS "barcode",
                 ticket_item.item_name AS "title"
            FROM ticket_item
            JOIN ticket ON ticket.id = ticket_item.ticket_id
            LEFT JOIN menu_item ON menu_item.id = ticket_item.item_id
           WHERE NOT (${isSeat})${extra(95_001, `-${of('total_discount')}`, 'Discount')}${extra(95_002, maybe('delivery_charge'), 'Delivery')}${extra(95_003, of('service_charge'), 'Service charge')}${extra(95_004, tip, 'Tip')}${extra(95_005, maybe('adjustment_amount'), 'Adjustment')}
        ) AS line
         WHERE line.receipt IN {keys} ORDER BY line.receipt, line.line LIMIT ?`,
      taxes: /* sql */ `
        SELECT ticket.id AS "receipt", 'Tax' AS "tax",
               ${money(`${goods} - ${of('total_discount')} - CASE WHEN ${isWithin} THEN ${of('total_tax')} ELSE 0 END`)} AS "base",
               ${money(of('total_tax'))} AS "amount", NULL AS "name", NULL AS "rate"
          FROM ticket
         WHERE ticket.id IN {keys} AND ${of('total_tax')} <> 0 LIMIT ?`,
      tenders: /* sql */ `
        SELECT tender.receipt, tender.kind, SUM(tender.amount) AS "amount", MAX(tender.title) AS "title", 0 AS "change",
               tender.kind AS "means"
          FROM (
            SELECT transactions.ticket_id AS "receipt",
                   CASE WHEN transactions.payment_type = 'CUSTOM_PAYMENT' AND {transactions.custom_payment_name} IS NOT NULL
                        THEN {transactions.custom_payment_name} ELSE transactions.payment_type END AS "kind",
                   ${money('transactions.amount + COALESCE({transactions.gift_cert_cash_back_amount}, 0)')} AS "amount",
                   COALESCE({transactions.custom_payment_name}, {transactions.card_type}) AS "title"
              FROM transactions
             WHERE NOT (${isBack} OR ${isOfDrawer}) AND NOT (${isSaid('{transactions.voided}')})
            UNION ALL
            SELECT transactions.ticket_id, 'CASH', ${money('-COALESCE({transactions.gift_cert_cash_back_amount}, 0)')}, NULL
              FROM transactions
             WHERE transactions.payment_type = 'GIFT_CERT' AND NOT (${isSaid('{transactions.voided}')})
          ) AS tender
         WHERE tender.receipt IN {keys}
         GROUP BY tender.receipt, tender.kind HAVING SUM(tender.amount) <> 0 LIMIT ?`,
      types: {
        sale: 'sale',
        'no sale': 'void',
        [UNLIKE_LINES]: 'unproven',
        [UNLIKE_PAID]: 'unproven',
        [PARTLY_BACK]: 'unproven',
      },
      tenderKinds: {
        CASH: 'cash',
        CREDIT_CARD: 'card',
        DEBIT_CARD: 'card',
        GIFT_CERT: 'voucher',
      },
      titleProperty: null,
      discountProperty: null,
    },
    diary: null,
    counts: {
      table: 'menu_item',
      key: 'id',
      keys: 'integer',
      time: null,
      skip: `CASE WHEN ${code} IS NULL OR stock_amount IS NULL THEN 1 ELSE 0 END`,
      requires: { menu_item: ['stock_amount'] },
      entries: /* sql */ `
        SELECT menu_item.id AS "key", ${warehouse} AS "location", menu_item.stock_amount AS "units", ${code} AS "sku", ${code} AS "barcode"
          FROM menu_item
         WHERE menu_item.id IN {keys} LIMIT ?`,
    },
    prices: {
      table: 'menu_item',
      key: 'id',
      keys: 'integer',
      time: null,
      // the shelf shows prices with their tax
      skip: `CASE WHEN ${code} IS NULL OR NOT EXISTS (SELECT 1 FROM restaurant WHERE ${isSaid('restaurant.item_price_includes_tax')})
                  THEN 1 ELSE 0 END`,
      requires: { menu_item: ['price'], restaurant: ['item_price_includes_tax'] },
      entries: /* sql */ `
        SELECT menu_item.id AS "key", ${money('menu_item.price')} AS "price", ${code} AS "sku", ${code} AS "barcode"
          FROM menu_item
         WHERE menu_item.id IN {keys} LIMIT ?`,
      taxIncluded: true,
    },
    warehouse: 'SELECT NULL AS "warehouse"',
  }
}

const settings = z.strictObject({
  /** Floreant's own Derby files can't be read. */
  database: anyDatabase,
  /** Items without a barcode: a ticket with one is refused, or they move no stock, as in a kitchen. */
  uncoded: z.enum(['refuse', 'no-stock']).default('refuse'),
  ...storeSettings,
})

/** Sales, counts and prices from Floreant POS's own tables. Reads only. */
export const floreant = defineSource<z.infer<typeof settings>>({
  kind: 'floreant',
  settings,
  open({ database, uncoded, ...store }, parts) {
    const { currency, warehouse = '' } = store
    const shop = {
      ...{ currency, isUncodedFree: uncoded === 'no-stock', from: startsAt(store) },
      warehouse: sqlTextOn(database.product, warehouse),
    }
    return openByMapping(floreantMapping(shop), database, store, parts)
  },
})

import { epochMs, PickupId } from '../../shared/ids.ts'
import type { SentNotice } from '../../shared/pickup-notices.ts'
import { itemText, skuOf } from './item-text.ts'
import { fulfilledUnits, type OrderSnapshot, type PickupFulfillmentOrder } from './order-snapshot.ts'
import { cleanText, phoneEnd } from './order-text.ts'
import type { LedgerLines, PickupBody } from './pickup-row.ts'
import { shownLines } from './shown-lines.ts'

/** A pickup as its store sees it first, from Shopify's order. Every text is cleaned and capped. */
export function toBody(
  order: OrderSnapshot,
  fulfillment: PickupFulfillmentOrder,
  as: { version: number; at: number; notice: SentNotice | null },
): PickupBody {
  const note = order.note === null ? '' : cleanText(order.note, 2_000, { lines: true })
  return {
    kind: 'pickup.put',
    at: epochMs(as.at),
    pickup: PickupId.parse(fulfillment.id),
    version: as.version,
    order: { name: cleanText(order.name, 64), placedAt: epochMs(order.createdAt) },
    customer: { name: cleanText(order.customer.name, 200), phoneEnd: phoneEnd(order.customer.phone) },
    note: note === '' ? null : note,
    promisedBy: fulfillment.promisedBy === null ? null : epochMs(fulfillment.promisedBy),
    ...shownLines(lineTexts(fulfillment), toLines(fulfillment), 'received'),
    outstanding: order.outstanding,
    isTest: order.isTest,
    keptAt: null,
    handedTo: null,
    reminders: [],
    state: 'received',
    movedBy: null,
    movedAt: null,
    shopify: 'nothing-due',
    notice: as.notice,
  }
}

/** The lines as the ledger and the fulfilment need them. */
export function toLines(
  fulfillment: PickupFulfillmentOrder,
): readonly (LedgerLines['lines'][number] & { orderLine: string })[] {
  return fulfillment.lines.map(line => ({
    id: line.id,
    orderLine: line.orderLine,
    sku: skuOf(line.sku),
    tracked: line.tracked,
    quantity: line.remaining,
    fulfilled: fulfilledUnits(fulfillment.fulfillments, line.id),
    total: line.total,
  }))
}

/** What the lines say, cleaned and capped. */
export function lineTexts({ lines }: PickupFulfillmentOrder) {
  return lines.map(line => ({ id: line.id, ...itemText(line) }))
}

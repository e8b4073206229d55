import { epochMs, PickupId, Sku } from '../../shared/ids.ts'
import type { SentNotice } from '../../shared/pickup-notices.ts'
import {
  type FulfillmentLine,
  fulfilledUnits,
  type OrderSnapshot,
  type PickupFulfillmentOrder,
} from './order-snapshot.ts'
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
    keptAt: null,
    handedTo: null,
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
    sku: skuOf(line),
    tracked: line.tracked,
    quantity: line.remaining,
    fulfilled: fulfilledUnits(fulfillment.fulfillments, line.id),
    total: line.total,
  }))
}

/** What the lines say, cleaned and capped. */
export function lineTexts({ lines }: PickupFulfillmentOrder) {
  return lines.map(line => ({
    id: line.id,
    sku: skuOf(line),
    barcode: line.barcode === null ? null : cleanText(line.barcode, 64) || null,
    title: cleanText(line.title, 500),
    variantTitle: variantTitleOf(line),
    imageUrl: imageUrlOf(line),
  }))
}

/** A SKU is a key: it is taken exactly as it is or not at all, never corrected. */
function skuOf(line: FulfillmentLine): Sku | null {
  const sku = Sku.safeParse(line.sku)
  return sku.success ? sku.data : null
}

function variantTitleOf({ variantTitle }: FulfillmentLine): string | null {
  const title = variantTitle === null ? '' : cleanText(variantTitle, 500)
  return title === '' || title === 'Default Title' ? null : title
}

function imageUrlOf({ imageUrl }: FulfillmentLine): string | null {
  if (imageUrl === null || imageUrl.length > 2_000 || !URL.canParse(imageUrl)) return null
  return new URL(imageUrl).protocol === 'https:' ? imageUrl : null
}

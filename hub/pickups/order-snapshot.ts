import { z } from 'zod'
import { Outstanding } from '../../shared/commands.ts'

/** One line of a fulfilment order. Quantities in whole units. */
export const FulfillmentLine = z.object({
  id: z.string().min(1).max(128),
  /** The order's own line: it stays the same when its units go to another fulfilment order. */
  orderLine: z.string().min(1).max(128),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  title: z.string(),
  variantTitle: z.string().nullable(),
  imageUrl: z.string().nullable(),
  /** Whether Shopify counts the item and has committed it to the order. */
  tracked: z.boolean(),
  total: z.int().min(0),
  /** Still to hand over. The rest of `total` was handed over, moved, refunded or edited away: only fulfilments say which. */
  remaining: z.int().min(0),
})
export type FulfillmentLine = z.infer<typeof FulfillmentLine>

export const fulfillmentOrderStatuses = [
  'OPEN',
  'IN_PROGRESS',
  'ON_HOLD',
  'SCHEDULED',
  'INCOMPLETE',
  'CLOSED',
  'CANCELLED',
] as const

export const fulfillmentStatuses = ['SUCCESS', 'CANCELLED', 'ERROR', 'FAILURE', 'OPEN', 'PENDING'] as const

/** Goods that Shopify has as handed over, or had. A fulfilment does not change, except that it is cancelled. */
export const Fulfillment = z.object({
  id: z.string().min(1).max(128),
  status: z.enum(fulfillmentStatuses),
  /** Where the goods left. Null: Shopify does not say. */
  location: z.string().nullable(),
  createdAt: z.int(),
  /** Its last change: of a cancelled one, the cancellation. */
  updatedAt: z.int(),
  /** Its units of one fulfilment order. `line`: that order's line. */
  lines: z.array(z.object({ line: z.string().min(1).max(128), quantity: z.int().min(1) })),
})
export type Fulfillment = z.infer<typeof Fulfillment>

/** A fulfilment order for pickup, whole. */
export const PickupFulfillmentOrder = z.object({
  id: z.string().min(1).max(128),
  status: z.enum(fulfillmentOrderStatuses),
  /** Null: Shopify no longer has the location; `locationName` is what it was called. */
  location: z.string().nullable(),
  locationName: z.string(),
  promisedBy: z.int().nullable(),
  /** When a pre-order may be prepared, while its status is SCHEDULED. Null: Shopify names no time. */
  scheduledFor: z.int().nullable().default(null),
  lines: z.array(FulfillmentLine),
  /** Handed over, wherever that was recorded; cancelled ones too. */
  fulfillments: z.array(Fulfillment),
})
export type PickupFulfillmentOrder = z.infer<typeof PickupFulfillmentOrder>

/** The units of a fulfilment order's line that Shopify has as handed over. */
export function fulfilledUnits(fulfillments: readonly Fulfillment[], line: string): number {
  return fulfillments
    .filter(one => one.status === 'SUCCESS')
    .flatMap(one => one.lines)
    .filter(one => one.line === line)
    .reduce((sum, one) => sum + one.quantity, 0)
}

/** An order as Shopify has it at one moment. Times are ms by Shopify's clock; text is untrusted. */
export const OrderSnapshot = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.int(),
  /** The newest change of the order or of any of its fulfilment orders. */
  updatedAt: z.int(),
  cancelledAt: z.int().nullable(),
  /** Someone of the shop placed it to try the checkout: nothing was paid. */
  isTest: z.boolean().default(false),
  note: z.string().nullable(),
  customer: z.object({ name: z.string(), phone: z.string().nullable() }),
  /** What the customer still has to pay of the whole order; null: nothing. */
  outstanding: Outstanding.nullable(),
  /** More was received for it than it comes at now: an edit or a refund has taken items off whose money Shopify keeps. Left out: that is not so. */
  isOverpaid: z.boolean().optional(),
  /** false: Shopify has not made its fulfilment orders yet. Ask again. */
  routed: z.boolean(),
  /** Those for pickup. */
  pickups: z.array(PickupFulfillmentOrder),
})
export type OrderSnapshot = z.infer<typeof OrderSnapshot>

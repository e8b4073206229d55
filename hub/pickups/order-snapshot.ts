import { z } from 'zod'

/** One line of a fulfilment order. Quantities in whole units. */
export const FulfillmentLine = z.object({
  id: z.string().min(1).max(128),
  sku: z.string().nullable(),
  barcode: z.string().nullable(),
  title: z.string(),
  variantTitle: z.string().nullable(),
  imageUrl: z.string().nullable(),
  /** Whether Shopify counts the item and has committed it to the order. */
  tracked: z.boolean(),
  total: z.int().min(0),
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

/** A fulfilment order for pickup, whole. */
export const PickupFulfillmentOrder = z.object({
  id: z.string().min(1).max(128),
  status: z.enum(fulfillmentOrderStatuses),
  /** Null: Shopify no longer has the location; `locationName` is what it was called. */
  location: z.string().nullable(),
  locationName: z.string(),
  promisedBy: z.int().nullable(),
  /** Handed over, wherever that was recorded. */
  fulfilled: z.boolean(),
  lines: z.array(FulfillmentLine),
})
export type PickupFulfillmentOrder = z.infer<typeof PickupFulfillmentOrder>

/** An order as Shopify has it at one moment. Times are ms by Shopify's clock; text is untrusted. */
export const OrderSnapshot = z.object({
  id: z.string(),
  name: z.string(),
  createdAt: z.int(),
  /** The newest change of the order or of any of its fulfilment orders. */
  updatedAt: z.int(),
  cancelledAt: z.int().nullable(),
  note: z.string().nullable(),
  customer: z.object({ name: z.string(), phone: z.string().nullable() }),
  /** false: Shopify has not made its fulfilment orders yet. Ask again. */
  routed: z.boolean(),
  /** Those for pickup. */
  pickups: z.array(PickupFulfillmentOrder),
})
export type OrderSnapshot = z.infer<typeof OrderSnapshot>

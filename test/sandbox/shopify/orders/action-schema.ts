import { z } from 'zod'
import type { Shop } from '../shop.ts'
import type { Order, OrderLine } from '../state/entities.ts'
import { findLocation } from './storefront-order.ts'

const Units = z.int().min(1)
/** A line by its number or, where that is plain enough, its SKU. */
const Line = z.union([z.string(), z.number()])
/** Units of lines. */
export const Lines = z.array(z.strictObject({ line: Line, quantity: Units })).min(1)
const Place = z.union([z.string(), z.number()])
/** The number of a fulfilment order; without one it is every open one. */
const FulfilmentOrder = z.number().optional()
const reasons = [
  'AWAITING_PAYMENT',
  'HIGH_RISK_OF_FRAUD',
  'INCORRECT_ADDRESS',
  'INVENTORY_OUT_OF_STOCK',
  'OTHER',
] as const

/** What a customer or the shop's staff do to an order: outside of Tillbridge, in the online store and the admin. */
export const OrderAction = z.discriminatedUnion('do', [
  z.strictObject({ do: z.literal('pay'), minor: z.int().min(1).optional() }),
  z.strictObject({
    do: z.literal('edit'),
    set: z.array(z.strictObject({ line: Line, quantity: z.int().min(0) })).default([]),
    add: z.array(z.strictObject({ sku: z.string(), quantity: Units })).default([]),
    custom: z
      .array(z.strictObject({ title: z.string(), minor: z.int().min(0), quantity: Units }))
      .default([]),
    restock: z.boolean().default(true),
    at: Place.optional(),
  }),
  z.strictObject({
    do: z.literal('refund'),
    lines: z.array(z.strictObject({ line: Line, quantity: Units })).default([]),
    restock: z.enum(['NO_RESTOCK', 'CANCEL', 'RETURN']).default('NO_RESTOCK'),
    at: Place.optional(),
    shipping: z.boolean().default(false),
    /** Left out: what the lines were worth and was paid. 0: no money. */
    minor: z.int().min(0).optional(),
  }),
  z.strictObject({
    do: z.literal('cancel'),
    reason: z.string().default('CUSTOMER'),
    restock: z.boolean().default(true),
    refund: z.boolean().default(true),
  }),
  z.strictObject({ do: z.literal('ready'), fulfilmentOrder: FulfilmentOrder }),
  z.strictObject({ do: z.literal('fulfil'), fulfilmentOrder: FulfilmentOrder, lines: Lines.optional() }),
  z.strictObject({ do: z.literal('cancel-fulfilment'), fulfilment: z.number() }),
  z.strictObject({
    do: z.literal('hold'),
    fulfilmentOrder: FulfilmentOrder,
    reason: z.enum(reasons).default('HIGH_RISK_OF_FRAUD'),
    notes: z.string().default('Held by another app'),
  }),
  z.strictObject({ do: z.literal('release'), fulfilmentOrder: FulfilmentOrder }),
  z.strictObject({ do: z.literal('move'), fulfilmentOrder: z.number(), to: Place, lines: Lines.optional() }),
  z.strictObject({ do: z.literal('split'), fulfilmentOrder: z.number(), lines: Lines }),
  z.strictObject({ do: z.literal('merge'), fulfilmentOrders: z.array(z.number()).min(2) }),
  z.strictObject({ do: z.literal('close'), fulfilmentOrder: z.number() }),
  z.strictObject({ do: z.literal('open'), fulfilmentOrder: z.number() }),
  z.strictObject({ do: z.literal('progress'), fulfilmentOrder: z.number() }),
  z.strictObject({ do: z.literal('reschedule'), fulfilmentOrder: z.number(), at: z.int() }),
  z.strictObject({
    do: z.enum(['ask-return', 'open-return']),
    lines: Lines,
    note: z.string().default(''),
  }),
  z.strictObject({
    do: z.enum(['approve-return', 'decline-return', 'cancel-return', 'close-return', 'reopen-return']),
    return: z.number(),
  }),
  z.strictObject({
    do: z.literal('take-return'),
    return: z.number(),
    disposition: z.enum(['RESTOCKED', 'NOT_RESTOCKED', 'MISSING', 'PROCESSING_REQUIRED']),
    at: Place.optional(),
    refund: z.boolean().default(true),
  }),
])
export type OrderAction = z.infer<typeof OrderAction>
/** The action of one name. */
export type ActionOf<K extends OrderAction['do'], A = OrderAction> = A extends { readonly do: infer D }
  ? K extends D
    ? A
    : never
  : never
/** An action as it is written, before what it leaves out is filled in. */
export type OrderActionInput = z.input<typeof OrderAction>

/** The shop refuses what was asked, in its own words. */
export class ActionRefused extends Error {
  override readonly name = 'ActionRefused'
}

/** The line of an order by number or SKU. */
export function orderLine(order: Order, wanted: string | number): OrderLine {
  const line = order.lines.find(one => String(one.id) === String(wanted) || one.sku === wanted)
  if (line === undefined) throw new ActionRefused(`${order.name} has no line ${wanted}.`)
  return line
}

/** The number of a location, however it is named. */
export function placeId(shop: Shop, wanted: string | number): number {
  const location = findLocation(shop, wanted)
  if (location === undefined) throw new ActionRefused(`The shop has no location ${wanted}.`)
  return location.id
}

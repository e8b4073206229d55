import { z } from 'zod'
import { EpochMs, Sku } from './ids.ts'
import { Currency, Minor } from './money.ts'

/** Goods of an online order that a customer brings back to a store, as tills and hub tell each other of them. */

/** `sellable`: back on the shelf of the store that takes it. `damaged`: not for sale any more. */
export const returnConditions = ['sellable', 'damaged'] as const

/** Why a customer brings something back. Codes are only ever added; one that this version does not know reads as `other`. */
export const returnReasons = [
  'unwanted',
  'too-small',
  'too-large',
  'defective',
  'not-as-described',
  'wrong-item',
  'other',
] as const
export type ReturnReason = (typeof returnReasons)[number]

/** What a store may do: pay back at once, take goods back and leave the money to head office, or nothing. */
export const returnRules = ['refund', 'goods-only', 'none'] as const
export type ReturnRule = (typeof returnRules)[number]

/** How far the hub has come with a return. `owed`: the goods are back, and head office still has to pay. */
export const returnStates = ['waiting', 'done', 'owed', 'refused'] as const

/** Why a return was not carried out. Codes are only ever added. */
export const returnProblems = [
  'not-returnable',
  'order-unknown',
  'not-agreed',
  'stopped-in-shopify',
  'too-many',
  'undone',
  'other',
] as const
export type ReturnProblem = (typeof returnProblems)[number]

/** Lines of one return. */
export const MOST_RETURN_LINES = 50

/** A return's own key, drawn where it is recorded: what carries it twice is one return. */
export const ReturnId = z
  .string()
  .regex(/^ret_[0-9a-z]{16,32}$/)
  .brand<'ReturnId'>()
export type ReturnId = z.infer<typeof ReturnId>

const id = z.string().min(1).max(128)
const label = z.string().max(500)

/** What was sold, in words and numbers. */
const ReturnItem = z.object({
  title: label,
  variantTitle: label.nullable(),
  sku: Sku.nullable(),
  barcode: z.string().max(64).nullable(),
})

/** Whole units of one line that came back. */
export const ReturnedLine = ReturnItem.extend({
  /** The order's line; of a return that names a pickup, the pickup's. */
  orderLine: id,
  units: z.int().min(1).max(1_000_000),
  condition: z.enum(returnConditions),
  reason: z.enum(returnReasons).catch('other'),
})
export type ReturnedLine = z.infer<typeof ReturnedLine>

/** Money, as an amount of its currency. */
export const ReturnMoney = z.object({ minor: Minor, currency: Currency })
export type ReturnMoney = z.infer<typeof ReturnMoney>

/** What a till asks the hub on their connection. Nothing of it is kept. */
export const ReturnQuestion = z.discriminatedUnion('ask', [
  /** Orders by their number, a part of a name or an e-mail address, or an item's number. */
  z.object({ ask: z.literal('find-orders'), text: z.string().min(1).max(200) }),
  /** What of one order may still be returned. */
  z.object({ ask: z.literal('returnable'), order: id }),
])
export type ReturnQuestion = z.infer<typeof ReturnQuestion>

const OrderOfCustomer = z.object({
  /** Shopify's id. */
  order: id,
  name: z.string().max(64),
  placedAt: EpochMs,
  customer: z.object({ name: label, phoneEnd: z.string().max(4).nullable() }),
})

export const FoundOrder = OrderOfCustomer.extend({ units: z.int().min(0) })
export type FoundOrder = z.infer<typeof FoundOrder>

export const ReturnableLine = ReturnItem.extend({
  orderLine: id,
  imageUrl: z
    .url({ protocol: /^https$/ })
    .max(2_000)
    .nullable(),
  /** So many may still be returned. */
  units: z.int().min(1),
  /** What one unit cost, all discounts taken off, those of the whole order too; null: not known. */
  price: ReturnMoney.nullable(),
})
export type ReturnableLine = z.infer<typeof ReturnableLine>

export const ReturnableOrder = OrderOfCustomer.extend({ lines: z.array(ReturnableLine).max(250) })
export type ReturnableOrder = z.infer<typeof ReturnableOrder>

export const ReturnAnswer = z.discriminatedUnion('is', [
  z.object({ is: z.literal('orders'), orders: z.array(FoundOrder).max(50), isMore: z.boolean() }),
  z.object({ is: z.literal('order'), order: ReturnableOrder }),
  /** Why the hub can't answer. */
  z.object({ is: z.literal('problem'), code: z.string().max(64), sentence: z.string().max(1_000) }),
])
export type ReturnAnswer = z.infer<typeof ReturnAnswer>

import { z } from 'zod'
import { orderSwitchDefaults, orderSwitches } from './orders/order-switches.ts'

const Delay = z.int().min(0)

/** Where Shopify's behaviour is a setting, is slow, or is not known. The README's table says what each does. */
export const Switches = z.strictObject({
  /** From orders/create to the fulfilment orders. */
  routingDelayMs: Delay,
  /** From the answered `orderCancel` to its effect. */
  cancelDelayMs: Delay,
  /** Before each of the eight retries. Shopify spreads them over four hours. */
  webhookRetryMs: z.array(Delay).readonly(),
  webhookTimeoutMs: z.int().min(1),
  /** Whether an API-made subscription goes when one delivery's eighth retry failed, or after eight failures in a row. */
  subscriptionEnds: z.enum(['eighth-retry', 'eight-failures-in-a-row']),
  /** `https`: a webhook address of http is refused, as Shopify refuses it. */
  webhookScheme: z.enum(['any', 'https']),
  /** `any` is for a shop whose webhooks leave by a simulator's `fetch`. */
  webhookHosts: z.enum(['loopback', 'any']),
  /** What the app was approved for: all of it, the customer without name, mail and phone, or nothing. */
  customerData: z.union([z.boolean(), z.literal('without-fields')]),
  /** What denied customer data looks like: null beside an error, or null without one. */
  deniedCustomerData: z.enum(['error', 'null']),
  /** The language in which customers order; null: an order does not say. */
  customerLocale: z.string().nullable(),
  /** How long a token of the client-credentials grant lives. */
  tokenLifetimeMs: z.int().min(1),
  /** false: the token the shop was opened with is not taken; only granted ones are. */
  staticToken: z.boolean(),
  /** How far every list with a `query` trails behind. */
  indexLagMs: Delay,
  /** A search field Shopify does not know: the sandbox's error, or Shopify's silence and a list unfiltered by it. */
  unknownSearchTerm: z.enum(['refuse', 'ignore']),
  /** Search fields this shop does not know, though the documentation does. They are ignored. */
  forgottenSearchFields: z.array(z.string()).readonly(),
  /** How many of a call's user errors are named. */
  userErrors: z.enum(['all', 'first']),
  /** A stock call with wrong changes among right ones: true carries the right ones out. */
  partlyApplied: z.boolean(),
  /** `ignored`: `@idempotent` is taken and does nothing, as two live reports saw it. */
  idempotencyKeys: z.enum(['kept', 'ignored']),
  /** What becomes of the payments of a refund: the provider makes them, has them under way, or refuses them. */
  refundPayments: z.enum(['SUCCESS', 'PENDING', 'FAILURE']),
  /** A resent call whose `changeFromQuantity` no longer matches: the first answer, or STALE. */
  keyReplay: z.enum(['before-compare', 'after-compare']),
  /** Whether a call that answered user errors has used its key up. */
  keyAfterUserErrors: z.enum(['used', 'free']),
  /** Whether one key may serve two mutations. */
  keyScope: z.enum(['shop', 'mutation']),
  /** What moves the `updatedAt` of `on_hand`: a change of its own number, or any change of the level. */
  onHandUpdatedAt: z.enum(['own-change', 'any-change']),
  /** From `bulkOperationRunQuery` to its end. */
  bulkDelayMs: Delay,
  /** Whether a bulk query shows the shop as it was when it started or when it ended. */
  bulkReads: z.enum(['at-start', 'at-end']),
  /** What `__parentId` names: the row above, or an object with an id in between. */
  bulkParent: z.enum(['nearest-row', 'nearest-object']),
  /** What `quantities(names:)` costs: one object whatever it lists, or one for each name. */
  quantityCost: z.enum(['list', 'each']),
  /** What a list of an answer costs that is not asked a length: one item, or as many as the request's longest list has. */
  answerListCost: z.enum(['one', 'as-request']),
  ...orderSwitches,
})
export type Switches = z.infer<typeof Switches>

const second = 1000
const minute = 60 * second

/** What a shop does unless told otherwise. */
export const switchDefaults: Switches = {
  routingDelayMs: 0,
  cancelDelayMs: 0,
  customerLocale: 'en',
  webhookRetryMs: [
    10 * second,
    30 * second,
    2 * minute,
    6 * minute,
    15 * minute,
    30 * minute,
    66 * minute + 20 * second,
    120 * minute,
  ],
  webhookTimeoutMs: 5 * second,
  subscriptionEnds: 'eighth-retry',
  webhookScheme: 'any',
  webhookHosts: 'loopback',
  customerData: true,
  deniedCustomerData: 'error',
  tokenLifetimeMs: 24 * 60 * minute,
  staticToken: true,
  indexLagMs: 0,
  unknownSearchTerm: 'refuse',
  forgottenSearchFields: [],
  userErrors: 'all',
  partlyApplied: false,
  idempotencyKeys: 'kept',
  refundPayments: 'SUCCESS',
  keyReplay: 'before-compare',
  keyAfterUserErrors: 'used',
  keyScope: 'shop',
  onHandUpdatedAt: 'own-change',
  bulkDelayMs: 0,
  bulkReads: 'at-start',
  bulkParent: 'nearest-row',
  quantityCost: 'list',
  answerListCost: 'one',
  ...orderSwitchDefaults,
}

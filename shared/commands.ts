import { z } from 'zod'
import { CustomerAsked } from './customer-choice.ts'
import { EpochOpened } from './events.ts'
import { stockRules } from './free-stock.ts'
import { HandedTo, handOverRules, MOST_PLACE_LETTERS } from './hand-over.ts'
import { EpochMs, PickupId, Sku, StoreCode } from './ids.ts'
import { Currency, Minor } from './money.ts'
import { MissingUnits, MOST_FIRST_LINES, MOST_MORE_LINES } from './pickup-lines.ts'
import { pickupStates } from './pickup-moves.ts'
import { SentNotice } from './pickup-notices.ts'
import { MOST_REMINDERS, Reminder, ReminderRule } from './reminders.ts'
import {
  MOST_RETURN_LINES,
  ReturnedLine,
  ReturnId,
  ReturnMoney,
  returnProblems,
  returnRules,
  returnStates,
} from './returns.ts'
import { MOST_PIN_IDLE_MINUTES, StaffPut, staffPinRules } from './staff.ts'

/** Hub → agent orders and facts. Fields are only ever added; a test pins this vocabulary's hash. */

const label = z.string().max(500)

const LineText = z.object({
  id: z.string().min(1).max(128),
  sku: Sku.nullable(),
  barcode: z.string().max(64).nullable(),
  title: label,
  variantTitle: label.nullable(),
  imageUrl: z
    .url({ protocol: /^https$/ })
    .max(2_000)
    .nullable(),
})

/** Whole units of a line. `ordered` = still due + `collected` + `cancelled`. Left out by a hub of an older version. */
const LineCounts = z.object({
  ordered: z.int().min(0).optional(),
  /** Handed over, by Shopify's word or by a till's. */
  collected: z.int().min(0).optional(),
  /** Refunded, moved away or taken off the order. */
  cancelled: z.int().min(0).optional(),
})

/** A line of which something is still to be handed over here: `units`. */
export const PickupLine = LineText.extend({
  units: z.int().min(1),
  ...LineCounts.shape,
  /** Of `units`, so many lie packed. */
  packed: z.int().min(0).optional(),
  /** Of `units`, what staff could not find, until Shopify or another search decides. */
  missing: MissingUnits.optional(),
})
export type PickupLine = z.infer<typeof PickupLine>

/** A line of which nothing is due here any more. */
export const GoneLine = LineText.extend(LineCounts.shape)
export type GoneLine = z.infer<typeof GoneLine>

/** Money that a customer still has to pay. */
export const Outstanding = z.object({ minor: Minor, currency: Currency })

/** How far staff's last step has come on its way to Shopify. */
export const shopifyStates = ['nothing-due', 'sending', 'confirmed', 'refused'] as const

/**
 * One pickup, whole, as the hub holds it: newer `version` replaces older. `seen` is the position in this device's
 * event stream up to which the hub had applied events, so that the till keeps showing moves made after it.
 */
export const PickupPut = z.object({
  kind: z.literal('pickup.put'),
  at: EpochMs,
  pickup: PickupId,
  version: z.int().min(1),
  order: z.object({ name: z.string().max(64), placedAt: EpochMs }),
  customer: z.object({ name: label, phoneEnd: z.string().max(4).nullable() }),
  note: z.string().max(2_000).nullable(),
  promisedBy: EpochMs.nullable(),
  lines: z.array(PickupLine).max(MOST_FIRST_LINES),
  /** The lines after those. An agent of an older version does not show them. */
  moreLines: z.array(PickupLine).max(MOST_MORE_LINES).optional(),
  /** Lines of which nothing is due here any more. */
  goneLines: z.array(GoneLine).max(MOST_FIRST_LINES).optional(),
  /** What is still to be paid of the order; null: nothing. Left out by a hub of an older version, which does not know. */
  outstanding: Outstanding.nullable().optional(),
  /** It was placed to try the shop's checkout: nothing was paid. Left out by a hub of an older version. */
  isTest: z.boolean().optional(),
  /** Where the packed goods are kept, in staff's words; null: not said. Left out by a hub of an older version. */
  keptAt: z.string().max(MOST_PLACE_LETTERS).nullable().optional(),
  /** Who took what was handed over last, and what was checked; null: not said. Left out by a hub of an older version. */
  handedTo: HandedTo.nullable().optional(),
  /** Reminders since it is ready, in their order. Left out by a hub of an older version. */
  reminders: z.array(Reminder).max(MOST_REMINDERS).optional(),
  /** Its customer is asked about items that are missing; null: not. Left out by a hub of an older version. */
  asked: CustomerAsked.nullable().optional(),
  state: z.enum(pickupStates),
  movedBy: label.nullable(),
  movedAt: EpochMs.nullable(),
  shopify: z.enum(shopifyStates),
  /** What staff must know, for example that something did not go as they asked; null when all is well. */
  notice: SentNotice.nullable(),
  seen: z.object({ epoch: z.int().min(0), seq: z.int().min(0) }),
})
export type PickupPut = z.infer<typeof PickupPut>

/** The store and till that this device belongs to, as the hub knows them. */
export const StoreDescribed = z.object({
  kind: z.literal('store.described'),
  at: EpochMs,
  store: StoreCode,
  name: label,
  till: label,
  zone: z.string().min(1).max(64),
  /** Whether staff must check who collects an order. Left out by a hub of an older version: it is left to them. */
  handOver: z.enum(handOverRules).optional(),
  /** What the store may do with goods that a customer brings back. Left out by a hub of an older version: nothing. */
  returns: z.enum(returnRules).optional(),
  /** Whether staff see the free stock of other stores. Left out by a hub of an older version: they don't. */
  stock: z.enum(stockRules).optional(),
  /** When staff remind customers who don't collect; null: never. Left out by a hub of an older version: never. */
  reminders: ReminderRule.nullable().optional(),
  /** Whether a step needs a PIN or a badge of the newest `staff.put`. Left out by a hub of an older version: it does not. */
  staffPin: z.enum(staffPinRules).optional(),
  /** With `required`: minutes without a touch after which it is asked for again. Left out by a hub of an older version: the usual ones. */
  pinIdleMinutes: z.int().min(1).max(MOST_PIN_IDLE_MINUTES).optional(),
})
export type StoreDescribed = z.infer<typeof StoreDescribed>

/** A return that a till of this store recorded, whole, as the hub holds it: it replaces what was told of it before. */
export const ReturnPut = z.object({
  kind: z.literal('return.put'),
  at: EpochMs,
  returnId: ReturnId,
  order: z.string().max(64),
  /** Shopify's id of the order; null: not known yet. Older hubs leave it out. */
  orderId: z.string().max(128).nullable().optional(),
  lines: z.array(ReturnedLine).max(MOST_RETURN_LINES),
  /** The same units as lines of this store's pickups of the order. Older hubs leave it out. */
  ofPickups: z
    .array(z.object({ pickup: PickupId, line: z.string().min(1).max(128), units: z.int().min(1) }))
    .max(MOST_RETURN_LINES * 4)
    .optional(),
  staff: z.string().max(255),
  till: z.string().max(255),
  /** When staff recorded it, by their till's clock. */
  madeAt: EpochMs,
  state: z.enum(returnStates),
  /** What the store agreed on for it. Older hubs leave it out. */
  rule: z.enum(returnRules).catch('refund').default('refund'),
  /** What the customer is due; null: nothing, or not known yet. Older hubs leave it out. */
  due: ReturnMoney.nullable().default(null),
  /** What the customer has been paid back by Shopify; null: nothing yet. */
  refunded: ReturnMoney.nullable(),
  /** Staff undid it, and Shopify had heard of it by then. Left out: they did not. */
  undoTooLate: z.boolean().optional(),
  /** `refused`: why. */
  problem: z.enum(returnProblems).catch('other').nullable(),
})
export type ReturnPut = z.infer<typeof ReturnPut>

/** Goods of an online order came back and are on sale again in this store; its POS is to know. */
export const ReturnRestocked = z.object({
  kind: z.literal('return.restocked'),
  at: EpochMs,
  /** The return's own key, which its till drew: applied once, however often it comes. */
  returnId: z.string().min(1).max(128),
  order: z.string().max(64),
  lines: z
    .array(z.object({ sku: Sku.nullable(), barcode: z.string().max(64).nullable(), units: z.int().min(1) }))
    .max(250),
})
export type ReturnRestocked = z.infer<typeof ReturnRestocked>

/**
 * Every pickup that is open in this store has been told in this epoch of the commands: those that the till still shows
 * from an earlier epoch are not known to the hub. Comes after a restored hub's snapshot.
 */
export const PickupsComplete = z.object({ kind: z.literal('pickups.complete'), at: EpochMs })
export type PickupsComplete = z.infer<typeof PickupsComplete>

/**
 * Items of this store of which units are promised to online customers and few are free, whole: it replaces what was told before. An
 * item that is not listed is not promised, has enough, or its stock is not known. `free`: on hand less promised, below 0 when more is
 * promised than there is. `seen`: as in `pickup.put`; sales after it are not counted yet.
 */
export const StockReserved = z.object({
  kind: z.literal('stock.reserved'),
  at: EpochMs,
  items: z.array(z.object({ sku: Sku, free: z.int() })).max(500),
  seen: z.object({ epoch: z.int().min(0), seq: z.int().min(0) }),
})
export type StockReserved = z.infer<typeof StockReserved>

/**
 * What head office has set for this till, all levels together: it replaces what was told before. `settings` has the shape of agent.json;
 * the agent checks it, and refuses by name what it does not know or does not allow. An empty one: the till's own agent.json alone.
 */
export const SettingsPut = z.object({
  kind: z.literal('settings.put'),
  at: EpochMs,
  /** The hub's name for these very settings; the till says in its status which ones it runs. */
  name: z.string().min(1).max(64),
  settings: z.record(z.string(), z.unknown()),
})
export type SettingsPut = z.infer<typeof SettingsPut>

export const HubCommand = z.discriminatedUnion('kind', [
  PickupPut,
  StoreDescribed,
  EpochOpened,
  ReturnRestocked,
  PickupsComplete,
  StockReserved,
  ReturnPut,
  SettingsPut,
  StaffPut,
])
export type HubCommand = z.infer<typeof HubCommand>

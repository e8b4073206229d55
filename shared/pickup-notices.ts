import { z } from 'zod'
import { EpochMs } from './ids.ts'
import { pickupStates, type StaffMove, staffMoves, undoableMoves } from './pickup-moves.ts'

/** What staff must know about a pickup, as a code and its facts: the till page words it in its reader's language. */

const name = z.string().max(500)
/** As staff typed it; null when they gave none. */
const reason = z.string().max(500).nullable()
const alone = <const Code extends string>(code: Code) => z.object({ code: z.literal(code) })

/** Codes are only ever added. */
export const PickupNotice = z.discriminatedUnion('code', [
  /**
   * Shopify holds the order; it must not be handed over until the hold is released. `missing`: what staff could not find, if that is
   * all that is held. `scheduledFor`: it is a pre-order, held until then; null: Shopify names no time. A hub of before them leaves
   * them out.
   */
  z.object({
    code: z.literal('on-hold'),
    missing: name.optional(),
    scheduledFor: EpochMs.nullable().optional(),
  }),
  /** It was ready here, and Shopify shows it as handed over. */
  alone('collected-at-shopify'),
  /** Shopify shows it as handed over before it was ready here, or after it had expired: nothing is left to do. */
  alone('fulfilled-at-shopify'),
  alone('order-cancelled'),
  /** Shopify closed this pickup without cancelling the order. */
  alone('taken-back'),
  /** The hub, restored from a backup, does not know this pickup: it is closed here until the hub tells of it again. */
  alone('unknown-to-hub'),
  z.object({ code: z.literal('moved-away'), to: name }),
  z.object({ code: z.literal('refused'), staff: name, reason }),
  z.object({ code: z.literal('items-missing'), staff: name, reason }),
  /** A till's move came too late or too early. `state`, `by`, `at`: what was done last, by whom and when. */
  z.object({
    code: z.literal('move-refused'),
    move: z.enum(staffMoves),
    state: z.enum(pickupStates),
    by: name.nullable(),
    at: EpochMs.nullable(),
  }),
  /** The order was cancelled before the hand-over was known; head office decides about the money. */
  alone('collected-after-cancel'),
  /** Shopify has so many units as handed over; the rest was moved, refunded or taken off the order. `goods`: the rest. */
  z.object({ code: z.literal('partly-handed-over'), handedOver: z.int().min(1), goods: name }),
  /** A part was no longer in the order when it was handed over; head office decides about the money. */
  z.object({ code: z.literal('collected-beyond-order'), goods: name }),
  /** Shopify changed the order after its picking had begun: what must be picked as well, and what must be put back. */
  z.object({ code: z.literal('order-changed'), added: name.nullable(), removed: name.nullable() }),
  /** It was handed over here after Shopify had moved it to another store. */
  z.object({ code: z.literal('collected-after-move'), to: name }),
  /**
   * Another store has handed it over, not knowing that it was moved here: it must not be handed over again. `goods`: only these of it; the rest is still
   * due. Left out: all of it.
   */
  z.object({ code: z.literal('handed-over-elsewhere'), store: name, staff: name, goods: name.optional() }),
  /** Its goods are still due in this store, as another pickup of the order. */
  alone('continues'),
  /** It was handed over, and then these goods were added to it: only they are due. */
  z.object({ code: z.literal('added-after-hand-over'), goods: name }),
  /** Its hand-over was cancelled in Shopify after it had ended here. */
  alone('hand-over-cancelled'),
  /**
   * These goods were handed over, `by` whom at a till (null: in Shopify), and that was cancelled in Shopify. `receipt`: that is not so, and this receipt
   * names their order.
   */
  z.object({
    code: z.literal('may-be-collected'),
    by: name.nullable(),
    goods: name,
    receipt: z.object({ store: name, number: name }).optional(),
  }),
  /** Shopify did not accept that it is ready or handed over. `said`: its answer. */
  z.object({
    code: z.literal('write-refused'),
    step: z.enum(['ready', 'collected']),
    said: z.string().max(1_000),
    isRetried: z.boolean(),
  }),
  /** A move could not be undone: Shopify, and perhaps the customer, had heard of it. */
  z.object({ code: z.literal('undo-too-late'), move: z.enum(undoableMoves), staff: name }),
  /** What was found is ready; head office decides about the rest, `goods`. */
  z.object({ code: z.literal('rest-missing'), staff: name, goods: name }),
  /** Staff took it back to picking. */
  z.object({ code: z.literal('reopened'), staff: name, reason }),
  /** The customer did not come for so many days: its goods go back on the shelf. */
  z.object({ code: z.literal('not-collected'), days: z.int().min(1) }),
  /** Its customer did not collect it, and its order is cancelled and paid back: it must not be handed over. `days`: for how many it was ready. */
  z.object({ code: z.literal('paid-back'), days: z.int().min(0) }),
  /** Shopify was asked to cancel its order and to pay it back, and has not answered: until it has, the order can't be reopened. */
  alone('cancel-asked'),
])
export type PickupNotice = z.infer<typeof PickupNotice>

/** A notice as a command carries it: one of ours, one of a newer hub's, or a sentence from a hub of before the codes. */
export const SentNotice = z.union([
  PickupNotice,
  z.looseObject({ code: z.string().max(64) }),
  z.string().max(1_000),
])
export type SentNotice = z.infer<typeof SentNotice>

/** The notice if this version knows its code and all its facts are there; null otherwise. */
export function knownNotice(notice: SentNotice): PickupNotice | null {
  const known = PickupNotice.safeParse(notice)
  return known.success ? known.data : null
}

/** Shopify has it on hold, or it is a pre-order: its customer can't collect it yet. */
export function isOnHold(notice: SentNotice | null): boolean {
  return notice !== null && knownNotice(notice)?.code === 'on-hold'
}

/** Notices that hold until the goods are handed over: a step that staff make does not answer them. */
const lasting: readonly string[] = [
  'on-hold',
  'may-be-collected',
  'handed-over-elsewhere',
] satisfies PickupNotice['code'][]

/** Whether a notice must be read once more before the goods are handed over. */
export function isLasting(notice: SentNotice): boolean {
  return typeof notice !== 'string' && lasting.includes(notice.code)
}

/** What is left of a notice after staff have made a step. */
export function noticeAfterMove(notice: SentNotice | null, move: StaffMove): SentNotice | null {
  return notice !== null && isLasting(notice) && move !== 'collect' && move !== 'refuse' ? notice : null
}

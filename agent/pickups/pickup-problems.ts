import { defineError } from '../../shared/errors.ts'

/** Why a step at the till is not made. */

export const pickupUnknown = defineError(
  'PICKUP_UNKNOWN',
  (f: { pickup: string }) => `This till has no pickup ${f.pickup}. It may belong to another store.`,
)
export const moveIllegal = defineError(
  'MOVE_ILLEGAL',
  (f: { order: string; state: string; move: string }) =>
    `Order ${f.order} is ${f.state}, so this step is not open any more. Look at the order again.`,
)
export const paymentUnconfirmed = defineError(
  'PAYMENT_UNCONFIRMED',
  (f: { order: string; amount: string }) =>
    `Order ${f.order} still has ${f.amount} to be paid. Take the money, confirm that it was paid, and then hand the order over.`,
)
export const handOverUnchecked = defineError(
  'HAND_OVER_UNCHECKED',
  (f: { order: string }) =>
    `Check who collects order ${f.order} first: scan the customer's code, or look at an ID or the order's details. This store wants it said.`,
)
export const lineUnknown = defineError(
  'LINE_UNKNOWN',
  (f: { order: string; line: string }) =>
    `Order ${f.order} has no item ${f.line} to hand over. Look at the order again.`,
)
export const pickTooMany = defineError(
  'PICK_TOO_MANY',
  (f: { order: string; item: string; units: number }) =>
    `Order ${f.order} has ${f.units} × ${f.item}. Put the rest back.`,
)
export const pickIncomplete = defineError(
  'PICK_INCOMPLETE',
  (f: { order: string; units: number }) =>
    `Order ${f.order} has ${f.units} items that were neither found nor reported missing. Find them, or report them missing.`,
)
export const nothingFound = defineError(
  'NOTHING_FOUND',
  (f: { order: string }) =>
    `Nothing of order ${f.order} was found, so there is nothing to hand over. Report the items missing, or give the order back.`,
)
export const reopenReasonMissing = defineError(
  'REOPEN_REASON_MISSING',
  (f: { order: string }) => `Say why order ${f.order} goes back to picking.`,
)
export const pickupOnHold = defineError(
  'PICKUP_ON_HOLD',
  (f: { order: string }) =>
    `Order ${f.order} is on hold. Ask head office before you go on, or say why it can't wait.`,
)
export const undoTooLate = defineError(
  'UNDO_TOO_LATE',
  (f: { order: string }) => `The last step of order ${f.order} can't be undone any more.`,
)

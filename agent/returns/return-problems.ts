import { defineError } from '../../shared/errors.ts'

/** Why goods are not taken back at the till. */

export const returnUnknown = defineError(
  'RETURN_UNKNOWN',
  (f: { returnId: string }) => `This till has no return ${f.returnId}. It may be older than a month.`,
)
export const returnRecorded = defineError(
  'RETURN_RECORDED',
  (f: { order: string }) =>
    `This return of order ${f.order} is recorded already, with other items. Go back to the list, look the order up again, and take back the rest.`,
)
export const returnsClosed = defineError(
  'RETURNS_CLOSED',
  () => 'This store takes no online orders back. Head office decides on that.',
)
export const returnTooMany = defineError(
  'RETURN_TOO_MANY',
  (f: { order: string; item: string; units: number }) =>
    `Of order ${f.order}, ${f.units} × ${f.item} can still be taken back. Look the order up again.`,
)
export const returnUndoTooLate = defineError(
  'RETURN_UNDO_TOO_LATE',
  (f: { order: string }) =>
    `The return of order ${f.order} can’t be undone any more: Shopify is being told. Ask head office to put it right.`,
)

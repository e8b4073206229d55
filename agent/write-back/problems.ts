import { defineError } from '../../shared/errors.ts'

/** The POS can't be written to now; the same is tried again by itself. */
export const posWriteUnavailable = defineError(
  'POS_WRITE_UNAVAILABLE',
  (f: { target: string; reason: string }) =>
    `"${f.target}" can't be written to now (${f.reason}). Start the POS's database or make its folder reachable; what is to be written waits and goes on by itself.`,
)
export const posArticleUnknown = defineError(
  'POS_ARTICLE_UNKNOWN',
  (f: { order: string; sku: string | null; barcode: string | null }) =>
    `The POS has no article with SKU "${f.sku ?? ''}" or barcode "${f.barcode ?? ''}", of order ${f.order}. Enter it in the POS; it is tried again every hour for a week.`,
)
export const posArticleAmbiguous = defineError(
  'POS_ARTICLE_AMBIGUOUS',
  (f: { order: string; sku: string | null; barcode: string | null }) =>
    `The POS has more than one article with SKU "${f.sku ?? ''}" or barcode "${f.barcode ?? ''}", of order ${f.order}. Leave it to one in the POS; it is tried again every hour for a week.`,
)
export const posWriteRefused = defineError(
  'POS_WRITE_REFUSED',
  (f: { what: string; order: string; reason: string }) =>
    `The POS refuses the ${f.what} of order ${f.order} (${f.reason}). Correct the mapping or the POS's data; it is tried again every hour for a week.`,
)
/** A database's no to a statement; `writeByMapping` tells it with its order as POS_WRITE_REFUSED. */
export const statementRefused = defineError(
  'POS_STATEMENT_REFUSED',
  (f: { reason: string }) =>
    `The POS's database refuses a statement (${f.reason}). Correct the mapping, or what the database holds.`,
)
export const posWriteUnsafe = defineError(
  'POS_WRITE_UNSAFE',
  (f: { target: string; table: string; engine: string }) =>
    `The table ${f.table} of "${f.target}" is of the kind ${f.engine}, which can't undo half a change. Make it InnoDB (ALTER TABLE ${f.table} ENGINE=InnoDB); nothing is written before.`,
)
export const writeBackSettingsInvalid = defineError(
  'WRITE_BACK_SETTINGS_INVALID',
  (f: { target: string; why: string }) =>
    `The settings of the write-back "${f.target}" can't be used: ${f.why}. Correct them in agent.json and start again.`,
)

const refusals = [posArticleUnknown, posArticleAmbiguous, posWriteRefused]

/** Whether an error is the POS's no to this one thing; everything else means that the POS can't be written to now. */
export function isRefusal(error: unknown): boolean {
  return refusals.some(kind => kind.is(error))
}

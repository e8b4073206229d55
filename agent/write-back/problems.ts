import { defineError } from '../../shared/errors.ts'

/** The POS can't be written to now; the same job is tried again automatically. */
export const posWriteUnavailable = defineError(
  'POS_WRITE_UNAVAILABLE',
  (f: { target: string; reason: string }) =>
    `"${f.target}" can't be written to now (${f.reason}). Start the POS's database or make its folder reachable; the jobs wait and are then written automatically.`,
)
export const posArticleUnknown = defineError(
  'POS_ARTICLE_UNKNOWN',
  (f: { order: string; sku: string | null; barcode: string | null }) =>
    `The POS has no item with SKU "${f.sku ?? ''}" or barcode "${f.barcode ?? ''}", of order ${f.order}. Enter it in the POS; it is tried again every hour for a week.`,
)
export const posArticleAmbiguous = defineError(
  'POS_ARTICLE_AMBIGUOUS',
  (f: { order: string; sku: string | null; barcode: string | null }) =>
    `The POS has more than one item with SKU "${f.sku ?? ''}" or barcode "${f.barcode ?? ''}", of order ${f.order}. Keep only one in the POS; it is tried again every hour for a week.`,
)
export const posWriteRefused = defineError(
  'POS_WRITE_REFUSED',
  (f: { what: string; order: string; reason: string }) =>
    `The POS refuses the ${f.what} of order ${f.order} (${f.reason}). Correct the mapping or the POS's data; it is tried again every hour for a week.`,
)
/** The database refused a statement; `writeByMapping` reports it with its order as POS_WRITE_REFUSED. */
export const statementRefused = defineError(
  'POS_STATEMENT_REFUSED',
  (f: { reason: string }) =>
    `The POS's database refuses a statement (${f.reason}). Correct the mapping, or what the database holds.`,
)
export const posWriteUnsafe = defineError(
  'POS_WRITE_UNSAFE',
  (f: { target: string; table: string; engine: string }) =>
    `The table ${f.table} of "${f.target}" is of the kind ${f.engine}, which can't undo half a change. Make it InnoDB (ALTER TABLE ${f.table} ENGINE=InnoDB); until then nothing is written.`,
)
export const writeBackSettingsInvalid = defineError(
  'WRITE_BACK_SETTINGS_INVALID',
  (f: { target: string; why: string }) =>
    `The settings of the write-back "${f.target}" can't be used: ${f.why}. Correct them in agent.json and start again.`,
)

const refusals = [posArticleUnknown, posArticleAmbiguous, posWriteRefused]

/** Whether the POS refused this one job; every other error means that the POS can't be written to now. */
export function isRefusal(error: unknown): boolean {
  return refusals.some(kind => kind.is(error))
}

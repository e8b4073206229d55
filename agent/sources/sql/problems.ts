import { defineError } from '../../../shared/errors.ts'

/** Why a POS database can't be read as a whole. */
export const posFileMissing = defineError(
  'POS_FILE_MISSING',
  (f: { file: string }) =>
    `The POS database ${f.file} is not there. Start the POS, or correct "file" in this source's settings; reading then resumes automatically.`,
)
export const posFileReplaced = defineError(
  'POS_FILE_REPLACED',
  (f: { file: string }) =>
    `The POS database ${f.file} was replaced by another file. It is reopened, and what differs is read again.`,
)
export const posFileUnreadable = defineError(
  'POS_FILE_UNREADABLE',
  (f: { file: string; reason: string }) =>
    `The POS database ${f.file} can't be read (${f.reason}). Check that the file is complete and that this user may read it; reading then resumes automatically.`,
)
export const posMidChange = defineError(
  'POS_MID_CHANGE',
  (f: { file: string }) =>
    `The POS stopped in the middle of a change to ${f.file}, and only the POS can finish it. Start the POS; reading then resumes automatically.`,
)
export const posSchemaUnknown = defineError(
  'POS_SCHEMA_UNKNOWN',
  (f: { pos: string; missing: readonly string[] }) =>
    `This is not a database of ${f.pos} that this version knows: it lacks ${f.missing.join(', ')}, or hides it from this user. Correct the source's settings, or ask for an update that knows this version of the POS.`,
)
export const warehouseUnknown = defineError(
  'WAREHOUSE_UNKNOWN',
  (f: { pos: string }) =>
    `${f.pos} does not say which warehouse sales take from. Set "warehouse" in this source's settings to the POS's code of it.`,
)
export const pointsOfSaleOpen = defineError(
  'POINTS_OF_SALE_OPEN',
  (f: { pos: string; points: string }) =>
    `${f.pos} keeps the sales of several points of sale here, or not those that the settings name: ${f.points}. Set "points" in this source's settings to those that belong to this store.`,
)

/** Why one row can't be read. The row is refused with this; all others go on. */
export const productUnknown = defineError(
  'PRODUCT_UNKNOWN',
  (f: { product: string; where: string }) =>
    `${f.where} names the product ${f.product}, which the POS's item table does not hold. Restore the item in the POS; the row is then read again automatically.`,
)
export const productWithoutSku = defineError(
  'PRODUCT_WITHOUT_SKU',
  (f: { product: string; where: string }) =>
    `${f.where} names the product ${f.product}, which has no item code in the POS. Enter its code there; the row is then read again automatically.`,
)
export const wholeNumberUnreadable = defineError(
  'WHOLE_NUMBER_UNREADABLE',
  (f: { field: string; value: unknown }) =>
    `"${f.field}" should be a whole number but holds ${JSON.stringify(f.value)}. Correct it in the POS; the row is then read again automatically.`,
)
export const valueImplausible = defineError(
  'VALUE_IMPLAUSIBLE',
  (f: { field: string; value: unknown }) =>
    `"${f.field}" holds ${JSON.stringify(f.value)}, more than any till sells. Was a code scanned into the wrong field? Correct it in the POS; the row is then read again automatically.`,
)
export const receiptIncomplete = defineError(
  'RECEIPT_INCOMPLETE',
  (f: { lacks: string }) =>
    `The POS holds payments for this receipt but no ${f.lacks}. Finish or delete the receipt in the POS; the row is then read again automatically.`,
)
export const ticketTypeUnknown = defineError(
  'TICKET_TYPE_UNKNOWN',
  (f: { type: unknown }) =>
    `The receipt is of type ${JSON.stringify(f.type)}, which this version does not know. Ask for an update that knows this version of the POS.`,
)
export const receiptUnproven = defineError(
  'RECEIPT_UNPROVEN',
  (f: { is: string }) =>
    `What the receipt sold can't be told for sure: it is ${f.is}. Compare it with the printed receipt and enter it by hand.`,
)
export const stockReasonUnknown = defineError(
  'STOCK_REASON_UNKNOWN',
  (f: { reason: unknown }) =>
    `The stock diary names the reason ${JSON.stringify(f.reason)}, which this version does not know. Ask for an update that knows this version of the POS.`,
)
export const rowsGone = defineError(
  'ROWS_GONE',
  (f: { count: number; table: string }) =>
    `The POS no longer holds ${f.count} or more rows of "${f.table}" that were read from it: it was cleared or replaced. None of them was taken back. If that was on purpose, set "startFrom" to the first date that the POS still holds.`,
)

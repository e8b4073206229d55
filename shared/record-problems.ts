import type { z } from 'zod'
import { defineError } from './errors.ts'

/** Why one record of a POS can't become an event. The record is refused with this; all others are read. */
export const recordFieldMissing = defineError(
  'RECORD_FIELD_MISSING',
  (f: { field: string }) =>
    `The record has no "${f.field}". Export it again with this field, or correct the settings.`,
)
export const recordValueUnreadable = defineError(
  'RECORD_VALUE_UNREADABLE',
  (f: { field: string; value: string; expected: string }) =>
    `"${f.field}" holds ${JSON.stringify(f.value)} instead of ${f.expected}. Correct it in the POS, or how this source's settings read it.`,
)
export const saleDoesNotAddUp = defineError(
  'SALE_DOES_NOT_ADD_UP',
  (f: { what: string; expected: string; found: string; difference: string; currency: string }) =>
    `${f.what} come to ${f.found} ${f.currency} instead of ${f.expected} ${f.currency}: ${f.difference} ${f.currency} apart, however discounts, taxes and signs are read. Compare with the printed receipt and enter it by hand, or report the file to support.`,
)
export const severalOrders = defineError(
  'SEVERAL_ORDERS',
  (f: { order: string; other: string }) =>
    `The receipt names two online orders, ${JSON.stringify(f.order)} and ${JSON.stringify(f.other)}; a receipt can hand over only one. Void it, and ring up each order on a separate receipt.`,
)
export const receiptTooLong = defineError(
  'RECEIPT_TOO_LONG',
  (f: { limit: number }) =>
    `The receipt has more than ${f.limit} lines, taxes or payments, more than one record may hold. Enter it by hand, or have the POS split it.`,
)
export const rowOutOfBounds = defineError(
  'ROW_OUT_OF_BOUNDS',
  (f: { field: string; problem: string }) =>
    `"${f.field}" is outside what a record may hold (${f.problem}). Correct it in the POS; the row is read again automatically.`,
)

/** @throws ROW_OUT_OF_BOUNDS naming the first field that the vocabulary does not take */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const issue = result.error.issues[0]
  throw rowOutOfBounds({ field: issue?.path.join('.') ?? '', problem: issue?.message ?? '' })
}

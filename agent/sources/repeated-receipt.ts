import { z } from 'zod'
import type { CashMoved, SaleCompleted } from '../../shared/events.ts'
import { Currency, decimalFromMinor, sum } from '../../shared/money.ts'

/** What tells two receipts of one key apart, kept with the row that the key names. */
export const ReceiptFacts = z.object({
  /** Business date and the till's wall clock. */
  day: z.string(),
  wall: z.string(),
  till: z.string(),
  /** What was paid, minor units: below zero for a refund. Null: not a sale. */
  paid: z.int().nullable(),
  currency: Currency.nullable(),
})
export type ReceiptFacts = z.infer<typeof ReceiptFacts>

/** How a receipt differs from the one that has its key already. */
export type Difference = 'kind' | 'sign' | 'day' | 'till' | 'time'

export function saleFacts(
  sale: Pick<SaleCompleted, 'businessDate' | 'soldAt' | 'till' | 'tenders' | 'currency'>,
): ReceiptFacts {
  const { businessDate, soldAt, till, tenders, currency } = sale
  return {
    day: businessDate,
    wall: soldAt.wall,
    till,
    paid: sum(tenders.map(tender => tender.amount)),
    currency: Currency.parse(currency),
  }
}

export function cashFacts({ businessDate, till }: Pick<CashMoved, 'businessDate' | 'till'>): ReceiptFacts {
  return { day: businessDate, wall: businessDate, till, paid: null, currency: null }
}

/**
 * Why a receipt can't be another version of the one before: then its number was used again, most often by a refund, and
 * it must not replace it. None: it is an edit.
 */
export function differencesOf(before: ReceiptFacts, now: ReceiptFacts): readonly Difference[] {
  const isSale = before.paid !== null && now.paid !== null
  const areRefunds = (before.paid ?? 0) < 0 && (now.paid ?? 0) < 0
  const isOtherTill = before.till !== '' && now.till !== '' && before.till !== now.till
  const all: readonly (Difference | false)[] = [
    (before.paid === null) !== (now.paid === null) && 'kind',
    isSale && Math.sign(before.paid ?? 0) * Math.sign(now.paid ?? 0) < 0 && 'sign',
    before.day !== now.day && 'day',
    isOtherTill && 'till',
    // a sale that is edited may be closed again later; a refund is not edited, it is given once more
    areRefunds && before.wall !== now.wall && 'time',
  ]
  return all.filter(each => each !== false)
}

/** The receipt in words: `the refund of 2026-07-19 10:12 over -24.90 CHF`. */
export function receiptInWords({ wall, paid, currency }: ReceiptFacts): string {
  const when = wall.slice(0, 16).replace('T', ' ')
  if (paid === null || currency === null) return `the cash movement of ${when}`
  return `the ${paid < 0 ? 'refund' : 'sale'} of ${when} over ${decimalFromMinor(paid, currency)} ${currency}`
}

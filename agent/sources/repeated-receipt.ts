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
  /** What was sold, as `-1 A-1`; left out where it was not kept. */
  goods: z.array(z.string()).max(200).optional(),
})
export type ReceiptFacts = z.infer<typeof ReceiptFacts>

const MOST_GOODS = 40

/** How a receipt differs from the one that has its key already. */
export type Difference = 'kind' | 'sign' | 'day' | 'till' | 'time' | 'goods'

export function saleFacts(
  sale: Pick<SaleCompleted, 'businessDate' | 'soldAt' | 'till' | 'tenders' | 'currency' | 'lines'>,
): ReceiptFacts {
  const { businessDate, soldAt, till, tenders, currency, lines } = sale
  return {
    day: businessDate,
    wall: soldAt.wall,
    till,
    paid: sum(tenders.map(tender => tender.amount)),
    currency: Currency.parse(currency),
    goods: [...new Set(lines.map(line => (line.sku ?? line.barcode ?? line.title).slice(0, 60)))].slice(
      0,
      MOST_GOODS,
    ),
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
    isSale && isOtherSale(before, now) && 'goods',
  ]
  return all.filter(each => each !== false)
}

/** An edit keeps some of the goods, the amount or the hour; a number that began again has all three of another sale. */
const LONGEST_EDIT_MS = 3_600_000

function isOtherSale(before: ReceiptFacts, now: ReceiptFacts): boolean {
  const [one, other] = [before.goods ?? [], now.goods ?? []]
  const between = Math.abs(Date.parse(`${before.wall}Z`) - Date.parse(`${now.wall}Z`))
  const areOthers = one.length > 0 && other.length > 0 && !other.some(each => one.includes(each))
  return areOthers && before.paid !== now.paid && between > LONGEST_EDIT_MS
}

/** The receipt in words: `the refund of 2026-07-19 10:12 over -24.90 CHF`. */
export function receiptInWords({ wall, paid, currency }: ReceiptFacts): string {
  const when = wall.slice(0, 16).replace('T', ' ')
  if (paid === null || currency === null) return `the cash movement of ${when}`
  return `the ${paid < 0 ? 'refund' : 'sale'} of ${when} over ${decimalFromMinor(paid, currency)} ${currency}`
}

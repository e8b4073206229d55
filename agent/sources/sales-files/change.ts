import { sum } from '../../../shared/money.ts'
import type { PlainSale } from './plain-receipt.ts'

type Paid = Pick<PlainSale, 'tenders' | 'paidBy'>

/** What was given back is off the cash: a till that writes what the customer gave took in less. */
export function afterChange(paid: Paid, change: number | null): Paid {
  if (change === null || change === 0 || paid.tenders === null) return paid
  const back = Math.abs(change)
  const cash = paid.tenders.find(({ kind, amount }) => kind === 'cash' && amount >= back)
  const less = { kind: 'cash' as const, name: cash?.name ?? 'Change', amount: -back }
  const tenders =
    cash === undefined
      ? [...paid.tenders, less]
      : paid.tenders.map(each => (each === cash ? { ...each, amount: sum([each.amount, -back]) } : each))
  return { ...paid, tenders: tenders.filter(({ amount }) => amount !== 0) }
}

import { byLargestRemainder, shareOut } from '../../../shared/allocate.ts'
import { sum } from '../../../shared/money.ts'
import { PARTS } from './exact-amount.ts'
import { type Reckoning, sumOf } from './totals-solver.ts'

/**
 * The tax in each line's amount, goods before rewards, when prices include tax. Uses the lines' own tax if, each
 * rounded down or up, it adds up to the receipt's tax, else splits the receipt's tax in proportion to the lines'
 * amounts. Zeros when tax is added on top.
 */
export function spread(
  reckoning: Pick<Reckoning, 'goods' | 'rewards' | 'taxes' | 'taxIncluded'>,
): readonly number[] {
  const { goods, rewards, taxes, taxIncluded } = reckoning
  const total = sumOf(taxes)
  const none = [...goods, ...rewards].map(() => 0)
  if (!taxIncluded || total === 0) return none
  const said = goods.map(({ goods: { taxes: own }, direction }) =>
    sum(own.map(tax => direction * Math.abs(tax.exact))),
  )
  const ofLines = said.some(each => each !== 0)
    ? byLargestRemainder(total, said.map(BigInt), BigInt(PARTS))
    : null
  if (ofLines !== null) return [...ofLines, ...rewards.map(() => 0)]
  return shareOut(
    total,
    [...goods, ...rewards].map(each => each.amount),
  )
}

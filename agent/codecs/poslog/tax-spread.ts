import { shareOut } from '../../../shared/allocate.ts'
import { sum } from '../../../shared/money.ts'
import { type Reckoning, sumOf } from './totals-solver.ts'

/**
 * The tax in each line's amount, goods before rewards, when prices include tax. Uses the lines' own tax if its total
 * matches the receipt's tax (within one minor unit per line), else splits the receipt's tax in proportion to the lines'
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
    sum(own.map(tax => direction * Math.abs(tax.amount))),
  )
  const apart = Math.abs(sum(said) - total)
  if (apart <= goods.length && said.some(each => each !== 0)) return [...said, ...rewards.map(() => 0)]
  return shareOut(
    total,
    [...goods, ...rewards].map(each => each.amount),
  )
}

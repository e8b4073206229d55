import { shareOut } from '../../../shared/allocate.ts'
import { sum } from '../../../shared/money.ts'
import { type Reckoning, sumOf } from './totals-solver.ts'

/**
 * The tax in each line's amount, goods before rewards, where prices hold it: as the lines say where that comes to the
 * receipt's tax (a minor unit a line apart at most), else in proportion to their amounts. Zeros where tax comes on top.
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

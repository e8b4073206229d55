import { sum } from './money.ts'

/**
 * Shares `amount` out over `parts` in the proportion of their ideal shares (numerator / denominator, which should sum
 * up to it), by the largest remainder: every share is its ideal rounded down or up, and they sum up exactly. Equal
 * remainders: the earlier part. Null: whole units don't reach from the sum of the floors to `amount`.
 */
export function byLargestRemainder(
  amount: number,
  numerators: readonly bigint[],
  denominator: bigint,
): number[] | null {
  if (denominator === 0n) return amount === 0 ? numerators.map(() => 0) : null
  const sign = denominator < 0n ? -1n : 1n
  const under = denominator * sign
  const shares = numerators.map((numerator, part) => {
    const over = numerator * sign
    const remainder = ((over % under) + under) % under
    return { part, floor: Number((over - remainder) / under), remainder }
  })
  const left = amount - sum(shares.map(share => share.floor))
  if (left < 0 || left > shares.length) return null
  const most = shares.toSorted((a, b) =>
    a.remainder === b.remainder ? a.part - b.part : a.remainder > b.remainder ? -1 : 1,
  )
  const raised = new Set(most.slice(0, left).map(share => share.part))
  return shares.map(share => share.floor + (raised.has(share.part) ? 1 : 0))
}

/** `amount` in proportion to `weights`; null: the weights sum up to nothing. */
export function inProportion(amount: number, weights: readonly number[]): number[] | null {
  const numerators = weights.map(weight => BigInt(amount) * BigInt(weight))
  return byLargestRemainder(amount, numerators, BigInt(sum(weights)))
}

/** As `inProportion`; where the weights add up to nothing, the first line takes all. */
export function shareOut(total: number, weights: readonly number[]): readonly number[] {
  return inProportion(total, weights) ?? weights.map((_, index) => (index === 0 ? total : 0))
}

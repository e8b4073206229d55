import { byLargestRemainder, inProportion } from '../../../shared/allocate.ts'

/**
 * The tax that is inside each of `grosses`, together `tax`. With a rate, by the rate, so that a return and a sale on
 * one receipt keep their own; else, or when the rate misses `tax` by more than rounding, in proportion.
 */
export function includedTax(tax: number, grosses: readonly number[], rate: number | null): number[] | null {
  const byRate =
    rate === null
      ? null
      : byLargestRemainder(
          tax,
          grosses.map(gross => BigInt(gross) * BigInt(rate)),
          BigInt(1_000_000 + rate),
        )
  return byRate ?? inProportion(tax, grosses)
}

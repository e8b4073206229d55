import { byLargestRemainder } from '../../../shared/allocate.ts'
import { sum } from '../../../shared/money.ts'
import { PARTS } from './exact-amount.ts'
import type { TaxPart } from './parts.ts'

/**
 * The taxes of a receipt by those of its lines, in each way that rounding explains: each line's tax rounded, each tax's sum
 * rounded, the sum of all rounded, and what the receipt itself says (`told`) if it lies between all rounded down and all rounded up.
 * The one whose sum is `told` is first.
 * @param taxes signed, one or more a line
 * @param told the receipt's own total of taxes; null: it has none
 */
export function lineTaxReadings(
  taxes: readonly TaxPart[],
  told: number | null,
): readonly (readonly TaxPart[])[] {
  const asWritten = merged(taxes)
  const all = sum(taxes.map(tax => tax.exact))
  const said = told === null ? null : Math.sign(all) * Math.abs(told)
  const targets = [
    ...(said !== null && isExplained(taxes, said) ? [said] : []),
    sum(asWritten.map(tax => nearest(tax.exact))),
    nearest(all),
  ]
  const exact = targets.flatMap(target => shared(asWritten, target) ?? [])
  const readings = [asWritten, ...exact.map(amounts => withAmounts(asWritten, amounts))]
  const sums = readings.map(reading => sum(reading.map(tax => tax.amount)))
  const distinct = readings.filter((_, at) => sums.indexOf(sums[at] ?? 0) === at)
  const isSaid = (reading: readonly TaxPart[]) => sum(reading.map(tax => tax.amount)) === said
  return [...distinct.filter(isSaid), ...distinct.filter(reading => !isSaid(reading))]
}

/** Whether each line's tax, rounded down or up, can come to an amount. */
function isExplained(taxes: readonly TaxPart[], amount: number): boolean {
  const least = sum(taxes.map(({ exact }) => Math.floor(exact / PARTS)))
  const most = sum(taxes.map(({ exact }) => Math.ceil(exact / PARTS)))
  return amount >= least && amount <= most
}

/** Half away from zero, as tills round. */
function nearest(exact: number): number {
  return Math.sign(exact) * Math.round(Math.abs(exact) / PARTS)
}

function shared(taxes: readonly TaxPart[], target: number): (readonly number[])[] | null {
  const parts = byLargestRemainder(
    target,
    taxes.map(({ exact }) => BigInt(exact)),
    BigInt(PARTS),
  )
  return parts === null ? null : [parts]
}

function withAmounts(taxes: readonly TaxPart[], amounts: readonly number[]): readonly TaxPart[] {
  return taxes.map((tax, at) => ({ ...tax, amount: amounts[at] ?? tax.amount }))
}

/** Lines' taxes of the same name and rate are one. */
function merged(taxes: readonly TaxPart[]): readonly TaxPart[] {
  const byName = new Map<string, TaxPart>()
  for (const tax of taxes) {
    const name = JSON.stringify([tax.name, tax.rate])
    const before = byName.get(name)
    const base = before === undefined ? tax.base : plus(before.base, tax.base)
    const amount = (before?.amount ?? 0) + tax.amount
    byName.set(name, { ...tax, base, amount, exact: (before?.exact ?? 0) + tax.exact })
  }
  return [...byName.values()]
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b
}

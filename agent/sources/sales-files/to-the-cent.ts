import { byLargestRemainder } from '../../../shared/allocate.ts'
import { sum } from '../../../shared/money.ts'
import { exactByRate, PARTS } from '../../codecs/poslog/exact-amount.ts'
import type { PlainLine, PlainSale, PlainTax } from './plain-receipt.ts'

/** An amount of a receipt that may have been rounded before it was written, or when it was read. */
interface Part {
  /** Minor units. */
  readonly amount: number
  /** Before it was rounded, in millionths of a minor unit; null: up to half a unit was rounded off, it is not known how much. */
  readonly exact: number | null
}

/** What lines and taxes come to, in minor units. */
export function comesTo(plain: PlainSale): number {
  return sum([...plain.lines, ...(plain.taxIncluded ? [] : taxesIn(plain))].map(({ amount }) => amount))
}

/** All taxes, those of the lines one by one. */
function taxesIn({ taxes, lines }: PlainSale): readonly PlainTax[] {
  return taxes ?? lines.flatMap(line => line.taxes)
}

/**
 * Taxes that are written with more decimals than the currency has come to their sum, rounded once for each tax, as the till
 * rounds it: 1.5966 twice is 3.19, and not two of 1.60.
 */
export function roundedOnce(plain: PlainSale): PlainSale {
  const fine = taxesIn(plain).filter(({ exact }) => exact !== undefined)
  const groups = Map.groupBy(fine, ({ name, rate }) => JSON.stringify([name, rate]))
  const rounded = new Map<PlainTax, number>()
  for (const group of groups.values()) {
    const exact = group.map(each => each.exact ?? each.amount * PARTS)
    const once = Math.sign(sum(exact)) * Math.round(Math.abs(sum(exact)) / PARTS)
    const shares = byLargestRemainder(once, exact.map(BigInt), BigInt(PARTS))
    for (const [index, tax] of group.entries()) rounded.set(tax, shares?.[index] ?? tax.amount)
  }
  return withTaxes(plain, tax => rounded.get(tax) ?? tax.amount)
}

/**
 * The receipt with lines and taxes that come to `target` to the cent; null where the rounding of each does not explain
 * the difference. Taxes first, by their decimals or their rates, then amounts that had more decimals, and last taxes of
 * which only the cents are known.
 * @param target minor units
 */
export function roundedTo(target: number, plain: PlainSale): PlainSale | null {
  const left = target - comesTo(plain)
  if (left === 0) return plain
  const taxed = plain.taxIncluded ? null : taxParts(plain)
  return taxedTo(left, plain, taxed, knownTo) ?? linesTo(left, plain) ?? taxedTo(left, plain, taxed, looseTo)
}

type Rounding = (left: number, parts: readonly Part[]) => readonly number[] | null

function taxedTo(
  left: number,
  plain: PlainSale,
  taxed: ReadonlyMap<PlainTax, Part> | null,
  rounding: Rounding,
): PlainSale | null {
  const amounts = taxed === null ? null : rounding(left, [...taxed.values()])
  if (taxed === null || amounts === null) return null
  const rounded = new Map([...taxed.keys()].map((tax, index) => [tax, amounts[index] ?? tax.amount]))
  return withTaxes(plain, tax => rounded.get(tax) ?? tax.amount)
}

function linesTo(left: number, plain: PlainSale): PlainSale | null {
  const parts = plain.lines.map(({ amount, exact }) => ({ amount, exact: exact ?? amount * PARTS }))
  const amounts = knownTo(left, parts)
  if (amounts === null) return null
  return {
    ...plain,
    lines: plain.lines.map((line, index) => ({ ...line, amount: amounts[index] ?? line.amount })),
  }
}

function taxParts(plain: PlainSale): Map<PlainTax, Part> {
  const partOf = (tax: PlainTax, base: number | null): Part => {
    const { amount, rate, exact } = tax
    if (exact !== undefined || amount === 0) return { amount, exact: exact ?? 0 }
    return { amount, exact: rate === null ? null : (exactByRate(amount, base, rate) ?? amount * PARTS) }
  }
  const { taxes, lines } = plain
  return new Map(
    taxes?.map(tax => [tax, partOf(tax, tax.base ?? null)]) ??
      lines.flatMap(line => line.taxes.map(tax => [tax, partOf(tax, line.amount)] as const)),
  )
}

/** Each amount rounded down or up, as its own decimals allow. */
function knownTo(left: number, parts: readonly Part[]): readonly number[] | null {
  const isOpen = ({ exact }: Part) => exact !== null && exact % PARTS !== 0
  const open = parts.filter(isOpen)
  const shares = byLargestRemainder(
    left + sum(open.map(({ amount }) => amount)),
    open.map(({ exact }) => BigInt(exact ?? 0)),
    BigInt(PARTS),
  )
  if (open.length === 0 || shares === null) return null
  return parts.map(part => (isOpen(part) ? (shares[open.indexOf(part)] ?? part.amount) : part.amount))
}

/** Half a unit for each tax that was rounded by an unknown part; the largest take it. */
function looseTo(left: number, parts: readonly Part[]): readonly number[] | null {
  const loose = parts.filter(({ exact }) => exact === null)
  if (Math.abs(left) * 2 > loose.length) return null
  const largest = loose.toSorted((one, other) => Math.abs(other.amount) - Math.abs(one.amount))
  const moved = new Set(largest.slice(0, Math.abs(left)))
  return parts.map(part => part.amount + (moved.has(part) ? Math.sign(left) : 0))
}

function withTaxes(plain: PlainSale, amountOf: (tax: PlainTax) => number): PlainSale {
  const rounded = (tax: PlainTax): PlainTax => ({ ...tax, amount: amountOf(tax) })
  const ofLine = (line: PlainLine): PlainLine => ({ ...line, taxes: line.taxes.map(rounded) })
  return { ...plain, taxes: plain.taxes?.map(rounded) ?? null, lines: plain.lines.map(ofLine) }
}

import { addUnits } from './line-counts.ts'
import {
  type OrderSale,
  type SoldUnits,
  type TakenUnits,
  type UnitsOfLines,
  unitsInDoubt,
} from './order-sale-row.ts'

/** A line of an order, and what may be a receipt's of it. Whole units. */
export interface ShareableLine {
  readonly id: string
  readonly sku: string | null
  /** Still to hand over. */
  readonly due: number
  /** Has left, or is on its way to Shopify as handed over. */
  readonly gone: number
}

/** What a receipt takes of its order. */
export interface ShareOfOrder {
  readonly taken: TakenUnits
  /** What it has had after that. */
  readonly had: UnitsOfLines
  /** Of it, what has not left yet by any other word: the receipt hands it over. */
  readonly handsOver: UnitsOfLines
  /** Of it, what had left before, without a receipt. */
  readonly left: UnitsOfLines
  /** Other receipts that had had some of it and do not say so any more, with what they have had after that. */
  readonly others: readonly OrderSale[]
}

/**
 * Shares an order out to a receipt. It keeps what it has had; then come goods that another receipt handed over and no longer says, then
 * goods that have left without a receipt, because those are the same ones; and only the rest is handed over. What it sold beyond that is
 * sold besides.
 */
export function shareOfOrder(
  sale: Pick<OrderSale, 'sold' | 'had'>,
  others: readonly OrderSale[],
  lines: readonly ShareableLine[],
): ShareOfOrder {
  const given = others.map(other => ({ other, had: new Map(other.had), free: new Map(unitsInDoubt(other)) }))
  const accounted = (line: string) =>
    [sale, ...others].reduce((sum, { had }) => sum + (had.get(line) ?? 0), 0)
  const pool = {
    own: new Map(sale.had),
    left: new Map(lines.map(({ id, gone }) => [id, Math.max(0, gone - accounted(id))])),
    due: new Map(lines.map(({ id, due }) => [id, due])),
  }
  const steps: { readonly from: Map<string, number>; readonly to: Map<string, number> }[] = [
    { from: pool.own, to: new Map() },
    ...given.map(({ free }) => ({ from: free, to: new Map() })),
    { from: pool.left, to: new Map() },
    { from: pool.due, to: new Map() },
  ]
  const taken = new Map<string, TakenUnits[number]>()
  for (const { sku, warehouse, units: sold } of sale.sold) {
    let rest = sold
    for (const { from, to } of steps)
      for (const line of lines) {
        const units = line.sku === sku ? Math.min(rest, from.get(line.id) ?? 0) : 0
        if (units === 0) continue
        rest -= units
        addUnits(from, line.id, -units)
        addUnits(to, line.id, units)
        const key = `${line.id}\n${warehouse}`
        taken.set(key, { line: line.id, sku, warehouse, units: (taken.get(key)?.units ?? 0) + units })
      }
  }
  const had = new Map(sale.had)
  for (const { to } of steps.slice(1)) for (const [line, units] of to) addUnits(had, line, units)
  given.forEach((one, index) => {
    for (const [line, units] of steps[index + 1]?.to ?? []) addUnits(one.had, line, -units)
  })
  return {
    taken: [...taken.values()],
    had,
    handsOver: steps.at(-1)?.to ?? new Map(),
    left: steps.at(-2)?.to ?? new Map(),
    others: given.flatMap(({ other, had }, index) =>
      (steps[index + 1]?.to.size ?? 0) > 0 ? [{ ...other, had }] : [],
    ),
  }
}

/** The units of items that left with a receipt, whole and net of what it took back. `thousandths`: what is one unit. */
export function soldUnits(
  lines: readonly { readonly sku: string | null; readonly warehouse: string; readonly quantity: number }[],
  thousandths: number,
): SoldUnits {
  const of = new Map<string, { sku: string; warehouse: string; quantity: number }>()
  for (const { sku, warehouse, quantity } of lines) {
    if (sku === null) continue
    const key = `${warehouse}\n${sku}`
    of.set(key, { sku, warehouse, quantity: (of.get(key)?.quantity ?? 0) + quantity })
  }
  return [...of.values()].flatMap(({ sku, warehouse, quantity }) => {
    const whole = Math.floor(quantity / thousandths)
    return whole > 0 ? [{ sku, warehouse, units: whole }] : []
  })
}

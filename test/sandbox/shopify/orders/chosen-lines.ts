import { idOf } from '../graphql/gid.ts'
import type { FulfillmentOrder, FulfillmentOrderLine } from '../state/entities.ts'

/** Lines of a fulfilment order a mutation names. */
export interface LineInput {
  readonly id: string
  readonly quantity: number
}

export interface ChosenLine {
  readonly line: FulfillmentOrderLine
  readonly quantity: number
}

export type Choice =
  | { readonly ok: true; readonly lines: readonly ChosenLine[] }
  | {
      readonly ok: false
      readonly why: 'unknown' | 'not-positive' | 'too-many' | 'twice'
      readonly index: number
    }

/** Checks the named lines against what remains. Without names it is everything that remains. */
export function chooseLines(order: FulfillmentOrder, input: readonly LineInput[] | null | undefined): Choice {
  if (input === null || input === undefined || input.length === 0) {
    const lines = order.lines.filter(line => line.remaining > 0)
    return { ok: true, lines: lines.map(line => ({ line, quantity: line.remaining })) }
  }
  const lines: ChosenLine[] = []
  for (const [index, wanted] of input.entries()) {
    const id = idOf(wanted.id, 'FulfillmentOrderLineItem')
    const line = order.lines.find(held => held.id === id)
    if (line === undefined) return { ok: false, why: 'unknown', index }
    if (lines.some(chosen => chosen.line === line)) return { ok: false, why: 'twice', index }
    if (wanted.quantity <= 0) return { ok: false, why: 'not-positive', index }
    if (wanted.quantity > line.remaining) return { ok: false, why: 'too-many', index }
    lines.push({ line, quantity: wanted.quantity })
  }
  return { ok: true, lines }
}

/** The lines left when these units are taken out of the fulfilment order. Emptied lines go. */
export function withoutLines(
  order: FulfillmentOrder,
  taken: readonly ChosenLine[],
): readonly FulfillmentOrderLine[] {
  return order.lines.flatMap(line => {
    const quantity = taken.find(chosen => chosen.line.id === line.id)?.quantity ?? 0
    const total = line.total - quantity
    return total === 0 ? [] : [{ ...line, total, remaining: line.remaining - quantity }]
  })
}

/** Whether the choice is all that the fulfilment order still has to do, and nothing of it is done. */
export function isWholeOrder(order: FulfillmentOrder, chosen: readonly ChosenLine[]): boolean {
  return order.lines.every(line => chosen.find(one => one.line.id === line.id)?.quantity === line.total)
}

import { minor } from '../../../shared/money.ts'
import type { Closing, TenderRow } from './closing.ts'
import type { CompiledTemplate } from './compile.ts'
import type { Refusals } from './refusals.ts'

/**
 * What was paid, change already taken off the cash. Change on what was not paid in cash went out of the drawer: it
 * becomes a negative cash tender.
 * @throws RECEIPT_DOES_NOT_ADD_UP, RECEIPT_UNPARSED
 */
export function tendersOf(
  closing: Closing,
  { template }: CompiledTemplate,
  refuse: Refusals,
): readonly TenderRow[] {
  const { totals, tenders: rules } = template
  const owed = closing.total + (totals.rounding?.where === 'after-total' ? closing.rounding : 0)
  if (closing.tenders.length === 0) {
    if (closing.change !== 0)
      throw refuse.whole('it gives change but names no payment that the template knows')
    if (owed === 0) return []
    if (rules.whenNone === undefined) throw refuse.whole('it names no payment that the template knows')
    return [{ ...rules.whenNone, amount: owed }]
  }
  const paid = closing.tenders.reduce((sum, tender) => sum + tender.amount, 0)
  refuse.sum('what was paid, less the change,', owed, paid - closing.change)
  if (closing.change === 0) return closing.tenders
  const cash = closing.tenders.findIndex(tender => tender.kind === 'cash' && tender.amount >= closing.change)
  if (cash < 0)
    return [...closing.tenders, { kind: 'cash', name: closing.changeName, amount: 0 - closing.change }]
  return closing.tenders.map((tender, at) =>
    at === cash ? { ...tender, amount: tender.amount - closing.change } : tender,
  )
}

interface Signed {
  readonly lines: readonly {
    readonly quantity: number
    readonly net: number | undefined
    readonly discount?: number
  }[]
  readonly taxes: readonly { readonly base: number; readonly amount: number }[]
  readonly tenders: readonly { readonly amount: number }[]
  readonly rounding: number
}

/** A return that is printed without any minus: all goods and money go the other way. */
export function negated<Sale extends Signed>(sale: Sale): Sale {
  const turned = (value: number) => minor(0 - value)
  return {
    ...sale,
    lines: sale.lines.map(line => ({
      ...line,
      quantity: turned(line.quantity),
      net: turned(line.net ?? 0),
      ...(line.discount === undefined ? {} : { discount: turned(line.discount) }),
    })),
    taxes: sale.taxes.map(tax => ({ ...tax, base: turned(tax.base), amount: turned(tax.amount) })),
    tenders: sale.tenders.map(tender => ({ ...tender, amount: turned(tender.amount) })),
    rounding: turned(sale.rounding),
  }
}

import { minor, sum } from '../../../shared/money.ts'
import type { Closing, TenderRow } from './closing.ts'
import type { CompiledTemplate } from './compile.ts'
import type { Refusals } from './refusals.ts'

/** What was paid, and the rounding with the sign that it turned out to have. */
export interface Payments {
  readonly tenders: readonly TenderRow[]
  readonly rounding: number
}

/**
 * What was paid, change already taken off the cash. Change on what was not paid in cash went out of the drawer: it
 * becomes a negative cash tender. Tills print rounding, and money that is given out, with or without a minus: the sign is
 * the one with which the payments come out to the minor unit.
 * @throws RECEIPT_DOES_NOT_ADD_UP, RECEIPT_UNPARSED
 */
export function tendersOf(closing: Closing, { template }: CompiledTemplate, refuse: Refusals): Payments {
  const isAfter = template.totals.rounding?.where !== 'in-total'
  const onTop = sum(closing.extras.filter(extra => !extra.isInTotal).map(extra => extra.amount))
  const owedWith = (rounding: number) => closing.total + onTop + (isAfter ? rounding : 0)
  const signs =
    isAfter && closing.rounding !== 0 ? [closing.rounding, 0 - closing.rounding] : [closing.rounding]
  for (const rounding of signs) {
    const tenders = paymentsFor(owedWith(rounding), closing, template)
    if (tenders === null) continue
    for (const { value, line } of closing.later)
      if (value !== owedWith(rounding) && Math.abs(value) !== Math.abs(owedWith(rounding)))
        throw refuse.line('it is a second total and says another amount', line)
    return { tenders, rounding }
  }
  const { tenders, payouts, change } = closing
  if (tenders.length + payouts.length === 0)
    throw refuse.whole(
      change === 0
        ? 'it names no payment that the template knows'
        : 'it gives change but names no payment that the template knows',
    )
  const paid = sum(tenders.map(tender => tender.amount)) - sum(payouts.map(payout => payout.amount))
  refuse.sum('what was paid, less the change,', owedWith(closing.rounding), paid - change)
  throw refuse.whole('its payments can not be told')
}

/** The payments that come to what is owed; null: they don't. */
function paymentsFor(
  owed: number,
  closing: Closing,
  { tenders: rules }: CompiledTemplate['template'],
): readonly TenderRow[] | null {
  const { tenders, change, changeName } = closing
  const payouts = closing.payouts.map(payout => ({ ...payout, amount: 0 - payout.amount }))
  if (tenders.length + payouts.length === 0) {
    // a return that is paid out by a line which else gives change
    if (change !== 0) return owed === 0 - change ? [{ kind: 'cash', name: changeName, amount: owed }] : null
    if (owed === 0) return []
    return rules.whenNone === undefined ? null : [{ ...rules.whenNone, amount: owed }]
  }
  const paid = sum([...tenders, ...payouts].map(tender => tender.amount))
  if (paid - change !== owed) {
    const isGivenOut = owed < 0 && change === 0 && paid === 0 - owed && tenders.every(each => each.amount > 0)
    return isGivenOut ? tenders.map(tender => ({ ...tender, amount: 0 - tender.amount })) : null
  }
  if (change === 0) return [...tenders, ...payouts]
  const cash = tenders.findIndex(tender => tender.kind === 'cash' && tender.amount >= change)
  if (cash < 0) return [...tenders, ...payouts, { kind: 'cash', name: changeName, amount: 0 - change }]
  const kept = tenders.map((tender, at) =>
    at === cash ? { ...tender, amount: tender.amount - change } : tender,
  )
  return [...kept, ...payouts]
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

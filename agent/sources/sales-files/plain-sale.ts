import { shareOut } from '../../../shared/allocate.ts'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { SaleCompleted } from '../../../shared/events.ts'
import { decimalFromMinor, sum } from '../../../shared/money.ts'
import { namedOrder } from '../../../shared/named-order.ts'
import { checked, receiptTooLong, saleDoesNotAddUp } from '../../../shared/record-problems.ts'
import { isCashRounding, roundedCash } from '../cash-rounding.ts'
import type { SaleInFile } from './file-format.ts'
import type { PlainLine, PlainSale, PlainTax } from './plain-receipt.ts'
import { lineSignsDiffer } from './problems.ts'
import type { Minus, SalesStore } from './settings.ts'
import { comesTo, roundedOnce, roundedTo } from './to-the-cent.ts'

/** Made once: a schema costs more to make than a thousand receipts to check. */
const Sale = SaleCompleted.omit({ at: true, fingerprint: true })

const MOST_LINES = 2_000
const MOST_TAXES_OR_TENDERS = 50

interface SaleStore extends SalesStore {
  readonly warehouse: string
  readonly minus: Minus
}

/**
 * The receipt as an event. Lines and taxes come to the total and to the payments to the cent: what is left is the rounding of taxes
 * and amounts that had more decimals, or that of cash.
 * @throws SALE_DOES_NOT_ADD_UP, LINE_SIGNS_DIFFER, RECEIPT_TOO_LONG, ROW_OUT_OF_BOUNDS
 */
export function saleOf(written: PlainSale, store: SaleStore): SaleInFile {
  const plain = addedUp(withMinus(written, store.minus), store)
  expectOneSign(plain, store)
  const taxes = plain.taxes ?? taxesOfLines(plain)
  const nets = netsOf(plain, sum(taxes.map(tax => tax.amount)))
  const net = sum(nets)
  const tenders = tendersOf(plain, comesTo(plain), store).filter(each => each.amount !== 0)
  const paid = sum(tenders.map(tender => tender.amount))
  if (plain.lines.length > MOST_LINES) throw receiptTooLong({ limit: MOST_LINES })
  if (Math.max(taxes.length, tenders.length) > MOST_TAXES_OR_TENDERS)
    throw receiptTooLong({ limit: MOST_TAXES_OR_TENDERS })
  return checked(Sale, {
    kind: 'sale.completed',
    source: store.source,
    receipt: plain.key,
    receiptNumber: plain.receiptNumber.slice(0, 64),
    till: label(plain.till, 255),
    staff: plain.staff === null ? null : label(plain.staff, 255),
    businessDate: plain.businessDate,
    soldAt: { wall: plain.wall, zone: store.zone },
    currency: store.currency,
    lines: plain.lines.map(({ line, sku, barcode, title, quantity, discount }, index) => ({
      line,
      sku,
      barcode: barcode === null || barcode.length > 64 ? null : barcode,
      title: label(title, 500),
      quantity,
      net: nets[index] ?? 0,
      warehouse: store.warehouse,
      ...(discount === null || discount === 0
        ? {}
        : { discount: quantity < 0 ? -Math.abs(discount) : Math.abs(discount) }),
    })),
    taxes: taxes.map(({ name, rate, base, amount }) => ({
      name: label(name, 500),
      rate,
      base: base ?? net,
      amount,
    })),
    tenders: tenders.map(({ kind, name, amount }) => ({ kind, name: label(name, 500), amount })),
    rounding: paid - comesTo(plain),
    unexplained: 0,
    ...namedOrder(plain.orders),
  })
}

const hasCode = ({ sku, barcode }: PlainLine) => sku !== null || barcode !== null
const below = <Part extends { readonly amount: number; readonly exact?: number }>(part: Part): Part => ({
  ...part,
  amount: -Math.abs(part.amount),
  ...(part.exact === undefined ? {} : { exact: -Math.abs(part.exact) }),
})
const belowWithTaxes = (line: PlainLine): PlainLine => below({ ...line, taxes: line.taxes.map(below) })

/** Units or amounts with the minus that the file leaves out, as the settings say. */
function withMinus(plain: PlainSale, minus: Minus): PlainSale {
  if (minus === 'both') return plain
  if (minus === 'sold') return turnedAbout(plain)
  const signed = (line: PlainLine): PlainLine => {
    if (!hasCode(line) || line.isSignSure) return line
    if (minus === 'amount') return line.amount < 0 ? { ...line, quantity: -Math.abs(line.quantity) } : line
    return line.quantity < 0 ? belowWithTaxes(line) : line
  }
  const read = { ...plain, lines: plain.lines.map(signed) }
  // the money that went back with them has no minus either
  const due = comesTo(read)
  return minus === 'units' && due < 0 && plain.total === -due ? { ...read, total: due } : read
}

/** A sale as a ledger of stock has it: what was sold is below zero. Payments are turned where they are written as the goods are. */
function turnedAbout(plain: PlainSale): PlainSale {
  const turned = <Part extends { readonly amount: number; readonly exact?: number }>(part: Part): Part => ({
    ...part,
    amount: 0 - part.amount,
    ...(part.exact === undefined ? {} : { exact: 0 - part.exact }),
  })
  const paid = sum((plain.tenders ?? []).map(({ amount }) => amount))
  return {
    ...plain,
    lines: plain.lines.map(line =>
      turned({ ...line, quantity: 0 - line.quantity, taxes: line.taxes.map(turned) }),
    ),
    taxes: plain.taxes?.map(tax => turned({ ...tax, base: tax.base == null ? null : 0 - tax.base })) ?? null,
    total: plain.total === null ? null : 0 - plain.total,
    tenders: paid * comesTo(plain) > 0 ? (plain.tenders?.map(turned) ?? null) : plain.tenders,
  }
}

/** Goods and their money go opposite ways: what has a minus before one alone would be counted the wrong way round. @throws LINE_SIGNS_DIFFER */
function expectOneSign({ lines }: PlainSale, { currency }: SaleStore): void {
  const odd = lines.find(line => hasCode(line) && !line.isSignSure && line.quantity * line.amount < 0)
  if (odd === undefined) return
  const line = maskCardNumbers([odd.sku ?? odd.barcode, odd.title].filter(Boolean).join(' ')).slice(0, 100)
  throw lineSignsDiffer({
    ...{ line, units: odd.quantity / 1_000, currency },
    amount: decimalFromMinor(odd.amount, currency),
  })
}

const NOT_NAMED = { kind: 'other', name: '' } as const

/** Where the file has no amounts of payments, its total was paid, or what lines and taxes come to; cash less its rounding. */
function tendersOf(
  { tenders, paidBy, total, rounding }: PlainSale,
  sumOfLines: number,
  store: SalesStore,
): NonNullable<PlainSale['tenders']> {
  if (tenders !== null) return tenders
  const due = total ?? sumOfLines
  const isRounded = paidBy?.kind === 'cash' && rounding !== null && due === sumOfLines
  const amount = isRounded ? roundedCash(due, rounding, store) : due
  return [{ ...(paidBy ?? NOT_NAMED), amount }]
}

/**
 * The receipt with amounts that agree with its total and its payments to the cent.
 * @throws SALE_DOES_NOT_ADD_UP where no rounding explains the difference
 */
function addedUp(written: PlainSale, store: SalesStore): PlainSale {
  const plain = paidOut(withSignsOfUnits(roundedOnce(written)), store)
  const own = comesTo(plain)
  const paid = sum(tendersOf(plain, own, store).map(tender => tender.amount))
  const said = plain.rounding ?? 0
  const ends = [...(plain.total === null ? [] : [plain.total]), paid]
  const targets = [own, ...ends.flatMap(end => [end, end - said, end + said])]
  for (const target of targets) {
    const agreeing = agrees(plain, target, store) ? roundedTo(target, plain) : null
    if (agreeing !== null) return agreeing
  }
  const isOfTotal =
    plain.total !== null && plain.total !== own && (plain.tenders === null || plain.total !== paid)
  const [what, expected, found] = isOfTotal ? ['Lines and taxes', plain.total, own] : ['Payments', own, paid]
  const text = (amount: number) => decimalFromMinor(amount, store.currency)
  const sums = { expected: text(expected), found: text(found), difference: text(found - expected) }
  throw saleDoesNotAddUp({ what, currency: store.currency, ...sums })
}

/** Goods that came back may have a minus before their units alone: their amounts get it where the receipt's total shows that they lack it. */
function withSignsOfUnits(plain: PlainSale): PlainSale {
  if (plain.total === null || comesTo(plain) === plain.total) return plain
  const lines = plain.lines.map(line =>
    line.quantity < 0 && line.amount > 0 && !line.isSignSure ? belowWithTaxes(line) : line,
  )
  const signed = { ...plain, lines }
  return comesTo(signed) === plain.total ? signed : plain
}

/** Money that was paid out and has no minus, where lines and total say by how much they are below zero. */
function paidOut(plain: PlainSale, store: SalesStore): PlainSale {
  const { tenders, total } = plain
  const due = comesTo(plain)
  if (tenders === null || due >= 0 || total !== due || tenders.some(({ amount }) => amount < 0)) return plain
  const turned = tenders.map(tender => ({ ...tender, amount: -tender.amount }))
  const apart = sum(turned.map(({ amount }) => amount)) - due
  return apart === 0 || isCashRounding(apart, turned, store) ? { ...plain, tenders: turned } : plain
}

/** Whether a receipt with the sum `target` agrees with its own total and payments: to the cent, or but for the rounding of cash. */
function agrees(plain: PlainSale, target: number, store: SalesStore): boolean {
  const tenders = tendersOf(plain, target, store)
  const paid = sum(tenders.map(({ amount }) => amount))
  const difference = paid - target
  const isSaid = plain.rounding !== null && Math.abs(difference) === Math.abs(plain.rounding)
  const isPaid = difference === 0 || isSaid || isCashRounding(difference, tenders, store)
  return isPaid && (plain.total === null || plain.total === target || plain.total === paid)
}

/** Lines' taxes of one name and rate are one; its base is what those lines come to without any tax. */
function taxesOfLines({ lines, taxIncluded }: PlainSale): PlainTax[] {
  const byName = new Map<string, { name: string; rate: number | null; base: number; amount: number }>()
  for (const line of lines)
    for (const tax of line.taxes) {
      const name = JSON.stringify([tax.name, tax.rate])
      const before = byName.get(name) ?? { name: tax.name, rate: tax.rate, base: 0, amount: 0 }
      const base = before.base + line.amount - (taxIncluded ? taxOf(line) : 0)
      byName.set(name, { ...before, base, amount: before.amount + tax.amount })
    }
  return [...byName.values()].filter(tax => tax.amount !== 0 || tax.rate !== null)
}

function taxOf({ taxes }: PlainLine): number {
  return sum(taxes.map(tax => tax.amount))
}

/** Without tax. Where only the whole receipt's tax is known, each line loses its share of it. */
function netsOf(plain: PlainSale, taxTotal: number): readonly number[] {
  const { lines, taxIncluded } = plain
  if (!taxIncluded) return lines.map(line => line.amount)
  if (plain.taxes === null) return lines.map(line => line.amount - taxOf(line))
  const ofLines = sum(lines.map(taxOf))
  if (ofLines === taxTotal) return lines.map(line => line.amount - taxOf(line))
  const shares = shareOut(
    taxTotal,
    lines.map(line => (line.isUntaxed ? 0 : line.amount)),
  )
  return lines.map((line, index) => line.amount - (shares[index] ?? 0))
}

function label(text: string, longest: number): string {
  return maskCardNumbers(text).slice(0, longest)
}

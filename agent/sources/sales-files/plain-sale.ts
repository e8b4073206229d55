import { shareOut } from '../../../shared/allocate.ts'
import { maskCardNumbers } from '../../../shared/card-numbers/mask.ts'
import { SaleCompleted, type Tender } from '../../../shared/events.ts'
import { decimalFromMinor, sum } from '../../../shared/money.ts'
import { checked, receiptTooLong, saleDoesNotAddUp } from '../../../shared/record-problems.ts'
import { isCashRounding } from '../cash-rounding.ts'
import type { SaleInFile } from './file-format.ts'
import type { SalesStore } from './settings.ts'

export interface PlainLine {
  readonly line: number
  readonly sku: string | null
  readonly barcode: string | null
  readonly title: string
  /** Thousandths of a unit. */
  readonly quantity: number
  /** After discounts; with tax in it if `taxIncluded`. */
  readonly amount: number
  /** With whatever sign the file gives it. */
  readonly discount: number | null
  /** A tip or the like: no part of the receipt's tax is in it. */
  readonly isUntaxed?: true
  /** Empty: the line does not say. */
  readonly taxes: readonly { readonly name: string; readonly rate: number | null; readonly amount: number }[]
}

/** A receipt as CSV and JSON journals tell it. Money in minor units, signed. */
export interface PlainSale {
  readonly key: string
  readonly receiptNumber: string
  readonly till: string
  readonly staff: string | null
  readonly wall: string
  readonly businessDate: string
  readonly lines: readonly PlainLine[]
  readonly taxIncluded: boolean
  /** Taxes of the whole receipt; null: those of its lines. */
  readonly taxes:
    | readonly {
        readonly name: string
        readonly rate: number | null
        readonly base: number | null
        readonly amount: number
      }[]
    | null
  /** The receipt's own total including tax; null: it has none. */
  readonly total: number | null
  /** What cash was rounded by, as the file says it, with either sign; null: it does not say. */
  readonly rounding: number | null
  /** A payment that the file names without an amount: it paid all. */
  readonly paidBy: Pick<Tender, 'kind' | 'name'> | null
  /** Null: the file has no payments, or names one without its amount. */
  readonly tenders:
    | readonly { readonly kind: Tender['kind']; readonly name: string; readonly amount: number }[]
    | null
}

/** Made once: a schema costs more to make than a thousand receipts to check. */
const Sale = SaleCompleted.omit({ at: true, fingerprint: true })

const MOST_LINES = 2_000
const MOST_TAXES_OR_TENDERS = 50

/**
 * The receipt as an event. Lines and taxes must come to the total and to the payments, to a minor unit for each line
 * and tax, since each was rounded once.
 * @throws SALE_DOES_NOT_ADD_UP, RECEIPT_TOO_LONG, ROW_OUT_OF_BOUNDS
 */
export function saleOf(plain: PlainSale, store: SalesStore & { readonly warehouse: string }): SaleInFile {
  const taxes = plain.taxes ?? taxesOfLines(plain)
  const taxTotal = sum(taxes.map(tax => tax.amount))
  const nets = netsOf(plain, taxTotal)
  const net = sum(nets)
  const comesTo = net + taxTotal
  const room = plain.lines.length + taxes.length
  const tenders =
    plain.tenders ??
    [{ ...(plain.paidBy ?? NOT_NAMED), amount: plain.total ?? comesTo }].filter(each => each.amount !== 0)
  const paid = sum(tenders.map(tender => tender.amount))
  const wrong = (what: string, expected: number, found: number) => {
    const text = (amount: number) => decimalFromMinor(amount, store.currency)
    const sums = { expected: text(expected), found: text(found), difference: text(found - expected) }
    return saleDoesNotAddUp({ what, currency: store.currency, ...sums })
  }
  const isPaid = isRounded(plain, paid - comesTo, room, tenders, store)
  const isAfterRounding = isPaid && plain.total !== null && Math.abs(plain.total - paid) <= room
  if (plain.total !== null && Math.abs(plain.total - comesTo) > room && !isAfterRounding)
    throw wrong('Lines and taxes', plain.total, comesTo)
  if (!isPaid) throw wrong('Payments', comesTo, paid)
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
    rounding: paid - comesTo,
    unexplained: 0,
  })
}

const NOT_NAMED = { kind: 'other', name: '' } as const

/** Whether payments differ from lines and taxes by no more than the rounding of each, or by the rounding of cash. */
function isRounded(
  plain: PlainSale,
  difference: number,
  room: number,
  tenders: NonNullable<PlainSale['tenders']>,
  store: SalesStore,
): boolean {
  const isSaid = plain.rounding !== null && Math.abs(Math.abs(difference) - Math.abs(plain.rounding)) <= room
  return Math.abs(difference) <= room || isSaid || isCashRounding(difference, tenders, store)
}

/** Lines' taxes of one name and rate are one; its base is what those lines come to without any tax. */
function taxesOfLines({ lines, taxIncluded }: PlainSale) {
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

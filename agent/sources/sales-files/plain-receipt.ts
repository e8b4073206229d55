import type { Tender } from '../../../shared/events.ts'

export interface PlainTax {
  readonly name: string
  /** Parts per million; null: the file does not say. */
  readonly rate: number | null
  /** What it is for, if it is a tax of the whole receipt. */
  readonly base?: number | null
  readonly amount: number
  /** In millionths of a minor unit, where the file has more decimals than the currency. */
  readonly exact?: number
}

export interface PlainLine {
  readonly line: number
  readonly sku: string | null
  readonly barcode: string | null
  readonly title: string
  /** Thousandths of a unit. */
  readonly quantity: number
  /** After discounts; with tax in it if `taxIncluded`. */
  readonly amount: number
  /** The amount in millionths of a minor unit, where it was worked out or written with more decimals than the currency has. */
  readonly exact?: number
  /** With whatever sign the file gives it. */
  readonly discount: number | null
  /** Its signs are proven: they are not worked out again by its units. */
  readonly isSignSure?: true
  /** A tip or the like: no part of the receipt's tax is in it. */
  readonly isUntaxed?: true
  /** Empty: the line does not say. */
  readonly taxes: readonly PlainTax[]
}

/** A receipt as CSV and JSON journals tell it. Money in minor units, signed. */
export interface PlainSale {
  readonly key: string
  readonly receiptNumber: string
  readonly till: string
  readonly staff: string | null
  /** What it says of the online order that it rings up. */
  readonly orders: readonly (string | null)[]
  readonly wall: string
  readonly businessDate: string
  readonly lines: readonly PlainLine[]
  readonly taxIncluded: boolean
  /** Taxes of the whole receipt; null: those of its lines. */
  readonly taxes: readonly PlainTax[] | null
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

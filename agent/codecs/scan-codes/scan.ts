import type { ScanObserved } from '../../../shared/events.ts'
import type { Gtin } from '../../../shared/gtin.ts'
import type { Quantity } from '../../../shared/quantity.ts'

/** What is wrong or odd with a scan: a stable code and a sentence to act on, card numbers masked. */
export interface Note {
  readonly code: string
  readonly sentence: string
}

/** What a GS1 element's value says, where GS1 gives it a form beyond text. Numbers are decimal texts: exact. */
export type Meaning =
  | { readonly is: 'decimal'; readonly number: string; readonly unit: string | null }
  /** `currency` null: the shop's own. */
  | { readonly is: 'amount'; readonly number: string; readonly currency: string | null }
  | { readonly is: 'count'; readonly count: number }
  /** `day` false: only the month was given, and `date` is its last day. `to`: last day of a period. */
  | {
      readonly is: 'date'
      readonly date: string
      readonly day: boolean
      readonly time: string | null
      readonly to: string | null
    }

/** One GS1 element: application identifier, its value as read, GS1's short title for it. */
export interface ScanElement {
  readonly ai: string
  readonly value: string
  readonly label: string
  readonly decoded: Meaning | null
}

/** What an in-store rule reads out of a code. */
export interface ScanItem {
  readonly rule: string
  readonly code: string
  /** In thousandths of `unit`; null: the code holds none. */
  readonly quantity: Quantity | null
  readonly unit: string
  readonly price: ScanObservedItem['price']
}
type ScanObservedItem = NonNullable<ScanObserved['item']>

/** What a scan means. Holds no card number: `text` and every value is masked. */
export interface DecodedScan {
  /** As the scanner sent it, `]E0`; null: it sends none. */
  readonly aim: string | null
  /** Null: not known without an AIM identifier. */
  readonly symbology: string | null
  /** What the symbol holds, without AIM identifier and line ends; `\x1d` where FNC1 separates. */
  readonly text: string
  readonly gtin: Gtin | null
  /** The two or five digits printed beside an EAN or UPC symbol: issue, or price of a book. */
  readonly addOn: string | null
  /** A number that only this shop or company gives a meaning (GS1 prefixes 02, 04, 20 to 29), so no GTIN. */
  readonly restricted: boolean
  readonly elements: readonly ScanElement[]
  readonly item: ScanItem | null
  /** The order that an order code names. */
  readonly order: string | null
  readonly problem: Note | null
  readonly warnings: readonly Note[]
}

/** A scan as `scan.observed` tells it, within that event's limits. */
export function observedFields(scan: DecodedScan): Omit<ScanObserved, 'kind' | 'at' | 'peripheral' | 'via'> {
  const { aim, symbology, gtin, item, order, problem } = scan
  return {
    aim,
    symbology,
    text: scan.text.slice(0, 1_024),
    gtin,
    elements: scan.elements.slice(0, 64).map(({ ai, value }) => ({ ai, value })),
    item:
      item === null ? null : { rule: item.rule, code: item.code, quantity: item.quantity, price: item.price },
    order: order === null ? null : order.slice(0, 255),
    problem: problem === null ? null : { code: problem.code, sentence: problem.sentence.slice(0, 1_000) },
  }
}

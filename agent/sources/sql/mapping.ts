import type { StockMoved, Tender } from '../../../shared/events.ts'
import type { TimeRules } from './pos-time.ts'

/**
 * How one POS product keeps its sales, as data. A mapping holds no code: SQL texts with fixed column names, and
 * tables of what the POS's own codes mean. In every text `{keys}` stands for the list of keys asked for, and
 * `{table.column}` for a column that only some versions have: NULL where it is missing.
 */
export interface SqlMapping {
  /** The product's name, for people. */
  readonly pos: string
  /** Tables and columns without which nothing can be read, in lower case. Checked when the database is opened. */
  readonly requires: Readonly<Record<string, readonly string[]>>
  /** What `{keys}` becomes: the product's way to unfold one JSON array parameter. */
  readonly keyList: string
  readonly times: TimeRules
  readonly receipts: ReceiptMapping
  /** Stock changes that are no sales; null: this POS has none. */
  readonly diary: DiaryMapping | null
  /** One row with one column, `warehouse`: where sales take from when the settings don't say. */
  readonly warehouse: string
}

/** A table of things that happen, each with a key of its own and a time. Both columns should be indexed. */
export interface RowTable {
  readonly table: string
  readonly key: string
  readonly keys: 'text' | 'integer'
  readonly time: string
  /** SQL condition of rows that tell nothing. It must cover all that the mapping calls `void`: such rows are never known. */
  readonly skip: string
}

/**
 * Each text takes `{keys}` and a limit. Columns before the bar make the row's content, whose change is an edit;
 * those after it are looked up elsewhere, and renaming a product does not edit its old receipts.
 */
export interface ReceiptMapping extends RowTable {
  /** key, at, session, type, number, person | till, staff */
  readonly headers: string
  /** receipt, line, product, units, price, tax, properties | found, service, sku, barcode, title; by line */
  readonly lines: string
  /** receipt, tax, base, amount | name, rate */
  readonly taxes: string
  /** receipt, kind, amount, note */
  readonly tenders: string
  /** What a header's `type` means; another one is refused. `void`: the POS says that it does not count. */
  readonly types: Readonly<Record<string, 'sale' | 'void'>>
  /** `drawer`: cash in or out without a sale. A name that is not listed is `other`. */
  readonly tenderKinds: Readonly<Record<string, Tender['kind'] | 'drawer'>>
  /** Entry of a line's `properties` (Java's XML properties) with the title as printed; null: none. */
  readonly titleProperty: string | null
}

export interface DiaryMapping extends RowTable {
  /** Takes `{keys}` and a limit: key, at, reason, location, product, units | found, sku, barcode */
  readonly entries: string
  /** `void`: mirrors a sale, or never counts. */
  readonly reasons: Readonly<Record<string, StockMoved['reason'] | 'void'>>
}

import type { StockMoved, Tender } from '../../../shared/events.ts'
import type { TimeRules } from '../../../shared/wall-clock.ts'

/**
 * How one POS product keeps its sales, as data. A mapping holds no code: SQL texts with fixed column names, and
 * tables of what the POS's own codes mean. In every text `IN {keys}` takes the list of keys asked for, and
 * `{table.column}` stands for a column that only some versions have: NULL where it is missing. Texts keep to what
 * the products that the POS runs on have in common; tables and columns are written in lower case, tables unaliased and
 * unquoted, also those whose names have blanks.
 */
export interface SqlMapping {
  /** The product's name, as messages show it. */
  readonly pos: string
  /** Tables and columns without which nothing can be read, in lower case. Checked when the database is opened. */
  readonly requires: Tables
  readonly times: TimeRules
  /**
   * One row with one column, `points`: the points of sale that the database holds, while the settings don't say which are
   * this store's; NULL: nothing is open. Left out: a database is one store's.
   */
  readonly openPoints?: string
  readonly receipts: ReceiptMapping
  /** Stock changes other than sales; null: this POS has none. */
  readonly diary: DiaryMapping | null
  /** The POS's stock count of each item; null: it keeps none. */
  readonly counts: ArticleMapping | null
  /** The price of an item at the till; null: it keeps none. */
  readonly prices: PriceMapping | null
  /** One row with one column, `warehouse`: the location whose stock sales reduce, unless the settings name one. */
  readonly warehouse: string
}

type Tables = Readonly<Record<string, readonly string[]>>

/** A table with a key of its own. Key and time should be indexed. */
export interface RowTable {
  readonly table: string
  readonly key: string
  readonly keys: 'text' | 'integer'
  /**
   * When the row's event happened, or the key again, where no index has the time: `skip` then leaves out what is too old. Null:
   * the rows say how things are, not what happens.
   */
  readonly time: string | null
  /** SQL condition of rows to leave out. It must cover all that the mapping calls `void`: such rows are never known. */
  readonly skip: string
}

/**
 * Each text takes `{keys}` and a limit. Columns before the bar make the row's content, whose change is an edit;
 * those after it are looked up elsewhere, and renaming a product does not edit its old receipts. Columns in brackets
 * are left out where the POS has nothing of the kind.
 */
export interface ReceiptMapping extends RowTable {
  readonly time: string
  /** key, at, [session], type, number, person | [till], staff */
  readonly headers: string
  /**
   * receipt, line, product, units, [price], [tax], [properties], [amount], [discount], [included], [location]
   * | found, service, sku, barcode, title; by line.
   * `amount`: of the whole line after `discount`; NULL: units × price. `included`: the tax within amount and discount.
   */
  readonly lines: string
  /** receipt, tax, base, amount | name, rate (0.19) */
  readonly taxes: string
  /**
   * receipt, kind, amount, [note], [change], [rounding] | [title], [means].
   * `change`: given back of it; NULL: the POS does not say, so a surplus of cash is change. `rounding` 1: not a payment
   * but the amount by which the POS rounded its total. `title`: the name of a kind that is a number. `means`: the code by
   * which `tenderKinds` lists it; NULL: its name.
   */
  readonly tenders: string
  /** receipt, order: the online order that a receipt rings up. Left out: the settings name no column for it. */
  readonly orders?: string
  /** What a header's `type` means; another one is refused. `void`: the POS says that it does not count. `unproven`: what it sold can't be told, as its type says. */
  readonly types: Readonly<Record<string, 'sale' | 'void' | 'unproven'>>
  /** `drawer`: cash in or out without a sale. A name that is not listed is what its words mean in files too, else `other`. */
  readonly tenderKinds: Readonly<Record<string, Tender['kind'] | 'drawer'>>
  /** `tenderKinds` has names in lower case, and means them in any: SQLite's own LOWER knows the letters of English alone. Left out: false. */
  readonly tendersInAnyCase?: true
  /** Entry of a line's `properties` (Java's XML properties) with the title as printed; null: none. */
  readonly titleProperty: string | null
  /** Entry of `properties` that is `true` if a negative line names an item but only reduces the price. */
  readonly discountProperty: string | null
}

export interface DiaryMapping extends RowTable {
  readonly time: string
  /** Takes `{keys}` and a limit: key, at, reason, location, product, units | found, sku, barcode */
  readonly entries: string
  /** `void`: repeats a sale, or never counts. */
  readonly reasons: Readonly<Record<string, StockMoved['reason'] | 'void'>>
}

/** Facts of items, by item; `skip` leaves out items without a code. */
export interface ArticleMapping extends RowTable {
  readonly time: null
  readonly requires: Tables
  /** Takes `{keys}` and a limit. Counts: key, location, units, sku, barcode. Prices: key, price, sku, barcode. */
  readonly entries: string
}

export interface PriceMapping extends ArticleMapping {
  /** Null: only the settings can say. */
  readonly taxIncluded: boolean | null
}

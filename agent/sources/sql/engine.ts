/** A column's value. Blobs arrive as bytes, booleans as 1 and 0, dates as text. */
export type SqlValue = string | number | bigint | Uint8Array | null
export type SqlRow = Readonly<Record<string, SqlValue>>

export interface Query {
  /** One `?` for each of `params`. `IN {keys}`, at most once and before all of them, takes `keys`. */
  readonly sql: string
  readonly keys?: Keys
  readonly params: readonly (string | number | bigint | null)[]
}

/** The keys asked for, as texts, and what their column holds. */
export interface Keys {
  readonly as: 'text' | 'integer'
  readonly list: readonly string[]
}

/** A table as the database has it. */
export interface TableFound {
  /** Spelled as the database has it, quoted where it has blanks: to some, `TICKETS` and `tickets` are two tables. */
  readonly name: string
  /** Lower-case names of the columns that may be read. */
  readonly columns: ReadonlySet<string>
  /** Columns that exist but may not be read, as far as the product says. */
  readonly hidden: ReadonlySet<string>
}

/**
 * What a source needs from a database product: sqlite-engine.ts, postgres-engine.ts, mysql-engine.ts. Texts
 * of SQL come from the mapping. No engine writes, and none holds a lock or a transaction between calls.
 */
export interface SqlEngine {
  /**
   * Runs the queries against one state of the database, within one short read transaction.
   * @throws DatabaseBusy when another program holds the rows or the file, and errors of problems.ts and server-problems.ts
   */
  read(queries: readonly Query[]): Promise<readonly (readonly SqlRow[])[]>
  /** A token that changes whenever another program has committed, cheap to read; null: this product has none. */
  readonly changeToken: (() => Promise<string>) | null
  /** Null: there is no such table. */
  find(table: string): Promise<TableFound | null>
  close(): void
}

/** Another program holds the rows or the file just now. Reading does not wait: the next poll tries again. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy'
}

/** Keys that are not integers match no row, so they are left out. */
export function integersOf(keys: Keys): readonly string[] {
  return keys.list.filter(key => /^-?\d{1,18}$/.test(key))
}

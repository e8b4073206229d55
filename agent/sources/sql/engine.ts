/** What a database gives for a column. Blobs come as bytes, truth values as 1 and 0, dates as the text they are. */
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
  /** Spelled as the database wants it: some take `TICKETS` and `tickets` for two. */
  readonly name: string
  /** Lower-case names of the columns that may be read. */
  readonly columns: ReadonlySet<string>
  /** Those that are there and may not be read, as far as the product says. */
  readonly hidden: ReadonlySet<string>
}

/**
 * The little that a source needs of a database product: sqlite-engine.ts, postgres-engine.ts, mysql-engine.ts. Texts
 * of SQL come from the mapping. No engine writes, and none holds a lock or a transaction between calls.
 */
export interface SqlEngine {
  /**
   * Runs the queries against one state of the database, within one short read transaction.
   * @throws DatabaseBusy when somebody holds what is asked for, and errors of problems.ts and server-problems.ts
   */
  read(queries: readonly Query[]): Promise<readonly (readonly SqlRow[])[]>
  /** Changes whenever somebody else has committed, cheaply asked; null: this product can't tell. */
  readonly changeToken: (() => Promise<string>) | null
  /** Null: there is no such table. */
  find(table: string): Promise<TableFound | null>
  close(): void
}

/** Says that somebody holds the rows or the file just now. Nobody waits for it: the next poll comes soon enough. */
export class DatabaseBusy extends Error {
  override readonly name = 'DatabaseBusy'
}

/** Integer keys that are none are asked for by nobody: they name no row. */
export function integersOf(keys: Keys): readonly string[] {
  return keys.list.filter(key => /^-?\d{1,18}$/.test(key))
}

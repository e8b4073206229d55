/** What a database gives for a column. Blobs come as bytes. */
export type SqlValue = string | number | bigint | Uint8Array | null
export type SqlRow = Readonly<Record<string, SqlValue>>

export interface Query {
  readonly sql: string
  readonly params: readonly (string | number | bigint | null)[]
}

/**
 * The little that a source needs of a database product; SQLite's is sqlite-engine.ts. Texts of SQL come from the
 * mapping, whose dialect is the product's. No engine writes, and none holds a lock or a transaction between calls.
 */
export interface SqlEngine {
  /** Runs the queries against one state of the database, within one short read transaction. */
  read(queries: readonly Query[]): Promise<readonly (readonly SqlRow[])[]>
  /** Changes whenever somebody else has committed, cheaply asked; null: this product can't tell. */
  changeMark(): Promise<string | null>
  /** Lower-case names of a table's columns; empty when there is no such table. */
  columnsOf(table: string): Promise<ReadonlySet<string>>
  close(): void
}

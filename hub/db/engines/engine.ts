import type { Kysely, Transaction } from 'kysely'
import type { CodeCache } from '../code-cache.ts'
import type { Schema } from '../schema.ts'

/** Rows for one table, as an engine writes them. Names come from the schema, never from outside. */
export interface Insert {
  readonly table: string
  readonly columns: readonly string[]
  /** Values in the order of `columns`. */
  readonly rows: readonly (readonly unknown[])[]
  readonly onConflict: Conflict | null
}

/** What becomes of a row whose key exists. */
export interface Conflict {
  readonly key: readonly string[]
  /** These columns take the new row's values. */
  readonly replace?: readonly string[]
  /** These columns are increased by the new row's values. */
  readonly add?: readonly string[]
  /** This column takes the new row's value when it has none. */
  readonly fill?: string
}

/** What a transaction may write: rows of one store and rows that no store owns, or anything. */
export interface LockScope {
  readonly store: string | null
}

/** One kind of database beneath the hub: what differs between SQLite and PostgreSQL is here and nowhere else. */
export interface Engine {
  readonly name: 'sqlite' | 'postgres'
  /** Its connections refuse every write. */
  readonly reader: Kysely<Schema>
  readonly codes: CodeCache
  /** For transactions only. */
  readonly writer: Kysely<Schema>
  /** Makes conflicting transactions take turns; called before the transaction reads anything. */
  lock(tx: Transaction<Schema>, scope: LockScope): Promise<void>
  /** Whether a transaction that failed with this before its COMMIT was sent may run again at once. */
  runsAgain(error: unknown): boolean
  /** Waits, off the event loop, when another program has the database locked. False: it did not, or for too long. */
  waitForLock(error: unknown, run: number): Promise<boolean>
  insert(tx: Transaction<Schema>, insert: Insert): Promise<void>
  /**
   * Another value once something was committed, by this process or another one; what a hub writes of itself, its lease and its
   * settings, does not count. Null: the engine can't tell.
   */
  changes(): string | null
  /** Checks that all of it can be read. Gives what is wrong, in the engine's words. */
  check(): Promise<readonly string[]>
  /** What `check` can't look at here, and why, in words; null: it looks at everything. */
  unchecked(): Promise<string | null>
  close(): Promise<void>
}

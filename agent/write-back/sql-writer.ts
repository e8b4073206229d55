import type { WrittenValue } from './named-values.ts'

export type TargetRow = Readonly<Record<string, WrittenValue>>
type Values = Readonly<Record<string, WrittenValue>>

/** Statements within one transaction. If one throws, all are rolled back. */
export interface SqlTransaction {
  query(sql: string, values: Values): Promise<readonly TargetRow[]>
  /** @returns the number of rows it changed */
  run(sql: string, values: Values): Promise<number>
}

/**
 * A POS's database open for writing. Transactions are serializable: of two that look for the same job and then write
 * it, one finds it written. A transaction that the database rolls back in favour of another runs again, a few times.
 */
export interface SqlWriter {
  /** @throws POS_WRITE_UNAVAILABLE; POS_STATEMENT_REFUSED when the database refuses a statement; what `work` throws */
  transaction<T>(work: (tx: SqlTransaction) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** How often a transaction is tried when others block it. */
export const ATTEMPTS = 5

/** Runs an attempt again while `isInTheWay` says that another transaction blocked it. */
export async function again<T>(
  attempt: () => Promise<T>,
  isInTheWay: (error: unknown) => boolean,
): Promise<T> {
  for (let left = ATTEMPTS - 1; ; left -= 1) {
    try {
      return await attempt()
    } catch (error) {
      if (left === 0 || !isInTheWay(error)) throw error
    }
  }
}

export function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : ''
}

export function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).slice(0, 300)
}

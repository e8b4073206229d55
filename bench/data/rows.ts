import { createHash } from 'node:crypto'
import SQLite from 'better-sqlite3'

/** What a query finds in an SQLite file, as a count and a hash over every value in order. */
export function digestOf(file: string, query: string): string {
  const db = new SQLite(file, { readonly: true, fileMustExist: true })
  try {
    const hash = createHash('sha256')
    let count = 0
    for (const row of db.prepare(query).raw().iterate()) {
      hash.update(JSON.stringify(row))
      count += 1
    }
    return `${count} rows, ${hash.digest('base64url')}`
  } finally {
    db.close()
  }
}

/** @throws when two ends do not hold the same rows: the figure of such a run means nothing */
export function expectSame(what: string, one: unknown, other: unknown): void {
  if (one !== other) throw new Error(`${what}: ${String(one)} is not ${String(other)}`)
}

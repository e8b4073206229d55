import type { Database } from 'better-sqlite3'
import type { SqliteStatement } from 'kysely'
import type { FaultWatch } from './watched.ts'

/** What a hub writes of itself says how far it has come, and is work for no part of it. */
const OF_ITSELF = /^\s*(insert into|update|delete from) "(lease|setting)"/
const READS = /^\s*(select|begin|rollback|savepoint|release|pragma)\b/i

/** Tells whether an SQLite file has changed, at the cost of no query. */
interface ChangeCount {
  /** The same statement of the connection that writes; what it writes is counted once it is committed. */
  counted(sql: string, statement: SqliteStatement): SqliteStatement
  /** The transaction under way has written past `counted`. */
  written(): void
  /** See `Engine.changes`. */
  now(): string
}

/** Counts the commits of the one connection that writes, and asks SQLite for those of other processes. */
export function countChanges(writing: Database, watch: FaultWatch): ChangeCount {
  const others = writing.prepare('PRAGMA data_version').pluck()
  let commits = 0
  let hasWritten = false

  /** After the COMMIT: who reads now sees what it wrote. */
  function committed<T>(result: T): T {
    if (hasWritten) commits += 1
    hasWritten = false
    return result
  }

  function writes({ reader, all, iterate, run }: SqliteStatement): SqliteStatement {
    return {
      reader,
      all(parameters) {
        hasWritten = true
        return all(parameters)
      },
      iterate(parameters) {
        hasWritten = true
        return iterate(parameters)
      },
      run(parameters) {
        const done = run(parameters)
        if (done.changes > 0) hasWritten = true
        return done
      },
    }
  }

  return {
    counted(sql, statement) {
      if (sql === 'commit') return { ...statement, run: parameters => committed(statement.run(parameters)) }
      return READS.test(sql) || OF_ITSELF.test(sql) ? statement : writes(statement)
    },
    written() {
      hasWritten = true
    },
    now: () => `${commits} ${String(watch.during(() => others.get()))}`,
  }
}

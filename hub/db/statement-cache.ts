import type { Database, Statement } from 'better-sqlite3'
import type { SqliteDatabase, SqliteStatement } from 'kysely'

/** Marks a statement whose parameters are rows: it runs once for each. */
export const EACH_ROW = '/* each row */ '

const MAX_STATEMENTS = 500

/**
 * better-sqlite3 as Kysely wants it, with three changes: statements are prepared once, transactions take the write
 * lock at their start (BEGIN IMMEDIATE), and a statement marked with EACH_ROW runs once for each of its parameters.
 */
export function withStatementCache(db: Database): SqliteDatabase {
  const cache = new Map<string, SqliteStatement>()

  function prepare(sql: string): SqliteStatement {
    if (sql.startsWith(EACH_ROW)) return eachRow(db.prepare(sql.slice(EACH_ROW.length)))
    return plain(db.prepare(sql === 'begin' ? 'begin immediate' : sql))
  }

  return {
    close: () => void db.close(),
    prepare(sql) {
      const cached = cache.get(sql)
      if (cached !== undefined) return cached
      if (cache.size >= MAX_STATEMENTS) cache.clear()
      const statement = prepare(sql)
      cache.set(sql, statement)
      return statement
    },
  }
}

function plain(statement: Statement): SqliteStatement {
  return {
    reader: statement.reader,
    all: parameters => statement.all(...parameters),
    run: parameters => statement.run(...parameters),
    iterate: parameters => statement.iterate(...parameters),
  }
}

function eachRow(statement: Statement): SqliteStatement {
  return {
    reader: false,
    all: () => [],
    run(rows) {
      let changes = 0
      for (const row of rows) changes += statement.run(row).changes
      return { changes, lastInsertRowid: 0 }
    },
    iterate: () => [][Symbol.iterator](),
  }
}

import type { SqlEngine } from './engine.ts'
import type { RowTable, SqlMapping } from './mapping.ts'
import { posSchemaUnknown } from './problems.ts'

/** The mapping's texts as this very database takes them. */
export interface Dialect {
  /** `{keys}` and `{table.column}` filled in. */
  text(sql: string): string
}

/** Looks at the columns of every required table. @throws POS_SCHEMA_UNKNOWN naming all that is missing */
export async function dialectOf(engine: SqlEngine, mapping: SqlMapping): Promise<Dialect> {
  const columns = new Map<string, ReadonlySet<string>>()
  for (const table of Object.keys(mapping.requires)) columns.set(table, await engine.columnsOf(table))
  const missing = Object.entries(mapping.requires).flatMap(([table, wanted]) => {
    const found = columns.get(table) ?? new Set()
    if (found.size === 0) return [`the table "${table}"`]
    return wanted.filter(column => !found.has(column)).map(column => `the column "${table}.${column}"`)
  })
  if (missing.length > 0) throw posSchemaUnknown({ pos: mapping.pos, missing })
  return {
    text: sql =>
      sql
        .replaceAll('{keys}', mapping.keyList)
        .replace(/\{(\w+)\.(\w+)\}/g, (_, table: string, column: string) =>
          columns.get(table)?.has(column) === true ? `${table}.${column}` : 'NULL',
        ),
  }
}

/** The ways in which a table's rows are walked. Each gives `key`, `time` and `skip`. */
export function walksOf({ table, key, time, skip }: RowTable, dialect: Dialect) {
  const rows = `SELECT ${key} AS "key", ${time} AS "time", ${skip} AS "skip" FROM ${table}`
  const newestFirst = `ORDER BY ${time} DESC, ${key} DESC LIMIT ?`
  const oldestFirst = `ORDER BY ${time}, ${key} LIMIT ?`
  // The plain comparison of the time lets every planner use its index; the pair then breaks ties.
  const texts = {
    newest: `${rows} WHERE ${time} IS NOT NULL ${newestFirst}`,
    older: `${rows} WHERE ${time} <= ? AND (${time}, ${key}) < (?, ?) ${newestFirst}`,
    oldest: `${rows} WHERE ${time} IS NOT NULL ${oldestFirst}`,
    from: `${rows} WHERE ${time} >= ? AND (${time}, ${key}) >= (?, ?) ${oldestFirst}`,
    after: `${rows} WHERE ${time} >= ? AND (${time}, ${key}) > (?, ?) ${oldestFirst}`,
    firstKeys: `${rows} ORDER BY ${key} LIMIT ?`,
    keysAfter: `${rows} WHERE ${key} > ? ORDER BY ${key} LIMIT ?`,
    present: `SELECT ${key} AS "key" FROM ${table} WHERE ${key} IN {keys}`,
    count: `SELECT COUNT(*) AS "count" FROM ${table}`,
  }
  return Object.fromEntries(
    Object.entries(texts).map(([name, sql]) => [name, dialect.text(sql)]),
  ) as typeof texts
}

import type { SqlEngine, TableFound } from './engine.ts'
import type { RowTable } from './mapping.ts'
import { posSchemaUnknown } from './problems.ts'
import { posRightsMissing } from './server-problems.ts'

/** The mapping's texts as this very database takes them. */
export interface Dialect {
  /** `{table.column}` filled in, tables spelled as the database has them. `{keys}` is the engine's. */
  text(sql: string): string
}

export interface Required {
  readonly pos: string
  /** Columns by table, in lower case. */
  readonly tables: Readonly<Record<string, readonly string[]>>
}

/** Looks at the columns of every required table. @throws POS_SCHEMA_UNKNOWN, POS_RIGHTS_MISSING naming all of them */
export async function dialectOf(engine: SqlEngine, { pos, tables }: Required): Promise<Dialect> {
  const found = new Map<string, TableFound>()
  for (const table of Object.keys(tables)) {
    const known = await engine.find(table)
    if (known !== null) found.set(table, known)
  }
  const wanted = Object.entries(tables)
  const hidden = wanted.flatMap(([table, columns]) =>
    columns.filter(column => found.get(table)?.hidden.has(column)).map(column => `${table}.${column}`),
  )
  if (hidden.length > 0)
    throw posRightsMissing({ user: 'of this source', what: `the columns ${hidden.join(', ')}` })
  const missing = wanted.flatMap(([table, columns]) => {
    const known = found.get(table)
    if (known === undefined) return [`the table "${table}"`]
    return columns
      .filter(column => !known.columns.has(column))
      .map(column => `the column "${table}.${column}"`)
  })
  if (missing.length > 0) throw posSchemaUnknown({ pos, missing })
  const spelled = new Map([...found].filter(([table, { name }]) => table !== name))
  // The longest first: "tabitem" is the beginning of "tabitem price".
  const byLength = [...spelled.keys()].sort((a, b) => b.length - a.length)
  // a column of the result may be called as a table is, in quotes
  const tableNames = new RegExp(`(?<!")\\b(${byLength.join('|')})\\b(?!")`, 'g')
  const filled = (sql: string) =>
    sql.replace(/\{([\w ]+)\.(\w+)\}/g, (_, table: string, column: string) =>
      found.get(table)?.columns.has(column) === true ? `${table}.${column}` : 'NULL',
    )
  return {
    text: sql =>
      spelled.size === 0
        ? filled(sql)
        : filled(sql).replace(tableNames, table => spelled.get(table)?.name ?? table),
  }
}

/** The statements that page through a table's rows. Each returns `key`, `time` and `skip`. */
export function pageStatements({ table, key, time, skip }: RowTable, dialect: Dialect) {
  const rows = `SELECT ${key} AS "key", ${time ?? 'NULL'} AS "time", ${skip} AS "skip" FROM ${table}`
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

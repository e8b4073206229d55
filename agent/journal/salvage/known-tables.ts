import { z } from 'zod'
import type { JournalDb } from '../part.ts'
import type { KnownTable } from './tables.ts'

const Tables = z.array(z.object({ name: z.string(), root: z.int() }))
const Columns = z.array(z.object({ name: z.string(), type: z.string(), notnull: z.int(), pk: z.int() }))

/** The tables of a file that can be read, as their records are laid out. */
export function knownTables(db: JournalDb): KnownTable[] {
  const tables = db
    .prepare(
      "SELECT name, rootpage AS root FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .all()
  return Tables.parse(tables).map(table => ({ ...table, ...layoutOf(db, table.name) }))
}

/** The table that a statement makes, tried in an empty database; null when it makes none. */
export function tableMadeBy(empty: JournalDb, sql: string): KnownTable | null {
  empty.exec('BEGIN')
  try {
    empty.exec(sql)
    return knownTables(empty)[0] ?? null
  } catch {
    return null // what the damaged file calls its table is not SQL: the table as it is now is taken
  } finally {
    empty.exec('ROLLBACK')
  }
}

function layoutOf(db: JournalDb, name: string): Pick<KnownTable, 'hasRowid' | 'columns'> {
  const found = Columns.parse(db.pragma(`table_info(${JSON.stringify(name)})`))
  const hasRowid = db.prepare('SELECT wr FROM pragma_table_list(?)').pluck().get(name) === 0
  const keys = found.filter(({ pk }) => pk > 0).sort((a, b) => a.pk - b.pk)
  // a table without row ids keeps its key first
  const ordered = hasRowid ? found : [...keys, ...found.filter(({ pk }) => pk === 0)]
  return {
    hasRowid,
    columns: ordered.map(column => ({
      name: column.name,
      type: column.type.toUpperCase(),
      isNullable: column.notnull === 0 && column.pk === 0,
      isRowid: hasRowid && keys.length === 1 && column.pk === 1 && column.type.toUpperCase() === 'INTEGER',
    })),
  }
}

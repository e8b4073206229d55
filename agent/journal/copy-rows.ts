import type { JournalDb } from './part.ts'

/** Copies the rows of a former device's journal, in their order; those that are here already stay. */
export function copyRows(
  from: JournalDb,
  to: JournalDb,
  table: string,
  columns: string,
  order: string,
): void {
  const names = columns.split(', ')
  const insert = to.prepare(
    `INSERT OR IGNORE INTO ${table} (${columns}) VALUES (${names.map(name => `@${name}`).join(', ')})`,
  )
  for (const row of from.prepare(`SELECT ${columns} FROM ${table} ORDER BY ${order}`).all()) insert.run(row)
}

import { isNamed } from '../name-patterns.ts'
import { plainName } from './columns.ts'

/**
 * Tells the rows that belong to a report and not to a receipt: empty ones, the headings again after a page break, and those
 * whose first text the settings name (`notSales`), such as `Total` or `Page *`.
 */
export function reportRows(
  headings: readonly string[],
  notSales: readonly string[],
): (fields: readonly string[]) => boolean {
  const names = headings.map(plainName)
  return fields => {
    const first = fields.map(field => field.trim()).find(field => field !== '')
    if (first === undefined) return true
    if (notSales.some(pattern => isNamed(first, pattern))) return true
    return fields.length === names.length && fields.every((field, place) => plainName(field) === names[place])
  }
}

/** Values of a source's settings as MySQL and MariaDB take them within a text of SQL, whatever their characters. */
export function sqlText(value: string): string {
  // a literal takes the collation of the column that it is compared with; what a function gives clashes with some
  return `_utf8mb4 X'${Buffer.from(value, 'utf8').toString('hex')}'`
}

/** The same on any product: but for MySQL and MariaDB a quotation mark alone has a meaning within a text. */
export function sqlTextOn(product: 'sqlite' | 'postgres' | 'mysql', value: string): string {
  return product === 'mysql' ? sqlText(value) : `'${value.replaceAll("'", "''")}'`
}

/** Several of them, for `IN (…)`. */
export function sqlTexts(values: readonly string[]): string {
  return values.map(sqlText).join(', ')
}

/**
 * The first moment that counts, on the POS's own wall clock; null: all count. For a mapping whose order of time is not a
 * moment, so that what is older is left out by the query and not row by row.
 */
export function startsAt(store: {
  readonly startFrom: string
  readonly businessDayStartsAt: number
}): string | null {
  const { startFrom, businessDayStartsAt } = store
  return startFrom === 'all' ? null : `${startFrom} ${String(businessDayStartsAt).padStart(2, '0')}:00:00`
}

/**
 * One column of rows as PostgreSQL's text form of an array. The column's type is known here, so that bytes and numbers
 * need no look at each value's own type.
 */
export function arrayLiteral(type: string, rows: readonly (readonly unknown[])[], column: number): string {
  const element = type === 'bytea' ? bytes : type === 'text' ? text : number
  return `{${rows.map(row => elementOf(row[column], element)).join(',')}}`
}

function elementOf(value: unknown, element: (value: unknown) => string): string {
  return value === null || value === undefined ? 'NULL' : element(value)
}

const number = (value: unknown): string => String(Number(value))
const text = (value: unknown): string => `"${String(value).replace(/["\\]/g, '\\$&')}"`

function bytes(value: unknown): string {
  if (!(value instanceof Uint8Array)) throw new TypeError('a column of bytes takes bytes')
  return `"\\\\x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}"`
}

/**
 * One column of rows as PostgreSQL's text form of an array. Written here and not by `pg`, which escapes the values one by one
 * and takes several times as long.
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

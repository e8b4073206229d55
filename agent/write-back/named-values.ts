/** What can stand for a name in an SQL text. */
export type WrittenValue = string | number | bigint | Uint8Array | Date | null | boolean

/**
 * A text with named values (`:units`) as one with places, and the values in their order. Quoted text, comments and
 * PostgreSQL's casts (`::text`) hold no names.
 * @param place the n-th place, from 1: `?` or `$1`
 * @throws RangeError for a name without a value: the mapping's author mistyped it
 */
export function withPlaces(
  sql: string,
  values: Readonly<Record<string, WrittenValue>>,
  place: (n: number) => string,
): { sql: string; values: WrittenValue[] } {
  const taken: WrittenValue[] = []
  const text = sql.replace(TOKEN, (token: string, name: string | undefined) => {
    if (name === undefined) return token
    const value = Object.hasOwn(values, name) ? values[name] : undefined
    if (value === undefined) throw new RangeError(`there is no value :${name}`)
    taken.push(value)
    return place(taken.length)
  })
  return { sql: text, values: taken }
}

const TOKEN = /'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|--[^\n]*|\/\*[\s\S]*?\*\/|::\w+|:([A-Za-z_]\w*)/g

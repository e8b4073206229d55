import { isNamed } from './name-patterns.ts'
import { looked } from './values.ts'

/**
 * What a value of the POS means: a name that is written out first, then the first one with * or ? that fits.
 * @throws RECORD_VALUE_UNREADABLE naming the field and the names that are known
 */
export function meantBy<Value>(
  meanings: Readonly<Record<string, Value>>,
  text: string,
  field: string,
): Value {
  const isExact = Object.keys(meanings).some(name => name.toLowerCase() === text.toLowerCase())
  const pattern = isExact
    ? undefined
    : Object.entries(meanings).find(([name]) => /[*?]/.test(name) && isNamed(text, name))
  return pattern === undefined ? looked(meanings, text, field) : pattern[1]
}

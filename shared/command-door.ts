import { hasHidden, spelledOut, visibleText } from './visible-text.ts'

/**
 * What every command passes where the hub writes it and where a till reads it: texts of orders and customers come from
 * outside, and none may hide something, change the direction of what is around it or drive a terminal.
 */

/** Text of several lines. */
const LINES: ReadonlySet<string> = new Set(['note'])
/** Settings of a till's devices, which may need control characters; the till checks them by their own schema. */
const AS_IT_IS: ReadonlySet<string> = new Set(['settings'])

/** The command's content without such characters. What has none is passed on uncopied. */
export function withoutHidden<Command extends object>(command: Command): Command {
  return hides(command, '') ? (cleaned(command, '') as Command) : command // the same shape, with other texts
}

function hides(value: unknown, field: string): boolean {
  if (AS_IT_IS.has(field)) return false
  if (typeof value === 'string') return hasHidden(value)
  if (typeof value !== 'object' || value === null) return false
  if (Array.isArray(value)) return value.some(part => hides(part, field))
  return Object.entries(value).some(([name, part]) => hides(part, name))
}

function cleaned(value: unknown, field: string): unknown {
  if (AS_IT_IS.has(field)) return value
  if (typeof value === 'string') return visible(value, field)
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(part => cleaned(part, field))
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, cleaned(part, name)]))
}

/** A text that shows nothing is spelled out as far as it is long: a name may not become empty. */
function visible(text: string, field: string): string {
  const shown = visibleText(text, { lines: LINES.has(field) })
  return shown === '' ? spelledOut(text).slice(0, text.length) : shown
}

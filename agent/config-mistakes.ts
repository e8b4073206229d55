import { z } from 'zod'

const NAMED = { sources: 'source', peripherals: 'peripheral', writeBack: 'target' } as const
type NamedList = keyof typeof NAMED
const isNamedList = (key: unknown): key is NamedList => typeof key === 'string' && key in NAMED

/** Every mistake that a schema found in agent.json, one plain line each. */
export function schemaMistakes(json: unknown, error: z.ZodError): string[] {
  return error.issues.map(issue => `${whereIn(json, issue.path)}: ${plainIssue(issue)}`)
}

/** `till.port`, `source "pos", kind`, or for an entry without a name `source 2, kind`, counted from 1. */
export function whereIn(json: unknown, path: readonly PropertyKey[]): string {
  const [list, index, ...field] = path
  if (path.length === 0) return 'agent.json'
  if (!isNamedList(list) || typeof index !== 'number') return path.join('.')
  const entry = listedIn(json, list)[index]
  const name = z.looseObject({ [NAMED[list]]: z.string() }).safeParse(entry).data?.[NAMED[list]]
  const who = `${list === 'writeBack' ? 'writeBack' : NAMED[list]} ${name === undefined ? index + 1 : `"${String(name)}"`}`
  return field.length === 0 ? who : `${who}, ${field.join('.')}`
}

/** A list of agent.json as it was written; empty when it has no such list. */
export function listedIn(json: unknown, list: NamedList): readonly unknown[] {
  return z.looseObject({ [list]: z.array(z.unknown()) }).safeParse(json).data?.[list] ?? []
}

const NOUNS: Readonly<Record<string, string>> = {
  string: 'a text in quotes',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'a group of settings in { }',
  record: 'a group of settings in { }',
}

/** What a schema objects to, in words for people who correct a file, with the values that are allowed. */
export function plainIssue(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type': {
      const noun = NOUNS[issue.expected]
      if (!issue.message.startsWith('Invalid input')) return issue.message
      if (!issue.message.endsWith('received undefined')) return `must be ${noun ?? issue.expected}`
      return noun === undefined ? 'is missing' : `is missing; it must be ${noun}`
    }
    case 'invalid_value':
      return `must be ${issue.values.length === 1 ? '' : 'one of '}${issue.values.map(String).join(', ')}`
    case 'unrecognized_keys':
      return issue.message.startsWith('Unrecognized')
        ? `has no setting ${issue.keys.map(key => `"${key}"`).join(', ')}`
        : issue.message
    case 'too_small':
      return bound(issue.origin, 'at least', Number(issue.minimum), issue.inclusive !== false)
    case 'too_big':
      return bound(issue.origin, 'at most', Number(issue.maximum), issue.inclusive !== false)
    case 'invalid_format':
      return issue.pattern === undefined || !issue.message.startsWith('Invalid string')
        ? issue.message
        : `has characters that are not allowed here; the pattern is ${issue.pattern}`
    default:
      return issue.message
  }
}

function bound(origin: string, side: 'at least' | 'at most', limit: number, inclusive: boolean): string {
  if (!inclusive) return `must be ${side === 'at least' ? 'above' : 'below'} ${limit}`
  if (origin === 'string') return `must have ${side} ${limit} ${limit === 1 ? 'character' : 'characters'}`
  if (origin === 'array') return `must have ${side} ${limit} ${limit === 1 ? 'entry' : 'entries'}`
  return `must be ${side} ${limit}`
}

/** Where a text stops being JSON, counted from 1. */
export function jsonFault(text: string): { readonly line: number; readonly column: number } {
  let good = 0
  let bad = text.length + 1 // the shortest beginning that nothing behind it could make JSON
  while (bad - good > 1) {
    const middle = Math.floor((good + bad) / 2)
    if (mayGoOn(text.slice(0, middle))) good = middle
    else bad = middle
  }
  const lines = text.slice(0, good).split('\n')
  return { line: lines.length, column: (lines.at(-1) ?? '').length + 1 }
}

/** Whether more text could make this JSON: the parser's complaint is about its end. */
function mayGoOn(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch (error) {
    const said = error instanceof Error ? error.message : ''
    const at = /at position (\d+)/.exec(said)?.[1]
    return /^Unexpected end|^Unterminated/.test(said) || (at !== undefined && Number(at) >= text.length)
  }
}

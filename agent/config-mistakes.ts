import { z } from 'zod'
import { placesIn } from '../shared/place-in-text.ts'
import { plainIssue } from '../shared/plain-issues.ts'

const NAMED = { sources: 'source', peripherals: 'peripheral', writeBack: 'target' } as const
type NamedList = keyof typeof NAMED
const isNamedList = (key: unknown): key is NamedList => typeof key === 'string' && key in NAMED

/** Every mistake that a schema found in agent.json, one plain line each. @param text the file, for line and column; left out: neither is named */
export function schemaMistakes(json: unknown, error: z.ZodError, text: string | null = null): string[] {
  const place = shownPlace(text)
  return error.issues.map(issue => `${whereIn(json, issue.path)}: ${plainIssue(issue)}${place(issue)}`)
}

/** ` (line 4, column 5)` of each mistake; empty without the file's text. */
export function shownPlace(text: string | null): (issue: z.core.$ZodIssue) => string {
  if (text === null) return () => ''
  const places = placesIn(text)
  return issue => {
    const { line, column } = places(issue)
    return ` (line ${line}, column ${column})`
  }
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

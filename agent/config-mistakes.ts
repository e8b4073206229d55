import { z } from 'zod'
import { plainIssue } from '../shared/plain-issues.ts'

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

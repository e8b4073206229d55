import { z } from 'zod'
import { AgentEvent } from '../../shared/events.ts'
import { firstIssue } from '../../shared/protocol.ts'

/** What the hub makes of a received record. Nothing is thrown: a bad record must not stop those behind it. */
export type ReadEvent =
  | { readonly state: 'applied'; readonly kind: string; readonly event: AgentEvent }
  /** A kind that a newer agent knows and this hub does not; it is applied after the hub's upgrade. */
  | { readonly state: 'deferred'; readonly kind: string; readonly problem: string }
  | { readonly state: 'quarantined'; readonly kind: string; readonly problem: string }

const Kind = z.object({ kind: z.string().min(1).max(64) })
const knownKinds = new Set<string>(AgentEvent.options.map(option => option.shape.kind.value))

/** Reads one record's body. */
export function readEvent(body: string): ReadEvent {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return { state: 'quarantined', kind: 'unreadable', problem: 'not JSON' }
  }
  const parsed = AgentEvent.safeParse(json)
  if (parsed.success) return { state: 'applied', kind: parsed.data.kind, event: parsed.data }
  const named = Kind.safeParse(json)
  const kind = named.success ? named.data.kind : 'unreadable'
  if (named.success && !knownKinds.has(kind))
    return { state: 'deferred', kind, problem: `unknown kind ${kind}` }
  return { state: 'quarantined', kind, problem: firstIssue(parsed.error) }
}

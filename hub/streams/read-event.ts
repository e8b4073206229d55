import { z } from 'zod'
import { maskBrokenJson } from '../../shared/card-numbers/json-text.ts'
import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { TillbridgeError } from '../../shared/errors.ts'
import { maskRecordText, throughDoor } from '../../shared/event-door.ts'
import { AgentEvent } from '../../shared/events.ts'
import { firstIssue } from '../../shared/protocol.ts'
import { visibleText } from '../../shared/visible-text.ts'

/** What the hub makes of a received record. Nothing is thrown: a bad record must not stop those behind it. */
export type ReadEvent = (
  | { readonly state: 'applied'; readonly kind: string; readonly event: AgentEvent }
  /** A kind that a newer agent knows and this hub does not; it is applied after the hub's upgrade. */
  | { readonly state: 'deferred'; readonly kind: string; readonly problem: string }
  | { readonly state: 'quarantined'; readonly kind: string; readonly problem: string }
) & {
  /** What is kept in place of the body, which holds a card number; left out: the body. */
  readonly masked?: string
}

const Kind = z.object({ kind: z.string().min(1).max(64) })
/** The kinds of events that this version takes. */
export const knownKinds: readonly string[] = AgentEvent.options.map(option => option.shape.kind.value)

/**
 * Reads one record's body, through the same door that the till's journal has: an older till may have none. The body is
 * what is kept, and may say more than what was read of it: its text is judged too.
 */
export function readEvent(body: string): ReadEvent {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    const masked = maskBrokenJson(body)
    return { state: 'quarantined', kind: 'unreadable', problem: 'not JSON', ...kept(body, masked) }
  }
  const parsed = AgentEvent.safeParse(json)
  if (parsed.success) return readKnown(body, parsed.data)
  const named = Kind.safeParse(json)
  const kind = named.success ? visibleText(maskCardNumbers(named.data.kind)) || 'unreadable' : 'unreadable'
  const masked = kept(body, maskRecordText(body))
  if (named.success && !knownKinds.includes(kind))
    return { state: 'deferred', kind, problem: `unknown kind ${kind}`, ...masked }
  return { state: 'quarantined', kind, problem: maskCardNumbers(firstIssue(parsed.error)), ...masked }
}

function readKnown(body: string, read: AgentEvent): ReadEvent {
  const { kind } = read
  try {
    const { event, hadCard } = throughDoor(read)
    const isMasked = hadCard || maskRecordText(body) !== body
    return { state: 'applied', kind, event, ...(isMasked ? { masked: JSON.stringify(event) } : {}) }
  } catch (error) {
    if (!(error instanceof TillbridgeError)) throw error
    return { state: 'quarantined', kind, problem: error.message, ...kept(body, maskRecordText(body)) }
  }
}

/** Nothing when masking has changed nothing. */
function kept(body: string, masked: string): { masked?: string } {
  return masked === body ? {} : { masked }
}

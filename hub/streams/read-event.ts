import { z } from 'zod'
import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { TillbridgeError } from '../../shared/errors.ts'
import { maskRecord, throughDoor } from '../../shared/event-door.ts'
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

/** Reads one record's body, through the same door that the till's journal has: an older till may have none. */
export function readEvent(body: string): ReadEvent {
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch {
    return {
      state: 'quarantined',
      kind: 'unreadable',
      problem: 'not JSON',
      ...maskedOf(body, maskCardNumbers(body)),
    }
  }
  const parsed = AgentEvent.safeParse(json)
  const named = Kind.safeParse(json)
  const kind = named.success ? visibleText(maskCardNumbers(named.data.kind)) || 'unreadable' : 'unreadable'
  if (parsed.success) return readKnown(body, kind, parsed.data)
  const kept = maskedOf(body, JSON.stringify(maskRecord(json)), JSON.stringify(json))
  if (named.success && !knownKinds.includes(kind))
    return { state: 'deferred', kind, problem: `unknown kind ${kind}`, ...kept }
  return { state: 'quarantined', kind, problem: firstIssue(parsed.error), ...kept }
}

function readKnown(body: string, kind: string, event: AgentEvent): ReadEvent {
  try {
    const passed = throughDoor(event)
    return {
      state: 'applied',
      kind,
      event: passed.event,
      ...(passed.hadCard ? { masked: JSON.stringify(passed.event) } : {}),
    }
  } catch (error) {
    if (!(error instanceof TillbridgeError)) throw error
    return {
      state: 'quarantined',
      kind,
      problem: error.message,
      ...maskedOf(body, JSON.stringify(maskRecord(event)), JSON.stringify(event)),
    }
  }
}

/** Nothing when masking has changed nothing. */
function maskedOf(body: string, masked: string, unmasked = body): { masked?: string } {
  return masked === unmasked ? {} : { masked }
}

import { z } from 'zod'
import { AgentEvent } from '../../shared/events.ts'
import { type ReadEvent, readEvent } from './read-event.ts'

/**
 * Reads the body of an event that took effect when it was received. Bounds belong at the door: an event that passed a
 * wider one, under an earlier version, is replayed as it took effect then.
 */
export function readStoredEvent(body: string): ReadEvent {
  const read = readEvent(body)
  if (read.state !== 'quarantined' || read.kind === 'unreadable') return read
  const json: unknown = JSON.parse(body)
  return tookEffect(json) ? { state: 'applied', kind: json.kind, event: json } : read
}

/** Whether it has the form of an event, whatever its amounts, quantities and days are. */
function tookEffect(json: unknown): json is AgentEvent {
  return AgentEvent.safeParse(withinBounds(json, '')).success
}

/** The smallest of the vocabulary's bounds for a number that an earlier version took without any. */
const MOST = 1e9
const A_DAY = '2000-01-01'
const Wall = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,3})?$/)

function withinBounds(value: unknown, field: string): unknown {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return Math.max(-MOST, Math.min(MOST, value))
  if (field === 'businessDate' && z.iso.date().safeParse(value).success) return A_DAY
  if (field === 'wall' && Wall.safeParse(value).success) return `${A_DAY}T00:00:00`
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(part => withinBounds(part, field))
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withinBounds(part, name)]))
}

import type { AgentEvent } from '../../shared/events.ts'
import { maskCardNumbers } from '../codecs/card-numbers/mask.ts'

/**
 * Fields that name things: keys of the POS, item numbers, hashes, dates. Masked they would name something else, so that a
 * sale could not be voided or an item not be found. Every other string of an event is text that may hold a card number.
 */
export const codeFields: ReadonlySet<string> = new Set([
  'kind',
  'source',
  'expected',
  'receipt',
  'entry',
  'row',
  'externalId',
  'pickup',
  'fingerprint',
  'head',
  'sku',
  'barcode',
  'gtin',
  'warehouse',
  'currency',
  'businessDate',
  'wall',
  'zone',
  'code',
])

/** No card number has fewer digits, whatever is written between them. */
const FEWEST_DIGITS = 12

/**
 * The events with the card numbers in their texts masked. Every source's events pass here before they are journalled, so
 * that no adapter has to remember it. An event without a card number is passed on uncopied.
 */
export function maskEvents(events: readonly AgentEvent[]): readonly AgentEvent[] {
  return events.map(maskEvent)
}

function maskEvent(event: AgentEvent): AgentEvent {
  if (!hasSuspect(event)) return event
  const masked = maskedOrNull(event, '')
  return masked === null ? event : (masked as AgentEvent) // only texts differ, and a mask keeps their length
}

/** Whether any text may hold a card number. Copies nothing: it runs for every event, and nearly all of them end here. */
function hasSuspect(of: object): boolean {
  const fields = of as Readonly<Record<string, unknown>>
  for (const name in fields) if (isSuspect(fields[name], name)) return true
  return false
}

function isSuspect(value: unknown, field: string): boolean {
  if (typeof value === 'string')
    return value.length >= FEWEST_DIGITS && !codeFields.has(field) && mayHoldCard(value)
  if (typeof value !== 'object' || value === null) return false
  return Array.isArray(value) ? value.some(each => isSuspect(each, field)) : hasSuspect(value)
}

/** Null: nothing of it is to be masked, which is nearly always so. */
function maskedOrNull(value: unknown, field: string): unknown {
  if (typeof value === 'string') {
    if (!mayHoldCard(value) || codeFields.has(field)) return null
    const masked = maskCardNumbers(value)
    return masked === value ? null : masked
  }
  if (Array.isArray(value)) return maskedList(value, field)
  return typeof value === 'object' && value !== null ? maskedFields(value) : null
}

/** A cheap look before the real one: most texts of a sale hold few digits. Other scripts' digits count as enough. */
function mayHoldCard(text: string): boolean {
  let digits = 0
  for (let at = 0; digits + text.length - at >= FEWEST_DIGITS; at += 1) {
    if (digits === FEWEST_DIGITS) return true
    const code = text.charCodeAt(at)
    if (code >= 0x30 && code <= 0x39) digits += 1
    else if (code >= 0xb2) return true
  }
  return false
}

function maskedList(list: readonly unknown[], field: string): unknown[] | null {
  let copy: unknown[] | null = null
  for (const [at, value] of list.entries()) {
    const masked = maskedOrNull(value, field)
    if (masked === null) continue
    copy ??= [...list]
    copy[at] = masked
  }
  return copy
}

function maskedFields(of: object): object | null {
  let copy: Record<string, unknown> | null = null
  for (const [name, value] of Object.entries(of)) {
    const masked = maskedOrNull(value, name)
    if (masked === null) continue
    copy ??= { ...of }
    copy[name] = masked
  }
  return copy
}

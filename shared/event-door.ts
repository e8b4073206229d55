import { isCardCode, isHash, maskCode, maskShownCode } from './card-numbers/codes.ts'
import { maskJsonTokens } from './card-numbers/json-text.ts'
import { maskCardNumbers } from './card-numbers/mask.ts'
import { defineError } from './errors.ts'
import { AgentEvent } from './events.ts'
import { checked } from './record-problems.ts'
import { hasHidden, spelledOut, visibleText } from './visible-text.ts'

/**
 * What every event passes on its way into the journal, and again on its way into the hub, whatever made it: no value
 * beyond the vocabulary's bounds, no card number, no character that hides or drives a terminal.
 */

/** What a field holds; every other string of an event is text. */
type FieldKind =
  /** A set form, or an id of Shopify or of ours: as a key. */
  | 'formal'
  /** A POS's own key: two keys that differ must still differ behind the door. */
  | 'key'
  /** As a key, but it only names what was refused. */
  | 'name'
  /** An item's or a place's code. */
  | 'code'
  /** A second code of an item: the event can do without it. */
  | 'spare-code'
  /** Text of several lines that may be cut. */
  | 'lines'
  /** What a scanner read: GS separates its parts. */
  | 'scan'

const fieldKinds: ReadonlyMap<string, FieldKind> = new Map<string, FieldKind>([
  ...[
    'kind',
    'source',
    'expected',
    'fingerprint',
    'head',
    'currency',
    'businessDate',
    'wall',
    'zone',
    'gtin',
    'ai',
  ]
    .concat(['aim', 'pickup', 'pickupLine', 'peripheral', 'returnId', 'orderId', 'orderLine'])
    .map(field => [field, 'formal'] as const),
  ['receipt', 'key'],
  ['entry', 'key'],
  ['row', 'name'],
  ['externalId', 'name'],
  ['sku', 'code'],
  ['warehouse', 'code'],
  ['barcode', 'spare-code'],
  ['code', 'spare-code'],
  ['payload', 'lines'],
  ['sentence', 'lines'],
  ['text', 'scan'],
])

const LONGEST_PAYLOAD = 16_000
const LONGEST_CUT: Readonly<Record<string, number>> = { payload: 16_384, sentence: 1_000 }

export const cardNumberAsCode = defineError(
  'CARD_NUMBER_AS_CODE',
  (f: { field: string }) =>
    `"${f.field}" holds what is a payment card number, which may not be stored. Enter the right code in the POS; the row is then read again automatically.`,
)

/** An event behind the door, and whether a card number was taken out of it. */
export interface Passed {
  readonly event: AgentEvent
  readonly hadCard: boolean
}

/**
 * The event as it may be kept. One that has nothing to hide is passed on uncopied after one cheap look.
 * @throws ROW_OUT_OF_BOUNDS, CARD_NUMBER_AS_CODE, each naming the field
 */
export function throughDoor(event: AgentEvent): Passed {
  return isPlain(event) ? { event, hadCard: false } : closely(event)
}

function closely(event: AgentEvent): Passed {
  const clean = cleanPart(event, '', '')
  return { event: checked(AgentEvent, clean.value), hadCard: clean.hadCard }
}

/** Asks of any value what the door will ask of its codes. @throws CARD_NUMBER_AS_CODE naming the field */
export function demandNoCardCode(value: object): void {
  cleanPart(value, '', '')
}

/** The fields that an event of a kind names its row by. */
const rowNames = ['receipt', 'entry', 'row'] as const

/**
 * An event that may not be kept, as the refused row that says so; null when it belongs to no source's row, and then
 * the caller has to be told.
 */
export function refusedAtDoor(
  event: AgentEvent,
  error: { code: string; message: string },
): AgentEvent | null {
  const fields: Readonly<Record<string, unknown>> = event
  const name = rowNames.map(field => fields[field]).find(value => typeof value === 'string' && value !== '')
  if (typeof name !== 'string' || !('source' in event)) return null
  return throughDoor({
    kind: 'source.row-refused',
    at: event.at,
    source: event.source,
    row: maskCode(spelledOut(name)).slice(0, 255),
    code: error.code,
    sentence: error.message,
    payload: payloadOf(event),
  }).event
}

/** The event for people to read, or what names it when it is long. */
function payloadOf(event: AgentEvent): string {
  const whole = JSON.stringify(maskRecord(event))
  if (whole.length <= LONGEST_PAYLOAD) return whole
  if (event.kind !== 'sale.completed') return whole.slice(0, LONGEST_PAYLOAD)
  const receiptNumber = maskCardNumbers(event.receiptNumber).slice(0, 64)
  return JSON.stringify({ receiptNumber, lines: event.lines.length })
}

/** Any record with card numbers masked, also one of a kind that is not known here. */
export function maskRecord(value: unknown, field = ''): unknown {
  if (typeof value === 'string') return maskedString(value, field)
  if (typeof value === 'number') return isCardCode(String(value)) ? maskCode(String(value)) : value
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(part => maskRecord(part, field))
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [maskCardNumbers(name), maskRecord(part, name)]),
  )
}

/**
 * As `maskRecord`, but of the record's JSON text, every token of it: a record that is read has lost the first of two fields
 * of one name, and digits of its longest numbers.
 */
export function maskRecordText(json: string): string {
  return maskJsonTokens(json, { key: maskCardNumbers, text: maskedString })
}

/** Shopify's own ids, which a formal field may hold. */
const SHOPIFY_ID = /^gid:\/\/shopify\/[A-Za-z]+\/\d{1,20}$/

function maskedString(text: string, field: string): string {
  const kind = fieldKinds.get(field)
  if (kind === undefined || kind === 'lines' || kind === 'scan') return maskCardNumbers(text)
  if (kind === 'formal' && SHOPIFY_ID.test(text)) return text
  return maskShownCode(text)
}

/** Fewer digits than in the shortest card number can't be one, whatever is between them. */
const FEWEST_DIGITS = 13
/** Longer than any but a title or a scan is, and not longer than the shortest bound of a text. */
const USUAL_LENGTH = 64
const USUAL_NUMBER = 1e9
/** Milliseconds until the year 2033: no issuer's first digits. */
const LATEST_USUAL = 2e12
const USUAL_COUNT = 50
const DAY = /^(19[7-9]|2[01]\d)\d-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])(T[\d:.]{8,12})?$/

/** Whether an event needs no closer look. Copies nothing: it runs for every event, and nearly all of them end here. */
function isPlain(of: object): boolean {
  const fields = of as Readonly<Record<string, unknown>>
  for (const field in fields) if (!isPlainValue(fields[field], field)) return false
  return true
}

function isPlainValue(value: unknown, field: string): boolean {
  if (typeof value === 'string') return isPlainText(value, field)
  if (typeof value === 'number')
    return (
      (value < LATEST_USUAL && field === 'at') ||
      (value <= USUAL_NUMBER && value >= -USUAL_NUMBER && Math.trunc(value) === value)
    )
  if (typeof value !== 'object' || value === null) return true
  if (!Array.isArray(value)) return isPlain(value)
  return value.length <= USUAL_COUNT && value.every(each => isPlainValue(each, field))
}

function isPlainText(text: string, field: string): boolean {
  const { length } = text
  if (length > USUAL_LENGTH || length === 0) return length === 0 && !fieldKinds.has(field)
  if (field === 'fingerprint' && isHash(text)) return true
  if (field === 'wall' || field === 'businessDate') return DAY.test(text)
  let digits = 0
  let together = 0
  let most = 0
  let isAscii = true
  for (let at = 0; at < length; at += 1) {
    const unit = text.charCodeAt(at)
    if (unit < 0x20) return false
    if (unit >= 0x30 && unit <= 0x39) {
      digits += 1
      together += 1
      if (together > most) most = together
    } else if (unit > 0x7e) isAscii = false
    else if (unit > 0x40 && unit !== 0x5f) together = 0 // a letter parts the digits of a code
  }
  if (!isAscii) return !hasHidden(text) && (length < FEWEST_DIGITS || holdsNoCard(text, field))
  return (fieldKinds.has(field) ? most : digits) < FEWEST_DIGITS || holdsNoCard(text, field)
}

function holdsNoCard(text: string, field: string): boolean {
  return maskedString(text, field) === text
}

interface Clean {
  readonly value: unknown
  readonly hadCard: boolean
}

function cleanPart(value: unknown, field: string, path: string): Clean {
  if (typeof value === 'string') return cleanText(value, field, path)
  if (typeof value === 'number' && isCardCode(String(value))) throw cardNumberAsCode({ field: path })
  if (typeof value !== 'object' || value === null) return { value, hadCard: false }
  const isList = Array.isArray(value)
  let hadCard = false
  const parts = Object.entries(value).map(([name, part]) => {
    const clean = cleanPart(part, isList ? field : name, path === '' ? name : `${path}.${name}`)
    hadCard ||= clean.hadCard
    return [name, clean.value] as const
  })
  return { value: isList ? parts.map(([, part]) => part) : Object.fromEntries(parts), hadCard }
}

function cleanText(text: string, field: string, path: string): Clean {
  const visible = visibleIn(text, field)
  const kind = fieldKinds.get(field)
  const masked = maskedString(visible, field)
  const hadCard = masked !== visible
  if (hadCard && (kind === 'formal' || kind === 'key' || kind === 'code'))
    throw cardNumberAsCode({ field: path })
  const longest = LONGEST_CUT[field]
  return { value: longest === undefined ? masked : masked.slice(0, longest), hadCard }
}

function visibleIn(text: string, field: string): string {
  switch (fieldKinds.get(field)) {
    case 'formal':
    case 'key':
    case 'name':
      return spelledOut(text)
    case 'lines':
      return visibleText(text, { lines: true })
    case 'scan':
      return visibleText(text.replaceAll('\x1d', '\u241d'))
    default:
      return visibleText(text)
  }
}

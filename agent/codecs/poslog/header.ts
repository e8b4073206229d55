import { TillbridgeError } from '../../../shared/errors.ts'
import { LONGEST_KEY } from '../../../shared/ids.ts'
import { recordFieldMissing, recordValueUnreadable } from '../../../shared/record-problems.ts'
import { type WallClock, wallClock } from '../../../shared/wall-clock.ts'
import { childOf, childrenOf, isFlagged, textOf, type XmlNode } from './xml-tree.ts'

/** What every transaction says of itself, whatever it is about. */
export interface Header {
  readonly store: string
  readonly workstation: string
  readonly sequence: string
  /** `2026-11-25` */
  readonly businessDay: string
  readonly wall: string
}

/** The key that the standard gives a transaction: store, workstation, business day and sequence number. */
export function keyOf(header: Omit<Header, 'wall'>): string {
  return [header.store, header.workstation, header.businessDay, header.sequence]
    .join('/')
    .slice(0, LONGEST_KEY)
}

/**
 * @param zone the store's time zone, for times with an offset
 * @throws RECORD_FIELD_MISSING, RECORD_VALUE_UNREADABLE, TIME_UNREADABLE
 */
export function headerOf(transaction: XmlNode, zone: string): Header {
  const wall = wallOf(transaction, zone)
  return {
    store: needed(storeOf(transaction), 'RetailStoreID'),
    workstation: needed(textOf(transaction, 'WorkstationID'), 'WorkstationID'),
    sequence: needed(textOf(transaction, 'SequenceNumber'), 'SequenceNumber'),
    businessDay: businessDayOf(transaction) ?? wall.slice(0, 10),
    wall,
  }
}

/** The header, or why it can't be read. */
export function tryHeader(transaction: XmlNode, zone: string): Header | TillbridgeError {
  try {
    return headerOf(transaction, zone)
  } catch (error) {
    if (error instanceof TillbridgeError) return error
    throw error
  }
}

/** Key of the transaction that a link names; what the link leaves out is as in the linking one. Null: no number. */
export function linkedKey(link: XmlNode, from: Header): string | null {
  const sequence = textOf(link, 'SequenceNumber', 'TransactionSequenceNumber')
  if (sequence === null) return null
  return keyOf({
    store: storeOf(link) ?? from.store,
    workstation: textOf(link, 'WorkstationID') ?? from.workstation,
    sequence,
    businessDay: businessDayOf(link) ?? from.businessDay,
  })
}

function storeOf(node: XmlNode): string | null {
  const unit = childOf(node, 'BusinessUnit')
  return textOf(node, 'RetailStoreID') ?? (unit === null ? null : textOf(unit, 'UnitID'))
}

function businessDayOf(node: XmlNode): string | null {
  const text = textOf(node, 'BusinessDayDate')
  return text === null ? null : dayIn(text)
}

/** The day that was read last: one file repeats the same day thousands of times. */
let lastDay = { text: '', day: '' }

function dayIn(text: string): string {
  if (text === lastDay.text) return lastDay.day
  const day = /^(\d{4}-\d{2}-\d{2})(?=$|[TZ+\- ])/.exec(text)?.[1] ?? /^\d{8}$/.exec(text)?.[0]
  const dashed = day?.length === 8 ? `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}` : day
  const isDay = dashed !== undefined && !Number.isNaN(Date.parse(`${dashed}T00:00:00Z`))
  if (!isDay || new Date(`${dashed}T00:00:00Z`).toISOString().slice(0, 10) !== dashed)
    throw recordValueUnreadable({ field: 'BusinessDayDate', value: text.slice(0, 100), expected: 'a date' })
  lastDay = { text, day: dashed }
  return dashed
}

const clocks = new Map<string, WallClock>()

function wallOf(transaction: XmlNode, zone: string): string {
  const inner = childOf(transaction, 'RetailTransaction')
  const text =
    textOf(transaction, 'EndDateTime', 'ReceiptDateTime', 'BeginDateTime', 'TransactionDateTime') ??
    (inner === null ? null : textOf(inner, 'EndDateTime', 'ReceiptDateTime', 'BeginDateTime')) ??
    textOf(transaction, 'POSLogDateTime')
  const day = text === null ? businessDayOf(transaction) : null
  const clock = clocks.get(zone) ?? wallClock({ numbers: 'epoch-ms' }, zone)
  clocks.set(zone, clock)
  if (text === null && day !== null) return `${day}T00:00:00`
  return clock(needed(text, 'EndDateTime'), 'EndDateTime')
}

function needed(text: string | null, field: string): string {
  if (text === null) throw recordFieldMissing({ field })
  return text
}

/** What a transaction's marks say of it. */
export type Standing = 'counts' | 'void' | 'post-void' | 'nothing'

/** What was asked for and not sold, also as the type of a transaction. */
const QUOTE = /quote|quotation|estimate|pro_?forma|draft/
/** An order that is taken: neither goods nor money need have moved yet. */
const ORDERED = /^\s*ordered\s*$/i

/** Parts of the words that vendors put into TransactionStatus and the like, strongest first. */
const WORDS: readonly (readonly [RegExp, Standing])[] = [
  [/training|suspend|inprocess|in_process|parked|onhold|pending/, 'nothing'],
  [QUOTE, 'nothing'],
  [/post_?voided/, 'void'],
  [/post_?void/, 'post-void'],
  [/void|cancel|delet|abort|fail/, 'void'],
]

/**
 * Marks may be attributes or elements, of the transaction or of the part that says what it is about.
 * @throws RECORD_VALUE_UNREADABLE for an order that was taken
 */
export function standingOf(transaction: XmlNode, part: XmlNode | null): Standing {
  const places = part === null ? [transaction] : [transaction, part]
  const isMarked = (name: string) => places.some(place => isFlagged(place, name))
  if (isMarked('TrainingModeFlag') || isMarked('SuspendFlag') || isMarked('SuspendedFlag')) return 'nothing'
  const statuses = places.flatMap(place => [
    place.attributes['TransactionStatus'],
    place.attributes['Status'],
    ...childrenOf(place, 'TransactionStatus').map(node => node.text),
    ...childrenOf(place, 'Status').map(node => node.text),
  ])
  const kinds = places.flatMap(place => [place.attributes['TransactionType'], place.attributes['TypeCode']])
  for (const [word, standing] of WORDS) {
    const says = (text: string | undefined) => text !== undefined && word.test(text.toLowerCase())
    if (statuses.some(says)) return standing
    if ((standing === 'post-void' || word === QUOTE) && kinds.some(says)) return standing
  }
  const ordered = statuses.find(text => text !== undefined && ORDERED.test(text))
  if (ordered !== undefined)
    throw recordValueUnreadable({
      field: 'TransactionStatus',
      value: ordered,
      expected: 'a status that says whether its goods were handed over and paid',
    })
  if (isMarked('CancelFlag') || isMarked('VoidFlag') || isMarked('PostVoidedFlag')) return 'void'
  return 'counts'
}

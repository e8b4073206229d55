import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { describeError, TillbridgeError } from '../../shared/errors.ts'
import { maskRecord, throughDoor } from '../../shared/event-door.ts'
import { type AgentEvent, SaleVoided, SourceRowAccepted, SourceRowRefused } from '../../shared/events.ts'
import type { EpochMs, SourceId } from '../../shared/ids.ts'
import { fingerprintOf } from './fingerprint.ts'
import { rowOfFormerStore } from './problems.ts'
import type { FormerRow, FormerStoreAt, KnownRow } from './source.ts'

const LONGEST_PAYLOAD = 16_000

/**
 * The life of one row of a POS, from any kind of source. Rows: what the memory knows of it (`unknown`: nothing yet).
 * Columns: what a source finds now. `as-told` is `sold` while the hub holds a version of the row, else `gone`.
 * docs/sources-sql.md prints this table; a test compares the two.
 */
export const rowMoves = {
  unknown: { told: 'sold', incomplete: 'waiting', unreadable: 'refused', gone: 'gone', ignored: 'unknown' },
  waiting: { told: 'sold', incomplete: 'waiting', unreadable: 'refused', gone: 'gone', ignored: 'as-told' },
  refused: { told: 'sold', incomplete: 'waiting', unreadable: 'refused', gone: 'gone', ignored: 'as-told' },
  sold: { told: 'sold', incomplete: 'waiting', unreadable: 'refused', gone: 'gone', ignored: 'sold' },
  gone: { told: 'sold', incomplete: 'waiting', unreadable: 'refused', gone: 'gone', ignored: 'gone' },
} as const satisfies Record<
  KnownRow['state'] | 'unknown',
  Record<Exclude<RowFinding['is'], 'same'>, KnownRow['state'] | 'unknown' | 'as-told'>
>

/** What a source finds out about a row. The fingerprint stands for the content: the same fingerprint means no change. */
export type RowFinding =
  /** Nothing changed, or nothing that the hub should learn. */
  | { readonly is: 'same' }
  /** Its content goes to the hub. `told` is kept with the row, so that the source can take it back later. */
  | {
      readonly is: 'told'
      readonly fingerprint: string
      readonly told: string
      readonly events: readonly AgentEvent[]
    }
  /** It may still grow. `since`: when this content was first seen. */
  | { readonly is: 'incomplete'; readonly fingerprint: string; readonly since: number }
  /** It can't be read. `told` replaces what is kept with the row; left out: unchanged. */
  | {
      readonly is: 'unreadable'
      readonly fingerprint: string
      readonly error: unknown
      /** The row's content for staff to read, card numbers masked. */
      payload(): string
      readonly told?: string
      readonly what?: 'receipt'
    }
  /** The POS deleted or voided it. `undo` takes back what the hub was told. */
  | { readonly is: 'gone'; readonly undo: readonly AgentEvent[]; readonly told?: string | null }
  /** It is out of scope: what the hub was told stays, and an open refusal is closed. */
  | { readonly is: 'ignored' }

/** One row as a source sees it, beside what the memory knows of it. */
export interface SeenRow {
  readonly source: SourceId
  /** Its name in the memory, in logs and in messages. */
  readonly name: string
  readonly known: KnownRow | undefined
  /** The POS's wall clock; null when it can't be read. */
  readonly wall: string | null
  readonly now: EpochMs
  readonly formerStoreAt: FormerStoreAt
}

/** The result of one finding: events, and what to remember of the row from now on (null: as before). */
export interface RowStep {
  readonly events: readonly AgentEvent[]
  readonly known: KnownRow | null
  /** Null: the row is not remembered. */
  readonly state: KnownRow['state'] | null
  /** Set when an unexpected error, a fault in this program, caused a refusal. */
  readonly fault?: unknown
  /** Set when the row can be read but belongs to a store that this PC has left. */
  readonly former?: TillbridgeError
}

/**
 * Turns a finding into events and a remembered row. Pure. Commit both in one transaction and each content reaches the
 * hub once, however often it is found: the same finding again yields no event.
 */
export function stepRow(row: SeenRow, found: RowFinding): RowStep {
  const former = formerRowOf(row)
  const error = former === null ? null : refusalOf(row, former, found)
  const step = steppedTo(row, former, error === null ? asBooked(former, found) : setAside(found, error))
  return error === null ? step : { ...step, former: error }
}

/** The step itself, once it is known whose row it is. */
function steppedTo(row: SeenRow, former: FormerRow | null, found: RowFinding): RowStep {
  const finding = atDoor(found)
  if (finding.is === 'same' || isRepeated(row.known, finding)) return unchanged(row.known)
  const move = rowMoves[row.known?.state ?? 'unknown'][finding.is]
  const state = move === 'as-told' ? (typeof row.known?.told === 'string' ? 'sold' : 'gone') : move
  if (state === 'unknown' || (finding.is === 'ignored' && state === row.known?.state))
    return unchanged(row.known)
  const isReadableAgain = row.known?.state === 'refused' && state !== 'refused'
  const events = eventsOf(row, finding)
  const step: RowStep = {
    events: isReadableAgain ? [accepted(row), ...events] : events,
    known: {
      key: row.name,
      fingerprint: 'fingerprint' in finding ? finding.fingerprint : (row.known?.fingerprint ?? ''),
      state,
      soldAt: `${row.wall ?? ''} ${row.name}`,
      since: finding.is === 'incomplete' ? finding.since : row.now,
      told: toldAfter(row.known, finding),
      ...(former === null ? {} : { former }),
    },
    state,
  }
  const isFault = finding.is === 'unreadable' && !(finding.error instanceof TillbridgeError)
  return isFault ? { ...step, fault: finding.error } : step
}

/** Null: it is a row of the present store. What this device has reported itself stays so. */
function formerRowOf({ known, wall, formerStoreAt }: SeenRow): FormerRow | null {
  if (known?.former !== undefined) return known.former
  if (known?.state === 'sold' || known?.state === 'gone' || wall === null) return null
  const store = formerStoreAt(wall)
  return store === null ? null : { store, fingerprint: null }
}

/** Why a finding about a row of a former store must not take effect; null: it has no effect, or none on any books. */
function refusalOf(row: SeenRow, former: FormerRow, finding: RowFinding): TillbridgeError | null {
  const change = row.known === undefined ? 'found' : 'changed'
  const facts = { store: former.store, wall: row.wall }
  if (finding.is === 'gone')
    return finding.undo.length === 0 ? null : rowOfFormerStore({ ...facts, change: 'gone' })
  if (finding.is !== 'told' || finding.events.length === 0 || finding.fingerprint === former.fingerprint)
    return null
  return rowOfFormerStore({ ...facts, change })
}

/** A row of a former store that reads as that store's books have it: there is nothing to report. */
function asBooked(former: FormerRow | null, finding: RowFinding): RowFinding {
  const isBooked = former !== null && finding.is === 'told' && finding.fingerprint === former.fingerprint
  return isBooked ? { ...finding, events: [] } : finding
}

function setAside(finding: RowFinding, error: TillbridgeError): RowFinding {
  const isTold = finding.is === 'told'
  return {
    is: 'unreadable',
    fingerprint: fingerprintOf([error.code, isTold ? finding.fingerprint : finding.is]),
    error,
    payload: () => (isTold ? payloadOf(finding.events) : ''),
  }
}

const payloadOf = (events: readonly AgentEvent[]) =>
  JSON.stringify(maskRecord(events)).slice(0, LONGEST_PAYLOAD)

/** A row whose events may not be kept as they are is one that can't be read: the next correction closes its refusal. */
function atDoor(finding: RowFinding): RowFinding {
  if (finding.is !== 'told') return finding
  try {
    for (const event of finding.events) throughDoor(event)
    return finding
  } catch (error) {
    const { fingerprint, events } = finding
    return { is: 'unreadable', fingerprint, error, payload: () => payloadOf(events) }
  }
}

/** The POS's wall clock of a remembered row; null when it had none. */
export function wallOf(known: KnownRow | undefined): string | null {
  return known?.soldAt.split(' ', 1)[0] || null
}

function isRepeated(known: KnownRow | undefined, finding: Exclude<RowFinding, { is: 'same' }>): boolean {
  if (known === undefined) return false
  const isSame = 'fingerprint' in finding && known.fingerprint === finding.fingerprint
  switch (finding.is) {
    case 'told':
      return known.state === 'sold' && isSame
    case 'incomplete':
      return known.state === 'waiting' && isSame && known.since === finding.since
    case 'unreadable':
      return known.state === 'refused' && isSame
    case 'gone':
      return known.state === 'gone'
    case 'ignored':
      return false
  }
}

function unchanged(known: KnownRow | undefined): RowStep {
  return { events: [], known: null, state: known?.state ?? null }
}

function eventsOf(row: SeenRow, finding: RowFinding): readonly AgentEvent[] {
  if (finding.is === 'told') return finding.events
  if (finding.is === 'gone') return finding.undo.map(event => withMoment(event, row.known))
  return finding.is === 'unreadable' ? [refused(row, finding)] : []
}

/** Of two receipts that two tills gave one number, a void says which. */
function withMoment(event: AgentEvent, known: KnownRow | undefined): AgentEvent {
  if (event.kind !== 'sale.voided') return event
  const named = SaleVoided.safeParse({ ...event, wall: wallOf(known) ?? undefined })
  return named.success ? named.data : event
}

function toldAfter(known: KnownRow | undefined, finding: RowFinding): string | null {
  if (finding.is === 'gone') return finding.told ?? null
  return 'told' in finding && finding.told !== undefined ? finding.told : (known?.told ?? null)
}

function refused(
  { source, name, now }: SeenRow,
  { error, payload, what }: Extract<RowFinding, { is: 'unreadable' }>,
): AgentEvent {
  const { code, sentence } = describeError(error)
  return SourceRowRefused.parse({
    kind: 'source.row-refused',
    at: now,
    source,
    row: name,
    code: code.slice(0, 64),
    sentence: maskCardNumbers(sentence).slice(0, 1_000),
    payload: payload(),
    ...(what === undefined ? {} : { what }),
  })
}

/** Comes before the other events of a row that was refused and can be read now. */
function accepted({ source, name, now }: SeenRow): AgentEvent {
  return SourceRowAccepted.parse({ kind: 'source.row-accepted', at: now, source, row: name })
}

import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import { describeError, TillbridgeError } from '../../shared/errors.ts'
import { maskRecord, throughDoor } from '../../shared/event-door.ts'
import { type AgentEvent, SourceRowAccepted, SourceRowRefused } from '../../shared/events.ts'
import type { EpochMs, SourceId } from '../../shared/ids.ts'
import type { KnownRow } from './source.ts'

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
}

/** The result of one finding: events, and what to remember of the row from now on (null: as before). */
export interface RowStep {
  readonly events: readonly AgentEvent[]
  readonly known: KnownRow | null
  /** Null: the row is not remembered. */
  readonly state: KnownRow['state'] | null
  /** Set when an unexpected error, a fault in this program, caused a refusal. */
  readonly fault?: unknown
}

/**
 * Turns a finding into events and a remembered row. Pure. Commit both in one transaction and each content reaches the
 * hub once, however often it is found: the same finding again yields no event.
 */
export function stepRow(row: SeenRow, found: RowFinding): RowStep {
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
    },
    state,
  }
  const isFault = finding.is === 'unreadable' && !(finding.error instanceof TillbridgeError)
  return isFault ? { ...step, fault: finding.error } : step
}

/** A row whose events may not be kept as they are is one that can't be read: the next correction closes its refusal. */
function atDoor(finding: RowFinding): RowFinding {
  if (finding.is !== 'told') return finding
  try {
    for (const event of finding.events) throughDoor(event)
    return finding
  } catch (error) {
    const { fingerprint, events } = finding
    const payload = () => JSON.stringify(maskRecord(events)).slice(0, LONGEST_PAYLOAD)
    return { is: 'unreadable', fingerprint, error, payload }
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
  if (finding.is === 'gone') return finding.undo
  return finding.is === 'unreadable' ? [refused(row, finding)] : []
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

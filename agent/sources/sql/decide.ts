import { describeError, TillbridgeError } from '../../../shared/errors.ts'
import { type AgentEvent, SourceRowAccepted, SourceRowRefused } from '../../../shared/events.ts'
import type { EpochMs, SourceId } from '../../../shared/ids.ts'
import { maskCardNumbers } from '../../codecs/card-numbers/mask.ts'
import { fingerprintOf } from '../fingerprint.ts'
import type { KnownRow } from '../source.ts'
import type { Content, Interpretation, RowKind, Telling } from './row-kind.ts'

/** One row as the POS holds it now (undefined: it does not), and what is known of it. */
export interface RowNow {
  readonly key: string
  readonly content: Content | undefined
  readonly known: KnownRow | undefined
}

/** Facts of the moment and of the store. */
export interface Circumstances {
  readonly source: SourceId
  readonly kind: RowKind
  readonly now: EpochMs
  readonly settleMs: number
  readonly startFrom: string | null
}

/** What follows from one row: events, and what to know of it from now on (null: as before). */
export interface Decision {
  readonly events: readonly AgentEvent[]
  readonly known: KnownRow | null
  readonly state: KnownRow['state'] | null
  /** Set when an unexpected error, a fault of ours, lies behind a refusal. */
  readonly fault?: unknown
}

/** The name of a row in the memory, in logs and for people. */
export function rowName(kind: Pick<RowKind, 'name'>, key: string): string {
  const name = `${kind.name}/${key}`
  return name.length <= 255 ? name : `${name.slice(0, 210)}~${fingerprintOf([key])}`
}

/** Compares one row with what is known of it. Pure: the whole life of a row is in here. */
export function decide(row: RowNow, at: Circumstances): Decision {
  const { content, known } = row
  if (content === undefined) return takeBack(row, at, 'deleted')
  if (known?.state === 'sold' && known.fingerprint === content.fingerprint) return unchanged(known)
  if (content.wall !== null && isOutOfScope(content.wall, at)) return leaveAlone(row, at)
  const reading = interpreted(content)
  if (reading.is === 'refused') return refuse(row, at, reading.error)
  if (reading.is === 'void') return takeBack(row, at, 'marked-void')
  if (reading.is === 'whole') return tell(row, at, reading)
  const isSame = known?.state === 'waiting' && known.fingerprint === content.fingerprint
  const since = isSame && known.since <= at.now ? known.since : at.now
  if (reading.settled === null || at.now - since < at.settleMs) return wait(row, at, since)
  if ('refuse' in reading.settled) return refuse(row, at, reading.settled.refuse)
  return tell(row, at, reading.settled)
}

function isOutOfScope(wall: string, at: Circumstances): boolean {
  return at.startFrom !== null && wall < at.startFrom
}

type Reading = Interpretation | { readonly is: 'refused'; readonly error: unknown }

/** Whatever goes wrong in one row is that row's: the error becomes its refusal. */
function interpreted(content: Content): Reading {
  try {
    return content.interpret()
  } catch (error) {
    return { is: 'refused', error }
  }
}

function unchanged(known: KnownRow | undefined): Decision {
  return { events: [], known: null, state: known?.state ?? null }
}

function tell(row: RowNow, at: Circumstances, telling: Telling): Decision {
  const { fingerprint } = contentOf(row)
  const events = telling.tell({ at: at.now, fingerprint, before: row.known?.told ?? null })
  return decided(row, at, 'sold', { events, fingerprint, told: telling.told, since: at.now })
}

function wait(row: RowNow, at: Circumstances, since: number): Decision {
  const { fingerprint } = contentOf(row)
  const { known } = row
  if (known?.state === 'waiting' && known.fingerprint === fingerprint && known.since === since)
    return unchanged(known)
  return decided(row, at, 'waiting', { events: [], fingerprint, told: known?.told ?? null, since })
}

function refuse(row: RowNow, at: Circumstances, error: unknown): Decision {
  const { known } = row
  const content = contentOf(row)
  const { code, sentence } = describeError(error)
  const fingerprint = fingerprintOf([content.fingerprint, code, sentence])
  if (known?.state === 'refused' && known.fingerprint === fingerprint) return unchanged(known)
  const refused = SourceRowRefused.parse({
    kind: 'source.row-refused',
    at: at.now,
    source: at.source,
    row: rowName(at.kind, row.key),
    code: code.slice(0, 64),
    sentence: maskCardNumbers(sentence).slice(0, 1_000),
    payload: content.payload(),
  })
  const next = { events: [refused], fingerprint, told: known?.told ?? null, since: at.now }
  const decision = decided(row, at, 'refused', next)
  return error instanceof TillbridgeError ? decision : { ...decision, fault: error }
}

/** The POS does not hold the row, or says that it does not count: what was told of it is undone. */
function takeBack(row: RowNow, at: Circumstances, reason: 'deleted' | 'marked-void'): Decision {
  const { known, key } = row
  if (known === undefined || known.state === 'gone') return unchanged(known)
  const wall = row.content?.wall ?? known.soldAt.split(' ', 1)[0] ?? ''
  if (wall !== '' && isOutOfScope(wall, at)) return leaveAlone(row, at)
  const { told } = known
  const events = told === null ? [] : at.kind.takeBack({ key, told, reason, at: at.now, source: at.source })
  return decided(row, at, 'gone', { events, fingerprint: known.fingerprint, told: null, since: at.now })
}

/** Before the first date that counts: what was told stands, and an open refusal is closed. */
function leaveAlone(row: RowNow, at: Circumstances): Decision {
  const { known } = row
  if (known === undefined || known.state === 'sold' || known.state === 'gone') return unchanged(known)
  const { fingerprint } = known
  const state = known.told === null ? 'gone' : 'sold'
  return decided(row, at, state, { events: [], fingerprint, told: known.told, since: at.now })
}

/** A row that was refused and is so no longer is said to be accepted, before anything else is said of it. */
function decided(
  row: RowNow,
  at: Circumstances,
  state: KnownRow['state'],
  next: Pick<Decision, 'events'> & Pick<KnownRow, 'fingerprint' | 'told' | 'since'>,
): Decision {
  const name = rowName(at.kind, row.key)
  const isMended = row.known?.state === 'refused' && state !== 'refused'
  const accepted = { kind: 'source.row-accepted', at: at.now, source: at.source, row: name }
  const wall = row.content === undefined ? row.known?.soldAt.split(' ', 1)[0] : row.content.wall
  return {
    events: isMended ? [SourceRowAccepted.parse(accepted), ...next.events] : next.events,
    known: {
      key: name,
      fingerprint: next.fingerprint,
      state,
      soldAt: `${wall ?? ''} ${name}`,
      since: next.since,
      told: next.told,
    },
    state,
  }
}

function contentOf(row: RowNow): Content {
  if (row.content === undefined)
    throw new RangeError(`${row.key} was judged by a content that it does not have`)
  return row.content
}

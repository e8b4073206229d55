import { describeError } from '../../../shared/errors.ts'
import type { EpochMs, SourceId } from '../../../shared/ids.ts'
import { fingerprintOf } from '../fingerprint.ts'
import { type RowFinding, type RowStep, stepRow, wallOf } from '../known-rows.ts'
import type { FormerStoreAt, KnownRow } from '../source.ts'
import type { Content, Interpretation, RowKind } from './row-kind.ts'

/** One row as the POS holds it now (undefined: the POS has no such row), and what is known of it. */
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
  readonly graceMs: number
  readonly startFrom: string | null
  readonly formerStoreAt: FormerStoreAt
}

/** The name of a row in the memory, in logs and in messages. */
export function rowName(kind: Pick<RowKind, 'name'>, key: string): string {
  const name = `${kind.name}/${key}`
  return name.length <= 255 ? name : `${name.slice(0, 210)}~${fingerprintOf([key])}`
}

/** Compares one row with what is known of it. Pure. The rules for databases are here. */
export function decideRow(row: RowNow, at: Circumstances): RowStep {
  const { content, known, key } = row
  const wall = content === undefined ? wallOf(known) : content.wall
  const finding = content === undefined ? takenBack(row, at, 'deleted') : findingOf(row, content, at)
  const { source, now, formerStoreAt } = at
  return stepRow({ source, name: rowName(at.kind, key), known, wall, now, formerStoreAt }, finding)
}

function findingOf(row: RowNow, content: Content, at: Circumstances): RowFinding {
  const { known } = row
  const { fingerprint } = content
  if (known?.state === 'sold' && known.fingerprint === fingerprint) return { is: 'same' }
  if (content.wall !== null && isOutOfScope(content.wall, at)) return { is: 'ignored' }
  const reading = interpreted(content)
  if (reading.is === 'refused') return unreadable(content, reading.error)
  if (reading.is === 'void') return takenBack(row, at, 'marked-void')
  const before = known?.told ?? null
  const tell = ({
    tell,
    told,
  }: Pick<Extract<Interpretation, { is: 'whole' }>, 'tell' | 'told'>): RowFinding => ({
    is: 'told',
    fingerprint,
    told,
    events: tell({ at: at.now, fingerprint, before }),
  })
  if (reading.is === 'whole') return tell(reading)
  const isSame = known?.state === 'waiting' && known.fingerprint === fingerprint
  const since = isSame && known.since <= at.now ? known.since : at.now
  if (reading.overdue === null || at.now - since < at.graceMs) return { is: 'incomplete', fingerprint, since }
  return 'refuse' in reading.overdue ? unreadable(content, reading.overdue.refuse) : tell(reading.overdue)
}

function isOutOfScope(wall: string, at: Circumstances): boolean {
  return at.startFrom !== null && wall < at.startFrom
}

type Reading = Interpretation | { readonly is: 'refused'; readonly error: unknown }

/** An error in one row affects only that row: it becomes its refusal. */
function interpreted(content: Content): Reading {
  try {
    return content.interpret()
  } catch (error) {
    return { is: 'refused', error }
  }
}

function unreadable(content: Content, error: unknown): RowFinding {
  const { code, sentence } = describeError(error)
  const fingerprint = fingerprintOf([content.fingerprint, code, sentence])
  return { is: 'unreadable', fingerprint, error, payload: () => content.payload() }
}

/** The POS no longer holds the row, or voided it: what was reported to the hub is taken back. */
function takenBack(row: RowNow, at: Circumstances, reason: 'deleted' | 'marked-void'): RowFinding {
  const { known, key } = row
  if (known === undefined || known.state === 'gone') return { is: 'same' }
  const wall = row.content?.wall ?? wallOf(known)
  if (wall !== null && isOutOfScope(wall, at)) return { is: 'ignored' }
  const { told } = known
  const undo = told === null ? [] : at.kind.takeBack({ key, told, reason, at: at.now, source: at.source })
  return { is: 'gone', undo }
}

import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import type { PickupMoved } from '../../shared/events.ts'
import type { HandOverRule } from '../../shared/hand-over.ts'
import type { EpochMs } from '../../shared/ids.ts'
import { decimalFromMinor } from '../../shared/money.ts'
import { MOST_FIRST_LINES } from '../../shared/pickup-lines.ts'
import { isUndoable, stateAfter } from '../../shared/pickup-moves.ts'
import { knownNotice } from '../../shared/pickup-notices.ts'
import type { LineView, MoveRequest, PickupView } from '../till/api-schema.ts'
import {
  handOverUnchecked,
  lineUnknown,
  moveIllegal,
  nothingFound,
  paymentUnconfirmed,
  pickIncomplete,
  pickTooMany,
  pickupOnHold,
  reopenReasonMissing,
  undoTooLate,
} from './pickup-problems.ts'
import { StepBefore, type UndoableStep } from './stored-pickup.ts'

/** The facts that a move is decided by, as they are when it is written. */
export interface MoveFacts {
  readonly view: PickupView
  /** The step that `view.undo` names. */
  readonly last: UndoableStep | null
  readonly at: EpochMs
  readonly till: string
  /** Whether this store checks who collects an order. */
  readonly handOver: HandOverRule
}

/**
 * The event of a move that staff ask for. Card numbers in what they typed are masked.
 * @throws MOVE_ILLEGAL, PAYMENT_UNCONFIRMED, LINE_UNKNOWN, PICK_TOO_MANY, PICK_INCOMPLETE, NOTHING_FOUND, REOPEN_REASON_MISSING,
 * PICKUP_ON_HOLD, HAND_OVER_UNCHECKED, UNDO_TOO_LATE
 */
export function moveEvent(request: MoveRequest, facts: MoveFacts): PickupMoved {
  const { view, at, till } = facts
  const { move } = request
  const staff = maskCardNumbers(request.staff)
  const reason = request.reason === null ? null : maskCardNumbers(request.reason)
  const base = { kind: 'pickup.moved' as const, at, pickup: view.pickup, move, staff, till, reason }
  if (move === 'undo') return { ...base, undoes: undone(facts) }
  const { state } = view
  const order = view.order.name
  if (stateAfter(state, move) === null) throw moveIllegal({ order, state, move })
  if (move === 'reopen') return reopened(base, facts)
  const isReasonDue = move === 'collect' || (move === 'finish' && !isHeldAsMissing(view))
  if (isHeld(view) && isReasonDue && !reason) throw pickupOnHold({ order })
  if (move === 'miss') return { ...base, ...missed(request, view) }
  if (move === 'finish') return { ...base, ...finished(request, view), ...placed(request) }
  return move === 'collect'
    ? {
        ...base,
        from: state,
        version: view.version,
        ...handedOver(request, view),
        ...handedTo(request, facts),
      }
    : base
}

const isHeld = ({ notice }: PickupView) =>
  notice !== null && typeof notice !== 'string' && notice.code === 'on-hold'

/** Held because staff could not find it: that it turned up is the reason. */
const isHeldAsMissing = ({ notice }: PickupView): boolean => {
  const known = notice === null ? null : knownNotice(notice)
  return known?.code === 'on-hold' && known.missing !== undefined
}

function undone({ view, last }: MoveFacts): NonNullable<PickupMoved['undoes']> {
  if (view.undo === null || last === null) throw undoTooLate({ order: view.order.name })
  const { move, at, staff, till } = last
  return { move, at, staff, till }
}

/** A hand-over is reopened as it is undone; the other states lead back to picking, with a reason where a customer may know. */
function reopened(base: PickupMoved, facts: MoveFacts): PickupMoved {
  const { view, last } = facts
  const order = view.order.name
  if (view.state !== 'short' && !base.reason) throw reopenReasonMissing({ order })
  if (view.state !== 'collected') return base
  if (last?.move !== 'collect') throw undoTooLate({ order })
  return { ...base, undoes: undone(facts) }
}

const sumOf = (some: readonly number[]) => some.reduce((sum, one) => sum + one, 0)

/** The units of each line that a request names, each of them within `most`. */
function unitsIn(
  asked: readonly { readonly line: string; readonly units: number }[],
  view: PickupView,
  most: (line: LineView) => number,
): ReadonlyMap<string, number> {
  const order = view.order.name
  for (const { line: id, units } of asked) {
    const line = view.lines.find(one => one.id === id)
    if (line === undefined) throw lineUnknown({ order, line: id })
    if (units > most(line)) throw pickTooMany({ order, item: line.title, units: most(line) })
  }
  return new Map(asked.map(({ line, units }) => [line, units]))
}

type Missing = NonNullable<PickupMoved['missing']>

/** What is not there: as the request says, else as it was marked while it was picked. */
function missingIn({ missing }: MoveRequest, view: PickupView): Missing {
  if (missing === undefined)
    return view.lines.flatMap(line =>
      line.missing === null ? [] : [{ pickupLine: line.id, ...masked(line.missing) }],
    )
  unitsIn(missing, view, line => line.units)
  return missing.map(({ line, ...units }) => ({ pickupLine: line, ...masked(units) }))
}

const masked = <T extends { readonly said: string | null }>(units: T): T => ({
  ...units,
  said: units.said === null ? null : maskCardNumbers(units.said),
})

function missed(request: MoveRequest, view: PickupView): Pick<PickupMoved, 'missing'> {
  const missing = missingIn(request, view)
  return missing.length === 0 ? {} : { missing }
}

function finished(request: MoveRequest, view: PickupView): Partial<PickupMoved> {
  const order = view.order.name
  const missing = missingIn(request, view)
  const missingOf = new Map(missing.map(({ pickupLine, units }) => [pickupLine, units]))
  const left = (line: LineView) => line.units - (missingOf.get(line.id) ?? 0)
  const asked = request.lines && unitsIn(request.lines, view, left)
  const found = view.lines.map(line => ({
    line,
    units: asked === undefined ? left(line) : (asked.get(line.id) ?? 0),
  }))
  const open = sumOf(found.map(({ line, units }) => left(line) - units))
  if (open > 0) throw pickIncomplete({ order, units: open })
  if (view.lines.length > 0 && found.every(({ units }) => units === 0)) throw nothingFound({ order })
  const counted = view.lines.flatMap(({ id, picked, countedBy }) =>
    countedBy === null || picked === 0
      ? []
      : [{ pickupLine: id, units: picked, by: countedBy.by, staff: countedBy.staff }],
  )
  return {
    ...asLines(found),
    ...(missing.length === 0 ? {} : { missing }),
    ...(counted.length === 0 ? {} : { counted }),
  }
}

function handedOver(request: MoveRequest, view: PickupView): Partial<PickupMoved> {
  const order = view.order.name
  const owed = view.outstanding ?? null
  if (owed !== null && request.paid !== true)
    throw paymentUnconfirmed({
      order,
      amount: `${decimalFromMinor(owed.minor, owed.currency)} ${owed.currency}`,
    })
  const asked = request.lines && unitsIn(request.lines, view, line => line.picked)
  const out = view.lines.map(line => ({
    line,
    units: asked === undefined ? line.picked : (asked.get(line.id) ?? 0),
  }))
  if (view.lines.length > 0 && out.every(({ units }) => units === 0)) throw nothingFound({ order })
  return { ...asLines(out), ...(owed === null ? {} : { paid: true }) }
}

function placed({ keptAt }: MoveRequest): Pick<PickupMoved, 'keptAt'> {
  return keptAt === undefined ? {} : { keptAt: maskCardNumbers(keptAt) }
}

function handedTo({ handedTo }: MoveRequest, { view, handOver }: MoveFacts): Pick<PickupMoved, 'handedTo'> {
  if (handOver === 'checked' && (handedTo?.checked ?? null) === null)
    throw handOverUnchecked({ order: view.order.name })
  return handedTo === undefined ? {} : { handedTo }
}

/** The lines with units, in the two lists of an event. */
function asLines(
  all: readonly { readonly line: LineView; readonly units: number }[],
): Pick<PickupMoved, 'lines' | 'moreLines'> {
  const lines = all.flatMap(({ line, units }) => (units > 0 ? [{ pickupLine: line.id, units }] : []))
  if (all.length <= MOST_FIRST_LINES) return { lines }
  return { lines: lines.slice(0, MOST_FIRST_LINES), moreLines: lines.slice(MOST_FIRST_LINES) }
}

/** What is kept of a step so that it can be undone; null for one that can't. */
export function undoableStep(event: PickupMoved, before: PickupView): UndoableStep | null {
  const { move, staff, till, at } = event
  if (!isUndoable(move)) return null
  return { move, staff, till, at, before: StepBefore.parse(before) }
}

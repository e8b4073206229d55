import type { GoneLine, PickupPut } from '../../shared/commands.ts'
import { EpochMs } from '../../shared/ids.ts'
import { isEnded, type PickupState, stateAfter, UNDO_MS } from '../../shared/pickup-moves.ts'
import { noticeAfterMove } from '../../shared/pickup-notices.ts'
import { type LineView, type PickupView, tillOutdated } from '../till/api-schema.ts'
import type { LineCount, LocalMove, StoredPickup, UndoableStep } from './stored-pickup.ts'

/**
 * A pickup as staff see it: the hub's last word, with the moves made here since applied on top. A move that the
 * hub's newer word has made illegal is left out: the hub will say why.
 * @param unread the pickups that unread commands are about, with their newest version
 */
export function viewOf(stored: StoredPickup, unread: ReadonlyMap<string, number>, now: number): PickupView {
  const { put, moves, counts } = stored
  const before = new Map<string, PickupView>()
  let shown = toView(put, moves.length)
  for (const local of moves) {
    const next = after(withCounts(shown, counts), local, before)
    if (next === null) continue
    before.set(keyOf(local), shown)
    shown = next
  }
  const view = {
    ...withCounts(shown, counts),
    undo: undoOf(stored, shown, now),
    toAcknowledge: stored.isUnread,
  }
  return (unread.get(put.pickup) ?? 0) > put.version ? { ...view, notice: tillOutdated } : view
}

function toView(put: PickupPut, pendingMoves: number): PickupView {
  const { kind: _kind, seen: _seen, lines, moreLines = [], goneLines = [], reminders = [], ...view } = put
  return {
    ...view,
    lines: [...lines, ...moreLines].map(line => lineView(line, put.state)),
    goneLines: goneLines.map(goneView),
    pendingMoves,
    reminders,
    undo: null,
    undoReminder: null,
    toAcknowledge: false,
    undoAcknowledge: null,
  }
}

function lineView(line: PickupPut['lines'][number], state: PickupState): LineView {
  const { packed, missing = null, collected = 0, cancelled = 0, ...text } = line
  const { units } = line
  // a hub of an older version does not say what lies packed
  const whole = state === 'ready' || state === 'collected' ? units - (missing?.units ?? 0) : 0
  const picked = Math.max(0, Math.min(units, packed ?? whole))
  const ordered = line.ordered ?? units + collected + cancelled
  return { ...text, ordered, picked, missing, collected, cancelled, countedBy: null, free: null }
}

function goneView({
  collected = 0,
  cancelled = 0,
  ordered,
  ...text
}: GoneLine): PickupView['goneLines'][number] {
  const counts = { ordered: ordered ?? collected + cancelled, picked: 0, missing: null, collected, cancelled }
  return { ...text, units: 0, ...counts, countedBy: null, free: null }
}

const isCounted = (state: PickupState) => state === 'picking' || state === 'short'

/** What staff have counted here takes the place of the hub's numbers while the pickup is being picked. */
function withCounts(view: PickupView, counts: readonly LineCount[]): PickupView {
  if (counts.length === 0 || !isCounted(view.state)) return view
  const of = new Map(counts.map(count => [count.line, count]))
  return {
    ...view,
    lines: view.lines.map(line => {
      const count = of.get(line.id)
      if (count === undefined) return line
      const { staff, by, at } = count
      const picked = Math.min(count.picked, line.units)
      // what a later step at another till says is missing was not known here when it was counted
      const isOlder = view.movedAt !== null && at < view.movedAt
      const said = count.missing ?? (isOlder ? line.missing : null)
      const units = Math.min(said?.units ?? 0, line.units - picked)
      const missing = said === null || units === 0 ? null : { ...said, units }
      return { ...line, picked, missing, countedBy: { staff, by, at: EpochMs.parse(at) } }
    }),
  }
}

const keyOf = ({ move, at }: { readonly move: string; readonly at: number }) => `${move}/${at}`

/** The pickup after a move; null: the move is not open any more. */
function after(
  view: PickupView,
  local: LocalMove,
  before: ReadonlyMap<string, PickupView>,
): PickupView | null {
  const { move, staff, at, undoes, restores, keptAt, handedTo } = local
  if (undoes !== undefined) {
    const known = before.get(keyOf(undoes))
    if (known !== undefined) return { ...known, pendingMoves: view.pendingMoves }
    const isLast = view.movedBy === undoes.staff && view.movedAt === undoes.at
    return isLast && restores !== null ? { ...view, ...restores } : null
  }
  const state = stateAfter(view.state, move)
  if (state === null) return null
  const signed = { movedBy: staff, movedAt: EpochMs.parse(at), notice: noticeAfterMove(view.notice, move) }
  if (move === 'collect') return { ...collected(view, local), ...signed, handedTo: handedTo ?? null }
  const lines = move === 'finish' || move === 'miss' ? picked(view.lines, local) : view.lines
  return { ...view, ...signed, state, lines, ...(move === 'finish' ? { keptAt: keptAt ?? null } : {}) }
}

function picked(lines: readonly LineView[], { move, lines: found, missing }: LocalMove): LineView[] {
  const foundOf = found && new Map(found.map(({ pickupLine, units }) => [pickupLine, units]))
  const missingOf = new Map(missing?.map(({ pickupLine, ...units }) => [pickupLine, units]))
  return lines.map(line => {
    if (move === 'miss') return { ...line, missing: missingOf.get(line.id) ?? line.missing }
    const found = foundOf === undefined ? line.units : (foundOf.get(line.id) ?? 0)
    return { ...line, picked: Math.min(line.units, found), missing: missingOf.get(line.id) ?? null }
  })
}

/** What goes out; the pickup stays ready as long as something that lies packed is left. */
function collected(view: PickupView, { lines }: LocalMove): Pick<PickupView, keyof PickupView> {
  const outOf = lines && new Map(lines.map(({ pickupLine, units }) => [pickupLine, units]))
  const out = (line: LineView) =>
    Math.min(line.units, outOf === undefined ? line.picked : (outOf.get(line.id) ?? 0))
  const isPart = view.lines.some(line => line.picked > out(line))
  if (!isPart) return { ...view, state: 'collected' }
  return {
    ...view,
    lines: view.lines
      .map(line => {
        const units = out(line)
        const left = { units: line.units - units, picked: Math.max(0, line.picked - units) }
        return { ...line, ...left, collected: line.collected + units }
      })
      .filter(line => line.units > 0),
  }
}

/** The step that can be undone now: the last one, made at this till, as long as its time has not run out. */
function undoOf({ put, moves, undo }: StoredPickup, view: PickupView, now: number): PickupView['undo'] {
  if (undo === null || !isLastStep(view, undo)) return null
  if (now - undo.at >= UNDO_MS || undo.at - now > UNDO_MS) return null
  if (moves.length === 0 && put.shopify === 'confirmed') return null
  return { move: undo.move, until: EpochMs.parse(undo.at + UNDO_MS) }
}

const isLastStep = (view: PickupView, step: UndoableStep): boolean =>
  view.movedBy === step.staff && view.movedAt === step.at && (isEnded(view.state) || view.state === 'ready')

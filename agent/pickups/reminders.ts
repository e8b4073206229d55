import { maskCardNumbers } from '../../shared/card-numbers/mask.ts'
import type { PickupReminded } from '../../shared/events.ts'
import { EpochMs } from '../../shared/ids.ts'
import { UNDO_MS } from '../../shared/pickup-moves.ts'
import { MOST_REMINDERS, type Reminder } from '../../shared/reminders.ts'
import type { PickupView, RemindRequest, RemindUndoRequest } from '../till/api-schema.ts'
import { moveIllegal, undoTooLate } from './pickup-problems.ts'
import type { LocalReminder } from './reminder-store.ts'

/** The facts that a reminder is decided by, as they are when it is written. */
interface ReminderFacts {
  readonly view: PickupView
  readonly at: EpochMs
  readonly till: string
}

/**
 * A pickup with the reminders since it is ready: those that the hub told of, with this till's own newer ones on top. Of two tills'
 * the hub's word counts.
 */
export function withReminders(view: PickupView, local: readonly LocalReminder[], now: number): PickupView {
  const { movedAt } = view
  if (view.state !== 'ready' || movedAt === null) return { ...view, reminders: [], undoReminder: null }
  const shown = new Map<number, Reminder>()
  for (const told of view.reminders) if (told.readyAt === movedAt) shown.set(told.number, told)
  const own = local.filter(({ event }) => event.readyAt === movedAt)
  for (const { event, isRead } of own) {
    const { readyAt, number, how, staff, at, undoes } = event
    if (isRead) continue
    if (undoes === undefined && !shown.has(number)) shown.set(number, { readyAt, number, how, staff, at })
    if (undoes !== undefined && shown.get(number)?.at === undoes) shown.delete(number)
  }
  const reminders = [...shown.values()].sort((a, b) => a.number - b.number)
  return { ...view, reminders, undoReminder: undoOf(reminders.at(-1), own, now) }
}

/** The last reminder can be undone at the till that recorded it, as long as its time has not run out. */
function undoOf(
  last: Reminder | undefined,
  own: readonly LocalReminder[],
  now: number,
): PickupView['undoReminder'] {
  if (last === undefined || Math.abs(now - last.at) >= UNDO_MS) return null
  const isOwn = own.some(
    ({ event }) => event.undoes === undefined && event.number === last.number && event.at === last.at,
  )
  return isOwn ? { number: last.number, until: EpochMs.parse(last.at + UNDO_MS) } : null
}

/** The number that the next reminder has. */
const nextNumber = ({ reminders }: PickupView): number => (reminders.at(-1)?.number ?? 0) + 1

/**
 * The event of a reminder; null: that number is recorded already, so a request that comes twice counts once.
 * @throws MOVE_ILLEGAL
 */
export function reminderEvent(
  { number, how, staff }: RemindRequest,
  { view, at, till }: ReminderFacts,
): PickupReminded | null {
  const { state, movedAt: readyAt, pickup } = view
  const next = nextNumber(view)
  if (state !== 'ready' || readyAt === null || number > next || number > MOST_REMINDERS)
    throw moveIllegal({ order: view.order.name, state, move: 'remind' })
  if (number < next) return null
  return { kind: 'pickup.reminded', at, pickup, readyAt, number, how, staff: maskCardNumbers(staff), till }
}

/** The event that takes the last reminder back. @throws UNDO_TOO_LATE */
export function reminderUndoEvent(
  { number, staff }: RemindUndoRequest,
  { view, at, till }: ReminderFacts,
): PickupReminded {
  const last = view.reminders.at(-1)
  if (view.undoReminder?.number !== number || last === undefined)
    throw undoTooLate({ order: view.order.name })
  const { readyAt, how, at: undoes } = last
  return {
    kind: 'pickup.reminded',
    ...{ at, pickup: view.pickup, readyAt, number, how, staff: maskCardNumbers(staff), till, undoes },
  }
}

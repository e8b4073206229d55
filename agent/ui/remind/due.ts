import { MOST_REMINDERS, type ReminderRule } from '../../../shared/reminders.ts'
import type { PickupView } from '../../till/api-schema.ts'
import { blocksHandOver } from '../pickups/states.ts'
import { waitingSince } from '../pickups/tabs.ts'

const dayMs = 24 * 3_600_000

/** The reminder that comes next, and from when on it is due; null: no further one, or none now. */
export function nextReminder(
  view: PickupView,
  rule: ReminderRule | null,
): { readonly number: number; readonly dueAt: number } | null {
  if (rule === null || view.state !== 'ready' || blocksHandOver(view.notice)) return null
  const last = view.reminders.at(-1)
  const number = (last?.number ?? 0) + 1
  if (number > Math.min(rule.most, MOST_REMINDERS)) return null
  return { number, dueAt: (last?.at ?? waitingSince(view)) + rule.afterDays * dayMs }
}

/** Whether staff should remind the customer now. */
export function isToRemind(view: PickupView, rule: ReminderRule | null, now: number): boolean {
  const next = nextReminder(view, rule)
  return next !== null && next.dueAt <= now
}

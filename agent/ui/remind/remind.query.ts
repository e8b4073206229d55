import { useQuery } from '@tanstack/react-query'
import type { ReminderRule } from '../../../shared/reminders.ts'
import { stateQuery } from '../state/state.query.ts'

/** When this store reminds its customers; null: never, or not known yet. */
export function useReminderRule(): ReminderRule | null {
  return useQuery({ ...stateQuery, select: state => state.reminders }).data ?? null
}

import { z } from 'zod'
import { EpochMs } from './ids.ts'

/** How staff reminded a customer. Codes are only ever added; one that this version does not know reads as `other`. */
export const reminderMeans = ['phone', 'mail', 'in-person', 'other'] as const
export const ReminderMeans = z.enum(reminderMeans).catch('other')
export type ReminderMeans = z.infer<typeof ReminderMeans>

/** The most reminders that one pickup gets while it waits. */
export const MOST_REMINDERS = 9

/** One reminder of a customer whose goods are ready. Known by the pickup, since when it is ready, and its number. */
export const Reminder = z.object({
  /** Since when the goods wait, as the pickup says it: once it is made ready again, its reminders count from 1 again. */
  readyAt: EpochMs,
  number: z.int().min(1).max(MOST_REMINDERS),
  how: ReminderMeans,
  staff: z.string().max(500),
  /** When staff did it, by their till's clock. */
  at: EpochMs,
})
export type Reminder = z.infer<typeof Reminder>

/** What a store agreed on: the first reminder is due after so many days, each further one after as many again. */
export const ReminderRule = z.object({
  afterDays: z.int().min(1).max(60),
  most: z.int().min(1).max(MOST_REMINDERS),
})
export type ReminderRule = z.infer<typeof ReminderRule>

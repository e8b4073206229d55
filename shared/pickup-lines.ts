import { z } from 'zod'

/** Units of a pickup's lines, as tills and hub tell each other of them. */

/** Why a unit can't be handed over. Codes are only ever added; one that this version does not know reads as `other`. */
export const missingReasons = ['not-on-shelf', 'damaged', 'sold', 'other'] as const

/** Units that staff could not find. `said`: what they typed; null when they typed nothing. */
export const MissingUnits = z.object({
  units: z.int().min(1),
  reason: z.enum(missingReasons).catch('other'),
  said: z.string().max(500).nullable(),
})
export type MissingUnits = z.infer<typeof MissingUnits>

/** A pickup has more lines than one list of a record holds; the others follow in a second list. */
export const MOST_FIRST_LINES = 250
export const MOST_MORE_LINES = 750

/** How a unit was counted while picking. */
export const pickMeans = ['scan', 'hand'] as const

const pickupLine = z.string().min(1).max(128)

/** Units of one line that staff found, or handed over. */
export const MovedUnits = z.object({ pickupLine, units: z.int().min(1) })
export type MovedUnits = z.infer<typeof MovedUnits>

/** Units of one line that staff miss. */
export const MissedUnits = MissingUnits.extend({ pickupLine })
export type MissedUnits = z.infer<typeof MissedUnits>

/** Who counted a line last while it was picked, and how. */
export const CountedUnits = MovedUnits.extend({
  by: z.enum(pickMeans).catch('hand'),
  staff: z.string().max(255),
})
export type CountedUnits = z.infer<typeof CountedUnits>

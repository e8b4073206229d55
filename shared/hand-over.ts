import { z } from 'zod'

/** How staff made sure that the goods go to the right person. */
export const handOverChecks = ['code', 'id', 'details'] as const
export type HandOverCheck = (typeof handOverChecks)[number]

/** Who took the goods. Their names are not kept: an event can't be redacted. */
export const collectors = ['customer', 'other'] as const

/** What staff say of a hand-over. Null: they did not say who took it, or that they checked anything. */
export const HandedTo = z.object({
  who: z.enum(collectors).nullable(),
  checked: z.enum(handOverChecks).nullable(),
})
export type HandedTo = z.infer<typeof HandedTo>

/** Whether staff must check who collects an order: `free` leaves it to them, `checked` wants one of `handOverChecks`. */
export const handOverRules = ['free', 'checked'] as const
export type HandOverRule = (typeof handOverRules)[number]

/** The longest name of a place where packed goods are kept. */
export const MOST_PLACE_LETTERS = 40

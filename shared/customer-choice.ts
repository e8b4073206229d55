import { z } from 'zod'
import { EpochMs } from './ids.ts'

/** What a customer may choose for items that their store could not find: another store, delivery, or the money back. */
export const customerChoices = ['move', 'deliver', 'cancel'] as const
export type CustomerChoice = (typeof customerChoices)[number]

/** How far a choice has come. `left`: head office carries it out. */
export const choiceStates = ['under-way', 'done', 'left'] as const

/** A customer is asked what becomes of items that their store could not find; staff may show or send the link. */
export const CustomerAsked = z.object({
  link: z.string().max(1_000),
  /** Until when the link takes a choice. */
  until: EpochMs,
  /** The items. */
  goods: z.string().max(500),
  /** `to`: the name of the store that was chosen. Null: nothing was chosen yet. */
  chosen: z
    .object({
      choice: z.enum(customerChoices),
      to: z.string().max(500).nullable(),
      state: z.enum(choiceStates),
    })
    .nullable(),
})
export type CustomerAsked = z.infer<typeof CustomerAsked>

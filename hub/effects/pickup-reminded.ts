import { applyReminded } from '../pickups/reminders.ts'
import { defineEffect } from './effect.ts'

/** Staff reminded a customer whose goods are ready. */
export const pickupReminded = defineEffect({
  kind: 'pickup.reminded',
  async apply(tx, placed, { afterCommit }) {
    for (const { event, origin } of placed)
      for (const hint of await applyReminded(tx, { ...origin, now: origin.at }, event)) afterCommit(hint)
  },
})

import { applyPickupMoved } from '../pickups/apply-move.ts'
import { defineEffect } from './effect.ts'

/** Staff moved a pickup at a till. */
export const pickupMoved = defineEffect({
  kind: 'pickup.moved',
  async apply(tx, placed, { afterCommit }) {
    for (const { event, origin } of placed)
      for (const hint of await applyPickupMoved(tx, { ...origin, now: origin.at }, event)) afterCommit(hint)
  },
})

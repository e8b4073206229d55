import { applyReturnMade } from '../returns/return-made.ts'
import { defineEffect } from './effect.ts'

/** Staff took goods of an online order back. */
export const returnMade = defineEffect({
  kind: 'return.made',
  async apply(tx, placed, { afterCommit }) {
    for (const { event, origin } of placed)
      for (const hint of await applyReturnMade(tx, { ...origin, now: origin.at }, event)) afterCommit(hint)
  },
})

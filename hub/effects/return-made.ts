import { defineEffect } from './effect.ts'
import { applyReturns } from './returns.ts'

/** Staff took goods of an online order back. */
export const returnMade = defineEffect({ kind: 'return.made', apply: applyReturns })

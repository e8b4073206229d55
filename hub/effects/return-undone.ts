import { defineEffect } from './effect.ts'
import { applyReturns } from './returns.ts'

/** Staff took a return back within seconds. */
export const returnUndone = defineEffect({ kind: 'return.undone', apply: applyReturns })

import { defineEffect } from './effect.ts'
import { applyRows } from './row-refused.ts'

/** A row that was refused before can now be read. */
export const rowAccepted = defineEffect({ kind: 'source.row-accepted', apply: applyRows })

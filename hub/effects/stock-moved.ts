import { defineEffect } from './effect.ts'
import { applyReceipts } from './receipts.ts'

/** A stock change in the POS's diary, such as a delivery. */
export const stockMoved = defineEffect({ kind: 'stock.moved', apply: applyReceipts })

import { defineEffect } from './effect.ts'
import { applyReceipts } from './receipts.ts'

/** A receipt that the POS deleted or voided: its lines are taken back. */
export const saleVoided = defineEffect({ kind: 'sale.voided', apply: applyReceipts })

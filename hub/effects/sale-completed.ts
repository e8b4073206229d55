import { defineEffect } from './effect.ts'
import { applyReceipts } from './receipts.ts'

/** A receipt that the POS has closed or changed: its lines move stock. */
export const saleCompleted = defineEffect({ kind: 'sale.completed', apply: applyReceipts })

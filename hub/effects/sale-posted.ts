import { defineEffect } from './effect.ts'
import { applyPosting } from './sale-unposted.ts'

/** A sale that was missing from the POS's data has turned up there. */
export const salePosted = defineEffect({ kind: 'sale.posted', apply: applyPosting })

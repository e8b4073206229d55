import { defineCheck } from './check.ts'
import { waitingItems } from './waiting-items.ts'

/** Items that were sold or moved and whose stock Shopify does not track. */
export const itemUntracked = defineCheck({
  kind: 'item-untracked',
  owner: 'e-commerce',
  severity: 'notice',
  everyMinutes: 15,
  find: db => waitingItems(db, 'item-untracked'),
})

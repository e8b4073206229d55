import { defineCheck } from './check.ts'
import { waitingItems } from './waiting-items.ts'

/** Items that were sold or moved and are bundles in Shopify, whose stock follows their parts. */
export const itemBundle = defineCheck({
  kind: 'item-bundle',
  owner: 'e-commerce',
  severity: 'warning',
  everyMinutes: 15,
  find: db => waitingItems(db, 'item-bundle'),
})

import { defineCheck } from './check.ts'
import { waitingItems } from './waiting-items.ts'

/** Items that were sold or moved and that Shopify does not have. */
export const skuUnknown = defineCheck({
  kind: 'sku-unknown',
  owner: 'e-commerce',
  severity: 'warning',
  everyMinutes: 15,
  find: db => waitingItems(db, 'sku-unknown'),
})

import { defineCheck } from './check.ts'
import { waitingItems } from './waiting-items.ts'

/** Items that were sold or moved and that Shopify has several times. */
export const skuAmbiguous = defineCheck({
  kind: 'sku-ambiguous',
  owner: 'e-commerce',
  severity: 'warning',
  everyMinutes: 15,
  find: db => waitingItems(db, 'sku-ambiguous'),
})

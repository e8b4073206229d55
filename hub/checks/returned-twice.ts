import { openRestocks } from '../stock/returned-twice.ts'
import { defineCheck } from './check.ts'
import { storableSubject } from './storable-subject.ts'
import { listed } from './words/listed.ts'

/**
 * Goods that Shopify put back into a store's stock while a till of the store took the same item back: they may be the same, and then
 * count twice. One exception a restock, until a person says so or a receipt proves it.
 */
export const returnedTwice = defineCheck({
  kind: 'returned-twice',
  owner: 'ops',
  severity: 'warning',
  everyMinutes: 1,
  async find(db, now) {
    return (await openRestocks(db, now)).map(({ store, sku, units, order, cause, line, madeAt, tills }) => ({
      code: 'returned-twice' as const,
      subject: storableSubject(`${store}/${cause}/${line}`),
      store,
      fields: {
        store,
        sku,
        count: units,
        order: order ?? cause,
        receipts: listed(tills.map(one => `${one.receiptNumber} (${one.till}): ${one.units}`)),
      },
      evidence: { cause, line, madeAt, tills },
    }))
  },
})

import { sql } from 'kysely'
import { defineProjection } from '../../streams/projection.ts'
import { decideAll } from '../apply.ts'
import { writeSales } from '../sale-rows.ts'
import { storeCopy } from './store-copy.ts'

/** Receipts with their lines, taxes and tenders. Movements name receipts by number: the same events give the same numbers. */
export const sales = defineProjection({
  name: 'sales',
  kinds: ['sale.completed', 'sale.voided'],
  copy: storeCopy(['sale', 'sale_line', 'sale_tax', 'sale_tender'], {
    table: 'sale',
    key: 'receipt',
    number: 'sale',
    isLater: sql`(used.revision > made.revision
      OR (used.revision = made.revision AND used.state = 'voided' AND made.state <> 'voided'))`,
  }),
  async apply(tx, store, placed) {
    const decided = await decideAll(tx, store, placed)
    await writeSales(tx, store, decided.sales)
  },
})

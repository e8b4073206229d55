import { sql } from 'kysely'
import { defineProjection } from '../../streams/projection.ts'
import { decideAll } from '../apply.ts'
import { writeStockEntries } from '../stock-entries.ts'
import { storeCopy } from './store-copy.ts'

/** Entries of the POS's stock diary. Movements name them by number: the same events give the same numbers. */
export const stockEntries = defineProjection({
  name: 'stock-entries',
  kinds: ['stock.moved'],
  copy: storeCopy(['stock_entry'], {
    table: 'stock_entry',
    key: 'key',
    number: 'entry',
    isLater: sql`used.revision > made.revision`,
  }),
  async apply(tx, store, placed) {
    const decided = await decideAll(tx, store, placed)
    await writeStockEntries(tx, store, decided.entries)
  },
})

import { sql } from 'kysely'
import { defineProjection } from '../../streams/projection.ts'
import { writeCash } from '../cash.ts'
import { storeCopy } from './store-copy.ts'

/** Cash put into or taken out of drawers. */
export const cash = defineProjection({
  name: 'cash',
  kinds: ['cash.moved'],
  copy: storeCopy(['cash'], {
    table: 'cash',
    key: 'key',
    number: 'key',
    // the row in use is of the newest event that took effect; another event's row was made without that one
    isLater: sql`(used.device <> made.device OR used.epoch <> made.epoch OR used.seq <> made.seq)`,
  }),
  apply: writeCash,
})

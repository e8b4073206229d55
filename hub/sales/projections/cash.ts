import { sql } from 'kysely'
import { defineProjection } from '../../streams/projection.ts'
import { writeCash } from '../cash.ts'

/** Cash put into or taken out of drawers. */
export const cash = defineProjection({
  name: 'cash',
  kinds: ['cash.moved'],
  tables: ['cash'],
  subject: { table: 'cash', key: 'key', number: 'key', isLater: sql`1 = 0` },
  apply: writeCash,
})

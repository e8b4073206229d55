import { defineProjection } from '../../streams/projection.ts'
import { writeCash } from '../cash.ts'

/** Cash put into or taken out of drawers. */
export const cash = defineProjection({
  name: 'cash',
  kinds: ['cash.moved'],
  tables: ['cash'],
  apply: writeCash,
})

import { writeCash } from '../sales/cash.ts'
import { defineEffect } from './effect.ts'

/** Cash was put into or taken out of a drawer without a sale. */
export const cashMoved = defineEffect({
  kind: 'cash.moved',
  apply: (tx, placed, { store }) => writeCash(tx, store, placed),
})

import { writeCash } from '../sales/cash.ts'
import { storeNumber } from '../sales/held.ts'
import { defineEffect } from './effect.ts'

/** Cash was put into or taken out of a drawer without a sale. */
export const cashMoved = defineEffect({
  kind: 'cash.moved',
  apply: async (tx, placed, { store }) => writeCash(tx, await storeNumber(tx, store), placed),
})

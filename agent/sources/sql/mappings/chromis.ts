import { z } from 'zod'
import { defineSource } from '../../source.ts'
import type { SqlMapping } from '../mapping.ts'
import { anyDatabase, openByMapping, storeSettings } from '../store-settings.ts'
import { unicentaMapping } from './unicenta.ts'

/**
 * Chromis POS 0.5 to 1.5, a fork from the same parent as uniCenta with the same tables of sales. Its own: a promotion's
 * discount is a negative line that names the item and its units once more, marked `product.promotionadded`, and
 * moves no stock; `refundqty` says how much of a line came back later, which the refund reports too. Packs
 * (`ispack`) are reported as sold, not by their contents.
 */
const chromisMapping: SqlMapping = {
  ...unicentaMapping,
  pos: 'Chromis POS',
  requires: {
    ...unicentaMapping.requires,
    ticketlines: [...(unicentaMapping.requires['ticketlines'] ?? []), 'attributes'],
  },
  receipts: { ...unicentaMapping.receipts, discountProperty: 'product.promotionadded' },
}

const settings = z.strictObject({ database: anyDatabase, ...storeSettings })

/** Sales, cash, stock changes, counts and prices from Chromis POS's own tables. Reads only. */
export const chromis = defineSource<z.infer<typeof settings>>({
  kind: 'chromis',
  settings,
  open: ({ database, ...store }, parts) => openByMapping(chromisMapping, database, store, parts),
})

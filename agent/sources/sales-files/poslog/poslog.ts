import { z } from 'zod'
import type { PoslogStore } from '../../../codecs/poslog/transaction.ts'
import { isCashRounding } from '../../cash-rounding.ts'
import { type AnySourceKind, defineSource } from '../../source.ts'
import { openSalesFiles } from '../files-source.ts'
import type { SalesFiles } from '../sales-files.ts'
import { salesFilesSettings } from '../settings.ts'
import { poslogFormat } from './poslog-format.ts'

const settings = z.strictObject({
  ...salesFilesSettings,
  /** The POS's code of the place that sales take from; left out: the POSLog's own store code. */
  warehouse: z.string().min(1).max(255).optional(),
  /** Which number of an item is the shop's item code. */
  sku: z.enum(['auto', 'item-id', 'pos-item-id', 'barcode']).default('auto'),
  /** The element of a RetailTransaction that names the online order it rings up: `CustomerOrder/OrderID`. */
  order: z
    .string()
    .regex(
      /^[\w.-]{1,64}(\/[\w.-]{1,64}){0,5}$/,
      'is not a path of element names such as CustomerOrder/OrderID',
    )
    .optional(),
})

/** Sales, voids and cash movements from POSLog files in a folder. Reads only. */
export function poslog(files: SalesFiles): AnySourceKind {
  return defineSource<z.infer<typeof settings>>({
    kind: 'poslog',
    settings,
    open(set, parts) {
      const { currency, zone, sku } = set
      const store: PoslogStore = {
        source: parts.source,
        currency,
        zone,
        sku,
        warehouse: set.warehouse ?? null,
        order: set.order?.split('/') ?? null,
        isCashRounding: (difference, tenders, paidIn) =>
          isCashRounding(difference, tenders, { currency: paidIn, zone }),
      }
      const format = poslogFormat(store, set.stores ?? null)
      return openSalesFiles({ parts, files, format, settings: set, window: null })
    },
  })
}

import { cash } from '../sales/projections/cash.ts'
import { sales } from '../sales/projections/sales.ts'
import { stockEntries } from '../sales/projections/stock-entries.ts'
import type { Projection } from '../streams/projection.ts'

/** What `hub rebuild` can make again from stored events. A new projection is one file and one line here. */
export const projections: readonly Projection[] = [sales, cash, stockEntries]

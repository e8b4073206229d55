import { reconcileExceptions } from '../checks/exceptions.ts'
import { storableSubject } from '../checks/storable-subject.ts'
import { listed } from '../checks/words/listed.ts'
import type { Tx } from '../db/db.ts'
import { openRestocks } from './returned-twice.ts'

/**
 * Asks people about goods that Shopify put back into a store's stock while a till of the store took the same item back: they may be the
 * same, and then count twice. One exception a restock; it closes when that is decided, or when no receipt may be of it any more.
 */
export async function askAboutReturns(tx: Tx, now: number): Promise<void> {
  const found = (await openRestocks(tx, now)).map(
    ({ store, sku, units, order, cause, line, madeAt, tills }) => ({
      code: 'returned-twice' as const,
      subject: storableSubject(`${store}/${cause}/${line}`),
      store,
      fields: {
        store,
        sku,
        count: units,
        order: order ?? cause,
        receipts: listed(tills.map(one => `${one.receiptNumber} (${one.till}): ${one.units}`)),
      },
      evidence: { cause, line, madeAt, tills },
    }),
  )
  await reconcileExceptions(tx, { kind: 'returned-twice', scope: 'all', found, at: now, seen: 'still' })
}

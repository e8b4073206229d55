import type { ReadDb } from '../db/db.ts'
import { openWrites, pickupWriteKinds, type WriteKind } from '../outbox/writes.ts'

/** Whether rows are left that a loop's next round may carry on with, whenever they are due. */

type Query = { executeTakeFirst(): Promise<unknown> }

async function areAllEmpty(queries: readonly Query[]): Promise<boolean> {
  for (const query of queries) if ((await query.executeTakeFirst()) !== undefined) return false
  return true
}

const hasNoWrites = async (db: ReadDb, kinds: readonly WriteKind[]) =>
  (await openWrites(db, { kinds })).length === 0

/** No stock waits, is on its way, is asked about or could not be planned. */
export const hasNoStock = async (db: ReadDb) =>
  (await hasNoWrites(db, ['adjust'])) &&
  (await areAllEmpty([
    db.selectFrom('due').select('item').limit(1),
    db.selectFrom('recovery').select('store').limit(1),
    db.selectFrom('trouble').select('subject').where('part', '=', 'place').limit(1),
  ]))

export const hasNoPickupWrites = (db: ReadDb) => hasNoWrites(db, pickupWriteKinds)

export const hasNoReturnWrites = (db: ReadDb) => hasNoWrites(db, ['return'])

/** No webhook waits to be applied, and no order to be redacted again. */
export const hasNoWebhooks = (db: ReadDb) =>
  areAllEmpty([
    db.selectFrom('webhook').select('topic').where('state', '=', 'stored').limit(1),
    db.selectFrom('redacted_order').select('order_id').where('again_at', 'is not', null).limit(1),
  ])

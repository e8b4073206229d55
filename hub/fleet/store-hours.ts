import type { StoreHours } from '../checks/opening-hours.ts'
import type { Tx } from '../db/db.ts'
import { demandStore } from './stores.ts'

/** Sets a store's hours; null: none, and its tills may be silent for two days. @throws STORE_UNKNOWN */
export async function setHours(tx: Tx, store: string, hours: StoreHours | null): Promise<void> {
  await demandStore(tx, store)
  if (hours === null) {
    await tx.deleteFrom('store_hours').where('store', '=', store).execute()
    return
  }
  const hours_json = JSON.stringify(hours)
  await tx
    .insertInto('store_hours')
    .values({ store, hours_json })
    .onConflict(c => c.column('store').doUpdateSet({ hours_json }))
    .execute()
}

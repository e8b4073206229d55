import { join } from 'node:path'
import { type Db, transaction } from '../../hub/db/db.ts'
import { mapWarehouse, putStore } from '../../hub/fleet/stores.ts'
import { applyToLedger } from '../../hub/sales/apply.ts'
import type { ReceiptEvent } from '../../hub/sales/decide.ts'
import { stockStates } from '../../hub/stock/movement-kinds.ts'
import { openTestHubDb } from '../hub-engines.ts'
import { manualWorld, temporaryFolder } from '../manual-world.ts'

/** A hub's database in a folder of its own, with one store, fed in batches as the gateway feeds it. */
export async function openLedger() {
  const folder = temporaryFolder()
  const world = manualWorld()
  const db = await openTestHubDb(world, join(folder.path, 'hub.db'))
  await transaction(db, async tx => {
    await putStore(tx, { code: 'HAR', name: 'Harbour', zone: 'Europe/Berlin', currency: 'EUR' }, 0)
    await mapWarehouse(tx, 'HAR', '0', '101', 0)
  })
  let seq = 0
  return {
    db,
    async apply(events: readonly ReceiptEvent[], device = 'dev_0000000000000000'): Promise<void> {
      const placed = events.map(event => {
        seq += 1
        return { event, origin: { store: 'HAR', device, epoch: 1, seq, at: seq } }
      })
      await transaction(db, tx => applyToLedger(tx, 'HAR', placed))
    },
    async [Symbol.asyncDispose](): Promise<void> {
      await db.destroy()
      folder[Symbol.dispose]()
    },
  }
}

export async function levels(db: Db): Promise<Record<string, number>> {
  const rows = await db
    .selectFrom('level as l')
    .innerJoin('item as i', 'i.id', 'l.item')
    .select(['i.sku', 'l.quantity'])
    .where('l.state', '=', stockStates.on_hand)
    .execute()
  return Object.fromEntries(rows.filter(row => row.quantity !== 0).map(row => [row.sku, row.quantity]))
}

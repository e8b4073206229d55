import { knownCodes } from '../db/codes.ts'
import type { Reads } from '../db/db.ts'

/** When the hub received the newest record that it holds of a device, by its own clock; null: it holds none. */
export async function lastReceivedAt(
  db: Reads,
  { store, device }: { readonly store: string; readonly device: string },
): Promise<number | null> {
  const codes = await knownCodes(db, [store, device])
  const [storeCode, deviceCode] = [codes.get(store), codes.get(device)]
  if (storeCode === undefined || deviceCode === undefined) return null
  const row = await db
    .selectFrom('event')
    .select('received_at')
    .where('store', '=', storeCode)
    .where('device', '=', deviceCode)
    .orderBy('epoch', 'desc')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row !== undefined) return row.received_at
  const block = await db
    .selectFrom('event_block')
    .select('received_to')
    .where('store', '=', storeCode)
    .where('device', '=', deviceCode)
    .orderBy('epoch', 'desc')
    .orderBy('first_seq', 'desc')
    .limit(1)
    .executeTakeFirst()
  return block?.received_to ?? null
}

import { openException } from '../checks/exceptions.ts'
import { type Db, transaction } from '../db/db.ts'

/** Stops a device: nothing it sends takes effect until it is re-enrolled. */
export async function quarantineDevice(
  db: Db,
  device: { device: string; store: string; till: string },
  reason: string,
  now: number,
): Promise<void> {
  await transaction(db, async tx => {
    await tx
      .updateTable('device')
      .set({ state: 'quarantined', state_reason: reason })
      .where('device', '=', device.device)
      .where('state', '=', 'active')
      .execute()
    await openException(
      tx,
      {
        code: 'stream-forked',
        subject: device.device,
        store: device.store,
        fields: { till: device.till, store: device.store, reason },
        evidence: { device: device.device, reason },
      },
      now,
    )
  })
}

import type { Position } from '../../shared/stream/log.ts'
import { isAfter } from '../../shared/stream/resume.ts'
import type { Tx } from '../db/db.ts'
import { releaseWrite } from '../outbox/postings.ts'
import { openWrites, refuseWrite } from '../outbox/writes.ts'

/**
 * Notes that the database came from a backup: `device` was once acked up to `acked`, which this hub does not hold. Up to
 * there, and up to what is held of the store's other devices, movements without a posting may have been posted by the
 * hub that was lost; so may writes that were planned. Nothing of them is sent before Shopify has been asked, see
 * hub/shopify/stock/after-restore.ts.
 */
export async function beginRecovery(
  tx: Tx,
  device: { readonly device: string; readonly store: string },
  acked: Position,
  now: number,
): Promise<void> {
  const others = await tx
    .selectFrom('stream_in as s')
    .innerJoin('device as d', 'd.device', 's.device')
    .select(['s.device', 's.epoch', 's.seq'])
    .where('d.store', '=', device.store)
    .where('s.device', '<>', device.device)
    .execute()
  for (const mark of [{ device: device.device, epoch: acked.epoch, seq: acked.seq }, ...others])
    await raiseMark(tx, { ...mark, store: device.store })
  await releasePlanned(tx, device.store, now)
}

async function raiseMark(tx: Tx, mark: Position & { device: string; store: string }): Promise<void> {
  const { device, store, epoch, seq } = mark
  const known = await tx
    .selectFrom('recovery')
    .select(['epoch', 'seq'])
    .where('device', '=', device)
    .executeTakeFirst()
  if (known !== undefined && !isAfter(mark, known)) return
  await tx
    .insertInto('recovery')
    .values({ device, store, epoch, seq })
    .onConflict(c => c.column('device').doUpdateSet({ epoch, seq }))
    .execute()
}

/** The lost hub may have sent what the backup shows as planned: its movements wait with the others. */
async function releasePlanned(tx: Tx, store: string, now: number): Promise<void> {
  const problem = 'The hub was restored from a backup; its movements are judged again.'
  for (const { id } of await openWrites(tx, { kinds: ['adjust'], store })) {
    await releaseWrite(tx, id)
    await refuseWrite(tx, id, { problem, now })
  }
}

/** Shopify has been asked about all that the store's tills sent again. */
export async function endRecovery(tx: Tx, store: string): Promise<void> {
  await tx.deleteFrom('recovery').where('store', '=', store).execute()
}

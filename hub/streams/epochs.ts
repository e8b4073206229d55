import { EpochOpened } from '../../shared/events.ts'
import type { Mark, ReceivedRecord } from '../../shared/stream/log.ts'
import type { SenderClaim } from '../../shared/stream/resume.ts'
import { type Db, type Tx, transaction } from '../db/db.ts'

/** Notes, in the transaction that stores an epoch's first record, what the hub held when it came. */
export async function noteEpoch(
  tx: Tx,
  device: string,
  before: Mark,
  { epoch, body }: ReceivedRecord,
): Promise<void> {
  await tx
    .insertInto('stream_epoch')
    .values({
      device,
      epoch,
      reason: reasonIn(body),
      tip_epoch: before.epoch,
      tip_seq: before.seq,
      tip_hash: before.hash,
    })
    .onConflict(c => c.columns(['device', 'epoch']).doNothing())
    .execute()
}

function reasonIn(body: string): string {
  try {
    const opened = EpochOpened.safeParse(JSON.parse(body))
    return opened.success ? opened.data.reason : 'unknown'
  } catch {
    return 'unknown' // what is not JSON is set aside by its reader, with its own exception
  }
}

/**
 * Whether a device that claims an older epoch is the very end of it, which was left behind when a copy from before that
 * end opened the next epoch. A backup is older than the end of its epoch. So this end lived on elsewhere: on another
 * disk, or in an image made at that moment.
 * @returns the end that came back; null otherwise
 */
async function endLeftBehind(db: Db, device: string, held: Mark, claim: SenderClaim): Promise<Mark | null> {
  if (held.epoch <= claim.last.epoch) return null
  const row = await db
    .selectFrom('stream_epoch')
    .selectAll()
    .where('device', '=', device)
    .where('tip_epoch', '=', claim.last.epoch)
    .where('reason', '=', 'receiver-ahead')
    .executeTakeFirst()
  if (row === undefined || row.tip_seq === 0) return null
  const tip = { epoch: row.tip_epoch, seq: row.tip_seq, hash: row.tip_hash }
  const isIt = (mark: Mark) => mark.epoch === tip.epoch && mark.seq === tip.seq && mark.hash === tip.hash
  return isIt(claim.last) || isIt(claim.acked) ? tip : null
}

/**
 * Counts how often a device comes back to an end that was left behind. Once can be a backup that was put back; copies of
 * one disk that are never on together do it every time.
 * @returns the end that came back and how often that has happened; null when the device does not come back to one
 */
export async function noteReturn(
  db: Db,
  device: string,
  held: Mark,
  claim: SenderClaim,
): Promise<{ readonly end: Mark; readonly times: number } | null> {
  const end = await endLeftBehind(db, device, held, claim)
  if (end === null) return null
  return transaction(db, async tx => {
    const before = await tx
      .selectFrom('stream_return')
      .select('times')
      .where('device', '=', device)
      .executeTakeFirst()
    const times = (before?.times ?? 0) + 1
    await tx
      .insertInto('stream_return')
      .values({ device, times })
      .onConflict(c => c.column('device').doUpdateSet({ times }))
      .execute()
    return { end, times }
  })
}

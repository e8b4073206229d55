import type { Selectable } from 'kysely'
import type { Status } from '../../shared/protocol.ts'
import { heldWithoutHash, type Position } from '../../shared/stream/log.ts'
import { isAfter } from '../../shared/stream/resume.ts'
import { reconcileExceptions } from '../checks/exceptions.ts'
import { lostForGood, recordsLost } from '../checks/records-lost.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { readHeld } from '../streams/event-log.ts'
import { hashOf } from '../streams/event-records.ts'
import { endDevice } from './devices.ts'

/** The one owner of the table `lost_history`: records that the hub held before it was restored. */

type LostHistory = Selectable<Schema['lost_history']>

/** Notes what the lost hub held of a device's epoch. */
export async function addLostHistory(tx: Tx, lost: LostHistory): Promise<void> {
  const { device: _, epoch: __, ...rest } = lost
  await tx
    .insertInto('lost_history')
    .values(lost)
    .onConflict(c => c.columns(['device', 'epoch']).doUpdateSet(rest))
    .execute()
}

/** The stores of which records are missing. */
export async function storesWithLostHistory(db: Reads): Promise<ReadonlySet<string>> {
  const rows = await db.selectFrom('lost_history').select('store').distinct().execute()
  return new Set(rows.map(({ store }) => store))
}

/** A person has dealt with what is missing of a store: it is no longer named. */
export async function dropLostHistory(tx: Tx, store: string, now: number): Promise<void> {
  for (const { device, epoch } of (await lostForGood(tx)).filter(row => row.store === store))
    await tx.deleteFrom('lost_history').where('device', '=', device).where('epoch', '=', epoch).execute()
  const found = await recordsLost.find(tx, now)
  await reconcileExceptions(tx, { kind: 'records-lost', scope: 'all', found, at: now, seen: 'still' })
}

interface Reporter {
  readonly device: string
  readonly store: string
  readonly till: string
}

/** What a device says of itself. */
export interface DeviceWord {
  /** The former devices of its PC whose journals it has; undefined: an older agent, which does not say. */
  readonly former: Status['former']
  /** Its newest record when it connected. */
  readonly last: Position
}

/**
 * A device has said what it holds: finds out what of the lost records has come back, and what of them no till has any
 * more. A device that was revoked before the hub was restored ends when all of its records are accounted for.
 * @returns whether anything was found out
 */
export async function reviewLostHistory(
  db: Db,
  reporter: Reporter,
  said: DeviceWord,
  now: number,
): Promise<boolean> {
  return transaction(db, async tx => {
    const rows = await concerned(tx, reporter)
    let changed = false
    for (const row of rows) {
      const state = await stateOf(tx, row, { reporter, said })
      if (state === row.state) continue
      changed = true
      const ofRow = (e: { device: string; epoch: number }) => ({ device: e.device, epoch: e.epoch })
      if (state === 'back')
        await tx
          .deleteFrom('lost_history')
          .where(e => e.and(ofRow(row)))
          .execute()
      else
        await tx
          .updateTable('lost_history')
          .set({ state })
          .where(e => e.and(ofRow(row)))
          .execute()
    }
    for (const device of new Set(rows.map(row => row.device))) await endWhenReviewed(tx, device, rows, now)
    return changed
  })
}

/** What is missing of this device, and of those that were this till before it. */
async function concerned(tx: Tx, { device, store, till }: Reporter): Promise<LostHistory[]> {
  return tx
    .selectFrom('lost_history')
    .selectAll()
    .where(e => e.or([e('device', '=', device), e.and({ store, till })]))
    .orderBy('device')
    .orderBy('epoch')
    .execute()
}

async function stateOf(
  tx: Tx,
  row: LostHistory,
  { reporter, said }: { readonly reporter: Reporter; readonly said: DeviceWord },
): Promise<'back' | LostHistory['state']> {
  const end = { epoch: row.epoch, seq: row.to_seq }
  const found = await hashOf(tx, row, end)
  if (found === row.hash || found === heldWithoutHash) return 'back'
  if (found !== null) return 'lost' // the device went on without them
  const held = await readHeld(tx, row.device)
  if (held.epoch > row.epoch) return (await isSentAnew(tx, row)) ? 'back' : 'lost'
  if (row.device === reporter.device) return isAfter(end, said.last) ? 'lost' : row.state
  const { former } = said
  // an agent that does not say what it keeps of former devices may keep it
  const isKept = former === undefined || former.some(device => device === row.device)
  return isKept || row.ends === null ? row.state : 'lost'
}

/** The device could not go on where the hub is, and sent all that it has in a new epoch. */
async function isSentAnew(tx: Tx, { device, epoch }: LostHistory): Promise<boolean> {
  const found = await tx
    .selectFrom('stream_epoch')
    .select('epoch')
    .where('device', '=', device)
    .where('epoch', '>', epoch)
    .where('reason', '=', 'records-gone')
    .executeTakeFirst()
  return found !== undefined
}

async function endWhenReviewed(
  tx: Tx,
  device: string,
  rows: readonly LostHistory[],
  now: number,
): Promise<void> {
  const reason = rows.find(row => row.device === device && row.ends !== null)?.ends
  if (reason === undefined || reason === null) return
  const waiting = await tx
    .selectFrom('lost_history')
    .select('epoch')
    .where('device', '=', device)
    .where('state', '=', 'awaited')
    .executeTakeFirst()
  if (waiting === undefined) await endDevice(tx, device, { state: 'revoked', reason }, now)
}

import type { World } from '../../shared/world.ts'
import { contractVersions, keepVersions, Terms } from '../contract/contract.ts'
import type { Reads, Tx } from '../db/db.ts'
import type { Fleet, HeldEnd, KnownDevice, LostRecords } from '../generation/fleet-record.ts'
import { keepRedacted, readRedacted } from '../redactions/redacted-orders.ts'
import { addDevice, endDevice, mayStillSend, readDevice } from './devices.ts'
import { addLostHistory, readLostHistory } from './lost-history.ts'

/** The devices and what is held of each, for the record beside the database. */
export async function readFleet(db: Reads): Promise<Fleet> {
  const devices = await db
    .selectFrom('device')
    .select(['device', 'store', 'till', 'public_key', 'state', 'state_reason', 'enrolled_at'])
    .orderBy('enrolled_at')
    .orderBy('device')
    .execute()
  return {
    devices: devices.map(({ public_key, state_reason, enrolled_at, device, store, till, state }) => ({
      device,
      store,
      till,
      publicKey: public_key,
      state,
      reason: state_reason,
      enrolledAt: enrolled_at,
    })),
    ends: [...(await heldEnds(db)).values()],
    lost: (await readLostHistory(db)).map(({ from_seq, to_seq, ...row }) => ({
      ...row,
      fromSeq: from_seq,
      toSeq: to_seq,
    })),
    agreed: (await contractVersions(db)).map(({ terms, ...one }) => ({
      ...one,
      terms: JSON.stringify(terms),
    })),
    redacted: await readRedacted(db),
  }
}

/** The newest record of each epoch of each device, by `endName`. */
async function heldEnds(db: Reads): Promise<Map<string, HeldEnd>> {
  const former = await db
    .selectFrom('stream_epoch')
    .select(['device', 'tip_epoch as epoch', 'tip_seq as seq', 'tip_hash as hash'])
    .where('tip_seq', '>', 0)
    .orderBy('device')
    .orderBy('tip_epoch')
    .execute()
  const open = await db
    .selectFrom('stream_in')
    .select(['device', 'epoch', 'seq', 'hash'])
    .where('seq', '>', 0)
    .orderBy('device')
    .execute()
  return new Map([...former, ...open].map(end => [endName(end), end]))
}

const endName = ({ device, epoch }: { readonly device: string; readonly epoch: number }) =>
  `${device}/${epoch}`

/** What a database that was put back knows less than the hub that went on without it. */
export interface LostFleet {
  readonly fleet: Fleet
  /** Hub clock, ms: the age of the backup, and the moment at which the restore was found. */
  readonly since: number
  readonly now: number
}

/**
 * Takes in what the record knows of the devices. Those that were enrolled since the backup can connect again, those
 * that were revoked since can't; the till of a device that was replaced or moved may send what is missing first. What
 * the lost hub held and this database does not is noted, and so is what that hub still missed of an earlier restore. A
 * code that was spent since the backup is unspent in it, so none made before counts any more.
 */
export async function takeInFleet(
  tx: Tx,
  { log }: Pick<World, 'log'>,
  lost: LostFleet,
  /** Tells a device that the database did not know what its store is and which pickups are open. */
  greet: (tx: Tx, device: KnownDevice, now: number) => Promise<void>,
): Promise<void> {
  await tx
    .updateTable('enrol_code')
    .set({ expires_at: lost.now })
    .where('used_at', 'is', null)
    .where('expires_at', '>', lost.now)
    .execute()
  await takeInEarlier(tx, lost.fleet.lost ?? [])
  await keepVersions(
    tx,
    (lost.fleet.agreed ?? []).map(({ terms, ...one }) => ({ ...one, terms: Terms.parse(JSON.parse(terms)) })),
  )
  await keepRedacted(tx, lost.fleet.redacted ?? [], lost.now)
  const held = await heldEnds(tx)
  const position = new Map(
    (await tx.selectFrom('stream_in').select(['device', 'epoch']).execute()).map(row => [
      row.device,
      row.epoch,
    ]),
  )
  const missing = Map.groupBy(
    lost.fleet.ends.flatMap(end => missingOf(end, held.get(endName(end)), position.get(end.device) ?? 0)),
    ({ device }) => device,
  )
  for (const known of lost.fleet.devices) {
    const gaps = missing.get(known.device) ?? []
    const isSending = known.state === 'active' || (gaps.length > 0 && mayStillSend(known.reason))
    const isThere = await bringBack(tx, known, isSending, { now: lost.now, greet })
    if (!isThere) log.warn({ device: known.device, store: known.store }, 'the store of a device is not known')
    for (const { device, epoch, from, seq, hash } of gaps)
      await addLostHistory(tx, {
        device,
        epoch,
        store: known.store,
        till: known.till,
        from_seq: from,
        to_seq: seq,
        hash,
        since: lost.since,
        until: lost.now,
        state: isSending && isThere ? 'awaited' : 'lost',
        ends: known.state === 'active' ? null : known.reason,
        keeper: null,
      })
  }
}

async function takeInEarlier(tx: Tx, lost: readonly LostRecords[]): Promise<void> {
  for (const { fromSeq, toSeq, ...row } of lost)
    await addLostHistory(tx, { ...row, from_seq: fromSeq, to_seq: toSeq })
}

/** @param open the epoch that the database's own stream of the device is in; 0: none */
function missingOf(end: HeldEnd, here: HeldEnd | undefined, open: number): (HeldEnd & { from: number })[] {
  if (here === undefined) return end.epoch < open ? [] : [{ ...end, from: 1 }]
  if (here.seq === end.seq && here.hash === end.hash) return []
  return [{ ...end, from: Math.min(here.seq + 1, end.seq) }]
}

/** @returns false: its store is not known, so it can't be a device */
async function bringBack(
  tx: Tx,
  known: KnownDevice,
  isSending: boolean,
  { now, greet }: { now: number; greet(tx: Tx, device: KnownDevice, now: number): Promise<void> },
): Promise<boolean> {
  const { device, store, state, reason } = known
  const here = await readDevice(tx, device)
  if (here === undefined) {
    const isStore = await tx.selectFrom('store').select('code').where('code', '=', store).executeTakeFirst()
    if (isStore === undefined) return false
    await addDevice(tx, known, known.enrolledAt)
    if (isSending) await greet(tx, known, now)
  }
  if (!isSending && here?.state !== state) await endDevice(tx, device, { state, reason }, now)
  return true
}

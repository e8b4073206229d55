import type { Selectable } from 'kysely'
import type { Status } from '../../shared/protocol.ts'
import { heldWithoutHash, type Position } from '../../shared/stream/log.ts'
import { isAfter } from '../../shared/stream/resume.ts'
import { reconcileExceptions } from '../checks/exceptions.ts'
import { namedLost, recordsLost } from '../checks/records-lost.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import type { Schema } from '../db/schema.ts'
import { carriedOnFrom } from '../streams/epochs.ts'
import { readHeld } from '../streams/event-log.ts'
import { hashOf } from '../streams/event-records.ts'
import { endDevice } from './devices.ts'

/** The one owner of the table `lost_history`: records that the hub held before it was restored. */

type LostHistory = Selectable<Schema['lost_history']>

/**
 * Notes what the lost hub held of a device's epoch. A till that was put back too writes other records under the same
 * numbers: the hash tells which of them are missing.
 */
export async function addLostHistory(tx: Tx, lost: LostHistory): Promise<void> {
  const { device: _, epoch: __, to_seq: ___, hash: ____, ...rest } = lost
  await tx
    .insertInto('lost_history')
    .values(lost)
    .onConflict(c => c.columns(['device', 'epoch', 'to_seq', 'hash']).doUpdateSet(rest))
    .execute()
}

async function removeLostHistory(tx: Tx, { device, epoch, to_seq, hash }: LostHistory): Promise<void> {
  await tx
    .deleteFrom('lost_history')
    .where(e => e.and({ device, epoch, to_seq, hash }))
    .execute()
}

/** All that is missing. */
export function readLostHistory(db: Reads): Promise<LostHistory[]> {
  return db
    .selectFrom('lost_history')
    .selectAll()
    .orderBy('device')
    .orderBy('epoch')
    .orderBy('to_seq')
    .orderBy('hash')
    .execute()
}

/** Whose word can tell something of what is missing. */
export interface Lacking {
  readonly stores: ReadonlySet<string>
  /** Those whose records are missing, and those whose PCs have their journals. */
  readonly devices: ReadonlySet<string>
}

/** What lacks records, and who may have them. */
export async function readLacking(db: Reads): Promise<Lacking> {
  const rows = await db.selectFrom('lost_history').select(['store', 'device', 'keeper']).distinct().execute()
  return {
    stores: new Set(rows.map(({ store }) => store)),
    devices: new Set(rows.flatMap(({ device, keeper }) => (keeper === null ? [device] : [device, keeper]))),
  }
}

/**
 * A person has dealt with what is missing of a store, or knows that it will not come: it is no longer named, and a device
 * that was let in only to send it ends.
 */
export async function dropLostHistory(tx: Tx, store: string, now: number): Promise<void> {
  const { lost, overdue } = await namedLost(tx, now)
  const rows = [...lost, ...overdue].filter(row => row.store === store)
  for (const row of rows) await removeLostHistory(tx, row)
  for (const device of new Set(rows.map(row => row.device))) await endWhenReviewed(tx, device, rows, now)
  const found = await recordsLost.find(tx, now)
  await reconcileExceptions(tx, { kind: 'records-lost', scope: 'all', found, at: now, seen: 'still' })
}

/**
 * A till is enrolled again while records of its former device are awaited: that device may send them first.
 * @returns the devices that end only after that
 */
export async function letSendFirst(
  tx: Tx,
  { store, till }: { readonly store: string; readonly till: string },
  reason: string,
): Promise<ReadonlySet<string>> {
  const rows = await tx
    .selectFrom('lost_history as l')
    .innerJoin('device as d', 'd.device', 'l.device')
    .select('l.device')
    .distinct()
    .where('d.store', '=', store)
    .where('d.till', '=', till)
    .where('d.state', '=', 'active')
    .where('l.state', '=', 'awaited')
    .execute()
  for (const { device } of rows)
    await tx
      .updateTable('lost_history')
      .set({ ends: reason })
      .where('device', '=', device)
      .where('ends', 'is', null)
      .execute()
  return new Set(rows.map(({ device }) => device))
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

interface Word {
  readonly reporter: Reporter
  readonly said: DeviceWord
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
    const rows = await concerned(tx, { reporter, said })
    let changed = false
    for (const row of rows) {
      const parts = await judge(tx, row, { reporter, said })
      if (parts.length === 1 && isSame(parts[0], row)) continue
      changed = true
      await removeLostHistory(tx, row)
      for (const part of parts) await addLostHistory(tx, part)
    }
    for (const device of new Set(rows.map(row => row.device))) await endWhenReviewed(tx, device, rows, now)
    return changed
  })
}

const isSame = (one: LostHistory | undefined, other: LostHistory) =>
  one?.from_seq === other.from_seq && one.to_seq === other.to_seq && saysTheSame(one, other)

const saysTheSame = (one: LostHistory, other: LostHistory) =>
  one.state === other.state && one.keeper === other.keeper

/** What is missing of this device, of those that were this till before it, and of those whose journals its PC has. */
async function concerned(tx: Tx, { reporter: { device, store, till }, said }: Word): Promise<LostHistory[]> {
  const devices = [device, ...(said.former ?? [])]
  return tx
    .selectFrom('lost_history')
    .selectAll()
    .where(e => e.or([e('device', 'in', devices), e('keeper', '=', device), e.and({ store, till })]))
    .orderBy('device')
    .orderBy('epoch')
    .orderBy('to_seq')
    .orderBy('hash')
    .execute()
}

/** Only the device itself says that it lacks records, or the PC that had its journal: another PC knows nothing of them. */
async function judge(tx: Tx, row: LostHistory, { reporter, said }: Word): Promise<readonly LostHistory[]> {
  const lost = [{ ...row, state: 'lost' as const }]
  const end = { epoch: row.epoch, seq: row.to_seq }
  const found = await hashOf(tx, row, end)
  if (found === row.hash || (found === heldWithoutHash && row.state === 'awaited')) return []
  if (found !== null) return lost // the device went on without them
  const held = await readHeld(tx, row.device)
  if (held.epoch > row.epoch) {
    // a till that lacked these has written others under their numbers: what it carries on of those numbers may be the others
    if (row.state === 'lost') return [row]
    return carriedParts(row, await carriedOnFrom(tx, row.device, held, row.epoch))
  }
  if (row.device === reporter.device) return isAfter(end, said.last) ? lost : [row]
  if (said.former?.some(device => device === row.device)) return [{ ...row, keeper: reporter.device }]
  // an agent that does not say what it keeps of former devices may keep it
  return said.former !== undefined && row.keeper === reporter.device ? lost : [row]
}

/** The hash of a part's last record, where the lost hub's record does not say it. */
const UNKNOWN_HASH = ''

/** The device has gone on in later epochs. What of this one it has carried on is awaited until all of that is here. */
function carriedParts(
  row: LostHistory,
  carried: Awaited<ReturnType<typeof carriedOnFrom>>,
): readonly LostHistory[] {
  const covering = (isHere: boolean, seq: number) =>
    carried.some(part => part.isHere === isHere && part.first <= seq && part.last >= seq)
  const starts = carried.flatMap(({ first, last }) => [first, last + 1])
  const inside = starts.filter(seq => seq > row.from_seq && seq <= row.to_seq)
  const begins = [...new Set([row.from_seq, ...inside])].toSorted((one, other) => one - other)
  const parts: LostHistory[] = []
  for (const [index, from_seq] of begins.entries()) {
    if (covering(true, from_seq)) continue
    const to_seq = (begins[index + 1] ?? row.to_seq + 1) - 1
    const state = covering(false, from_seq) ? 'awaited' : 'lost'
    const before = parts.at(-1)
    const hash = to_seq === row.to_seq ? row.hash : UNKNOWN_HASH
    if (before !== undefined && before.to_seq + 1 === from_seq && before.state === state)
      Object.assign(before, { to_seq, hash })
    else parts.push({ ...row, from_seq, to_seq, hash, state })
  }
  return parts
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

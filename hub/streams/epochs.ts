import { EpochCarried, EpochOpened } from '../../shared/events.ts'
import type { Mark, ReceivedRecord } from '../../shared/stream/log.ts'
import type { SenderClaim } from '../../shared/stream/resume.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'

/** Notes, in the transaction that stores an epoch's first record, what the hub held when it came and what is to follow. */
export async function noteEpoch(
  tx: Tx,
  device: string,
  before: Mark,
  { epoch, body }: ReceivedRecord,
): Promise<void> {
  const opened = openedIn(body)
  if (opened?.carried !== undefined) {
    const carried = { records: opened.carried.records, runs_json: JSON.stringify(opened.carried.runs) }
    await tx
      .insertInto('epoch_carried')
      .values({ device, epoch, ...carried })
      .onConflict(c => c.columns(['device', 'epoch']).doUpdateSet(carried))
      .execute()
  }
  if (before.epoch === 0) return
  await tx
    .insertInto('stream_epoch')
    .values({
      device,
      epoch,
      reason: opened?.reason ?? 'unknown',
      tip_epoch: before.epoch,
      tip_seq: before.seq,
      tip_hash: before.hash,
    })
    .onConflict(c => c.columns(['device', 'epoch']).doNothing())
    .execute()
}

function openedIn(body: string): EpochOpened | null {
  try {
    return EpochOpened.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null // what is not JSON is set aside by its reader, with its own exception
  }
}

/** What an epoch carries on of those before it. */
export interface Carried extends EpochCarried {
  readonly epoch: number
}

/** What a device's epochs carry on, oldest first, as far as it said so. */
export async function carriedInto(
  db: Reads,
  device: string,
  { after, upTo }: { readonly after: number; readonly upTo: number },
): Promise<readonly Carried[]> {
  const rows = await db
    .selectFrom('epoch_carried')
    .selectAll()
    .where('device', '=', device)
    .where('epoch', '>', after)
    .where('epoch', '<=', upTo)
    .orderBy('epoch')
    .execute()
  return rows.map(({ epoch, records, runs_json }) => ({
    epoch,
    ...EpochCarried.parse({ records, runs: JSON.parse(runs_json) }),
  }))
}

/** What a record says that its epoch carries on; null: it opens none, or its till's version does not say. */
export function carriedBy({ epoch, body }: ReceivedRecord): Carried | null {
  const carried = openedIn(body)?.carried
  return carried === undefined ? null : { epoch, ...carried }
}

/** Positions of an epoch that its device carries on in a later one: all of that has come, or it has not yet. */
interface CarriedPart {
  readonly first: number
  readonly last: number
  readonly isHere: boolean
}

/** What of an epoch the device carries on in later ones; what will not come any more is left out. */
export async function carriedOnFrom(
  db: Reads,
  device: string,
  held: Mark,
  epoch: number,
): Promise<readonly CarriedPart[]> {
  const openings = await carriedInto(db, device, { after: epoch, upTo: held.epoch })
  const tips = await db
    .selectFrom('stream_epoch')
    .select(['tip_epoch', 'tip_seq'])
    .where('device', '=', device)
    .execute()

  /** Whether all that an epoch carries on is held; if a later epoch was opened before, in that one. */
  function stateOf(opening: Carried): 'here' | 'coming' | 'gone' {
    const isOpen = opening.epoch === held.epoch
    const tip = isOpen ? held.seq : (tips.find(one => one.tip_epoch === opening.epoch)?.tip_seq ?? 0)
    const end = opening.records + 1
    if (tip >= end) return 'here'
    if (isOpen) return 'coming'
    const isRest = (run: EpochCarried['runs'][number]) =>
      run.epoch === opening.epoch && run.first <= tip + 1 && run.last >= end
    const next = openings.findLast(one => one.epoch > opening.epoch && one.runs.some(isRest))
    return next === undefined ? 'gone' : stateOf(next)
  }

  return openings.flatMap(opening => {
    const state = stateOf(opening)
    if (state === 'gone') return []
    const runs = opening.runs.filter(run => run.epoch === epoch)
    return runs.map(({ first, last }) => ({ first, last, isHere: state === 'here' }))
  })
}

/** The very end of an epoch, and the epoch whose opening left it behind. */
interface LeftEnd extends Mark {
  readonly leftBy: number
}

/**
 * Whether a device that claims an older epoch is the very end of it, which was left behind when a copy from before that
 * end opened the next epoch. So this end lived on elsewhere: on another disk, or in an image made at that moment.
 * @returns the end that came back; null otherwise
 */
async function endLeftBehind(
  db: Db,
  device: string,
  held: Mark,
  claim: SenderClaim,
): Promise<LeftEnd | null> {
  if (held.epoch <= claim.last.epoch) return null
  const row = await db
    .selectFrom('stream_epoch')
    .selectAll()
    .where('device', '=', device)
    .where('tip_epoch', '=', claim.last.epoch)
    .where('reason', '=', 'receiver-ahead')
    .executeTakeFirst()
  if (row === undefined || row.tip_seq === 0) return null
  const tip = { epoch: row.tip_epoch, seq: row.tip_seq, hash: row.tip_hash, leftBy: row.epoch }
  const isIt = (mark: Mark) => mark.epoch === tip.epoch && mark.seq === tip.seq && mark.hash === tip.hash
  return isIt(claim.last) || isIt(claim.acked) ? tip : null
}

/**
 * Counts how often the ends of two lives of a device take turns. An image that is put back may be such an end, and is
 * the same one each time. A second disk goes on from its own end: while it was away, the first came back to the end that
 * it had left itself, and nothing else opened an epoch in between.
 * @returns the end that came back and how often they have taken turns; null when the device does not come back to one,
 * or to the same as before
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
      .selectAll()
      .where('device', '=', device)
      .executeTakeFirst()
    if (before?.end_epoch === end.epoch && before.end_seq === end.seq) return null
    const isTurn = end.leftBy === held.epoch && before?.held_epoch === end.epoch
    const times = isTurn ? before.times + 1 : 1
    const row = { times, end_epoch: end.epoch, end_seq: end.seq, held_epoch: held.epoch }
    await tx
      .insertInto('stream_return')
      .values({ device, ...row })
      .onConflict(c => c.column('device').doUpdateSet(row))
      .execute()
    return { end, times }
  })
}

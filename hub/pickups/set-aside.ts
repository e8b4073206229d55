import { PickupMoved } from '../../shared/events.ts'
import { closeException, reconcileExceptions } from '../checks/exceptions.ts'
import { knownCodes } from '../db/codes.ts'
import { type Db, type Reads, type Tx, transaction } from '../db/db.ts'
import { readRecord } from '../streams/read-record.ts'
import { applyPickupMoved } from './apply-move.ts'
import {
  hasManyWaiting,
  hasSetAside,
  type MoveOrigin,
  type SetAside,
  setAsideMoves,
  setAsideOf,
  shortenSetAside,
} from './move-log.ts'

/** So many records of a till are looked through in one transaction. */
const RECORDS_A_RUN = 200

type Hints = ReadonlyMap<string, ReadonlySet<'commands' | 'pickup-writes' | 'stock'>>

/**
 * Steps that found no room to wait take effect, or wait, in the order in which they came, as soon as their till has room again. They are
 * read from what the till sent: the hub kept no more of them than where they are.
 * @returns the hints to send for each store
 */
export async function takeSetAside(db: Db, now: number): Promise<Hints> {
  const hints = new Map<string, Set<'commands' | 'pickup-writes' | 'stock'>>()
  for (const listed of await setAsideMoves(db))
    await transaction(db, async tx => {
      // its till may have sent more meanwhile
      const run = await setAsideOf(tx, listed)
      if (run === null) return
      for (const hint of await takeRun(tx, run, now))
        hints.set(run.store, (hints.get(run.store) ?? new Set()).add(hint))
    })
  return hints
}

async function takeRun(tx: Tx, run: SetAside, now: number) {
  const { device, epoch, store } = run
  const follows: ('commands' | 'pickup-writes' | 'stock')[] = []
  const end = Math.min(run.last_seq, run.next_seq + RECORDS_A_RUN - 1)
  let seq = run.next_seq
  for (; seq <= end && !(await hasManyWaiting(tx, device, now)); seq += 1) {
    const origin = { store, device, epoch, seq, now }
    const found = await moveAt(tx, origin)
    if (found !== null && 'archive' in found) {
      await nameArchived(tx, run, { ...found, seq, now })
      break
    }
    await shortenSetAside(tx, run, seq + 1)
    if (found !== null) follows.push(...(await applyPickupMoved(tx, origin, found)))
  }
  if (!(await hasSetAside(tx, device))) await closeException(tx, 'moves-beyond-limit', device, now)
  return follows
}

/** The steps behind one that was moved into an archive file wait, as they keep their order: it is not known what the step was. */
async function nameArchived(
  tx: Tx,
  { device, store, last_seq }: SetAside,
  { archive, seq, now }: Archived & { readonly seq: number; readonly now: number },
): Promise<void> {
  const fields = { device, store, file: archive, count: last_seq - seq + 1 }
  const evidence = { file: archive, seq }
  const found = [
    { code: 'moves-beyond-limit.archived' as const, subject: device, store, device, fields, evidence },
  ]
  await reconcileExceptions(tx, {
    kind: 'moves-beyond-limit',
    scope: { subjects: [device] },
    found,
    at: now,
    seen: 'still',
  })
}

/** A record that is in an archive file, which the running hub does not read. */
type Archived = Pick<Extract<Awaited<ReturnType<typeof readRecord>>, { archive: string }>, 'archive'>

/** The move of a record, if it has had no effect yet; null: it had, or the record is another or was never here. */
export async function moveAt(
  tx: Reads,
  { store, device, epoch, seq }: MoveOrigin,
): Promise<PickupMoved | Archived | null> {
  const taken = await tx
    .selectFrom('pickup_move')
    .select('state')
    .where(e => e.and({ device, epoch, seq }))
    .executeTakeFirst()
  if (taken !== undefined) return null
  const codes = await knownCodes(tx, [store, device])
  const place = { device: codes.get(device) ?? 0, epoch, seq }
  const record = await readRecord(tx, codes.get(store) ?? 0, place)
  if (record !== null && 'archive' in record) return { archive: record.archive }
  if (record === null || record.kind !== 'pickup.moved' || record.state !== 'applied') return null
  return PickupMoved.safeParse(JSON.parse(record.body)).data ?? null
}
